"""Rules that contradict each other: do and do not, two leaders, two limits of one article."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

import z3

from canmou.engine.proving.findings import Finding, Witness
from canmou.engine.proving.moments import Moment
from canmou.engine.proving.prover import Prover
from canmou.engine.proving.solving import Found
from canmou.engine.proving.witnesses import all_certain, incident, needed
from canmou.engine.proving.worlds import Formula, Worlds
from canmou.engine.records import Text
from canmou.engine.rulebase.records import Duty, LeadConclusion, Rule
from canmou.engine.rulebase.vocabulary import FindingKind

Pair = tuple[Rule, Rule, FindingKind, str]
PARTS = {
    "authority": Text(zh="领导机关", en="leading authority"),
    "department": Text(zh="牵头部门", en="lead department"),
    "commander": Text(zh="现场指挥", en="on-scene commander"),
}


def pairs(rules: Iterable[Rule]) -> Iterator[Pair]:
    """Yield the pairs of rules that would contradict each other if both held."""
    every = list(rules)
    yield from _told_apart(_clashing(every))
    yield from _told_apart(_two_leaders(every))
    yield from _told_apart(_two_limits(every))


def _told_apart(found: Iterable[Pair]) -> Iterator[Pair]:
    """Yield the pairs that no exception and no area tells apart, each once."""
    seen: set[tuple[str, str, str]] = set()
    for one, other, kind, about in found:
        key = (min(one.id, other.id), max(one.id, other.id), kind)
        if key in seen or one.id in other.excepts or other.id in one.excepts:
            continue
        seen.add(key)
        if len({r.area for r in (one, other) if r.area}) < 2:
            yield one, other, kind, about


def _clashing(rules: list[Rule]) -> Iterator[Pair]:
    to_do: dict[tuple[str, str, tuple[str, ...]], list[Rule]] = {}
    not_to_do: dict[tuple[str, str, tuple[str, ...]], list[Rule]] = {}
    for rule in rules:
        for duty in rule.then:
            if isinstance(duty, Duty):
                side = not_to_do if duty.modality == "must_not" else to_do
                for party in duty.by:
                    side.setdefault((duty.action, party, tuple(sorted(duty.to))), []).append(rule)
    for key in sorted(set(to_do) & set(not_to_do)):
        for one, other in itertools.product(to_do[key], not_to_do[key]):
            yield one, other, "clash", key[0]


def _two_leaders(rules: list[Rule]) -> Iterator[Pair]:
    leaders: dict[str, list[tuple[Rule, str]]] = {}
    for rule in rules:
        for conclusion in rule.then:
            if isinstance(conclusion, LeadConclusion):
                for part in PARTS:
                    party = getattr(conclusion.lead, part)
                    if party is not None:
                        leaders.setdefault(part, []).append((rule, party))
    for part, lines in leaders.items():
        for (one, first), (other, second) in itertools.combinations(lines, 2):
            if first != second:
                yield one, other, "overlap", part


def _two_limits(rules: list[Rule]) -> Iterator[Pair]:
    asked: dict[tuple[object, ...], list[tuple[Rule, Duty]]] = {}
    for rule, duty in _limited(rules):
        for party, cite in itertools.product(duty.by, rule.cites):
            if cite.article is not None:
                what = (duty.action, party, tuple(sorted(duty.to)), duty.modality)
                asked.setdefault((*what, cite.source, cite.article), []).append((rule, duty))
    for key in sorted(asked, key=repr):
        for (one, first), (other, second) in itertools.combinations(asked[key], 2):
            if one is not other and first.within != second.within:
                yield one, other, "overlap", first.action


def _limited(rules: list[Rule]) -> Iterator[tuple[Rule, Duty]]:
    """Yield the duties that have a time limit in figures."""
    for rule in rules:
        for duty in rule.then:
            if isinstance(duty, Duty) and duty.within and duty.within.in_hours is not None:
                yield rule, duty


def contradiction(prover: Prover, pair: Pair) -> Finding | None:
    """Return that both rules of a pair can hold at once, with the incident in which they do."""
    one, other, kind, _ = pair
    if not _could_meet(prover, one, other, kind):
        return None
    for moment in prover.calendar.moments(one, other):
        found = _both(prover, one, other, moment, kind)
        if found is None:
            continue
        filled = incident(found, moment, prover.rulebase)
        both = all_certain([f"rule:{r.id}" for r in (one, other)], prover.rulebase)
        if both(filled):
            return _told(prover, pair, needed(filled, both))
    return None


def _could_meet(prover: Prover, one: Rule, other: Rule, kind: FindingKind) -> bool:
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


def _always_in_the_way(prover: Prover, one: Rule, other: Rule) -> list[Rule]:
    """Return exceptions whose condition alone keeps the two from holding together.

    They are in force whenever both rules are, and what excepts them excepts one of the two as well:
    either the exception defeats a rule, or what defeats the exception does.
    """
    rules = prover.rulebase.rules.values()
    pair = {one.id, other.id}
    days = set(prover.calendar.holding(one)) & set(prover.calendar.holding(other))
    against = [rule for rule in rules if pair & set(rule.excepts)]
    excepted_else = {t for rule in rules if not pair & set(rule.excepts) for t in rule.excepts}
    return [
        rule
        for rule in against
        if rule.id not in excepted_else
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
    steps = [f"rule:{r.id}" for r in (one, other)]
    names = worlds.behind_step(steps[0]) | worlds.behind_step(steps[1])
    formulas = [worlds.step(s) for s in steps] + _one_type(worlds, kind)
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
