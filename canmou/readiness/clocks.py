"""Clocks of readiness: when the plan is to be reviewed and the next drill to be held."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from canmou.engine.records import Record, Text
from canmou.engine.rulebase.vocabulary import Verified
from canmou.readiness.data_files import read_record


class ClockRule(Record):
    """A period that begins with a day which the self-check asks for.

    ``binding`` is false where no text sets a period for a community and a yardstick is used.
    ``area`` is the only place where it holds; in the places of ``not_in`` another one holds.
    """

    label: Text
    from_measure: str
    months: int
    party: str
    title: Text
    article: str
    says: Text
    verified: Verified
    binding: bool
    area: str | None = None
    not_in: frozenset[str] = frozenset()


class ClockRules(Record):
    """All clock rules."""

    clocks: dict[str, ClockRule]


class Clock(Record):
    """A day by which something is due."""

    name: str
    rule: ClockRule
    began: date
    due: date


@cache
def clock_rules() -> dict[str, ClockRule]:
    """Return the clock rules that ship."""
    return read_record("clocks.yaml", ClockRules).clocks


def months_after(day: date, months: int) -> date:
    """Return the same day some months later, the last day of the month where there is none.

    >>> months_after(date(2024, 2, 29), 12)
    datetime.date(2025, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def clocks(answers: Mapping[str, Any], area: Mapping[str, str]) -> tuple[Clock, ...]:
    """Return the clocks that the answers start, the earliest first."""
    here = set(area.values())
    found = []
    for name, rule in clock_rules().items():
        began = day_of(answers.get(rule.from_measure))
        elsewhere = (rule.area is not None and rule.area not in here) or rule.not_in & here
        if began is None or elsewhere:
            continue
        due = months_after(began, rule.months)
        found.append(Clock(name=name, rule=rule, began=began, due=due))
    return tuple(sorted(found, key=lambda clock: (clock.due, clock.name)))


def day_of(value: Any) -> date | None:
    """Return the day that an answer about a time gives, or None where it is not known."""
    if not isinstance(value, str):
        return None
    try:
        return datetime.fromisoformat(value.strip().replace(" ", "T")).date()
    except ValueError:
        return None
