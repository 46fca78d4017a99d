"""The compiled programs of a rule base: one for all incidents that select the same slice."""

from __future__ import annotations

import bisect
import threading
from collections import OrderedDict
from collections.abc import Iterable
from weakref import WeakKeyDictionary

from canmou.engine.inference.compiling import compile_slice, holds_in, turning_days
from canmou.engine.inference.program import Program, SliceKey
from canmou.engine.rulebase.records import Rule, Standard
from canmou.engine.rulebase.rulebase import RuleBase

PROGRAMS_PER_RULEBASE = 256


class _Programs:
    """The compiled programs of one rule base, one for all incidents that select the same slice."""

    def __init__(self, rulebase: RuleBase) -> None:
        limited: list[Rule | Standard] = [*rulebase.rules.values(), *rulebase.standards.values()]
        self._days = turning_days(rulebase)
        self._areas = frozenset(r.area for r in limited if r.area is not None)
        self._offices = frozenset(r.office for r in rulebase.rules.values() if r.office is not None)
        self._made: OrderedDict[tuple[object, ...], Program] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, rulebase: RuleBase, key: SliceKey, only: tuple[str, ...] | None) -> Program:
        """Return the program of a slice. Raises CycleInRules."""
        selects = self._selects(key, only)
        with self._lock:
            if selects in self._made:
                self._made.move_to_end(selects)
                return self._made[selects]
        program = compile_slice(rulebase, key, only)
        with self._lock:
            program = self._made.setdefault(selects, program)
            while len(self._made) > PROGRAMS_PER_RULEBASE:
                self._made.popitem(last=False)
        return program

    def _selects(self, key: SliceKey, only: tuple[str, ...] | None) -> tuple[object, ...]:
        """Return what of a key selects rules: days between which the law changes, areas of rules.

        Standards go by the day of the incident, rules by that of the assessment.
        """
        return (
            bisect.bisect(self._days, key.on),
            bisect.bisect(self._days, key.at),
            key.components,
            key.stage,
            frozenset(area for area in self._areas if holds_in(area, key.place)),
            key.office if key.office in self._offices else None,
            only,
        )


_programs: WeakKeyDictionary[RuleBase, _Programs] = WeakKeyDictionary()
_programs_lock = threading.Lock()


def program_for(rulebase: RuleBase, key: SliceKey, only: Iterable[str] | None = None) -> Program:
    """Return the compiled program of a slice, from the cache of the rule base."""
    with _programs_lock:
        programs = _programs.get(rulebase)
        if programs is None:
            programs = _programs[rulebase] = _Programs(rulebase)
    return programs.of(rulebase, key, tuple(only) if only is not None else None)
