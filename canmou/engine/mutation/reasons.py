"""Why no scenario noticed a change: it changes nothing at all, or nobody wrote such a scenario.

z3 is asked for an incident with every answer known that comes out otherwise under the change. If
there is none on any day, the change is equivalent. If there is one, it is a scenario to be written.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

import z3

from canmou.engine.mutation.records import Mutant
from canmou.engine.proving.joining import any_of
from canmou.engine.proving.moments import Moment
from canmou.engine.proving.prover import Prover
from canmou.engine.proving.solving import Undecided
from canmou.engine.proving.tables import moments_of
from canmou.engine.proving.witnesses import incident
from canmou.engine.proving.worlds import Formula, Worlds
from canmou.engine.records import Text
from canmou.engine.rulebase.conditions import RANKS, Condition
from canmou.engine.rulebase.records import Choose, Rule, Standard
from canmou.engine.rulebase.rulebase import RuleBase

EQUIVALENT = Text(
    zh="等价：把事件填全，无论怎么填、哪一天，改与不改结果都一样（已证明）",
    en="equivalent: no incident with every answer known, on any day, tells them apart (proved)",
)
NOT_COVERED = Text(zh="没有情景管着", en="no scenario watches it")
UNDECIDED = Text(
    zh="没有情景管着；是否等价没能在时限内判定",
    en="no scenario watches it; whether it is equivalent was not decided in time",
)


class Reason(NamedTuple):
    """Why a change survived; ``example`` is an incident that comes out otherwise under it."""

    equivalent: bool
    text: Text
    example: dict[str, Any] | None = None


class _Place(NamedTuple):
    """Where a change can show: the formulas of a moment, and that the outcomes differ there."""

    worlds: Worlds
    moment: Moment
    differ: list[Formula]
    names: frozenset[str]


class Reasons:
    """Finds the reasons; the formulas of each moment are made once. For one thread."""

    def __init__(self, rulebase: RuleBase, today: date) -> None:
        self._prover = Prover(rulebase, today)
        self._rulebase = rulebase

    def of(self, mutant: Mutant) -> Reason:
        """Return why no scenario noticed a change."""
        if mutant.key is None or mutant.condition is None:
            return Reason(False, NOT_COVERED)
        try:
            for place in self._places(mutant.key, mutant.condition):
                if not self._prover.possible(place.worlds, place.differ, place.names):
                    continue
                found = self._prover.plainest(
                    place.worlds, place.differ, place.names, file=mutant.file
                )
                example = incident(found, place.moment, self._rulebase) if found else None
                return Reason(False, NOT_COVERED, example)
        except Undecided:
            return Reason(False, UNDECIDED)
        return Reason(True, EQUIVALENT)

    def _places(self, key: str, new: Condition) -> Iterator[_Place]:
        kind, owner, *level = key.split(":")
        old = self._rulebase.conditions[key]
        if kind == "level":
            for standard in self._using(owner):
                yield from self._of_level(standard, RANKS[level[0]], old, new)
            return
        record: Rule | Standard | Choose = (
            self._rulebase.rules[owner] if kind == "rule"
            else self._rulebase.standards[owner] if kind == "applies"
            else self._rulebase.chooses[owner]
        )  # fmt: skip
        for moment in self._prover.calendar.moments(record):
            worlds = self._prover.worlds(moment)
            step = worlds.program.steps.get(key)
            if step is None:
                continue
            defeats = [z3.Not(worlds.step(e)) for e in step.exceptions]
            yield _place(worlds, moment, (old, new), defeats, worlds.behind_step(key))

    def _using(self, table: str) -> Iterator[Standard]:
        """Yield the standard of a table, and those that fall back on it."""
        for standard in self._rulebase.standards.values():
            if table in {standard.standard, self._rulebase.table_of(standard).standard}:
                yield standard

    def _of_level(
        self, standard: Standard, rank: int, old: Condition, new: Condition
    ) -> Iterator[_Place]:
        """Yield where a level comes or goes while no higher one is reached."""
        name = standard.standard
        alone = name if standard.use == "reference" else None
        for moment in moments_of(self._prover, standard):
            worlds = self._prover.worlds(moment, alone=alone)
            table = worlds.program.thresholds.get(name)
            if table is None:
                continue
            higher = [worlds.step(f"level:{name}:{v}") for v in table.levels if RANKS[v] > rank]
            where = [worlds.step(f"applies:{name}"), z3.Not(any_of(higher))]
            conditions = (worlds.counted(name, old), worlds.counted(name, new))
            names = worlds.answered_behind_names([f"grade({name})"])
            yield _place(worlds, moment, conditions, where, names)


def _place(
    worlds: Worlds, moment: Moment, conditions: tuple[Condition, Condition],
    where: list[Formula], names: frozenset[str],
) -> _Place:  # fmt: skip
    old, new = (worlds.formula(c) for c in conditions)
    names |= worlds.answered_behind(conditions[1])
    return _Place(worlds, moment, [z3.Xor(old, new), *where], names)
