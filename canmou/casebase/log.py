"""The log of incidents: append-only, every event carries the hash of the one before."""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import datetime
from typing import Any

from canmou.casebase.clock import beijing
from canmou.casebase.errors import ConcurrentChange, StoreDamaged, UnknownIncident
from canmou.casebase.events import payloads
from canmou.casebase.fact_events import Path, Payload
from canmou.casebase.store import Store
from canmou.engine.records import Record

FIRST = ""
"""What stands in ``prev_hash`` of the first event of the first incident."""


class Event(Record):
    """One entry of the log. ``number`` counts within the incident, beginning with 1."""

    incident: str
    number: int
    kind: str
    time: datetime
    author: str
    payload: Payload
    prev_hash: str
    hash: str


def canonical(value: Any) -> str:
    """Return the one way to write ``value`` as JSON.

    >>> canonical({"b": 1, "a": "火"})
    '{"a":"火","b":1}'
    """
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def digest(text: str) -> str:
    """Return the SHA-256 of ``text``."""
    return hashlib.sha256(text.encode()).hexdigest()


def event_hash(row: dict[str, Any]) -> str:
    """Return the hash that belongs to a row of the log."""
    return digest(
        canonical(
            {
                "incident": row["incident"],
                "number": row["number"],
                "kind": row["kind"],
                "time": row["time"],
                "author": row["author"],
                "payload": json.loads(row["payload"]),
                "prev_hash": row["prev_hash"],
            }
        )
    )


def append(
    store: Store,
    incident: str,
    payload: Payload,
    *,
    author: str,
    at: datetime,
    expected: int | None = None,
) -> Event:
    """Write one event behind the last one, in one IMMEDIATE transaction, and return it.

    ``expected`` is the number of the last event that the author has seen; if others have written
    since, nothing is written and ConcurrentChange says what they wrote. Raises UnknownIncident,
    LockedStore or FullStore.
    """
    with store.writing():
        head = store.row("SELECT last, head_hash FROM incidents WHERE id = ?", [incident])
        if head is None:
            raise UnknownIncident(incident)
        if expected is not None and expected != head["last"]:
            raise ConcurrentChange(read_events(store, incident, since=expected), head["last"])
        return _insert(store, incident, head["last"] + 1, head["head_hash"], payload, author, at)


def begin(
    store: Store, incident: str, payload: Payload, *, office: str | None, author: str, at: datetime
) -> Event:
    """Write the first event of a new incident.

    It carries the hash of the first event of the incident before, so that a whole incident cannot
    disappear without a trace either.
    """
    with store.writing():
        before = store.row(
            "SELECT i.position, e.hash FROM incidents i JOIN events e"
            " ON e.incident = i.id AND e.number = 1 ORDER BY i.position DESC LIMIT 1"
        )
        position, prev_hash = (0, FIRST) if before is None else (before["position"], before["hash"])
        moment = beijing(at).isoformat()
        store.db.table("incidents").insert(
            {
                "id": incident, "position": position + 1, "office": office, "opened_at": moment,
                "closed": 0, "last": 0, "last_at": moment, "head_hash": prev_hash,
            }
        )  # fmt: skip
        return _insert(store, incident, 1, prev_hash, payload, author, at)


def _insert(
    store: Store,
    incident: str,
    number: int,
    prev_hash: str,
    payload: Payload,
    author: str,
    at: datetime,
) -> Event:
    content = payload.as_json()
    for path in payload.personal_paths():
        _move_out(store, incident, content, path)
    row = {
        "incident": incident, "number": number, "kind": content["kind"],
        "time": beijing(at).isoformat(), "author": author, "payload": canonical(content),
        "prev_hash": prev_hash,
    }  # fmt: skip
    row["hash"] = event_hash(row)
    store.db.table("events").insert(row)
    changes = {"last": number, "last_at": row["time"], "head_hash": row["hash"]}
    closed = {"closed": 1, "merged": 1, "reopened": 0}.get(content["kind"])
    if closed is not None:
        changes["closed"] = closed
    store.db.table("incidents").update(incident, changes)
    return Event(
        incident=incident, number=number, kind=content["kind"], time=beijing(at), author=author,
        payload=payload, prev_hash=prev_hash, hash=row["hash"],
    )  # fmt: skip


def _parent(content: Any, path: Path) -> Any | None:
    """Return what holds the last step of ``path``, or None where the event has nothing there."""
    for step in path[:-1]:
        content = content.get(step) if isinstance(content, dict) else content[step]
        if content is None:
            return None
    return content


def _move_out(store: Store, incident: str, content: dict[str, Any], path: Path) -> None:
    """Put personal data into their own table and leave the hash of the salted value behind."""
    parent = _parent(content, path)
    value = None if parent is None else parent.get(path[-1])
    if parent is None or value is None:
        return
    salt, text = secrets.token_hex(16), canonical(value)
    reference = digest(salt + text)
    store.db.table("personal").insert(
        {
            "hash": reference, "incident": incident, "salt": salt, "value": text,
            "destroyed_at": None,
        }
    )  # fmt: skip
    parent[path[-1]] = {"personal": reference}


def _move_in(content: Any, personal: dict[str, str | None]) -> Any:
    """Return ``content`` with the personal data that still exist; destroyed ones become None."""
    if isinstance(content, dict):
        if content.keys() == {"personal"} and str(content["personal"]) in personal:
            text = personal[str(content["personal"])]
            return None if text is None else json.loads(text)
        return {key: _move_in(value, personal) for key, value in content.items()}
    if isinstance(content, list):
        return [_move_in(value, personal) for value in content]
    return content


def read_events(store: Store, incident: str, *, since: int = 0) -> tuple[Event, ...]:
    """Return the events after number ``since``. Raises UnknownIncident, StoreDamaged."""
    if store.row("SELECT 1 FROM incidents WHERE id = ?", [incident]) is None:
        raise UnknownIncident(incident)
    personal = {
        row["hash"]: row["value"]
        for row in store.rows("SELECT hash, value FROM personal WHERE incident = ?", [incident])
    }
    rows = store.rows(
        "SELECT * FROM events WHERE incident = ? AND number > ? ORDER BY number", [incident, since]
    )
    return tuple(_event(row, personal) for row in rows)


def _event(row: dict[str, Any], personal: dict[str, str | None]) -> Event:
    try:
        payload = payloads.validate_python(_move_in(json.loads(row["payload"]), personal))
    except ValueError as error:
        where = f"{row['incident']} #{row['number']}"
        raise StoreDamaged(where) from error
    return Event(
        incident=row["incident"], number=row["number"], kind=row["kind"],
        time=datetime.fromisoformat(row["time"]), author=row["author"], payload=payload,
        prev_hash=row["prev_hash"], hash=row["hash"],
    )  # fmt: skip


def empty_personal(store: Store, incident: str, *, at: datetime) -> int:
    """Destroy the personal data of an incident and return how many values were destroyed.

    The chain stays whole, because events hold only the hash of the salted value.
    """
    with store.writing():
        count = store.row(
            "SELECT COUNT(*) AS n FROM personal WHERE incident = ? AND destroyed_at IS NULL",
            [incident],
        )
        store.db.execute(
            "UPDATE personal SET salt = NULL, value = NULL, destroyed_at = ?"
            " WHERE incident = ? AND destroyed_at IS NULL",
            [beijing(at).isoformat(), incident],
        )
    return 0 if count is None else int(count["n"])
