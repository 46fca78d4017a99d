"""The changes that can be made to what a rule asks, and to the days on which texts hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from canmou.engine.mutation.records import MutantKind
from canmou.engine.rulebase.records import Conclusion, Duty, LeadConclusion, Rule, Within
from canmou.engine.rulebase.vocabulary import InForce, Modality

OTHER_MODALITY: dict[Modality, Modality] = {
    "must": "may", "may": "must", "should": "must", "must_not": "may",
}  # fmt: skip
WORDS = (
    "immediately", "urgently", "promptly", "as_soon_as_possible", "at_any_time", "regularly",
)  # fmt: skip
Change = tuple[MutantKind, str, Rule]


def changes_of_rule(rule: Rule, parties: Sequence[str]) -> Iterator[Change]:
    """Yield the rule with one party, time limit or modality changed."""
    for number, conclusion in enumerate(rule.then):
        changes: Iterable[tuple[MutantKind, str, Conclusion]] = ()
        if isinstance(conclusion, Duty):
            changes = _of_duty(conclusion, parties)
        elif isinstance(conclusion, LeadConclusion):
            changes = _of_lead(conclusion, parties)
        for kind, what, changed in changes:
            then = (*rule.then[:number], changed, *rule.then[number + 1 :])
            yield kind, what, rule.model_copy(update={"then": then})


def _of_duty(duty: Duty, parties: Sequence[str]) -> Iterator[tuple[MutantKind, str, Duty]]:
    for field in ("by", "to"):
        names: tuple[str, ...] = getattr(duty, field)
        for number, name in enumerate(names):
            new = next_of(name, parties)
            changed = (*names[:number], new, *names[number + 1 :])
            yield "party", f"{field}: {name} → {new}", duty.model_copy(update={field: changed})
    modality = OTHER_MODALITY[duty.modality]
    what = f"{duty.modality} → {modality}"
    yield "modality", what, duty.model_copy(update={"modality": modality})
    if duty.within is not None:
        for what, within in _limits(duty.within):
            yield "deadline", what, duty.model_copy(update={"within": within})


def _limits(within: Within) -> Iterator[tuple[str, Within | None]]:
    for field in ("hours", "minutes", "days"):
        value = getattr(within, field)
        if value is not None:
            for new in (value + 1, value - 1, value * 10):
                what = f"{value:g} → {new:g} {field}"
                yield what, within.model_copy(update={field: new})
    if within.word is not None:
        word = next_of(within.word, WORDS)
        yield f"{within.word} → {word}", within.model_copy(update={"word": word})
    if within.advised:
        yield "建议的时限写成条文的", within.model_copy(update={"advised": None})
    yield "去掉时限", None


def _of_lead(
    conclusion: LeadConclusion, parties: Sequence[str]
) -> Iterator[tuple[MutantKind, str, LeadConclusion]]:
    for part in ("authority", "department", "commander"):
        party = getattr(conclusion.lead, part)
        if party is not None:
            new = next_of(party, parties)
            lead = conclusion.lead.model_copy(update={part: new})
            yield "party", f"{part}: {party} → {new}", conclusion.model_copy(update={"lead": lead})


def changes_of_period(period: InForce) -> Iterator[tuple[str, InForce]]:
    """Yield the period with one end a day earlier or later."""
    for field in ("from_", "to"):
        day: Any = getattr(period, field)
        if isinstance(day, date):
            for days in (-1, 1):
                new = day + timedelta(days=days)
                yield f"{field.rstrip('_')} {day} → {new}", period.model_copy(update={field: new})


def next_of(name: str, names: Sequence[str]) -> str:
    """Return the name that follows in the list, from the end round to the beginning.

    >>> next_of("b", ("a", "b", "c")), next_of("c", ("a", "b", "c"))
    ('c', 'a')
    """
    listed = list(names)
    return listed[(listed.index(name) + 1) % len(listed)] if name in listed else listed[0]
