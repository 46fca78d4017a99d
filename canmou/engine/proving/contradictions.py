"""Rules that contradict each other: do and do not, two leaders, two limits of one article."""

from __future__ import annotations

from collections.abc import Iterable

import z3

from canmou.engine.proving.findings import Finding, Witness
from canmou.engine.proving.moments import Moment
from canmou.engine.proving.pairs import PARTS, Pair
from canmou.engine.proving.prover import Prover
from canmou.engine.proving.solving import Found
from canmou.engine.proving.witnesses import all_certain, incident, needed
from canmou.engine.proving.worlds import Formula, Worlds
from canmou.engine.records import Text
from canmou.engine.rulebase.records import Rule
from canmou.engine.rulebase.vocabulary import FindingKind


def contradiction(prover: Prover, pair: Pair) -> Finding | None:
    """Return that both rules of a pair can hold at once, with the incident in which they do."""
    one, other, kind, _ = pair
    if not could_meet(prover, one, other, kind):
        return None
    moments = prover.calendar.moments(one, other)
    if not _meet_on_some_day(prover, one, other, moments, kind):
        return None
    for moment in moments:
        found = _both(prover, one, other, moment, kind)
        if found is None:
            continue
        filled = incident(found, moment, prover.rulebase)
        both = all_certain([f"rule:{r.id}" for r in (one, other)], prover.rulebase)
        if both(filled):
            return _told(prover, pair, needed(filled, both))
    return None


def could_meet(prover: Prover, one: Rule, other: Rule, kind: FindingKind) -> bool:
    """Whether two rules could hold together on any day, whatever derived names and grades say."""
    loose = prover.loose
    conditions = [prover.rulebase.conditions[f"rule:{r.id}"] for r in (one, other)]
    against = [
        prover.rulebase.conditions[f"rule:{e.id}"] for e in _always_in_the_way(prover, one, other)
    ]
    names = frozenset().union(*(loose.answered_behind(c) for c in (*conditions, *against)))
    formulas = [loose.formula(c) for c in conditions]
    formulas += [z3.Not(loose.formula(c)) for c in against]
    return prover.possible(loose, [*formulas, *_one_type(loose, kind)], names)


def _meet_on_some_day(
    prover: Prover, one: Rule, other: Rule, moments: Iterable[Moment], kind: FindingKind
) -> bool:
    """Whether two rules hold together at some moment: one question for all days of a stage."""
    for stage, area, office in sorted({(m.stage, m.area, m.office) for m in moments}, key=repr):
        worlds = prover.any_day(stage, area, office)
        names, formulas = _holding_together(worlds, one, other, kind)
        if prover.possible(worlds, [*formulas, *worlds.some_days], names):
            return True
    return False


def _holding_together(
    worlds: Worlds, one: Rule, other: Rule, kind: FindingKind
) -> tuple[frozenset[str], list[Formula]]:
    steps = [f"rule:{r.id}" for r in (one, other)]
    names = worlds.behind_step(steps[0]) | worlds.behind_step(steps[1])
    return names, [worlds.step(s) for s in steps] + _one_type(worlds, kind)


def _always_in_the_way(prover: Prover, one: Rule, other: Rule) -> list[Rule]:
    """Return exceptions whose condition alone keeps the two from holding together.

    They are in force whenever both rules are, and what excepts them excepts one of the two as well:
    either the exception defeats a rule, or what defeats the exception does.
    """
    pair, excepting = {one.id, other.id}, prover.excepting
    against = {r.id: r for p in (one, other) for r in excepting.get(p.id, ())}
    if not against:
        return []
    days = set(prover.calendar.holding(one)) & set(prover.calendar.holding(other))
    return [
        rule
        for rule in against.values()
        if all(pair & set(r.excepts) for r in excepting.get(rule.id, ()))
        and rule.area is None
        and rule.office is None
        and days <= set(prover.calendar.holding(rule))
    ]


def _one_type(worlds: Worlds, kind: FindingKind) -> list[Formula]:
    """Return that the incident has one type: two types have two leaders, and that is right."""
    return [] if kind == "clash" else [worlds.at_most_one_type]


def _both(
    prover: Prover, one: Rule, other: Rule, moment: Moment, kind: FindingKind
) -> Found | None:
    worlds = prover.worlds(moment)
    names, formulas = _holding_together(worlds, one, other, kind)
    if not prover.possible(worlds, formulas, names):
        return None
    return prover.plainest(worlds, formulas, names, file=other.file or one.file)


def _told(prover: Prover, pair: Pair, filled: dict[str, object]) -> Finding:
    one, other, kind, about = pair
    there = prover.of_rule(one)
    where = f"{there.file}:{there.line}"
    action = prover.rulebase.actions.get(about)
    if kind == "clash" and action is not None:
        zh = (f"与 {one.id}（{where}）冲突：一条要“{action.label.zh}”，一条不得，而两条可以同时"
              "成立；写 excepts 或改条件")  # fmt: skip
        en = (f"clashes with {one.id} ({where}): one asks for {about}, the other forbids it, and "
              "both can hold; write excepts or change a condition")  # fmt: skip
    elif about in PARTS:
        zh = f"与 {one.id}（{where}）重叠：两条同时成立，{PARTS[about].zh}不同；写 excepts 或改条件"
        en = (f"overlaps with {one.id} ({where}): both hold and name a different "
              f"{PARTS[about].en}; write excepts or change a condition")  # fmt: skip
    else:
        zh = f"与 {one.id}（{where}）重叠：同一条款、同一任务，时限不同，而两条可以同时成立"
        en = (f"overlaps with {one.id} ({where}): one article, one duty, two time limits, and both "
              "can hold")  # fmt: skip
    return Finding(
        kind=kind,
        place=prover.of_rule(other),
        entry=other.id,
        about=one.id,
        message=Text(zh=zh, en=en),
        witness=Witness(
            incident=filled,
            shows=Text(
                zh=f"{one.id} 和 {other.id} 都成立", en=f"{one.id} and {other.id} both hold"
            ),
        ),
    )
