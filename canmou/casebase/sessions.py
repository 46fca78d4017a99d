"""Sessions that somebody ended by logging out: what a browser still holds of them opens nothing."""

from __future__ import annotations

import secrets
from datetime import datetime

from canmou.casebase.clock import beijing
from canmou.casebase.store import Store


def new_session_key() -> str:
    """Return what tells one login from another."""
    return secrets.token_urlsafe(12)


def end_session(store: Store, key: str, *, at: datetime, until: datetime) -> None:
    """Remember that a session is over, as long as a cookie of it could still come: to ``until``.

    A cookie by itself can come back: an answer that was still on its way when somebody logged out
    brings the old one again, and a copy of it knows nothing of the logout.
    """
    with store.writing():
        ended = store.db.table("ended_sessions")
        ended.delete_where("until < ?", [beijing(at).isoformat()])
        ended.upsert({"key": key, "until": beijing(until).isoformat()}, pk="key")


def session_ended(store: Store, key: str) -> bool:
    """Tell whether somebody logged out of this session."""
    return store.row("SELECT 1 FROM ended_sessions WHERE key = ?", [key]) is not None
