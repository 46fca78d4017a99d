"""One store: an SQLite file (WAL) through sqlite-utils, one connection per request."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, cast

from sqlite_utils import Database

from canmou.casebase import readiness_schema, schema
from canmou.casebase.errors import FullStore, LockedStore, StoreDamaged, StoreError, WrongStore

WAIT_SECONDS = 5.0
"""How long a write waits for the write of someone else before it gives up."""

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_NOT_WRITABLE = {
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN,
}  # fmt: skip
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def explained(error: sqlite3.Error) -> StoreError | None:
    """Return our own error for one of SQLite, or None if it is a mistake of ours."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    primary = code & 0xFF  # the upper bits only say more about the same matter
    if primary in _BUSY:
        return LockedStore()
    if primary in _NOT_WRITABLE:
        return FullStore()
    if primary in _DAMAGED:
        return StoreDamaged(str(error))
    return None


@contextmanager
def explaining() -> Iterator[None]:
    """Turn errors of SQLite that an officer can act on into our own."""
    try:
        yield
    except sqlite3.Error as error:
        ours = explained(error)
        if ours is None:
            raise
        raise ours from error


class Store:
    """An open store. Close it when the request is over, or use it in a ``with`` block."""

    def __init__(self, db: Database, *, drill: bool) -> None:
        self.db = db
        self.drill = drill

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self.db.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Open one IMMEDIATE transaction; a block inside another belongs to the outer one.

        Raises LockedStore, FullStore or StoreDamaged; nothing of the block is kept then.
        """
        if self.db.conn.in_transaction:
            yield
            return
        with explaining():
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.db.execute("COMMIT")
            except BaseException:
                self.db.rollback()
                raise

    def rows(
        self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()
    ) -> list[dict[str, Any]]:
        """Return the rows of a query; values go into ``parameters``, never into the text."""
        with explaining():
            return list(self.db.query(sql, cast(Any, parameters)))

    def insert(self, table: str, row: dict[str, Any]) -> int:
        """Add a row to a table; return the number that it was given."""
        return int(cast(int, self.db.table(table).insert(row).last_pk))

    def row(
        self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()
    ) -> dict[str, Any] | None:
        """Return the first row of a query, or None."""
        rows = self.rows(sql, parameters)
        return rows[0] if rows else None


def connect(path: str | Path, *, drill: bool = False, wait: float = WAIT_SECONDS) -> Store:
    """Open the store at ``path``, creating it or bringing its tables up to date if need be.

    Raises WrongStore if a drill store is opened for real work or the other way round, LockedStore,
    FullStore or StoreDamaged if the file cannot be used.
    """
    with explaining():
        connection = sqlite3.connect(
            str(path), timeout=wait, isolation_level=None, check_same_thread=False
        )
    try:
        store = Store(Database(connection), drill=drill)
        with explaining():
            _prepare(store)
    except BaseException:
        connection.close()
        raise
    return store


def _prepare(store: Store) -> None:
    """Set what holds for every connection and apply the migrations that are missing."""
    db = store.db
    db.enable_wal()
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("PRAGMA synchronous = FULL")  # a saved answer survives a power cut
    db.execute("PRAGMA secure_delete = ON")  # destroyed personal data leave no bytes behind
    for migrations in (schema.migrations, readiness_schema.migrations):
        if migrations.pending(db):
            with store.writing():
                migrations.apply(db)
    if get_setting(store, "drill") is None:
        with store.writing():  # whoever comes first says what this file is
            if get_setting(store, "drill") is None:
                set_setting(store, "drill", store.drill)
    marked = get_setting(store, "drill")
    if marked is not store.drill:
        raise WrongStore(is_drill=bool(marked))


def get_setting(store: Store, key: str) -> Any | None:
    """Return a setting, or None if it was never set."""
    row = store.row("SELECT value FROM settings WHERE key = ?", [key])
    return None if row is None else json.loads(row["value"])


def set_setting(store: Store, key: str, value: Any) -> None:
    """Keep a setting; ``value`` is anything that JSON can hold."""
    with store.writing():
        store.db.table("settings").upsert(
            {"key": key, "value": json.dumps(value, ensure_ascii=False)}, pk="key"
        )
