"""Rows of registers; their personal data stand in a table of their own and can be destroyed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from canmou.casebase.clock import beijing
from canmou.casebase.errors import NotPossible
from canmou.casebase.store import Store
from canmou.engine.records import Record


class KeptRow(Record):
    """A row of a register. ``values`` hold personal data only where they were asked for."""

    id: int
    office: str
    register_name: str
    values: dict[str, Any]
    changed_at: datetime
    changed_by: str
    personal_left: bool = True


class LogLine(Record):
    """What was done with a register: never a personal value.

    ``row`` is the number of the row where it was one; ``number`` how many rows it was about.
    """

    register_name: str
    act: str
    row: int | None
    number: int | None
    author: str
    at: datetime
    note: str | None


def register_rows(
    store: Store, office: str, register: str, *, personal: bool
) -> tuple[KeptRow, ...]:
    """Return the rows of a register in the order of entry, with personal data or without."""
    found = store.rows(
        "SELECT r.*, p.content AS private FROM register_rows r LEFT JOIN register_personal p"
        " ON p.row = r.id WHERE r.office = ? AND r.register = ? ORDER BY r.id",
        [office, register],
    )
    return tuple(_row(one, personal) for one in found)


def register_row(store: Store, office: str, number: int, *, personal: bool) -> KeptRow:
    """Return one row of an office. Raises NotPossible where there is none."""
    found = store.row(
        "SELECT r.*, p.content AS private FROM register_rows r LEFT JOIN register_personal p"
        " ON p.row = r.id WHERE r.office = ? AND r.id = ?",
        [office, number],
    )
    if found is None:
        raise NotPossible("登记册里没有这一行。", "There is no such row.")
    return _row(found, personal)


def save_row(
    store: Store,
    office: str,
    register: str,
    values: Mapping[str, Any],
    personal: frozenset[str],
    *,
    author: str,
    at: datetime,
    number: int | None = None,
) -> int:
    """Add a row, or change the one with ``number``; return its number."""
    with store.writing():
        kept = _write(store, office, register, values, personal, author, at, number)
        _log(store, office, register, "changed" if number else "added", author, at, row=kept)
        return kept


def replace_rows(
    store: Store,
    office: str,
    register: str,
    rows: Iterable[Mapping[str, Any]],
    personal: frozenset[str],
    *,
    author: str,
    at: datetime,
) -> int:
    """Put the rows of a spreadsheet in place of the register, all or none; return how many."""
    with store.writing():
        _clear(store, office, register)
        count = 0
        for values in rows:
            _write(store, office, register, values, personal, author, at, None)
            count += 1
        _log(store, office, register, "imported", author, at, number=count)
        return count


def remove_row(store: Store, office: str, number: int, *, author: str, at: datetime) -> None:
    """Delete a row with its personal data. Raises NotPossible where there is none."""
    with store.writing():
        kept = register_row(store, office, number, personal=False)
        store.db.execute("DELETE FROM register_personal WHERE row = ?", [number])
        store.db.execute("DELETE FROM register_rows WHERE id = ?", [number])
        _log(store, office, kept.register_name, "removed", author, at, row=number)


def destroy_register_personal(
    store: Store, office: str, register: str, reason: str, *, author: str, at: datetime
) -> int:
    """Destroy the personal data of a register and keep the rest; return how many rows had some."""
    with store.writing():
        count = _clear_personal(store, office, register)
        _log(store, office, register, "destroyed", author, at, number=count, note=reason)
    store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # no old page stays in the WAL file
    return count


def log_viewing(
    store: Store,
    office: str,
    register: str,
    *,
    author: str,
    at: datetime,
    note: str,
    row: int | None = None,
    number: int | None = None,
) -> None:
    """Write down that somebody opened personal data: of one row, or of ``number`` rows."""
    with store.writing():
        _log(store, office, register, "viewed", author, at, row=row, number=number, note=note)


def register_log(store: Store, office: str, register: str, limit: int = 30) -> tuple[LogLine, ...]:
    """Return what was last done with a register, the newest first."""
    found = store.rows(
        "SELECT register AS register_name, act, row, number, author, at, note FROM register_log"
        " WHERE office = ? AND register = ? ORDER BY id DESC LIMIT ?",
        [office, register, limit],
    )
    return tuple(LogLine.model_validate(one) for one in found)


def openings(store: Store, office: str, limit: int = 100) -> tuple[LogLine, ...]:
    """Return who last opened, exported or destroyed personal data of an office, newest first."""
    found = store.rows(
        "SELECT register AS register_name, act, row, number, author, at, note FROM register_log"
        " WHERE office = ? AND act IN ('viewed', 'destroyed') ORDER BY id DESC LIMIT ?",
        [office, limit],
    )
    return tuple(LogLine.model_validate(one) for one in found)


def _write(
    store: Store,
    office: str,
    register: str,
    values: Mapping[str, Any],
    personal: frozenset[str],
    author: str,
    at: datetime,
    number: int | None,
) -> int:
    open_part = {k: v for k, v in values.items() if k not in personal}
    private = {k: v for k, v in values.items() if k in personal}
    moment = beijing(at).isoformat()
    content = {
        "content": json.dumps(open_part, ensure_ascii=False),
        "changed_at": moment,
        "changed_by": author,
    }
    if number is None:
        first = {"office": office, "register": register, "created_at": moment, "created_by": author}
        kept = store.insert("register_rows", {**first, **content})
    else:
        register_row(store, office, number, personal=False)
        store.db.table("register_rows").update(number, content)
        kept = number
    store.db.table("register_personal").upsert(
        {"row": kept, "content": json.dumps(private, ensure_ascii=False)}, pk="row"
    )
    return kept


def _clear(store: Store, office: str, register: str) -> None:
    _clear_personal(store, office, register)
    store.db.execute(
        "DELETE FROM register_rows WHERE office = ? AND register = ?", [office, register]
    )


def _clear_personal(store: Store, office: str, register: str) -> int:
    """Delete the personal data of a register; return of how many rows."""
    gone = store.db.execute(
        "DELETE FROM register_personal WHERE row IN"
        " (SELECT id FROM register_rows WHERE office = ? AND register = ?)",
        [office, register],
    )
    return int(gone.rowcount)


def _log(
    store: Store,
    office: str,
    register: str,
    act: str,
    author: str,
    at: datetime,
    *,
    row: int | None = None,
    number: int | None = None,
    note: str | None = None,
) -> None:
    store.db.table("register_log").insert(
        {
            "office": office, "register": register, "act": act, "row": row, "number": number,
            "author": author, "at": beijing(at).isoformat(), "note": note,
        }
    )  # fmt: skip


def _row(found: Mapping[str, Any], personal: bool) -> KeptRow:
    private = json.loads(found["private"]) if personal and found["private"] else {}
    return KeptRow(
        id=found["id"], office=found["office"], register_name=found["register"],
        values={**json.loads(found["content"]), **private},
        changed_at=found["changed_at"], changed_by=found["changed_by"],
        personal_left=found["private"] is not None,
    )  # fmt: skip
