"""Whether a question can still change a grade: exact, where Kleene's logic would only say perhaps.

A measure matters to a standard if there are answers to all other questions under which two of its
values give different levels. The other measures are cut into cells one after the other; a branch
ends as soon as the levels are settled, so that few of the combinations are looked at.
"""

from __future__ import annotations

from collections.abc import Mapping

from canmou.engine.assembling.evidence import asked_names
from canmou.engine.cells import cells
from canmou.engine.inference.grading import ranks
from canmou.engine.inference.run import Run
from canmou.engine.rulebase.conditions import (
    INCIDENT_TYPE,
    RANKS,
    STAGE,
    CompareNames,
    Condition,
    atoms,
    names_read,
    waits_for,
)
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.valuesets import ValueSet

BRANCHES = 3000
Env = Mapping[str, ValueSet]


def matters_to_grade(name: str, done: Run, rulebase: RuleBase) -> bool:
    """Return whether some completion lets a measure change the level of a standard that grades."""
    return any(
        standard.use in {"grade", "initial"} and _matters(name, identifier, done, rulebase)
        for identifier, standard in done.program.standards.items()
    )


def doubt_left(name: str, done: Run) -> float:
    """Return how many levels stay possible once a measure is known, the mean over its cells.

    The smaller, the more the answer decides about the grade. A measure that no standard reads by
    itself leaves all the doubt there is.
    """
    left = 0.0
    for identifier, standard in done.program.standards.items():
        if standard.use not in {"grade", "initial"}:
            continue
        table = _Table(identifier, done)
        env = done.trace.env
        parts = table.cells(name, env) if name in table.names else (None,)
        widths = []
        for part in parts:
            low, high = table.ranks(env if part is None else {**env, name: part})
            widths.append(high - low)
        left += sum(widths) / len(widths)
    return left


def _matters(name: str, identifier: str, done: Run, rulebase: RuleBase) -> bool:
    table = _Table(identifier, done)
    if not table.levels:
        return False
    measures = rulebase.measures
    excepted = any(
        name in asked_names((read,), done, rulebase)
        for read in table.step.reads
        if read.startswith("outcome(")
    )
    indirect = [
        read
        for read in table.names
        if read != name
        and not done.trace.env[read].is_exact
        and (read not in measures or measures[read].derived or measures[read].sum_of)
        and name in asked_names((read,), done, rulebase)
    ]
    compared = any(
        isinstance(atom, CompareNames) and name in (atom.name, atom.other)
        for condition in table.conditions
        for atom in atoms(condition)
    )
    if indirect or compared or excepted:
        return True  # not seen through here: asked, to be on the safe side
    if name not in table.names:
        return False
    tried = [{**done.trace.env, name: cell} for cell in table.cells(name, done.trace.env)]
    return _Search(table).differs(tried)


class _Table:
    """The levels of one standard in one run."""

    def __init__(self, identifier: str, done: Run) -> None:
        steps = done.program.steps
        self.step = steps[f"applies:{identifier}"]
        self.states = done.trace.states
        self.levels = [
            (rank, steps[f"level:{identifier}:{level}"].condition)
            for level, rank in RANKS.items()
            if f"level:{identifier}:{level}" in steps
        ]
        self.conditions: list[Condition] = [self.step.condition, *(c for _, c in self.levels)]
        read = frozenset().union(*(names_read(c) for c in self.conditions))
        self.names = sorted(read - {INCIDENT_TYPE, STAGE})

    def cells(self, name: str, env: Env) -> tuple[ValueSet, ...]:
        return cells(env[name], name, self.conditions)

    def ranks(self, env: Env) -> tuple[int, int]:
        """Return the lowest and highest rank that values leave possible."""
        applies = self.step.unless_excepted(self.step.condition.evaluate(env), self.states)
        return ranks(applies, ((rank, level.evaluate(env)) for rank, level in self.levels))


class _Search:
    def __init__(self, table: _Table) -> None:
        self.table, self.left = table, BRANCHES

    def differs(self, tried: list[dict[str, ValueSet]]) -> bool:
        """Return whether the rank differs between the tried values under some completion."""
        self.left -= 1
        ranges = [self.table.ranks(env) for env in tried]
        if max(low for low, _ in ranges) > min(high for _, high in ranges):
            return True
        if len(set(ranges)) == 1 and ranges[0][0] == ranges[0][1]:
            return False
        if self.left <= 0:
            return True
        name = self._to_cut(tried)
        if name is None:
            return True
        return any(
            self.differs([{**env, name: cell} for env in tried])
            for cell in self.table.cells(name, tried[0])
        )

    def _to_cut(self, tried: list[dict[str, ValueSet]]) -> str | None:
        """Return a measure that is open in the same way in all that is tried."""
        first = tried[0]
        waiting = {
            name
            for env in tried
            for condition in self.table.conditions
            for name in waits_for(condition, env)
        }
        for name in sorted(waiting):
            same = all(env[name] == first[name] for env in tried)
            if name in self.table.names and same and len(self.table.cells(name, first)) > 1:
                return name
        return None
