"""The pairs of rules that would contradict each other if both held."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

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
    yield from clashing(every)
    yield from _told_apart(_two_leaders(every))
    yield from _told_apart(_two_limits(every))


def clashing(rules: Iterable[Rule]) -> Iterator[Pair]:
    """Yield the pairs of which one asks a party to do what the other forbids it."""
    return _told_apart(_clashing(list(rules)))


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
