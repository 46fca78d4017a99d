"""Self-checks of a community: rounds by year, resumable; every answer stays, the last one holds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import Field

from canmou.casebase.clock import beijing
from canmou.casebase.errors import NotPossible
from canmou.casebase.store import Store
from canmou.engine.records import Record


class GivenAnswer(Record):
    """An answer of a self-check: who said it (``source`` is a subject), who wrote it, and when."""

    measure: str
    value: Any
    source: str | None
    author: str
    at: datetime


class Round(Record):
    """自查: one yearly self-check of an office. It is open until somebody closes it."""

    id: int
    office: str
    year: int
    started_at: datetime
    started_by: str
    closed_at: datetime | None = None
    closed_by: str | None = None
    answers: dict[str, GivenAnswer] = Field(default_factory=dict)

    @property
    def values(self) -> dict[str, Any]:
        """The values that hold, by measure."""
        return {name: answer.value for name, answer in self.answers.items()}


def start_round(store: Store, office: str, year: int, *, author: str, at: datetime) -> Round:
    """Begin the self-check of a year. Raises NotPossible if one of that year exists."""
    with store.writing():
        if store.row(
            "SELECT 1 FROM readiness_rounds WHERE office = ? AND year = ?", [office, year]
        ):
            raise NotPossible(
                f"{year} 年的自查已经开始，请继续填写。",
                f"The self-check of {year} has begun; go on with it.",
            )
        number = store.insert(
            "readiness_rounds",
            {
                "office": office, "year": year, "started_at": beijing(at).isoformat(),
                "started_by": author, "closed_at": None, "closed_by": None,
            },
        )  # fmt: skip
        return get_round(store, number)


def rounds(store: Store, office: str) -> tuple[Round, ...]:
    """Return the self-checks of an office, the newest first."""
    found = store.rows(
        "SELECT * FROM readiness_rounds WHERE office = ? ORDER BY year DESC, id DESC", [office]
    )
    return tuple(_round(store, row) for row in found)


def get_round(store: Store, number: int) -> Round:
    """Return a self-check. Raises NotPossible where there is none."""
    row = store.row("SELECT * FROM readiness_rounds WHERE id = ?", [number])
    if row is None:
        raise NotPossible("没有这次自查。", "There is no such self-check.")
    return _round(store, row)


def answer_round(
    store: Store,
    number: int,
    values: Mapping[str, Any],
    *,
    source: str | None,
    author: str,
    at: datetime,
) -> Round:
    """Write answers down; what was said before stays as history. Raises NotPossible when closed."""
    with store.writing():
        before = get_round(store, number)
        _refuse_closed(before)
        store.db.table("readiness_answers").insert_all(
            {
                "round": number, "measure": measure,
                "value": json.dumps(value, ensure_ascii=False), "source": source,
                "author": author, "at": beijing(at).isoformat(),
            }
            for measure, value in values.items()
        )  # fmt: skip
        return get_round(store, number)


def close_round(store: Store, number: int, *, author: str, at: datetime) -> Round:
    """End a self-check; open questions stay open. Raises NotPossible when it is closed."""
    with store.writing():
        _refuse_closed(get_round(store, number))
        store.db.table("readiness_rounds").update(
            number, {"closed_at": beijing(at).isoformat(), "closed_by": author}
        )
        return get_round(store, number)


def reopen_round(store: Store, number: int) -> Round:
    """Go on with a self-check that was closed too early."""
    with store.writing():
        get_round(store, number)
        store.db.table("readiness_rounds").update(number, {"closed_at": None, "closed_by": None})
        return get_round(store, number)


def keep_judgements(
    store: Store,
    office: str,
    scheme: str,
    judgements: Mapping[str, float],
    *,
    author: str,
    at: datetime,
) -> None:
    """Keep the pairwise comparisons of an office; ``{}`` goes back to the weights of the file."""
    with store.writing():
        store.db.table("readiness_weights").insert(
            {
                "office": office, "scheme": scheme, "judgements": json.dumps(dict(judgements)),
                "author": author, "at": beijing(at).isoformat(),
            }
        )  # fmt: skip


def judgements(store: Store, office: str, scheme: str) -> dict[str, float]:
    """Return the last pairwise comparisons of an office, empty where there are none."""
    row = store.row(
        "SELECT judgements FROM readiness_weights WHERE office = ? AND scheme = ?"
        " ORDER BY id DESC LIMIT 1",
        [office, scheme],
    )
    return {} if row is None else json.loads(row["judgements"])


def _refuse_closed(found: Round) -> None:
    if found.closed_at is not None:
        raise NotPossible(
            "这次自查已经结束；要改，请先重新打开。",
            "This self-check is closed; reopen it to change an answer.",
        )


def _round(store: Store, row: Mapping[str, Any]) -> Round:
    said = store.rows("SELECT * FROM readiness_answers WHERE round = ? ORDER BY id", [row["id"]])
    return Round(
        id=row["id"], office=row["office"], year=row["year"],
        started_at=row["started_at"], started_by=row["started_by"],
        closed_at=row["closed_at"], closed_by=row["closed_by"],
        answers={
            one["measure"]: GivenAnswer(
                measure=one["measure"], value=json.loads(one["value"]), source=one["source"],
                author=one["author"], at=one["at"],
            )
            for one in said
        },
    )  # fmt: skip
