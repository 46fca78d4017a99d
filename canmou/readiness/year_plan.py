"""Year plan: gaps, clocks and stale entries as a list by month and responsible party."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Literal

from canmou.engine import RuleBase
from canmou.engine.assessment import Citation, DutyLine
from canmou.engine.records import Record, Text
from canmou.engine.rulebase.vocabulary import Modality
from canmou.readiness.checking import Gap
from canmou.readiness.clocks import Clock
from canmou.readiness.registers import Register, Stale

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
    ``gone`` when it was done and nothing asks for it any more.
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
            _this_month(year, today) if gap.duty.modality == "must" else None,
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


def _this_month(year: int, today: date) -> int:
    """Return the month in which what is due now stands: January of a year still to come."""
    if year > today.year:
        return 1
    return today.month if year == today.year else DECEMBER


def clock_tasks(
    clocks: Iterable[Clock],
    rulebase: RuleBase,
    decided: Mapping[str, Decided],
    year: int,
    today: date,
) -> list[Task]:
    """Return a task for each clock that runs out in the year or has run out before."""
    found = []
    for clock in clocks:
        if clock.due.year > year:
            continue
        key = f"clock:{clock.name}:{clock.due}"
        known = decided.get(key, Decided())
        rule = clock.rule
        cite = Citation(
            source=clock.name,
            title=rule.title,
            article=rule.article or None,
            says=rule.says,
            verified=rule.verified,
        )
        overdue = clock.due < today
        month = _this_month(year, today) if overdue else clock.due.month
        found.append(
            Task(
                key=key,
                kind="clock",
                text=rule.label,
                parties=(rule.party,),
                party_label=rulebase.parties[rule.party].label,
                modality="must" if rule.binding else "should",
                cites=(cite,),
                month=known.month or month,
                due=clock.due,
                overdue=overdue,
                decided=known,
            )
        )
    return found


def register_tasks(
    counts: Mapping[tuple[str, Stale], int],
    known: Mapping[str, Register],
    rulebase: RuleBase,
    decided: Mapping[str, Decided],
    year: int,
    today: date,
) -> list[Task]:
    """Return a task for each register with entries that cannot be relied on any more."""
    source = rulebase.sources["desk_practice"]
    cite = Citation(
        source="desk_practice",
        title=source.title,
        says=Text(zh="登记册每年核对", en="registers are checked every year"),
        verified=source.verified,
    )
    found = []
    for (name, why), count in counts.items():
        key = f"register:{name}:{why}"
        label = known[name].label
        decision = decided.get(key, Decided())
        zh, en = _STALE_WORDS[why]
        found.append(
            Task(
                key=key,
                kind="register",
                text=Text(zh=f"{label.zh}：{count} 条{zh}", en=f"{label.en}: {count} entries {en}"),
                parties=("community_service_station",),
                party_label=rulebase.parties["community_service_station"].label,
                modality="should",
                cites=(cite,),
                month=decision.month or _this_month(year, today),
                decided=decision,
            )
        )
    return found


def as_it_stood(task: Task) -> dict[str, Any]:
    """Return a task to be kept beside what was decided about it."""
    return task.model_dump(mode="json", exclude={"decided", "gone", "overdue"})


def done_before(
    tasks: Iterable[Task],
    decided: Mapping[str, Decided],
    stood: Mapping[str, Mapping[str, Any] | None],
) -> list[Task]:
    """Return what was done in the year and does not arise any more, in the words of then."""
    arising = {task.key for task in tasks}
    return [
        Task.model_validate(
            {
                **(stood.get(key) or _unworded(key)),
                "month": known.month,
                "decided": known,
                "gone": True,
            }
        )  # fmt: skip
        for key, known in decided.items()
        if known.done_at is not None and key not in arising
    ]


def _unworded(key: str) -> dict[str, Any]:
    """Return a task of which only the key was kept."""
    return {
        "key": key, "kind": key.split(":")[0], "parties": (), "modality": "should", "cites": (),
        "text": Text(zh=f"当时没有存下文字的一项（{key}）", en=f"a task kept without words ({key})"),
        "party_label": Text(zh="没有记", en="not recorded"),
    }  # fmt: skip


_STALE_WORDS: dict[Stale, tuple[str, str]] = {
    "unchecked": ("超过一年没有核对", "not checked for a year"),
    "expired": ("已过期，要更换", "expired, to be replaced"),
    "expiring": ("快到期", "about to expire"),
    "findings_open": ("演练问题没有改完", "with findings still open"),
}


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
