"""One line for all rules that ask for the same duty, and what orders the lines."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from canmou.engine.answers import moment_of
from canmou.engine.assembling.citations import citations
from canmou.engine.assembling.duty_asks import Ask, Asked
from canmou.engine.assembling.type_share import NARROW, open_types, type_share
from canmou.engine.assessment import DutyLine
from canmou.engine.duty_words import MODALITIES, limit_text
from canmou.engine.inference.run import Run
from canmou.engine.records import Text, in_a_row
from canmou.engine.rulebase.records import Duty, Within
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.rulebase.vocabulary import BEGINS
from canmou.engine.valuesets import Certainty, Interval

KIND_ORDER = (
    "call", "keep_out", "move", "rescue", "report", "care", "inform", "command", "hand_over",
    "supply", "protect", "record", "prevent", "recover",
)  # fmt: skip
DANGEROUS_KINDS = frozenset({"call", "keep_out", "move", "rescue", "care"})
MODALITY_ORDER = ("must_not", "must", "should", "may")
NOT_LAST = ("must", "should", "may", "must_not")
"""Within a kind, prohibitions that kill nobody stand after what is to be done."""
NO_LIMIT = Text(zh="没有时限", en="no limit")
TO_BE_VERIFIED = Text(zh="待核实", en="to be verified")
AT_ONCE = 0.25
"""Hours within which a call counts as one that cannot wait."""
BASIS_ORDER = ("law", "plan", "office", "practice")
_WORD_HOURS = {
    "immediately": 0.0, "urgently": 0.1, "simultaneously": 0.1, "promptly": 0.5,
    "as_soon_as_possible": 0.5, "at_any_time": 6,
    "at_fixed_times": 12, "daily": 24, "regularly": 48, "after_response_ends": 1000,
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A line with what orders it."""

    line: DutyLine
    order: tuple[object, ...]


def line_of(
    key: str, asked_for: list[Asked], who: tuple[str, ...], done: Run, rulebase: RuleBase
) -> Line:
    """Return one line for all rules that ask for the same."""
    sources = {a.ask.rule.cites[0].source for a in asked_for}
    leaves = rulebase.all_leaves
    ordered = sorted(asked_for, key=lambda a: _strength(a, _general(a, sources, rulebase), leaves))
    best = ordered[0].ask
    certain = [a for a in ordered if a.state is Certainty.CERTAIN]
    counted = certain or [a for a in ordered if a.act_now] or ordered
    within = _shortest(counted, best)
    level = rulebase.parties[who[0] if len(who) == 1 else best.party].level
    everyone = [
        c for a in ordered for c in citations(a.ask.rule.cites, rulebase, a.ask.rule.verified)
    ]
    line = DutyLine(
        key=key,
        rule=best.rule.id,
        rules=tuple(dict.fromkeys(a.ask.rule.id for a in ordered)),
        action=best.duty.action,
        kind=rulebase.actions[best.duty.action].kind,
        text=best.duty.duty,
        also=_besides(ordered, best, within),
        by=(best.party,),
        by_label=rulebase.parties[best.party].label,
        resolved=who,
        level=level,
        to=best.duty.to,
        to_label=_labels(best.duty.to, rulebase),
        within=_shown(within),
        due=_due(within, done),
        modality=best.duty.modality,
        basis=best.rule.basis,
        status="certain" if certain else "possible",
        act_now=any(a.act_now for a in ordered),
        waits_for=() if certain else tuple(sorted({w for a in ordered for w in a.waits})),
        must_waits_for=_undecided_must(ordered, best),
        who_can=next((a.ask.duty.who_can for a in ordered if a.ask.duty.who_can), None),
        not_when=in_a_row(a.ask.duty.not_when for a in ordered),
        elements=tuple({e.zh: e for a in ordered for e in a.ask.duty.elements}.values()),
        group=next((a.group for a in ordered if a.group), None),
        verified=best.rule.verified,
        cites=tuple({(c.source, c.article): c for c in reversed(everyone)}.values())[::-1],
    )
    told = [a for a in ordered if a.act_now] or ordered
    narrow = max(a.ask.share for a in told) < NARROW
    return Line(line, _order(line, within, narrow, bool(open_types(done))))


def _shortest(counted: list[Asked], best: Ask) -> Within | None:
    """Return the shortest time limit, of the rules that bind as the strongest one does.

    What is only advised never shortens what a law or a plan asks; where these give no limit at
    all, a word (at once) still says how urgent it is, and is shown as advice.
    """

    advice = best.rule.basis == "practice" or best.duty.modality == "should"

    def binds(ask: Ask, within: Within) -> bool:
        return ask.duty.modality == best.duty.modality and (
            advice or (ask.rule.basis != "practice" and not within.advised)
        )

    given = [(a.ask, a.ask.duty.within) for a in counted if a.ask.duty.within]
    limits = [within for ask, within in given if binds(ask, within)]
    if not limits:
        limits = [w if advice else as_advice(w) for _, w in given if w.word or advice]
    return min(limits, key=lambda w: (w.in_hours is None, limit_hours(w)), default=None)


def _shown(within: Within | None) -> dict[str, Any] | None:
    return within.model_dump(by_alias=True, exclude_none=True) if within else None


def _besides(asked_for: list[Asked], best: Ask, within: Within | None) -> tuple[Text, ...]:
    """Return what else rules ask on the same line, each with how it binds where that is unlike.

    The line shows the strongest modality and the shortest limit; what a power or a sentence
    without a limit asks besides must not look as if they held for it too, nor must what is only
    possible look certain. What waits until more is known is not told beside what is done now.
    """
    told = {(best.duty.duty.zh, best.duty.duty.en): best.duty.duty}
    sure = any(a.state is Certainty.CERTAIN for a in asked_for)
    now = any(a.act_now for a in asked_for)
    for asked in asked_for:
        if now and not asked.act_now:
            continue
        duty = asked.ask.duty
        marks = [MODALITIES[duty.modality]] if duty.modality != best.duty.modality else []
        marks += _own_limit(duty, within)
        if sure and asked.state is not Certainty.CERTAIN:
            marks.append(TO_BE_VERIFIED)
        told.setdefault((duty.duty.zh, duty.duty.en), _marked(duty.duty, marks))
    return tuple(told.values())[1:]


def _own_limit(duty: Duty, within: Within | None) -> list[Text]:
    """Return the limit of a duty where it is not that of its line; advice needs none."""
    own = duty.within
    if own is None:
        binding = within is not None and not within.advised and duty.modality != "should"
        return [NO_LIMIT] if binding else []
    if within is not None and as_advice(own) == as_advice(within):
        return []
    return [text] if (text := limit_text(_shown(own))) else []


def _marked(text: Text, marks: list[Text]) -> Text:
    if not marks:
        return text
    zh, en = "，".join(m.zh for m in marks), ", ".join(m.en for m in marks)
    return Text(zh=f"{text.zh}（{zh}）", en=f"{text.en} ({en})")


def as_advice(within: Within) -> Within:
    """Return a limit marked as one that no text sets."""
    return within.model_copy(update={"advised": True})


def _undecided_must(asked_for: Iterable[Asked], best: Ask) -> tuple[str, ...]:
    """Return what rules that make the duty a must still wait for, when it is only advised."""
    if best.duty.modality in {"must", "must_not"}:
        return ()
    musts = (a for a in asked_for if a.ask.duty.modality == "must")
    return tuple(sorted({name for a in musts for name in a.waits}))


def _labels(parties: Iterable[str], rulebase: RuleBase) -> Text | None:
    labels = [rulebase.parties[p].label for p in parties]
    if not labels:
        return None
    return Text(zh="、".join(t.zh for t in labels), en=", ".join(t.en for t in labels))


def _general(asked: Asked, sources: Iterable[str], rulebase: RuleBase) -> int:
    """Return how many of the sources come before that of a rule, as special laws do."""
    own = asked.ask.rule.cites[0].source
    return sum(own in rulebase.sources[s].before for s in sources)


def _strength(asked: Asked, general: int, leaves: frozenset[str]) -> tuple[object, ...]:
    """Order the rules of one line: the strongest heads it; of equals the one for fewest types.

    What is said for this kind of incident (eight metres from a fallen wire) tells more than what
    is said for every kind (keep people out).
    """
    return (
        -int(asked.state),
        not asked.act_now,
        -asked.ask.share,
        MODALITY_ORDER.index(asked.ask.duty.modality),
        BASIS_ORDER.index(asked.ask.rule.basis),
        general,
        type_share(asked.ask.step.condition, leaves),
        limit_hours(asked.ask.duty.within),
        asked.ask.rule.id,
    )


def limit_hours(within: Within | None) -> float:
    """Return a time limit in hours for ordering; words are placed among the figures."""
    if within is None:
        return math.inf
    hours = within.in_hours
    return hours if hours is not None else _WORD_HOURS[cast(str, within.word)]


def _due(within: Within | None, done: Run) -> datetime | None:
    """Return the end of a time limit that is a figure, when its beginning is known."""
    if within is None or within.in_hours is None:
        return None
    begin = done.facts.learned_at
    if within.from_ in BEGINS:
        known = done.trace.env.get(BEGINS[within.from_])
        begin = moment_of(known.low) if isinstance(known, Interval) and known.is_exact else None
    elif within.from_ != "learned":
        begin = None
    if begin is None:
        return None
    return begin.replace(tzinfo=None) + timedelta(hours=within.in_hours)


def _order(
    line: DutyLine, within: Within | None, narrow: bool, type_open: bool
) -> tuple[object, ...]:
    """Order a list by what counts in the first minutes.

    What must not be done because it kills comes first, then calls, keeping out, moving people and
    reports; only within a kind does it matter whether something is a must or a should. Calls that
    are not certain or can wait a minute stand after moving people, if it is known what it is. What
    a leader must order at once (forces, the response) stands before reports, which have clocks of
    their own; other orders stand after care and information.
    While the type is open, what fits only few of the possible types (``narrow``) stands last.
    """
    dangerous = line.modality == "must_not" and line.kind in DANGEROUS_KINDS
    at_once = limit_hours(within) <= AT_ONCE
    can_wait = not (dangerous or type_open or (at_once and line.status == "certain"))
    kind: float = KIND_ORDER.index(line.kind)
    if line.kind == "call" and can_wait:
        kind = KIND_ORDER.index("move") + 0.5
    elif line.kind == "command" and line.modality == "must" and at_once:
        kind = KIND_ORDER.index("rescue") + 0.5
    return (
        not line.act_now,
        narrow,
        not dangerous,
        dangerous and line.status != "certain",
        line.group is not None,
        kind,
        MODALITY_ORDER.index(line.modality) if dangerous else NOT_LAST.index(line.modality),
        limit_hours(within),
        line.status,
        BASIS_ORDER.index(line.basis),
        line.key,
    )
