"""Duties: merged over rules, roles resolved, the most urgent first; groups and clashes."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, cast

from canmou.engine.answers import moment_of
from canmou.engine.assembling.citations import citations
from canmou.engine.assembling.leading import resolved
from canmou.engine.assembling.questions import asked_names, worst_for_people
from canmou.engine.assessment import Clash, DutyLine, Group, LeadResult
from canmou.engine.inference.program import Step
from canmou.engine.inference.run import Run
from canmou.engine.records import Record, Text
from canmou.engine.rulebase.conditions import (
    GRADE,
    REPORTING_GRADE,
    names_read,
    waits_for,
)
from canmou.engine.rulebase.records import Duty, Rule, Within
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.valuesets import Certainty, Interval

KIND_ORDER = (
    "call", "keep_out", "move", "rescue", "report", "inform", "care", "command", "hand_over",
    "supply", "protect", "record", "prevent", "recover",
)  # fmt: skip
DANGEROUS_KINDS = frozenset({"call", "keep_out", "move", "rescue", "care"})
MODALITY_ORDER = ("must_not", "must", "should", "may")
BASIS_ORDER = ("law", "plan", "office", "practice")
_WORD_HOURS = {
    "immediately": 0.0, "urgently": 0.1, "simultaneously": 0.1, "promptly": 0.5, "at_any_time": 6,
    "at_fixed_times": 12, "daily": 24, "regularly": 48, "after_response_ends": 1000,
}  # fmt: skip


class _Asked(Record):
    """One duty of one rule for one party, before merging."""

    rule: Rule
    duty: Duty
    party: str
    state: Certainty
    act_now: bool
    waits: tuple[str, ...]
    group: str | None


def duties(done: Run, rulebase: RuleBase, leading: LeadResult) -> tuple[DutyLine, ...]:
    """Return the duties of all levels; the same action, party and object are shown once."""
    group_of = {
        rule: group
        for group, choose in done.program.chooses.items()
        for rule in choose.choose.items
        if done.trace.states.get(f"choose:{group}", Certainty.IMPOSSIBLE) > 0
    }
    merged: dict[str, list[_Asked]] = {}
    people = worst_for_people(done, rulebase)
    for step, state in done.trace.firings:
        rule = done.program.rules.get(step.owner) if step.kind == "rule" else None
        if rule is None or state is Certainty.IMPOSSIBLE:
            continue
        for duty in rule.then:
            if not isinstance(duty, Duty):
                continue
            for party in duty.by:
                asked = _Asked(
                    rule=rule,
                    duty=duty,
                    party=party,
                    state=state,
                    act_now=_act_now(duty, step, state, people),
                    waits=_waits(done, rulebase, step) if state is Certainty.OPEN else (),
                    group=group_of.get(rule.id),
                )
                merged.setdefault(duty_key(duty, party), []).append(asked)
    lines = [_line(key, asked, done, rulebase, leading) for key, asked in merged.items()]
    return tuple(sorted(lines, key=_order))


def duty_key(duty: Duty, party: str) -> str:
    """Return what a tick belongs to: action, party and object (and whether it is forbidden)."""
    target = ",".join(sorted(duty.to))
    return f"{duty.action}|{party}|{target}" + ("|not" if duty.modality == "must_not" else "")


def _act_now(duty: Duty, step: Step, state: Certainty, people: dict[str, Any] | None) -> bool:
    """Whether an open duty is done as if its condition held (先按可能情形办).

    A clock that hangs on a grade runs only while people who are trapped, missing or threatened
    make that grade possible; unknown money alone never starts it.
    """
    if state is Certainty.CERTAIN:
        return True
    if duty.if_open != "act":
        return False
    reads = names_read(step.condition)
    if not any(n in (GRADE, REPORTING_GRADE) or n.startswith(f"{GRADE}(") for n in reads):
        return True
    return people is not None and step.condition.evaluate(people) is not Certainty.IMPOSSIBLE


def _waits(done: Run, rulebase: RuleBase, step: Step) -> tuple[str, ...]:
    names = set(waits_for(step.condition, done.trace.env))
    names |= {n for n in step.reads if n.startswith("outcome(") and not done.trace.env[n].is_exact}
    return tuple(sorted(asked_names(names, done, rulebase)))


def _line(
    key: str, asked: list[_Asked], done: Run, rulebase: RuleBase, leading: LeadResult
) -> DutyLine:
    """Return one line for all rules that ask for the same."""
    ordered = sorted(asked, key=_strength)
    best = ordered[0]
    certain = [a for a in ordered if a.state is Certainty.CERTAIN]
    counted = certain or [a for a in ordered if a.act_now] or ordered
    timed = sorted(
        (a.duty.within for a in counted if a.duty.within),
        key=lambda w: (w.in_hours is None, _limit_hours(w)),
    )
    within = timed[0] if timed else None
    who = resolved(best.party, leading, rulebase)
    level = rulebase.parties[who[0]].level if len(who) == 1 else rulebase.parties[best.party].level
    texts = list(dict.fromkeys((a.duty.duty.zh, a.duty.duty.en) for a in ordered))
    party, targets = rulebase.parties[best.party], best.duty.to
    everyone = [c for a in ordered for c in citations(a.rule.cites, rulebase, a.rule.verified)]
    return DutyLine(
        key=key,
        rule=best.rule.id,
        rules=tuple(dict.fromkeys(a.rule.id for a in ordered)),
        action=best.duty.action,
        kind=rulebase.actions[best.duty.action].kind,
        text=best.duty.duty,
        also=tuple(Text(zh=zh, en=en) for zh, en in texts[1:]),
        by=(best.party,),
        by_label=party.label,
        resolved=who,
        level=level,
        to=targets,
        to_label=_labels(targets, rulebase),
        within=within.model_dump(by_alias=True, exclude_none=True) if within else None,
        due=_due(within, done),
        modality=best.duty.modality,
        basis=best.rule.basis,
        status="certain" if certain else "possible",
        act_now=any(a.act_now for a in ordered),
        waits_for=() if certain else tuple(sorted({w for a in ordered for w in a.waits})),
        who_can=next((a.duty.who_can for a in ordered if a.duty.who_can), None),
        not_when=next((a.duty.not_when for a in ordered if a.duty.not_when), None),
        elements=tuple({e.zh: e for a in ordered for e in a.duty.elements}.values()),
        group=next((a.group for a in ordered if a.group), None),
        verified=best.rule.verified,
        cites=tuple({(c.source, c.article): c for c in reversed(everyone)}.values())[::-1],
    )


def _labels(parties: Iterable[str], rulebase: RuleBase) -> Text | None:
    labels = [rulebase.parties[p].label for p in parties]
    if not labels:
        return None
    return Text(zh="、".join(t.zh for t in labels), en=", ".join(t.en for t in labels))


def _strength(asked: _Asked) -> tuple[object, ...]:
    return (
        -int(asked.state),
        not asked.act_now,
        MODALITY_ORDER.index(asked.duty.modality),
        BASIS_ORDER.index(asked.rule.basis),
        _limit_hours(asked.duty.within),
        asked.rule.id,
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
    if within.from_ == "occurred":
        known = done.trace.env.get("occurred_at")
        begin = moment_of(known.low) if isinstance(known, Interval) and known.is_exact else None
    elif within.from_ != "learned":
        begin = None
    if begin is None:
        return None
    return begin.replace(tzinfo=None) + timedelta(hours=within.in_hours)


def _order(line: DutyLine) -> tuple[object, ...]:
    """Order a list by what counts in the first minutes.

    What must not be done because it kills comes first, then calls, keeping out, moving people and
    reports; only within a kind does it matter whether something is a must or a should.
    """
    limit = Within.model_validate(line.within) if line.within else None
    dangerous = line.modality == "must_not" and line.kind in DANGEROUS_KINDS
    return (
        not line.act_now,
        not dangerous,
        line.group is not None,
        KIND_ORDER.index(line.kind),
        MODALITY_ORDER.index(line.modality),
        _limit_hours(limit),
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
    done = {line.key: line for line in lines if line.modality != "must_not"}
    found = []
    for line in lines:
        if line.modality != "must_not":
            continue
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
