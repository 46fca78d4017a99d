"""Static clashes: one is to do and the other not to do the same, and both can hold at once."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

from canmou.engine.records import Text
from canmou.engine.rulebase.conditions import (
    Among,
    Both,
    Compare,
    CompareOrdered,
    Condition,
    TypeIs,
    atoms,
    speaks_of_knowledge,
)
from canmou.engine.rulebase.errors import Mistake, Place
from canmou.engine.rulebase.records import Duty, Rule
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.valuesets import Certainty, Choices, Interval, TypeSet, ValueSet

MOST_COMBINATIONS = 20_000


def static_clashes(rulebase: RuleBase, place_of: Callable[..., Place]) -> list[Mistake]:
    """Return a mistake for each pair of rules whose duties contradict while both can hold.

    Conditions are tried over the cut points of their measures; a pair is told apart by ``excepts``
    or by periods that do not meet.
    """
    to_do: dict[tuple[str, str, tuple[str, ...]], list[Rule]] = {}
    not_to_do: dict[tuple[str, str, tuple[str, ...]], list[Rule]] = {}
    for rule in rulebase.rules.values():
        for duty in rule.then:
            if isinstance(duty, Duty):
                side = not_to_do if duty.modality == "must_not" else to_do
                for party in duty.by:
                    side.setdefault((duty.action, party, tuple(sorted(duty.to))), []).append(rule)
    found = []
    for key in sorted(set(to_do) & set(not_to_do)):
        for one, other in itertools.product(to_do[key], not_to_do[key]):
            if one.id in other.excepts or other.id in one.excepts:
                continue
            if not _periods_meet(one, other, rulebase) or not _meet(one, other, rulebase):
                continue
            action, party, _ = key
            there = place_of("Rule", one.id)
            found.append(
                Mistake(
                    code="clash",
                    place=place_of("Rule", other.id),
                    entry=other.id,
                    message=Text(
                        zh=f"与 {one.id}（{there.file}:{there.line}）冲突：对 {party}，一条要 "
                        f"{action}，一条不得 {action}，而两条可以同时成立；写 excepts 或改条件",
                        en=f"clashes with {one.id} ({there.file}:{there.line}): {party} is to do "
                        f"and not to do {action}, and both can hold; write excepts or change a "
                        "condition",
                    ),
                )
            )
    return found


def _periods_meet(one: Rule, other: Rule, rulebase: RuleBase) -> bool:
    from canmou.engine.rulebase.checking import _period

    begins, ends = [], []
    for rule in (one, other):
        periods = (
            [rule.in_force]
            if rule.in_force is not None
            else [rulebase.sources[c.source].in_force for c in rule.cites]
        )
        for period in periods:
            begin, end = _period(period)
            begins.append(begin)
            ends.append(end)
    areas = {rule.area for rule in (one, other) if rule.area}
    return max(begins) < min(ends) and len(areas) < 2


def _meet(one: Rule, other: Rule, rulebase: RuleBase) -> bool:
    """Whether some complete set of answers satisfies both conditions."""
    condition = Both(
        (rulebase.conditions[f"rule:{one.id}"], rulebase.conditions[f"rule:{other.id}"])
    )
    if speaks_of_knowledge(condition):
        return True
    return any(
        condition.evaluate(env) is Certainty.CERTAIN for env in environments(condition, rulebase)
    )


def environments(condition: Condition, rulebase: RuleBase) -> Iterator[dict[str, ValueSet]]:
    """Yield complete environments over the cut points of a condition, at most a fixed number."""
    domains: dict[str, list[ValueSet]] = {}
    for name, cuts in cut_points(condition, rulebase).items():
        domains[name] = cuts
    names = sorted(domains)
    combinations = itertools.product(*(domains[n] for n in names))
    for values in itertools.islice(combinations, MOST_COMBINATIONS):
        yield dict(zip(names, values, strict=True))


def cut_points(condition: Condition, rulebase: RuleBase) -> dict[str, list[ValueSet]]:
    """Return for each name one value on each side of every threshold, or every choice."""
    found: dict[str, dict[object, ValueSet]] = {}
    for atom in atoms(condition):
        if isinstance(atom, TypeIs):
            for leaf in _one_leaf_per_answer(condition, rulebase):
                found.setdefault(atom.name, {})[leaf] = TypeSet((frozenset({leaf}),))
            continue
        if isinstance(atom, Compare):
            for value in (atom.value - 1, atom.value, atom.value + 1):
                found.setdefault(atom.name, {})[value] = Interval(value, value)
            continue
        if isinstance(atom, Among | CompareOrdered):
            measure = rulebase.measures.get(atom.name)
            options: list[str | bool] = [True, False]
            if measure is not None and measure.type == "choice":
                options = list(measure.choices)
            elif measure is None:
                options = ["initial", "final"]
            for option in options:
                found.setdefault(atom.name, {})[option] = Choices(frozenset({option}))
            continue
        for name in (getattr(atom, "name", None), getattr(atom, "other", None)):
            if name is not None:
                for value in (0, 1):
                    found.setdefault(name, {})[value] = Interval(value, value)
    return {name: list(values.values()) for name, values in found.items()}


def _one_leaf_per_answer(condition: Condition, rulebase: RuleBase) -> list[str]:
    """Return one leaf for each way in which the type tests of a condition can come out."""
    tests = [a.leaves for a in atoms(condition) if isinstance(a, TypeIs)]
    kept: dict[tuple[bool, ...], str] = {}
    for leaf in sorted(rulebase.all_leaves):
        kept.setdefault(tuple(leaf in leaves for leaves in tests), leaf)
    return list(kept.values())
