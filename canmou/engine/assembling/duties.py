"""Duties: merged over rules, roles resolved, the most urgent first; groups and clashes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from operator import attrgetter
from typing import cast

from canmou.engine.answers import moment_of
from canmou.engine.assembling.citations import citations
from canmou.engine.assembling.evidence import asked, state_in
from canmou.engine.assembling.leading import resolved
from canmou.engine.assembling.questions import worst_for_people
from canmou.engine.assembling.type_share import NARROW, open_types, type_share
from canmou.engine.assessment import Clash, DutyLine, Group, LeadResult
from canmou.engine.inference.program import Step
from canmou.engine.inference.run import Kept, Run
from canmou.engine.records import Text, in_a_row
from canmou.engine.rulebase.conditions import GRADE, REPORTING_GRADE, names_read
from canmou.engine.rulebase.records import Duty, Rule, Within
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.rulebase.vocabulary import BEGINS
from canmou.engine.valuesets import Certainty, Interval, ValueSet

KIND_ORDER = (
    "call", "keep_out", "move", "rescue", "report", "care", "inform", "command", "hand_over",
    "supply", "protect", "record", "prevent", "recover",
)  # fmt: skip
DANGEROUS_KINDS = frozenset({"call", "keep_out", "move", "rescue", "care"})
MODALITY_ORDER = ("must_not", "must", "should", "may")
NOT_LAST = ("must", "should", "may", "must_not")
"""Within a kind, prohibitions that kill nobody stand after what is to be done."""
AT_ONCE = 0.25
"""Hours within which a call counts as one that cannot wait."""
BASIS_ORDER = ("law", "plan", "office", "practice")
_WORD_HOURS = {
    "immediately": 0.0, "urgently": 0.1, "simultaneously": 0.1, "promptly": 0.5, "at_any_time": 6,
    "at_fixed_times": 12, "daily": 24, "regularly": 48, "after_response_ends": 1000,
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class _Ask:
    """One duty that one rule of a program may ask of one party.

    ``share`` is for which share of the types that the incident may be the rule can hold.
    """

    step: Step
    rule: Rule
    duty: Duty
    party: str
    hangs_on_grade: bool
    share: float


@dataclass(frozen=True, slots=True)
class _Asked:
    """A duty that a rule asks for in a run, certain or open, before merging."""

    ask: _Ask
    state: Certainty
    act_now: bool
    waits: tuple[str, ...]
    group: str | None


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """A line with what orders it."""

    line: DutyLine
    order: tuple[object, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Asks:
    """What the rules of a program may ask for, by duty, and which duties a step bears on.

    ``on_grade`` are the duties that hang on a grade, ``roles`` the parties that are roles.
    """

    by_duty: Mapping[str, tuple[_Ask, ...]]
    of_step: Mapping[str, tuple[str, ...]]
    on_grade: frozenset[str]
    roles: tuple[str, ...]


def duties(done: Run, rulebase: RuleBase, leading: LeadResult) -> tuple[DutyLine, ...]:
    """Return the duties of all levels; the same action, party and object are shown once."""
    asks = done.program.memory.of("asks", None, lambda: _asks(done, rulebase))
    group_of = {
        rule: group
        for group, choose in done.program.chooses.items()
        for rule in choose.choose.items
        if state_in(done, f"choose:{group}") > 0
    }
    who = {party: resolved(party, leading, rulebase) for party in asks.roles}
    moments = (done.facts.learned_at, *(done.trace.env.get(m) for m in BEGINS.values()))
    people = _People(done, rulebase)
    rests_on = (group_of, who, moments)
    lines, to_make = _kept(asks, rests_on, done)
    for key in to_make:
        everyone = asks.by_duty[key]
        asked_for = [
            _asked(ask, state, people, group_of, done, rulebase)
            for ask in everyone
            if (state := done.trace.states.get(ask.step.id, Certainty.IMPOSSIBLE))
        ]
        if not asked_for:
            lines.pop(key, None)
            continue
        party = everyone[0].party
        parties = who.get(party, (party,))
        lines[key] = done.program.memory.of(
            ("duty", key),
            (asked_for, parties, moments),
            lambda: _line(key, [_Asked(*a) for a in asked_for], parties, done, rulebase),  # noqa: B023 - called at once
        )
    done.made.duties = Kept(rests_on, lines)
    return tuple(found.line for found in sorted(lines.values(), key=attrgetter("order")))


def _kept(asks: _Asks, rests_on: object, done: Run) -> tuple[dict[str, _Line], Iterable[str]]:
    """Return the lines of an earlier run of the engine, and the duties to be made anew."""
    if done.made.earlier is None or done.made.earlier[0].rests_on != rests_on:
        return {}, asks.by_duty
    earlier, affected = done.made.earlier
    touched = (asks.of_step.get(step, ()) for step in affected)
    return dict(earlier.lines), sorted(asks.on_grade.union(*touched))


def _asks(done: Run, rulebase: RuleBase) -> _Asks:
    """Return for each duty of a program the rules that may ask for it, in inference order."""
    found: dict[str, list[_Ask]] = {}
    leaves = open_types(done)
    for step in done.program.order:
        if not isinstance(step, Step) or step.kind != "rule":
            continue
        rule = done.program.rules[step.owner]
        hangs = any(
            n in (GRADE, REPORTING_GRADE) or n.startswith(f"{GRADE}(")
            for n in names_read(step.condition)
        )
        for duty in rule.then:
            if isinstance(duty, Duty):
                for party in duty.by:
                    found.setdefault(duty_key(duty, party), []).append(
                        _Ask(step, rule, duty, party, hangs, type_share(step.condition, leaves))
                    )
    of_step: dict[str, list[str]] = {}
    for key, asks in found.items():
        for ask in asks:
            of_step.setdefault(ask.step.id, []).append(key)
    parties = sorted({ask.party for asks in found.values() for ask in asks})
    return _Asks(
        by_duty={key: tuple(asks) for key, asks in found.items()},
        of_step={step: tuple(keys) for step, keys in of_step.items()},
        on_grade=frozenset(k for k, asks in found.items() if any(a.hangs_on_grade for a in asks)),
        roles=tuple(party for party in parties if rulebase.parties[party].role),
    )


def _asked(
    ask: _Ask,
    state: Certainty,
    people: _People,
    group_of: Mapping[str, str],
    done: Run,
    rulebase: RuleBase,
) -> tuple[_Ask, Certainty, bool, tuple[str, ...], str | None]:
    """Return the fields of a duty asked for: as a tuple, which is quick to compare."""
    certain = state is Certainty.CERTAIN
    return (
        ask,
        state,
        certain or (ask.duty.if_open == "act" and people.make_possible(ask)),
        () if certain else asked(ask.step, done, rulebase),
        group_of.get(ask.rule.id),
    )


class _People:
    """Whether an open duty is done as if its condition held (先按可能情形办).

    A clock that hangs on a grade runs only while people who are trapped, missing or threatened
    make that grade possible; unknown money alone never starts it.
    """

    def __init__(self, done: Run, rulebase: RuleBase) -> None:
        self._done, self._rulebase = done, rulebase
        self._states: dict[str, bool] = {}

    @cached_property
    def _worst(self) -> dict[str, ValueSet] | None:
        return worst_for_people(self._done, self._rulebase)

    def make_possible(self, ask: _Ask) -> bool:
        if not ask.hangs_on_grade:
            return True
        known = self._states.get(ask.step.id)
        if known is None:
            worst = self._worst
            known = worst is not None and ask.step.condition.evaluate(worst) > 0
            self._states[ask.step.id] = known
        return known


def duty_key(duty: Duty, party: str) -> str:
    """Return what a tick belongs to: action, party and object (and whether it is forbidden)."""
    target = ",".join(sorted(duty.to))
    return f"{duty.action}|{party}|{target}" + ("|not" if duty.modality == "must_not" else "")


def _line(
    key: str, asked_for: list[_Asked], who: tuple[str, ...], done: Run, rulebase: RuleBase
) -> _Line:
    """Return one line for all rules that ask for the same."""
    sources = {a.ask.rule.cites[0].source for a in asked_for}
    ordered = sorted(asked_for, key=lambda a: _strength(a, _general(a, sources, rulebase)))
    best = ordered[0].ask
    certain = [a for a in ordered if a.state is Certainty.CERTAIN]
    counted = certain or [a for a in ordered if a.act_now] or ordered
    within = _shortest(counted, best)
    level = rulebase.parties[who[0] if len(who) == 1 else best.party].level
    texts = list(dict.fromkeys((a.ask.duty.duty.zh, a.ask.duty.duty.en) for a in ordered))
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
        also=tuple(Text(zh=zh, en=en) for zh, en in texts[1:]),
        by=(best.party,),
        by_label=rulebase.parties[best.party].label,
        resolved=who,
        level=level,
        to=best.duty.to,
        to_label=_labels(best.duty.to, rulebase),
        within=within.model_dump(by_alias=True, exclude_none=True) if within else None,
        due=_due(within, done),
        modality=best.duty.modality,
        basis=best.rule.basis,
        status="certain" if certain else "possible",
        act_now=any(a.act_now for a in ordered),
        waits_for=() if certain else tuple(sorted({w for a in ordered for w in a.waits})),
        who_can=next((a.ask.duty.who_can for a in ordered if a.ask.duty.who_can), None),
        not_when=in_a_row(a.ask.duty.not_when for a in ordered),
        elements=tuple({e.zh: e for a in ordered for e in a.ask.duty.elements}.values()),
        group=next((a.group for a in ordered if a.group), None),
        verified=best.rule.verified,
        cites=tuple({(c.source, c.article): c for c in reversed(everyone)}.values())[::-1],
    )
    narrow = max(a.ask.share for a in ordered) < NARROW
    return _Line(line, _order(line, within, narrow, bool(open_types(done))))


def _shortest(counted: list[_Asked], best: _Ask) -> Within | None:
    """Return the shortest time limit, of the rules that bind as the strongest one does.

    What good practice advises never shortens what a law or a plan asks; where these give no limit
    at all, its word (at once) still says how urgent it is.
    """

    def binds(ask: _Ask) -> bool:
        return ask.duty.modality == best.duty.modality and (
            ask.rule.basis != "practice" or best.rule.basis == "practice"
        )

    limits = [a.ask.duty.within for a in counted if a.ask.duty.within and binds(a.ask)]
    if not limits:
        limits = [a.ask.duty.within for a in counted if a.ask.duty.within]
        limits = [limit for limit in limits if limit.word or best.rule.basis == "practice"]
    return min(limits, key=lambda w: (w.in_hours is None, _limit_hours(w)), default=None)


def _labels(parties: Iterable[str], rulebase: RuleBase) -> Text | None:
    labels = [rulebase.parties[p].label for p in parties]
    if not labels:
        return None
    return Text(zh="、".join(t.zh for t in labels), en=", ".join(t.en for t in labels))


def _general(asked: _Asked, sources: Iterable[str], rulebase: RuleBase) -> int:
    """Return how many of the sources come before that of a rule, as special laws do."""
    own = asked.ask.rule.cites[0].source
    return sum(own in rulebase.sources[s].before for s in sources)


def _strength(asked: _Asked, general: int) -> tuple[object, ...]:
    return (
        -int(asked.state),
        not asked.act_now,
        -asked.ask.share,
        MODALITY_ORDER.index(asked.ask.duty.modality),
        BASIS_ORDER.index(asked.ask.rule.basis),
        general,
        _limit_hours(asked.ask.duty.within),
        asked.ask.rule.id,
    )


def _limit_hours(within: Within | None) -> float:
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
    are not certain or can wait a minute stand after moving people, if it is known what it is.
    While the type is open, what fits only few of the possible types (``narrow``) stands last.
    """
    dangerous = line.modality == "must_not" and line.kind in DANGEROUS_KINDS
    calls_at_once = line.status == "certain" and _limit_hours(within) <= AT_ONCE
    after = line.kind == "call" and not (dangerous or calls_at_once or type_open)
    return (
        not line.act_now,
        narrow,
        not dangerous,
        dangerous and line.status != "certain",
        line.group is not None,
        KIND_ORDER.index("move") + 0.5 if after else KIND_ORDER.index(line.kind),
        MODALITY_ORDER.index(line.modality) if dangerous else NOT_LAST.index(line.modality),
        _limit_hours(within),
        line.status,
        BASIS_ORDER.index(line.basis),
        line.key,
    )


def groups(done: Run, rulebase: RuleBase) -> tuple[Group, ...]:
    """Return the lists of which at least one item is to be chosen."""
    found = []
    for step, state in done.trace.firings:
        if step.kind != "choose" or state is Certainty.IMPOSSIBLE:
            continue
        body = done.program.chooses[step.owner].choose
        found.append(
            Group(
                group=body.group,
                title=body.title,
                at_least=body.at_least,
                by=body.by,
                status="certain" if state is Certainty.CERTAIN else "possible",
                items=body.items,
                cites=citations(body.cites, rulebase, "text"),
            )
        )
    return tuple(found)


def clashes(lines: tuple[DutyLine, ...]) -> tuple[Clash, ...]:
    """Return the pairs of a duty to do and a duty not to do the same."""
    forbidden = [line for line in lines if line.modality == "must_not"]
    wanted = {line.key.removesuffix("|not") for line in forbidden}
    done = {line.key: line for line in lines if line.key in wanted}
    found = []
    for line in forbidden:
        other = done.get(line.key.removesuffix("|not"))
        if other is not None:
            both = line.status == "certain" and other.status == "certain"
            found.append(
                Clash(
                    action=line.action,
                    by=line.by[0],
                    to=line.to,
                    do=other.rule,
                    do_not=line.rule,
                    status="certain" if both else "possible",
                )
            )
    return tuple(found)
