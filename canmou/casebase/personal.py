"""Personal data of an incident: kept only as long as the law allows, then destroyed."""

from __future__ import annotations

from datetime import date, datetime

from canmou.casebase import fact_events as facts
from canmou.casebase.clock import beijing
from canmou.casebase.errors import NotPossible
from canmou.casebase.log import empty_personal
from canmou.casebase.state import IncidentState
from canmou.casebase.store import Store
from canmou.casebase.writing import load_incident, write

_PERSONAL_LEFT = "SELECT COUNT(*) AS n FROM personal WHERE incident = ? AND destroyed_at IS NULL"


def personal_left(store: Store, incident: str) -> int:
    """Return how many entries with personal data of an incident are still kept."""
    left = store.row(_PERSONAL_LEFT, [incident])
    return 0 if left is None else int(left["n"])


def keep_personal(
    store: Store,
    incident: str,
    reason: str,
    *,
    author: str,
    at: datetime,
    until: date | None = None,
) -> IncidentState:
    """Keep personal data longer, as evidence or for an inquiry (ERL articles 84 and 85)."""

    def check(before: IncidentState) -> None:
        if before.personal.destroyed_at is not None:
            raise NotPossible("个人信息已经销毁。", "The personal data were destroyed already.")

    payload = facts.PersonalKept(reason=reason, until=until)
    return write(store, incident, payload, author=author, at=at, expected=None, check=check)


def destroy_personal(
    store: Store, incident: str, reason: str, *, author: str, at: datetime
) -> IncidentState:
    """Destroy the personal data of a closed incident (ERL article 84) and return its state.

    The log keeps only salted hashes, so the chain stays whole. Raises NotPossible while the
    incident is open or its data are kept as evidence.
    """

    def check(before: IncidentState) -> None:
        if not before.closed:
            raise NotPossible(
                "处置结束以后才能销毁个人信息。",
                "Personal data can be destroyed only when handling is over.",
            )
        until = before.personal.kept_until
        if before.personal.kept_for is not None and (until is None or beijing(at).date() < until):
            raise NotPossible(
                f"个人信息因“{before.personal.kept_for}”须继续保存。",
                f'The personal data are kept because of "{before.personal.kept_for}".',
            )

    with store.writing():
        count = personal_left(store, incident)
        write(
            store, incident, facts.PersonalDestroyed(reason=reason, count=count), author=author,
            at=at, expected=None, check=check,
        )  # fmt: skip
        empty_personal(store, incident, at=at)
    store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # no old page stays in the WAL file
    return load_incident(store, incident)
