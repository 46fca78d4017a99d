"""The tables of the case base, as migrations that sqlite-utils applies in order."""

from __future__ import annotations

from sqlite_utils import Database, Migrations
from sqlite_utils.db import Table

migrations = Migrations("canmou.casebase")


def table(db: Database, name: str) -> Table:
    """Return the table ``name``, as a table and not as a view."""
    return db.table(name)


def _refuse(db: Database, name: str, when: str, why: str, condition: str = "") -> None:
    """Create a trigger that refuses a change of a table (all arguments are ours, none typed in)."""
    db.execute(
        f"CREATE TRIGGER {name} {when} FOR EACH ROW {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{why}'); END"
    )


@migrations()
def m001_offices_and_users(db: Database) -> None:
    """Who works where."""
    table(db, "offices").create(
        {
            "id": str, "name_zh": str, "name_en": str, "level": str, "parent": str,
            "area": str, "telephone": str,
        },
        pk="id", not_null=["name_zh", "name_en", "level", "area"], strict=True,
    )  # fmt: skip
    table(db, "users").create(
        {
            "id": int, "name": str, "display_name": str, "role": str, "office": str,
            "password_hash": str, "must_change": int, "failures": int, "locked_until": str,
            "active": int, "language": str, "created_at": str,
        },
        pk="id",
        not_null=["name", "display_name", "role", "password_hash", "must_change", "failures"],
        foreign_keys=[("office", "offices", "id")], strict=True,
    )  # fmt: skip
    table(db, "users").create_index(["name"], unique=True)


@migrations()
def m002_incidents_and_events(db: Database) -> None:
    """The append-only log, with the personal data beside it so that they can be destroyed."""
    table(db, "incidents").create(
        {
            "id": str, "position": int, "office": str, "opened_at": str, "closed": int,
            "last": int, "last_at": str, "head_hash": str,
        },
        pk="id", not_null=["position", "opened_at", "closed", "last", "head_hash"], strict=True,
    )  # fmt: skip
    table(db, "incidents").create_index(["position"], unique=True)
    table(db, "events").create(
        {
            "incident": str, "number": int, "kind": str, "time": str, "author": str,
            "payload": str, "prev_hash": str, "hash": str,
        },
        pk=("incident", "number"),
        not_null=["kind", "time", "author", "payload", "prev_hash", "hash"], strict=True,
    )  # fmt: skip
    table(db, "personal").create(
        {"hash": str, "incident": str, "salt": str, "value": str, "destroyed_at": str},
        pk="hash", not_null=["incident"], strict=True,
    )  # fmt: skip
    table(db, "personal").create_index(["incident"])
    only = "the event log is append-only"
    _refuse(db, "events_no_update", "BEFORE UPDATE ON events", only)
    _refuse(db, "events_no_delete", "BEFORE DELETE ON events", only)
    _refuse(
        db, "events_in_order", "BEFORE INSERT ON events", "events are numbered without a gap",
        "WHEN NEW.number <> (SELECT COUNT(*) + 1 FROM events WHERE incident = NEW.incident)",
    )  # fmt: skip
    _refuse(db, "incidents_no_delete", "BEFORE DELETE ON incidents", only)
    _refuse(
        db, "personal_no_delete", "BEFORE DELETE ON personal",
        "personal data are destroyed by emptying them",
    )  # fmt: skip
    _refuse(
        db, "personal_only_destroy", "BEFORE UPDATE ON personal",
        "personal data may only be destroyed",
        "WHEN NEW.hash <> OLD.hash OR NEW.incident <> OLD.incident OR NEW.value IS NOT NULL"
        " OR NEW.salt IS NOT NULL OR NEW.destroyed_at IS NULL",
    )  # fmt: skip


@migrations()
def m003_reviews_releases_settings(db: Database) -> None:
    """Trainers' verdicts, published rule files, settings."""
    table(db, "reviews").create(
        {
            "id": int, "incident": str, "conclusion": str, "rule": str, "verdict": str,
            "reason": str, "author": str, "at": str, "reply": str, "replied_by": str,
            "replied_at": str,
        },
        pk="id", not_null=["incident", "conclusion", "verdict", "reason", "author", "at"],
        foreign_keys=[("incident", "incidents", "id")], strict=True,
    )  # fmt: skip
    table(db, "reviews").create_index(["incident"])
    table(db, "releases").create(
        {
            "number": int, "content_hash": str, "at": str, "author": str, "approved_by": str,
            "note": str,
        },
        pk="number", not_null=["content_hash", "at", "author", "note"], strict=True,
    )  # fmt: skip
    table(db, "texts").create({"hash": str, "content": str}, pk="hash", strict=True)
    table(db, "release_files").create(
        {"release": int, "path": str, "text": str}, pk=("release", "path"),
        foreign_keys=[("release", "releases", "number"), ("text", "texts", "hash")], strict=True,
    )  # fmt: skip
    for name in ("releases", "texts", "release_files"):
        for change in ("update", "delete"):
            _refuse(
                db, f"{name}_no_{change}", f"BEFORE {change.upper()} ON {name}",
                "a release is immutable",
            )  # fmt: skip
    table(db, "settings").create({"key": str, "value": str}, pk="key", strict=True)


@migrations()
def m004_search(db: Database) -> None:
    """The index of two-character pieces (unicode61 alone finds no Chinese word in a sentence)."""
    db.execute(
        "CREATE VIRTUAL TABLE search_index USING fts5("
        "kind UNINDEXED, ref UNINDEXED, title UNINDEXED, words UNINDEXED, pieces, "
        'tokenize = "unicode61 remove_diacritics 0")'
    )


@migrations()
def m005_sessions_and_releases_of_reviews(db: Database) -> None:
    """Which sessions of a user still hold; on which release of the rules a verdict was given."""
    db.execute("ALTER TABLE users ADD COLUMN session INTEGER NOT NULL DEFAULT 0")
    db.execute("ALTER TABLE reviews ADD COLUMN release TEXT")


@migrations()
def m006_ended_sessions(db: Database) -> None:
    """Sessions that somebody logged out of, as long as their cookie could still come."""
    table(db, "ended_sessions").create({"key": str, "until": str}, pk="key", strict=True)
