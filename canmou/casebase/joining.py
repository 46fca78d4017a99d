"""Incidents and each other: 归并 (the same incident twice), 关联 (related), 移送 (handed on)."""

from __future__ import annotations

from datetime import datetime

from canmou.casebase import work_events as work
from canmou.casebase.errors import NotPossible
from canmou.casebase.state import IncidentState
from canmou.casebase.store import Store
from canmou.casebase.writing import load_incident, write


def merge(
    store: Store,
    incident: str,
    into: str,
    *,
    author: str,
    at: datetime,
    expected: int | None = None,
) -> IncidentState:
    """归并: two calls, one incident; work goes on in ``into``, whose state is returned."""

    def check(before: IncidentState) -> None:
        if into == incident:
            raise NotPossible("不能归并到自己。", "An incident cannot be joined to itself.")
        if load_incident(store, into).closed:
            raise NotPossible(
                f"{into} 已处置结束或已归并，不能归并到它。",
                f"{into} is closed or was joined itself; nothing can be joined to it.",
            )

    with store.writing():
        write(
            store, incident, work.Merged(into=into), author=author, at=at, expected=expected,
            check=check,
        )  # fmt: skip
        return write(
            store, into, work.Joined(incident=incident), author=author, at=at, expected=None
        )


def link(
    store: Store,
    incident: str,
    other: str,
    relation: str,
    *,
    author: str,
    at: datetime,
    expected: int | None = None,
) -> IncidentState:
    """关联: write down on both sides that two incidents have to do with each other."""

    def check(before: IncidentState) -> None:
        if other == incident:
            raise NotPossible("不能与自己关联。", "An incident cannot be linked to itself.")
        if any(one.other == other for one in before.linked):
            raise NotPossible(f"已与 {other} 关联。", f"It is linked to {other} already.")

    with store.writing():
        after = write(
            store, incident, work.Linked(other=other, relation=relation), author=author, at=at,
            expected=expected, check=check,
        )  # fmt: skip
        write(
            store, other, work.Linked(other=incident, relation=relation), author=author, at=at,
            expected=None,
        )  # fmt: skip
        return after


def transfer(
    store: Store,
    incident: str,
    to: str,
    reason: str,
    *,
    author: str,
    at: datetime,
    expected: int | None = None,
) -> IncidentState:
    """移送: hand the matter on to the body that is competent; it stays open until accepted."""
    payload = work.Transferred(to=to, reason=reason)
    return write(store, incident, payload, author=author, at=at, expected=expected)


def transfer_accepted(
    store: Store,
    incident: str,
    transfer_number: int,
    by: str,
    *,
    author: str,
    at: datetime,
    expected: int | None = None,
) -> IncidentState:
    """Write down who took the matter over."""

    def check(before: IncidentState) -> None:
        if all(one.number != transfer_number for one in before.transfers):
            raise NotPossible("没有这次移送。", "There is no such transfer.")

    payload = work.TransferAccepted(transfer=transfer_number, by=by)
    return write(store, incident, payload, author=author, at=at, expected=expected, check=check)
