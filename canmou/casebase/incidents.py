"""Incidents: opening, listing and closing them, notes, and the package for the archive."""

from __future__ import annotations

import json
import secrets
from datetime import date, datetime
from typing import Any

from canmou.casebase import work_events as work
from canmou.casebase.clock import beijing
from canmou.casebase.errors import NotPossible
from canmou.casebase.fact_events import FactsChange, OpenIncident
from canmou.casebase.folding import fold
from canmou.casebase.log import begin, read_events
from canmou.casebase.search import index_incident
from canmou.casebase.state import IncidentState
from canmou.casebase.store import Store
from canmou.casebase.verify import verify_incident
from canmou.casebase.writing import load_incident, write


def open_incident(
    store: Store, first: OpenIncident, *, author: str, at: datetime, office: str | None = None
) -> IncidentState:
    """Write a new incident down and return its state. Its id begins with the day.

    Raises LockedStore, FullStore.
    """
    if office is not None:
        first = first.model_copy(update={"office": office})
    with store.writing():
        incident = _new_id(store, beijing(at).date())
        event = begin(store, incident, first, office=first.office, author=author, at=at)
        state = fold((event,))
        index_incident(store, state)
        return state


def _new_id(store: Store, day: date) -> str:
    """Return an id that says the day and a number within it, and cannot be guessed."""
    prefix = f"{day:%Y%m%d}-"
    row = store.row("SELECT COUNT(*) AS n FROM incidents WHERE id LIKE ?", [f"{prefix}%"])
    number = 1 + (0 if row is None else int(row["n"]))
    return f"{prefix}{number:03d}-{secrets.token_hex(2)}"


def open_incidents(store: Store, *, offices: tuple[str, ...] = ()) -> tuple[IncidentState, ...]:
    """Return the incidents that are being handled, the newest first, of ``offices`` or of all."""
    return _listed(store, closed=False, offices=offices, limit=-1, offset=0)


def closed_incidents(
    store: Store, *, offices: tuple[str, ...] = (), limit: int = 50, offset: int = 0
) -> tuple[IncidentState, ...]:
    """Return the incidents that are over, the newest first, of ``offices`` or of all."""
    return _listed(store, closed=True, offices=offices, limit=limit, offset=offset)


def _listed(
    store: Store, *, closed: bool, offices: tuple[str, ...], limit: int, offset: int
) -> tuple[IncidentState, ...]:
    rows = store.rows(
        "SELECT id FROM incidents WHERE closed = :closed AND (:offices = '[]' OR office IN "
        "(SELECT value FROM json_each(:offices))) ORDER BY position DESC LIMIT :limit "
        "OFFSET :offset",
        {"closed": int(closed), "offices": json.dumps(offices), "limit": limit, "offset": offset},
    )
    return tuple(load_incident(store, row["id"]) for row in rows)


def change_facts(
    store: Store,
    incident: str,
    change: FactsChange,
    *,
    author: str,
    at: datetime,
    expected: int | None = None,
) -> IncidentState:
    """Change type, state, time, place or the one line; only the fields given in ``change``."""
    if not change.changed:
        raise NotPossible("没有要更正的内容。", "There is nothing to change.")
    if {"incident_types", "one_line", "learned_at"} & change.changed and not (
        (change.incident_types or "incident_types" not in change.changed)
        and (change.one_line or "one_line" not in change.changed)
        and (change.learned_at or "learned_at" not in change.changed)
    ):
        raise NotPossible(
            "类型、一句话情况和接报时间不能改为空。",
            "Type, one-line account and time of the call cannot be emptied.",
        )
    return write(store, incident, change, author=author, at=at, expected=expected)


def note(
    store: Store,
    incident: str,
    text: str,
    *,
    author: str,
    at: datetime,
    personal: bool = False,
    expected: int | None = None,
) -> IncidentState:
    """Add a note to the file."""
    payload = work.Noted(text=text, is_personal=personal)
    return write(store, incident, payload, author=author, at=at, expected=expected)


def close(
    store: Store,
    incident: str,
    outcome: str,
    *,
    author: str,
    at: datetime,
    expected: int | None = None,
) -> IncidentState:
    """处置结束. Raises NotPossible while an order has not been reported back."""

    def check(before: IncidentState) -> None:
        waiting = [order for order in before.orders if not order.finished]
        if waiting:
            raise NotPossible(
                f"还有 {len(waiting)} 件上级指令没有回报，请先回报再结束。",
                f"{len(waiting)} orders were not reported back; do that first.",
            )

    return write(
        store, incident, work.Closed(outcome=outcome), author=author, at=at, expected=expected,
        check=check,
    )  # fmt: skip


def reopen(store: Store, incident: str, reason: str, *, author: str, at: datetime) -> IncidentState:
    """Go on with an incident that was closed or joined to another."""

    def check(before: IncidentState) -> None:
        if not before.closed:
            raise NotPossible("这起事件还在处置中。", "This incident is still being handled.")

    return write(
        store, incident, work.Reopened(reason=reason), author=author, at=at, expected=None,
        check=check,
    )  # fmt: skip


def export_package(store: Store, incident: str) -> dict[str, Any]:
    """Return the whole file of an incident for the archive (ERL article 94), as plain data."""
    history = read_events(store, incident)
    chain = verify_incident(store, incident)
    return {
        "incident": incident,
        "state": fold(history).model_dump(mode="json"),
        "events": [
            {
                **event.model_dump(mode="json", exclude={"payload"}),
                "payload": event.payload.as_json(),
            }
            for event in history
        ],
        "chain": {"checked": chain.checked, "problems": [one.zh for one in chain.problems]},
    }
