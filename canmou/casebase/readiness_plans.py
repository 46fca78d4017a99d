"""Risk pre-assessments of an office, and what was planned and done in a year."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from canmou.casebase.clock import beijing
from canmou.casebase.errors import NotPossible
from canmou.casebase.store import Store
from canmou.engine.records import Record


class KeptRisk(Record):
    """A risk pre-assessment as it was entered; the result is worked out again by the rules."""

    id: int
    office: str
    name: str
    content: dict[str, Any]
    author: str
    at: datetime


class PlannedTask(Record):
    """What was decided about one task of a year: its month, and what was done against it.

    ``stood`` is the task as it was shown then: words, party, citations.
    """

    task: str
    month: int | None = None
    done_at: datetime | None = None
    done_by: str | None = None
    note: str | None = None
    stood: dict[str, Any] | None = None


def add_risk(
    store: Store, office: str, name: str, content: Mapping[str, Any], *, author: str, at: datetime
) -> int:
    """Keep a risk pre-assessment; return its number."""
    with store.writing():
        return store.insert(
            "readiness_risks",
            {
                "office": office, "name": name,
                "content": json.dumps(dict(content), ensure_ascii=False), "author": author,
                "at": beijing(at).isoformat(), "withdrawn_at": None,
            },
        )  # fmt: skip


def risks(store: Store, office: str) -> tuple[KeptRisk, ...]:
    """Return the risks of an office that were not withdrawn, the newest first."""
    found = store.rows(
        "SELECT * FROM readiness_risks WHERE office = ? AND withdrawn_at IS NULL ORDER BY id DESC",
        [office],
    )
    return tuple(_risk(row) for row in found)


def get_risk(store: Store, office: str, number: int) -> KeptRisk:
    """Return one risk of an office. Raises NotPossible where there is none."""
    row = store.row(
        "SELECT * FROM readiness_risks WHERE office = ? AND id = ? AND withdrawn_at IS NULL",
        [office, number],
    )
    if row is None:
        raise NotPossible("没有这项风险预评估。", "There is no such risk pre-assessment.")
    return _risk(row)


def withdraw_risk(store: Store, office: str, number: int, *, at: datetime) -> None:
    """Take a risk from the list; it stays in the store."""
    with store.writing():
        get_risk(store, office, number)
        store.db.table("readiness_risks").update(number, {"withdrawn_at": beijing(at).isoformat()})


def planned(store: Store, office: str, year: int) -> dict[str, PlannedTask]:
    """Return what was decided about the tasks of a year, by task."""
    rows = store.rows(
        "SELECT task, month, done_at, done_by, note, stood FROM readiness_plan"
        " WHERE office = ? AND year = ?",
        [office, year],
    )
    return {
        row["task"]: PlannedTask.model_validate(
            {**row, "stood": json.loads(row["stood"]) if row["stood"] else None}
        )
        for row in rows
    }


def planned_years(store: Store, office: str) -> tuple[int, ...]:
    """Return the years for which something was decided, the first one first."""
    rows = store.rows(
        "SELECT DISTINCT year FROM readiness_plan WHERE office = ? ORDER BY year", [office]
    )
    return tuple(row["year"] for row in rows)


def plan_task(
    store: Store,
    office: str,
    year: int,
    change: PlannedTask,
    *,
    author: str,
    at: datetime,
) -> None:
    """Keep the month of a task, and whether it was done."""
    with store.writing():
        store.db.table("readiness_plan").upsert(
            {
                "office": office, "year": year, **change.model_dump(mode="json"),
                "stood": json.dumps(change.stood, ensure_ascii=False) if change.stood else None,
                "author": author, "at": beijing(at).isoformat(),
            },
            pk=("office", "year", "task"),
        )  # fmt: skip


def _risk(row: Mapping[str, Any]) -> KeptRisk:
    return KeptRisk(
        id=row["id"], office=row["office"], name=row["name"], content=json.loads(row["content"]),
        author=row["author"], at=row["at"],
    )  # fmt: skip
