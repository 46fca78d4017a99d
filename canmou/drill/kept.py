"""The tables of drills, in the drill store alone: drills, exercises, what was done, results."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlite_utils import Database, Migrations

from canmou.casebase import NotPossible, Store, beijing
from canmou.drill.kept_records import Drill, Ending, Exercise, Result, Step, StepKind
from canmou.drill.menu import MenuItem
from canmou.drill.records import Inject, Mode, Scenario, Silence

migrations = Migrations("canmou.drill")


@migrations()
def m001_drills(db: Database) -> None:
    """Drills, exercises, steps."""
    db.table("drills").create(
        {
            "id": int, "scenario": str, "mode": str, "menu": str, "trainer": str, "at": str,
            "added": str,
        },
        pk="id", not_null=["scenario", "mode", "menu", "trainer", "at", "added"], strict=True,
    )  # fmt: skip
    db.table("exercises").create(
        {
            "id": int, "drill": int, "trainee": str, "incident": str, "started_at": str,
            "ended_at": str, "ending": str, "result": str,
        },
        pk="id", not_null=["drill", "trainee"], foreign_keys=[("drill", "drills", "id")],
        strict=True,
    )  # fmt: skip
    db.table("drill_steps").create(
        {"id": int, "exercise": int, "kind": str, "what": str, "minutes": float, "at": str},
        pk="id", not_null=["exercise", "kind", "what", "at"],
        foreign_keys=[("exercise", "exercises", "id")], strict=True,
    )  # fmt: skip
    db.table("drill_steps").create_index(["exercise"])


def prepare(store: Store) -> None:
    """Make the tables where they are missing. Raises NotPossible for a store of real work."""
    if not store.drill:
        raise NotPossible("演练只能写进演练库。", "Drills are kept in the drill store only.")
    if migrations.pending(store.db):
        with store.writing():
            migrations.apply(store.db)


def set_up(
    store: Store,
    scenario: Scenario,
    mode: Mode,
    menu: Sequence[MenuItem],
    trainees: Sequence[str],
    *,
    author: str,
    at: datetime,
) -> tuple[Drill, tuple[Exercise, ...]]:
    """Set a drill up for some trainees."""
    if not trainees:
        raise NotPossible("请至少选一名受训人员。", "Choose at least one trainee.")
    with store.writing():
        number = store.insert(
            "drills",
            {
                "scenario": scenario.model_dump_json(exclude_defaults=True),
                "mode": mode,
                "menu": json.dumps([m.model_dump() for m in menu], ensure_ascii=False),
                "trainer": author,
                "at": beijing(at).isoformat(),
                "added": "[]",
            },
        )
        for name in dict.fromkeys(trainees):
            store.db.table("exercises").insert({"drill": number, "trainee": name})
    return drill(store, number), exercises(store, drill=number)


def drill(store: Store, number: int) -> Drill:
    """Return a drill. Raises NotPossible where there is none."""
    row = store.row("SELECT * FROM drills WHERE id = ?", [number])
    if row is None:
        raise NotPossible("没有这场演练。", "There is no such drill.")
    return _drill(row)


def drills(store: Store) -> tuple[Drill, ...]:
    """Return all drills, the newest first."""
    return tuple(_drill(row) for row in store.rows("SELECT * FROM drills ORDER BY id DESC"))


def _drill(row: dict[str, Any]) -> Drill:
    read = {k: json.loads(row[k]) for k in ("scenario", "menu", "added")}
    return Drill.model_validate({**row, **read})


def add_inject(store: Store, number: int, inject: Inject) -> Drill:
    """Add an inject of the 导调 to a drill; it comes in for everybody who is at it."""
    with store.writing():
        added = [*drill(store, number).added, inject]
        store.db.table("drills").update(
            number,
            {"added": json.dumps([i.model_dump() for i in added], ensure_ascii=False)},
        )
    return drill(store, number)


def silence(store: Store, number: int, party: str, minute: float) -> Drill:
    """Let nobody answer at ``party`` from a minute on; where that is so already, end it there."""
    with store.writing():
        found = drill(store, number).scenario
        lasting = [s for s in found.silences if s.party == party and s.until_minute is None]
        others = [s for s in found.silences if s not in lasting]
        changed = (
            [s.model_copy(update={"until_minute": minute}) for s in lasting]
            if lasting
            else [Silence(party=party, from_minute=minute)]
        )
        scenario = found.model_copy(update={"silences": (*others, *changed)})
        store.db.table("drills").update(
            number, {"scenario": scenario.model_dump_json(exclude_defaults=True)}
        )
    return drill(store, number)


def exercises(
    store: Store, *, drill: int | None = None, trainee: str | None = None
) -> tuple[Exercise, ...]:
    """Return exercises in their order, with their steps."""
    rows = store.rows(
        "SELECT * FROM exercises WHERE (:drill IS NULL OR drill = :drill)"
        " AND (:trainee IS NULL OR trainee = :trainee) ORDER BY id",
        {"drill": drill, "trainee": trainee},
    )
    return tuple(_exercise(store, row) for row in rows)


def exercise(store: Store, number: int) -> Exercise:
    """Return an exercise. Raises NotPossible where there is none."""
    row = store.row("SELECT * FROM exercises WHERE id = ?", [number])
    if row is None:
        raise NotPossible("没有这次演练。", "There is no such exercise.")
    return _exercise(store, row)


def _exercise(store: Store, row: dict[str, Any]) -> Exercise:
    steps = store.rows(
        "SELECT kind, what, minutes, at FROM drill_steps WHERE exercise = ? ORDER BY id",
        [row["id"]],
    )
    result = json.loads(row["result"]) if row["result"] else None
    return Exercise.model_validate({**row, "result": result, "steps": steps})


def of_incident(store: Store, incident: str) -> Exercise | None:
    """Return the exercise that an incident of the drill store belongs to."""
    row = store.row("SELECT * FROM exercises WHERE incident = ?", [incident])
    return None if row is None else _exercise(store, row)


def begin(store: Store, number: int, incident: str, *, at: datetime) -> Exercise:
    """Start the clock. Raises NotPossible for an exercise that was started before."""
    with store.writing():
        if exercise(store, number).started_at is not None:
            raise NotPossible("这次演练已经开始过。", "This exercise was started before.")
        store.db.table("exercises").update(
            number, {"incident": incident, "started_at": beijing(at).isoformat()}
        )
    return exercise(store, number)


def add_step(
    store: Store, number: int, kind: StepKind, what: str, *, at: datetime, minutes: float = 0
) -> Exercise:
    """Write down an act, skipped time or an inject. Raises NotPossible when it is over."""
    with store.writing():
        found = exercise(store, number)
        if not found.running:
            raise NotPossible("这次演练没有在进行。", "This exercise is not running.")
        if kind != "skip" and any((s.kind, s.what) == (kind, what) for s in found.steps):
            return found
        store.db.table("drill_steps").insert(
            {
                "exercise": number, "kind": kind, "what": what, "minutes": float(minutes),
                "at": beijing(at).isoformat(),
            }
        )  # fmt: skip
    return exercise(store, number)


def undo_act(store: Store, number: int, action: str) -> Exercise:
    """Take an act back that was ordered by mistake."""
    with store.writing():
        if not exercise(store, number).running:
            raise NotPossible("这次演练没有在进行。", "This exercise is not running.")
        store.db.execute(
            "DELETE FROM drill_steps WHERE exercise = ? AND kind = 'act' AND what = ?",
            [number, action],
        )
    return exercise(store, number)


def finish(
    store: Store, number: int, ending: Ending, *, at: datetime, result: Result | None = None
) -> Exercise:
    """End an exercise: judged with its result, aborted, or because it became real."""
    with store.writing():
        if exercise(store, number).ended_at is not None:
            raise NotPossible("这次演练已经结束。", "This exercise is over.")
        store.db.table("exercises").update(
            number,
            {
                "ended_at": beijing(at).isoformat(),
                "ending": ending,
                "result": result.model_dump_json() if result else None,
            },
        )
    return exercise(store, number)


__all__ = [
    "Drill", "Ending", "Exercise", "Result", "Step", "add_inject", "add_step",
    "begin", "drill", "drills", "exercise", "exercises", "finish",
    "of_incident", "prepare", "set_up", "silence", "undo_act",
]  # fmt: skip
