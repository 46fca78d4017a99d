"""All moments at once: the days are two more unknowns, and what is in force depends on them.

Asking each of thirty states of the law whether two rules can meet makes thirty sets of formulas;
most answers are "never". One set in which the day of the incident and that of the assessment are
numbers says "never" for all of them.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import z3

from canmou.engine.inference.compiling import compile_any_day
from canmou.engine.proving.joining import all_of, any_of
from canmou.engine.proving.moments import Calendar, Moment, Stage
from canmou.engine.proving.worlds import Formula, Worlds, key_of
from canmou.engine.rulebase.records import Choose, Rule, Standard
from canmou.engine.rulebase.rulebase import RuleBase


class AnyDay(Worlds):
    """The formulas of one rule base on every day: a step holds only where it is in force."""

    def __init__(
        self, rulebase: RuleBase, calendar: Calendar, stage: Stage, area: str | None,
        office: str | None,
    ) -> None:  # fmt: skip
        days = sorted(calendar.days)
        moment = Moment(days[-1], days[-1], stage, area, office)
        program = compile_any_day(rulebase, key_of(moment, rulebase))
        super().__init__(rulebase, moment, program=program)
        self._calendar, self._days = calendar, days
        self._on, self._at = z3.Int("day of the incident"), z3.Int("day of the assessment")

    @property
    def some_days(self) -> list[Formula]:
        """What holds of the two days: they are days of the calendar, in their order."""
        return [self._on >= 0, self._on <= self._at, self._at < len(self._days)]

    def step(self, step_id: str) -> Formula:
        """Return the formula that a step is in force and holds, and nothing excepts it."""
        if step_id not in self._steps:
            holds = super().step(step_id)
            self._steps[step_id] = all_of([*self._in_force(step_id), holds])
        return self._steps[step_id]

    def _in_force(self, step_id: str) -> list[Formula]:
        """Return that the day lies in one of the periods in which a rule or standard holds."""
        kind, owner = step_id.split(":")[:2]
        if kind == "level":  # the standard itself is part of each of its levels
            return []
        base = self.rulebase
        records: dict[str, Mapping[str, Rule | Standard | Choose]] = {
            "rule": base.rules, "applies": base.standards, "choose": base.chooses,
        }  # fmt: skip
        holding = set(self._calendar.holding(records[kind][owner]))
        if len(holding) == len(self._days):
            return []
        day = self._on if kind == "applies" else self._at
        numbers = [n for n, d in enumerate(self._days) if d in holding]
        return [any_of([z3.And(day >= a, day <= b) for a, b in _runs(numbers)])]


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    """Return the first and last of each run of numbers without a gap.

    >>> _runs([1, 2, 3, 7, 8])
    [(1, 3), (7, 8)]
    """
    found = []
    for _, group in itertools.groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        run = [number for _, number in group]
        found.append((run[0], run[-1]))
    return found
