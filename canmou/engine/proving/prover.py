"""What all checks share: the rule base, its days, its worlds, and places in the files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import cached_property
from typing import Any

from canmou.engine.grading_alone import standards_read
from canmou.engine.proving.any_day import AnyDay
from canmou.engine.proving.moments import Calendar, Moment, Stage
from canmou.engine.proving.solving import Found, plainest, possible
from canmou.engine.proving.worlds import Formula, Worlds
from canmou.engine.rulebase.errors import Place
from canmou.engine.rulebase.records import Rule, Standard
from canmou.engine.rulebase.rulebase import RuleBase

PlaceOf = Callable[..., Place]


class Prover:
    """A rule base to be proved; the formulas of each moment are made once. For one thread."""

    def __init__(self, rulebase: RuleBase, today: date, place_of: PlaceOf | None = None) -> None:
        self.rulebase, self.today = rulebase, today
        self.calendar = Calendar(rulebase, today)
        self._place_of = place_of
        self._worlds: dict[tuple[Moment, str, tuple[str, ...] | None], Worlds] = {}
        self._any_day: dict[tuple[Stage, str | None, str | None], AnyDay] = {}

    def worlds(self, moment: Moment, copy: str = "", alone: str | None = None) -> Worlds:
        """Return the worlds of a moment, or of a standard ``alone`` (``canmou grade``)."""
        only = standards_read(alone, self.rulebase) if alone is not None else None
        key = (moment, copy, only)
        if key not in self._worlds:
            program = self.worlds(moment, "", alone).program if copy else None
            self._worlds[key] = Worlds(self.rulebase, moment, copy, only, program=program)
        return self._worlds[key]

    def any_day(self, stage: Stage, area: str | None, office: str | None) -> AnyDay:
        """Return the worlds of all moments of a stage, in an area, for an office."""
        key = (stage, area, office)
        if key not in self._any_day:
            self._any_day[key] = AnyDay(self.rulebase, self.calendar, *key)
        return self._any_day[key]

    @cached_property
    def excepting(self) -> dict[str, list[Rule]]:
        """For each rule that is excepted those that except it."""
        found: dict[str, list[Rule]] = {}
        for rule in self.rulebase.rules.values():
            for target in rule.excepts:
                found.setdefault(target, []).append(rule)
        return found

    @cached_property
    def loose(self) -> Worlds:
        """Worlds of no moment: what is impossible there is impossible at every moment."""
        return Worlds(self.rulebase, Moment(self.today, self.today), loose=True)

    def place(self, record: Any, form: str, identifier: str, *path: str | int) -> Place:
        """Return the place of a value inside an entry."""
        if self._place_of is not None:
            return self._place_of(form, identifier, *path)
        return Place(file=getattr(record, "file", ""), line=getattr(record, "line", 0) or 1)

    def of_rule(self, rule: Rule, *path: str | int) -> Place:
        """Return the place of a value inside a rule."""
        return self.place(rule, "Rule", rule.id, *path)

    def of_standard(self, standard: Standard, *path: str | int) -> Place:
        """Return the place of a value inside a standard."""
        return self.place(standard, "Standard", standard.standard, *path)

    @staticmethod
    def possible(worlds: Worlds, formulas: Iterable[Formula], names: Iterable[str]) -> bool:
        """Tell whether some world satisfies the formulas."""
        return possible(worlds, formulas, names)

    def plainest(
        self, worlds: Worlds, formulas: Iterable[Formula], names: Iterable[str],
        type_needed: bool = True, file: str = "",
    ) -> Found | None:  # fmt: skip
        """Return the plainest world that satisfies the formulas, of a type that fits a file."""
        liked = self.types_of(file)
        found = plainest([worlds], formulas, names, type_needed, liked)
        return found[0] if found else None

    def types_of(self, file: str) -> frozenset[str]:
        """Return the leaves of the type whose folder a file lies in."""
        for part in reversed(file.split("/")[:-1]):
            if part in self.rulebase.incident_types:
                return self.rulebase.leaves(part)
        return frozenset()
