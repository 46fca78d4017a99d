"""What was decided about tasks of a year plan, in the words of then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from canmou.engine.records import Text
from canmou.readiness.year_plan import Decided, Task


def as_it_stood(task: Task) -> dict[str, Any]:
    """Return a task to be kept beside what was decided about it."""
    return task.model_dump(mode="json", exclude={"decided", "gone", "overdue"})


def no_longer_arising(
    tasks: Iterable[Task],
    decided: Mapping[str, Decided],
    stood: Mapping[str, Mapping[str, Any] | None],
    *,
    over: bool,
) -> list[Task]:
    """Return what nothing asks for any more, in the words of then: what was done in the year.

    Of a year that is over, also what was only planned.
    """
    arising = {task.key for task in tasks}
    return [
        Task.model_validate(
            {**(stood.get(key) or _unworded(key)), "month": known.month, "decided": known,
             "gone": True}
        )
        for key, known in decided.items()
        if key not in arising and (over or known.done_at is not None)
    ]  # fmt: skip


def _unworded(key: str) -> dict[str, Any]:
    """Return a task of which only the key was kept."""
    return {
        "key": key,
        "kind": key.split(":")[0],
        "text": Text(zh=f"没有存下文字的一项（{key}）", en=f"a task kept without words ({key})"),
        "parties": (),
        "party_label": Text(zh="没有记", en="not recorded"),
        "modality": "should",
        "cites": (),
    }
