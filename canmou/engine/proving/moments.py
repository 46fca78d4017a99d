"""Moments: the days between which nothing changes, and where and for whom rules hold."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date
from typing import Literal

from canmou.engine.inference.compiling import in_force_on, turning_days
from canmou.engine.rulebase.conditions import GRADE, REPORTING_GRADE, STAGE, names_read
from canmou.engine.rulebase.records import Choose, FactConclusion, Rule, Standard
from canmou.engine.rulebase.rulebase import RuleBase

Stage = Literal["initial", "final"]
EARLIEST = date(1949, 10, 1)


@dataclass(frozen=True)
class Moment:
    """When an incident happened, when it is assessed, at which stage, and where."""

    on: date
    at: date
    stage: Stage = "final"
    area: str | None = None
    office: str | None = None


def place_of(area: str | None) -> dict[str, str]:
    """Return the place of an incident in an area, as incidents write it.

    >>> place_of("湖北省"), place_of("杭州市临安区")
    ({'province': '湖北省'}, {'county': '杭州市临安区'})
    """
    if area is None:
        return {}
    if area.endswith(("省", "自治区")):
        return {"province": area}
    return {"city" if area.endswith("市") else "county": area}


class Calendar:
    """The moments at which a rule or standard may be tried; the day preferred comes first.

    Of moments at which everything that bears on a record is the same, only the first is tried.
    """

    def __init__(self, rulebase: RuleBase, today: date) -> None:
        self._rulebase = rulebase
        days = sorted({EARLIEST, *turning_days(rulebase)})
        earlier = [d for d in days if d <= today]
        later = [d for d in days if d > today]
        self.days: tuple[date, ...] = (today, *reversed(earlier), *later)
        self._reach = Reach(rulebase)
        self._held: dict[tuple[str, date], bool] = {}

    def holding(self, record: Rule | Standard | Choose) -> tuple[date, ...]:
        """Return the days, one for each state of the law, on which a record is in force."""
        key = _key(record)
        return tuple(d for d in self.days if self._holds(key, d))

    def moments(self, *records: Rule | Standard | Choose) -> tuple[Moment, ...]:
        """Return every moment that could make a difference to records, the likeliest first."""
        area = next((a for r in records if (a := getattr(r, "area", None))), None)
        office = next((o for r in records if (o := getattr(r, "office", None))), None)
        keys = [_key(r) for r in records]
        behind = sorted(frozenset().union(*(self._reach.of(k) for k in keys)))
        stages: tuple[Stage, ...] = ("final", "initial")
        if not any(self._reach.reads_stage(k) for k in behind):
            stages = ("final",)
        on_keys = [k for k in behind if _graded(k)]
        at_keys = [k for k in behind if not _graded(k)]
        on_days = [d for d in self.days if all(self._holds(k, d) for k in keys if _graded(k))]
        at_days = [d for d in self.days if all(self._holds(k, d) for k in keys if not _graded(k))]
        found: dict[tuple[object, ...], tuple[date, date]] = {}
        for day in on_days:
            if day in set(at_days):
                found.setdefault((self._state(on_keys, day), self._state(at_keys, day)), (day, day))
        first_on = {self._state(on_keys, d): d for d in sorted(on_days, reverse=True)}
        last_at = {self._state(at_keys, d): d for d in sorted(at_days)}
        for (before, on), (after, at) in itertools.product(first_on.items(), last_at.items()):
            if on < at:
                found.setdefault((before, after), (on, at))
        return tuple(
            Moment(on, at, stage, area, office) for stage in stages for on, at in found.values()
        )

    def _state(self, keys: list[str], day: date) -> tuple[bool, ...]:
        return tuple(self._holds(key, day) for key in keys)

    def _holds(self, key: str, day: date) -> bool:
        if (key, day) not in self._held:
            record = self._reach.records[key]
            self._held[key, day] = in_force_on(record, self._rulebase, day)
        return self._held[key, day]

    def first(self, *records: Rule | Standard | Choose) -> Moment | None:
        """Return the likeliest moment at which records hold, None if there is none."""
        area = next((a for r in records if (a := getattr(r, "area", None))), None)
        office = next((o for r in records if (o := getattr(r, "office", None))), None)
        keys = [_key(r) for r in records]
        day = next((d for d in self.days if all(self._holds(k, d) for k in keys)), None)
        if day is not None:
            return Moment(day, day, "final", area, office)
        return next(iter(self.moments(*records)), None)


def _key(record: Rule | Standard | Choose) -> str:
    if isinstance(record, Rule):
        return f"rule:{record.id}"
    if isinstance(record, Standard):
        return f"applies:{record.standard}"
    return f"choose:{record.choose.group}"


def _graded(key: str) -> bool:
    """Whether the day of the incident decides what holds, not that of the assessment."""
    return key.startswith("applies:")


class Reach:
    """On which rules and standards the outcome of each rests, whatever the day."""

    def __init__(self, rulebase: RuleBase) -> None:
        self._rulebase = rulebase
        self.records: dict[str, Rule | Standard | Choose] = {
            **{f"rule:{i}": r for i, r in rulebase.rules.items()},
            **{f"applies:{i}": s for i, s in rulebase.standards.items()},
            **{f"choose:{g}": c for g, c in rulebase.chooses.items()},
        }
        self._concluding: dict[str, set[str]] = {}
        self._excepting: dict[str, set[str]] = {}
        for key, record in self.records.items():
            if isinstance(record, Rule):
                for conclusion in record.then:
                    if isinstance(conclusion, FactConclusion):
                        self._concluding.setdefault(conclusion.conclude, set()).add(key)
            for target in getattr(record, "excepts", ()):
                other = f"rule:{target}" if target in rulebase.rules else f"applies:{target}"
                self._excepting.setdefault(other, set()).add(key)
        self._grading = {
            f"applies:{i}" for i, s in rulebase.standards.items() if s.use in {"grade", "initial"}
        }
        self._clocks = {f"applies:{i}" for i, s in rulebase.standards.items() if s.starts_clocks}
        self._found: dict[str, frozenset[str]] = {}

    def of(self, key: str) -> frozenset[str]:
        """Return what the outcome of a record rests on, itself among it."""
        if key not in self._found:
            seen: set[str] = set()
            todo = [key]
            while todo:
                here = todo.pop()
                if here not in seen:
                    seen.add(here)
                    todo.extend(self._next(here))
            self._found[key] = frozenset(seen)
        return self._found[key]

    def _next(self, key: str) -> set[str]:
        found = set(self._excepting.get(key, ()))
        for name in self._names(key):
            found |= self._concluding.get(name, set())
            if name in {GRADE, REPORTING_GRADE}:
                found |= self._grading
            if name == REPORTING_GRADE:
                found |= self._clocks
            elif name.startswith(f"{GRADE}("):
                found.add(f"applies:{name[len(GRADE) + 1 : -1]}")
        record = self.records[key]
        if isinstance(record, Standard) and record.consequence:
            found.add(f"applies:{record.consequence}")
        return found

    def _names(self, key: str) -> set[str]:
        record = self.records[key]
        names = set(names_read(self._rulebase.conditions[key]))
        if isinstance(record, Standard):
            table = self._rulebase.table_of(record)
            for level in table.levels:
                names |= names_read(self._rulebase.conditions[f"level:{table.standard}:{level}"])
        return names

    def reads_stage(self, key: str) -> bool:
        """Whether a record itself reads the stage, or counts the missing at one stage only."""
        record = self.records[key]
        if isinstance(record, Standard):
            table = self._rulebase.table_of(record)
            if any(c.with_missing == "initial" for c in table.counts.values()):
                return True
        return STAGE in self._names(key)
