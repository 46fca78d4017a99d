"""What the duty desk does: calls (接, 叫应), orders (传), duties ticked off (跟), handing over."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from canmou.casebase import work_events as work
from canmou.casebase.errors import NotPossible
from canmou.casebase.fact_events import Caller, Place
from canmou.casebase.state import IncidentState
from canmou.casebase.store import Store
from canmou.casebase.work_events import Outcome
from canmou.casebase.writing import write
from canmou.engine.records import Text


def call_in(
    store: Store,
    incident: str,
    one_line: str,
    *,
    author: str,
    at: datetime,
    caller: Caller | None = None,
    place: Place | None = None,
    expected: int | None = None,
) -> IncidentState:
    """Write down a further call about the same incident."""
    payload = work.CalledIn(one_line=one_line, caller=caller, place=place or Place())
    return write(store, incident, payload, author=author, at=at, expected=expected)


def call_out(
    store: Store,
    incident: str,
    party: str,
    label: Text,
    *,
    author: str,
    at: datetime,
    number: str | None = None,
    name: str | None = None,
    purpose: str | None = None,
    expected: int | None = None,
) -> IncidentState:
    """Write down a call that was made; it is the last of ``state.calls``."""
    payload = work.CalledOut(party=party, label=label, number=number, name=name, purpose=purpose)
    return write(store, incident, payload, author=author, at=at, expected=expected)


def call_answered(
    store: Store,
    incident: str,
    call: int,
    outcome: Outcome,
    *,
    author: str,
    at: datetime,
    note: str | None = None,
    expected: int | None = None,
) -> IncidentState:
    """叫应: write down how a call went. Raises NotPossible for a call that was not made."""

    def check(before: IncidentState) -> None:
        if all(one.number != call for one in before.calls):
            raise NotPossible("没有这次呼出记录。", "There is no such call.")

    payload = work.CallAnswered(call=call, outcome=outcome, note=note)
    return write(store, incident, payload, author=author, at=at, expected=expected, check=check)


def tick(
    store: Store,
    incident: str,
    key: str,
    text: Text,
    *,
    author: str,
    at: datetime,
    note: str | None = None,
    expected: int | None = None,
) -> IncidentState:
    """Tick a duty off. Raises NotPossible if somebody has ticked it already, and says who."""

    def check(before: IncidentState) -> None:
        done = before.ticks.get(key)
        if done is not None:
            raise NotPossible(
                f"{done.by} 已在 {done.at:%H:%M} 办理。",
                f"{done.by} has done this already, at {done.at:%H:%M}.",
            )

    payload = work.Ticked(key=key, text=text, note=note)
    return write(store, incident, payload, author=author, at=at, expected=expected, check=check)


def untick(
    store: Store,
    incident: str,
    key: str,
    reason: str,
    *,
    author: str,
    at: datetime,
    expected: int | None = None,
) -> IncidentState:
    """Take a tick back and say why."""

    def check(before: IncidentState) -> None:
        if key not in before.ticks:
            raise NotPossible("这项任务没有勾选。", "This duty is not ticked.")

    return write(
        store, incident, work.Unticked(key=key, reason=reason), author=author, at=at,
        expected=expected, check=check,
    )  # fmt: skip


def order_received(
    store: Store,
    incident: str,
    from_: str,
    text: str,
    *,
    author: str,
    at: datetime,
    due: datetime | None = None,
    means: str | None = None,
    expected: int | None = None,
) -> IncidentState:
    """Write down an order from above; it is the last of ``state.orders``."""
    payload = work.OrderReceived(from_=from_, text=text, due=due, means=means)
    return write(store, incident, payload, author=author, at=at, expected=expected)


def _known_order(before: IncidentState, order: int) -> None:
    if all(one.number != order for one in before.orders):
        raise NotPossible("没有这件上级指令。", "There is no such order.")


def order_passed(
    store: Store,
    incident: str,
    order: int,
    to: str,
    *,
    author: str,
    at: datetime,
    outcome: Literal["passed", "acknowledged", "no_answer"] = "passed",
    expected: int | None = None,
) -> IncidentState:
    """Write down to whom an order was passed on."""
    payload = work.OrderPassed(order=order, to=to, outcome=outcome)
    return write(
        store, incident, payload, author=author, at=at, expected=expected,
        check=lambda before: _known_order(before, order),
    )  # fmt: skip


def order_reported_back(
    store: Store,
    incident: str,
    order: int,
    to: str,
    text: str,
    *,
    author: str,
    at: datetime,
    expected: int | None = None,
) -> IncidentState:
    """Write down what was reported back about an order."""
    payload = work.OrderReported(order=order, to=to, text=text)
    return write(
        store, incident, payload, author=author, at=at, expected=expected,
        check=lambda before: _known_order(before, order),
    )  # fmt: skip


def hand_over(
    store: Store,
    incident: str,
    to: str,
    open_matters: str,
    *,
    author: str,
    at: datetime,
    expected: int | None = None,
) -> IncidentState:
    """交班: say to whom, and what is still to do. The holder stays until somebody takes over."""
    payload = work.HandedOver(to=to, open_matters=open_matters)
    return write(store, incident, payload, author=author, at=at, expected=expected)


def take_over(
    store: Store, incident: str, *, author: str, at: datetime, expected: int | None = None
) -> IncidentState:
    """接班: the author holds the incident from now on."""

    def check(before: IncidentState) -> None:
        if before.holder == author:
            raise NotPossible("这起事件已由您负责。", "You hold this incident already.")

    return write(
        store, incident, work.TakenOver(), author=author, at=at, expected=expected, check=check
    )
