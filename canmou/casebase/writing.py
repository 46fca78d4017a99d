"""How every command writes: read the state, refuse what does not fit, append one event."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from canmou.casebase.errors import ConcurrentChange, NotPossible
from canmou.casebase.fact_events import Payload
from canmou.casebase.folding import fold, step
from canmou.casebase.log import append, read_events
from canmou.casebase.search import index_incident
from canmou.casebase.state import IncidentState
from canmou.casebase.store import Store

Check = Callable[[IncidentState], None]

_AFTER_CLOSING = frozenset(
    {
        "note", "linked", "joined", "reopened", "personal_kept", "personal_destroyed",
        "report_receipted", "transfer_accepted", "call_in",
    }
)  # fmt: skip
"""What may still be written when handling is over."""
_REPORTS = frozenset({"report_saved", "report_signed", "report_sent"})
"""What is written after handling is over, though not about an incident joined to another."""


def load_incident(store: Store, incident: str) -> IncidentState:
    """Return the present state of an incident. Raises UnknownIncident, StoreDamaged."""
    return fold(read_events(store, incident))


def write(
    store: Store,
    incident: str,
    payload: Payload,
    *,
    author: str,
    at: datetime,
    expected: int | None,
    check: Check | None = None,
) -> IncidentState:
    """Append one event if it fits the present state, and return the state after it.

    Reading, checking and writing are one IMMEDIATE transaction, so that two officers cannot both
    act on the same state. Raises ConcurrentChange, NotPossible, UnknownIncident, LockedStore,
    FullStore.
    """
    with store.writing():
        before = load_incident(store, incident)
        if expected is not None and expected != before.last:
            raise ConcurrentChange(read_events(store, incident, since=expected), before.last)
        kind = payload.as_json()["kind"]
        late_report = kind in _REPORTS and before.merged_into is None
        if before.closed and kind not in _AFTER_CLOSING and not late_report:
            _refuse_closed(before)
        if check is not None:
            check(before)
        event = append(store, incident, payload, author=author, at=at)
        after = step(before, event)
        index_incident(store, after)
        return after


def _refuse_closed(state: IncidentState) -> None:
    if state.merged_into is not None:
        raise NotPossible(
            f"这起事件已归并到 {state.merged_into}，请到那里继续。",
            f"This incident was joined to {state.merged_into}; go on there.",
        )
    raise NotPossible(
        "这起事件已处置结束；要继续，请先重新打开。",
        "Handling of this incident is over; reopen it to go on.",
    )
