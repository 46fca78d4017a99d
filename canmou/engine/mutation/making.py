"""All changes of a rule base, in the order of its files."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

from canmou.engine.mutation.conclusions import changes_of_period, changes_of_rule
from canmou.engine.mutation.conditions import changes_of
from canmou.engine.mutation.records import Mutant
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.rulebase.vocabulary import Located

SOURCES_FILE = "knowledge/sources.yaml"


def mutants_of(rulebase: RuleBase, wanted: Callable[[str], bool]) -> Iterator[Mutant]:
    """Yield every change of the entries whose file is wanted."""
    for rule in rulebase.rules.values():
        if not wanted(rule.file):
            continue
        yield from _of_condition(rulebase, f"rule:{rule.id}", rule, rule.id)
        for kind, what, changed in changes_of_rule(rule, tuple(rulebase.parties)):
            yield Mutant(kind, rule.file, rule.line, rule.id, what, record=changed)
        if rule.in_force is not None:
            for what, period in changes_of_period(rule.in_force):
                changed = rule.model_copy(update={"in_force": period})
                yield Mutant("date", rule.file, rule.line, rule.id, what, record=changed)
    for name, standard in rulebase.standards.items():
        if not wanted(standard.file):
            continue
        yield from _of_condition(rulebase, f"applies:{name}", standard, name)
        for level in standard.levels:
            yield from _of_condition(rulebase, f"level:{name}:{level}", standard, name)
        yield from _of_levels(rulebase, name)
        if standard.in_force is not None:
            for what, period in changes_of_period(standard.in_force):
                new = standard.model_copy(update={"in_force": period})
                yield Mutant("date", standard.file, standard.line, name, what, record=new)
    for name, choose in rulebase.chooses.items():
        if wanted(choose.file):
            yield from _of_condition(rulebase, f"choose:{name}", choose, name)
    if wanted(SOURCES_FILE):
        for name, source in rulebase.sources.items():
            for what, period in changes_of_period(source.in_force):
                later = source.model_copy(update={"in_force": period})
                yield Mutant("date", SOURCES_FILE, 0, name, what, record=later)


def _of_condition(rulebase: RuleBase, key: str, entry: Located, name: str) -> Iterator[Mutant]:
    for kind, what, changed in changes_of(rulebase.conditions[key], rulebase):
        level = f"{key.rsplit(':', 1)[1]}：" if key.startswith("level:") else ""
        yield Mutant(
            kind, entry.file, entry.line, name, f"{level}{what}", key=key, condition=changed
        )


def _of_levels(rulebase: RuleBase, name: str) -> Iterator[Mutant]:
    """Yield the standard with the condition of one level given to its neighbour below."""
    standard = rulebase.standards[name]
    levels = list(standard.levels)
    for above, below in itertools.pairwise(levels):
        condition = rulebase.conditions[f"level:{name}:{above}"]
        key = f"level:{name}:{below}"
        if condition != rulebase.conditions[key]:
            yield Mutant(
                "level", standard.file, standard.line, name, f"{above} 的条件用于 {below}",
                key=key, condition=condition,
            )  # fmt: skip
