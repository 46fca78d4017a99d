"""Reviews: trainers agree, disagree or doubt a conclusion; policy staff reply."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Literal

from canmou.casebase.clock import beijing
from canmou.casebase.errors import NotPossible, UnknownIncident
from canmou.casebase.store import Store
from canmou.engine.records import Record

ReviewVerdict = Literal["agree", "disagree", "doubt"]


class Review(Record):
    """点评 of one conclusion of an incident.

    ``rule`` is the rule it rests on, ``release`` the release of the rules that concluded it; old
    verdicts name none.
    """

    id: int
    incident: str
    conclusion: str
    rule: str | None
    verdict: ReviewVerdict
    reason: str
    author: str
    at: datetime
    reply: str | None = None
    replied_by: str | None = None
    replied_at: datetime | None = None
    release: str | None = None


def add_review(
    store: Store,
    incident: str,
    conclusion: str,
    verdict: ReviewVerdict,
    reason: str,
    *,
    author: str,
    at: datetime,
    rule: str | None = None,
    release: str | None = None,
) -> Review:
    """Write a verdict down. Raises UnknownIncident; NotPossible if a disagreement has no reason."""
    if verdict != "agree" and not reason.strip():
        raise NotPossible("不同意或存疑须写明理由。", "Say why you disagree or doubt it.")
    with store.writing():
        if store.row("SELECT 1 FROM incidents WHERE id = ?", [incident]) is None:
            raise UnknownIncident(incident)
        store.db.table("reviews").insert(
            {
                "incident": incident, "conclusion": conclusion, "rule": rule, "verdict": verdict,
                "reason": reason, "author": author, "at": beijing(at).isoformat(),
                "release": release,
            }
        )  # fmt: skip
        return reviews(store, incident=incident)[-1]


def reviews(
    store: Store,
    *,
    incident: str | None = None,
    open_only: bool = False,
    offices: tuple[str, ...] = (),
) -> tuple[Review, ...]:
    """Return verdicts in their order; ``open_only``: disagreements nobody has replied to.

    Where ``offices`` are named, only verdicts on their incidents.
    """
    rows = store.rows(
        "SELECT * FROM reviews WHERE (:incident IS NULL OR incident = :incident)"
        " AND (NOT :open_only OR (verdict <> 'agree' AND reply IS NULL))"
        " AND (:offices = '[]' OR incident IN (SELECT id FROM incidents WHERE office IN"
        " (SELECT value FROM json_each(:offices)))) ORDER BY id",
        {
            "incident": incident,
            "open_only": int(open_only),
            "offices": json.dumps(offices),
        },
    )
    return tuple(_review(row) for row in rows)


def answer_review(store: Store, review_id: int, reply: str, *, author: str, at: datetime) -> Review:
    """Reply to a disagreement. Raises NotPossible for a review that is not there."""
    with store.writing():
        if store.row("SELECT 1 FROM reviews WHERE id = ?", [review_id]) is None:
            raise NotPossible("没有这条点评。", "There is no such review.")
        store.db.table("reviews").update(
            review_id,
            {"reply": reply, "replied_by": author, "replied_at": beijing(at).isoformat()},
        )
        return next(one for one in reviews(store) if one.id == review_id)


def _review(row: dict[str, Any]) -> Review:
    return Review.model_validate(row)
