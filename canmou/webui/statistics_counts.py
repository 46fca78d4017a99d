"""Counting for the statistics: pure functions over incidents, past cases and clocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from canmou.casebase import IncidentState, Review
from canmou.casebase.state import Report
from canmou.engine.explanation.phrases import can_be_judged
from canmou.engine.records import LEVELS, Level, Record

MOST_ROWS = 12
Item = TypeVar("Item")


def counted(
    items: Iterable[Item],
    key: Callable[[Item], str],
    order: Sequence[str] | None = None,
    rest: str = "",
) -> tuple[tuple[str, float], ...]:
    """Return how many items have each key.

    In a given ``order``, or the most frequent first; what is beyond the most frequent ones is
    summed up under ``rest``.

    >>> counted(["a", "b", "a"], str)
    (('a', 2.0), ('b', 1.0))
    """
    found = Counter(key(item) for item in items)
    if order is not None:
        named = [(name, float(found[name])) for name in order if found[name]]
        others = sum(n for name, n in found.items() if name not in order)
        return (*named, *(((rest, float(others)),) if others else ()))
    ranked = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    kept = [(name, float(n)) for name, n in ranked[:MOST_ROWS]]
    others = sum(n for _, n in ranked[MOST_ROWS:])
    return (*kept, *(((rest, float(others)),) if others else ()))


def by_year(years: Iterable[int]) -> tuple[tuple[str, float], ...]:
    """Return how many fall into each year, in the order of time.

    >>> by_year([2026, 2024, 2026])
    (('2024', 1.0), ('2026', 2.0))
    """
    found = Counter(years)
    return tuple((str(year), float(found[year])) for year in sorted(found))


class Clocks(Record):
    """Clocks of an office: met in time, met late, run out without being met."""

    kept: int = 0
    late: int = 0
    missed: int = 0

    def __add__(self, other: Clocks) -> Clocks:
        return Clocks(
            kept=self.kept + other.kept,
            late=self.late + other.late,
            missed=self.missed + other.missed,
        )


def clock_result(due: datetime, done: datetime | None, until: datetime) -> Clocks:
    """Return what became of one clock; one that still runs at ``until`` counts nowhere.

    >>> at = datetime(2026, 11, 1, 8)
    >>> clock_result(at, at, at).kept
    1
    """
    if done is not None:
        return Clocks(kept=1) if done <= due else Clocks(late=1)
    return Clocks(missed=1) if due < until else Clocks()


def overridden(state: IncidentState, report: Report) -> bool | None:
    """Tell whether the grade in a report lies outside of what was judged when it was written.

    None where the report names no grade, or nothing could be judged by then.
    """
    if report.grade is None:
        return None
    earlier = [a.summary for a in state.assessments if a.at <= report.written_at]
    if not earlier:
        return None
    last = earlier[-1]
    if last.state == "not_graded" or not can_be_judged(last.state, last.at_most):
        return None
    return not rank(last.at_least) <= rank(report.grade) <= rank(last.at_most)


def rank(level: Level | None) -> int:
    """Return how serious a grade is, 0 below the lowest.

    >>> rank("I") > rank("IV") > rank(None)
    True
    """
    return 0 if level is None else len(LEVELS) - LEVELS.index(level)


def agreed(last: Iterable[Review]) -> tuple[int, int]:
    """Return how many of the last verdicts agree, and how many there are."""
    verdicts = [one.verdict for one in last]
    return sum(v == "agree" for v in verdicts), len(verdicts)
