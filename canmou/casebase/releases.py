"""Releases: immutable, numbered states of all rule files; a second person approves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from canmou.casebase.clock import beijing
from canmou.casebase.errors import NotPossible
from canmou.casebase.log import canonical, digest
from canmou.casebase.store import Store
from canmou.engine.records import Record


class Release(Record):
    """发布版本: who published it when, who approved it, and why."""

    number: int
    content_hash: str
    at: datetime
    author: str
    approved_by: str | None
    note: str


def content_hash(files: Mapping[str, str]) -> str:
    """Return the hash of the content of rule files, whatever the order they are given in."""
    return digest(canonical(dict(files)))


def publish_release(
    store: Store,
    files: Mapping[str, str],
    note: str,
    *,
    author: str,
    at: datetime,
    approved_by: str | None,
) -> Release:
    """Keep the rule files as the next release. Going back means publishing older files again.

    Raises NotPossible if the author approves the own change.
    """
    if approved_by == author:
        raise NotPossible(
            "发布须由另一人审核同意。", "Somebody else than the author must approve a release."
        )
    with store.writing():
        row = store.row("SELECT MAX(number) AS n FROM releases")
        number = 1 + ((row or {}).get("n") or 0)
        release = Release(
            number=number, content_hash=content_hash(files), at=beijing(at), author=author,
            approved_by=approved_by, note=note,
        )  # fmt: skip
        store.db.table("releases").insert(release.model_dump(mode="json"))
        for path, text in sorted(files.items()):
            store.db.execute(
                "INSERT INTO texts (hash, content) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING",
                [digest(text), text],
            )
            store.db.table("release_files").insert(
                {"release": number, "path": path, "text": digest(text)}
            )
    return release


def releases(store: Store) -> tuple[Release, ...]:
    """Return all releases, the newest first."""
    rows = store.rows("SELECT * FROM releases ORDER BY number DESC")
    return tuple(Release.model_validate(row) for row in rows)


def release_files(store: Store, number: int) -> dict[str, str]:
    """Return the rule files of a release. Raises NotPossible if there is no such release."""
    rows = store.rows(
        "SELECT f.path, t.content FROM release_files f JOIN texts t ON t.hash = f.text"
        " WHERE f.release = ? ORDER BY f.path",
        [number],
    )
    if not rows and store.row("SELECT 1 FROM releases WHERE number = ?", [number]) is None:
        raise NotPossible(f"没有第 {number} 版。", f"There is no release {number}.")
    return {row["path"]: row["content"] for row in rows}
