"""Clocks of readiness: when the plan is to be reviewed and the next drill to be held."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from pydantic import model_validator

from canmou.engine import RuleBase
from canmou.engine.assembling.citations import citation
from canmou.engine.assessment import Citation
from canmou.engine.records import Record, Text
from canmou.engine.rulebase.vocabulary import Cite, Verified
from canmou.readiness.data_files import read_record


class ClockRule(Record):
    """A period that begins with a day which the self-check asks for.

    ``months`` counts from that day; ``next_year_by`` is a day (``05-31``) of the year after it.
    Where the text sets no period both are missing, and the community sets its own. ``binding`` is
    false where no text sets a period for a community. ``area`` is the only place where it holds;
    in the places of ``not_in`` another one holds.
    """

    label: Text
    from_measure: str
    months: int | None = None
    next_year_by: str | None = None
    party: str
    source: str
    article: str
    says: Text
    verified: Verified
    binding: bool
    area: str | None = None
    not_in: frozenset[str] = frozenset()

    @model_validator(mode="after")
    def _one_period(self) -> ClockRule:
        if self.months is not None and self.next_year_by is not None:
            raise ValueError("months 和 next_year_by 只写一样 / write one of the two")
        if self.binding and self.months is None and self.next_year_by is None:
            raise ValueError("没有期限就不是法定期限 / no period cannot bind")
        return self

    def due(self, began: date) -> date | None:
        """Return the day by which it is due again, None where no text sets one."""
        if self.months is not None:
            return months_after(began, self.months)
        if self.next_year_by is not None:
            return date.fromisoformat(f"{began.year + 1}-{self.next_year_by}")
        return None


class ClockRules(Record):
    """All clock rules."""

    clocks: dict[str, ClockRule]


class Clock(Record):
    """When something was done last, and the day by which it is due where a text sets one."""

    name: str
    rule: ClockRule
    cite: Citation
    began: date
    due: date | None


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


def clocks(
    answers: Mapping[str, Any], area: Mapping[str, str], rulebase: RuleBase
) -> tuple[Clock, ...]:
    """Return the clocks that the answers start, the earliest first, those without a day last."""
    here = set(area.values())
    found = []
    for name, rule in clock_rules().items():
        began = day_of(answers.get(rule.from_measure))
        elsewhere = (rule.area is not None and rule.area not in here) or rule.not_in & here
        if began is None or elsewhere:
            continue
        cite = Cite(source=rule.source, article=rule.article, says=rule.says)
        found.append(
            Clock(
                name=name,
                rule=rule,
                cite=citation(cite, rulebase, rule.verified),
                began=began,
                due=rule.due(began),
            )
        )
    return tuple(sorted(found, key=lambda clock: (clock.due or date.max, clock.name)))


def day_of(value: Any) -> date | None:
    """Return the day that an answer about a time gives, or None where it is not known."""
    if not isinstance(value, str):
        return None
    try:
        return datetime.fromisoformat(value.strip().replace(" ", "T")).date()
    except ValueError:
        return None
