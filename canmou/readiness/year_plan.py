"""Year plan: gaps and clocks as a list by month and responsible party."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Literal

from canmou.engine import RuleBase
from canmou.engine.assessment import Citation, DutyLine
from canmou.engine.records import Record, Text
from canmou.engine.rulebase.vocabulary import Modality
from canmou.readiness.checking import Gap
from canmou.readiness.clocks import Clock

Kind = Literal["gap", "clock", "register"]
DECEMBER = 12


class Decided(Record):
    """What an office decided about a task, and what was done against it."""

    month: int | None = None
    done_at: datetime | None = None
    done_by: str | None = None
    note: str | None = None


class Task(Record):
    """Something to do in the year. ``month`` None means that nobody has set one yet.

    ``due`` is the day of a clock; ``overdue`` when it has passed. ``parties`` are ids of parties.
    ``gone`` when it was decided about and nothing asks for it any more.
    """

    key: str
    kind: Kind
    text: Text
    parties: tuple[str, ...]
    party_label: Text
    modality: Modality
    cites: tuple[Citation, ...]
    month: int | None
    due: date | None = None
    overdue: bool = False
    decided: Decided = Decided()
    gone: bool = False


class Month(Record):
    """The tasks of one month, or those without one (``number`` None), by party."""

    number: int | None
    by_party: tuple[tuple[Text, tuple[Task, ...]], ...]

    @property
    def count(self) -> int:
        """How many tasks there are."""
        return sum(len(tasks) for _, tasks in self.by_party)


def gap_tasks(
    gaps: Iterable[Gap], decided: Mapping[str, Decided], year: int, today: date
) -> list[Task]:
    """Return a task for each certain gap. What must be done stands in the present month.

    What should or may be done stands without a month until somebody sets one.
    """
    return [
        _task(
            f"gap:{gap.duty.key}",
            gap.duty,
            decided,
            this_month(year, today) if gap.duty.modality == "must" else None,
        )
        for gap in gaps
        if gap.certain
    ]


def _task(key: str, duty: DutyLine, decided: Mapping[str, Decided], month: int | None) -> Task:
    known = decided.get(key, Decided())
    return Task(
        key=key,
        kind="gap",
        text=duty.text,
        parties=duty.by,
        party_label=duty.by_label,
        modality=duty.modality,
        cites=duty.cites,
        month=known.month or month,
        decided=known,
    )


def this_month(year: int, today: date) -> int | None:
    """Return the month in which what is due now stands: January of a year still to come.

    In the plan of a year that is over nothing is due any more.
    """
    if year > today.year:
        return 1
    return today.month if year == today.year else None


def clock_tasks(
    clocks: Iterable[Clock],
    rulebase: RuleBase,
    decided: Mapping[str, Decided],
    year: int,
    today: date,
) -> list[Task]:
    """Return a task for each clock of the year.

    Each stands once, in the year of its day; what has run out stands in the present year. What no
    text sets a day for stands without a month, from the year after it was done last.
    """
    found = []
    for clock in clocks:
        due, rule = clock.due, clock.rule
        if due is None:
            if year < today.year or year <= clock.began.year:
                continue
            key = f"clock:{clock.name}:{year}"
            label = Text(
                zh=f"{rule.label.zh}（上次 {clock.began}）",
                en=f"{rule.label.en} (last: {clock.began})",
            )
            month = None
        else:
            if year != (today.year if due < today else due.year):
                continue
            key, label = f"clock:{clock.name}:{due}", rule.label
            month = this_month(year, today) if due < today else due.month
        known = decided.get(key, Decided())
        found.append(
            Task(
                key=key,
                kind="clock",
                text=label,
                parties=(rule.party,),
                party_label=rulebase.parties[rule.party].label,
                modality="must" if rule.binding else "should",
                cites=(clock.cite,),
                month=known.month or month,
                due=due,
                overdue=due is not None and due < today,
                decided=known,
            )
        )
    return found


def by_month(tasks: Iterable[Task]) -> tuple[Month, ...]:
    """Return the tasks by month and party: months in order, those without a month last."""
    every = list(tasks)
    months: list[int | None] = [*range(1, DECEMBER + 1), None]
    found = []
    for number in months:
        here = [task for task in every if task.month == number]
        if here:
            found.append(Month(number=number, by_party=_by_party(here)))
    return tuple(found)


def _by_party(tasks: Iterable[Task]) -> tuple[tuple[Text, tuple[Task, ...]], ...]:
    found: dict[str, list[Task]] = {}
    labels: dict[str, Text] = {}
    for task in tasks:
        labels[task.party_label.zh] = task.party_label
        found.setdefault(task.party_label.zh, []).append(task)
    order = {"must": 0, "must_not": 0, "should": 1, "may": 2}
    return tuple(
        (labels[name], tuple(sorted(found[name], key=lambda t: (order[t.modality], t.key))))
        for name in found
    )
