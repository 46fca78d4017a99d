"""From events to the present state: one small function per kind of event, nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import singledispatch
from typing import TypeVar

from canmou.casebase import fact_events as facts
from canmou.casebase import work_events as work
from canmou.casebase.errors import StoreDamaged
from canmou.casebase.fact_events import Payload
from canmou.casebase.folding_answers import answered, corrected, settled, withdrawn
from canmou.casebase.log import Event
from canmou.casebase.state import (
    AssessmentOf,
    Call,
    Handover,
    IncidentState,
    IncomingCall,
    Link,
    NoteOf,
    Order,
    Passed,
    PersonalState,
    Report,
    ReportedBack,
    Sending,
    Tick,
    Transfer,
)

Item = TypeVar("Item", Call, Order, Report, Transfer)


def fold(events: Sequence[Event]) -> IncidentState:
    """Return the state that follows from all events of one incident, the first one included.

    Pure: the same events give the same state. Raises StoreDamaged if they do not begin with the
    opening of the incident.
    """
    if not events or not isinstance(events[0].payload, facts.OpenIncident):
        raise StoreDamaged("an incident without its first event")
    state = _opened(events[0].payload, events[0])
    for event in events[1:]:
        state = step(state, event)
    return state


def step(state: IncidentState, event: Event) -> IncidentState:
    """Return the state after one more event."""
    after = _apply(event.payload, state, event)
    return after.model_copy(update={"last": event.number, "last_at": event.time})


def _opened(payload: facts.OpenIncident, event: Event) -> IncidentState:
    return IncidentState(
        id=event.incident, office=payload.office, opened_at=event.time, opened_by=event.author,
        nature=payload.nature, incident_types=payload.incident_types, status=payload.status,
        ended_at=payload.learned_at if payload.status == "ended" else None,
        one_line=payload.one_line, learned_at=payload.learned_at, occurred_at=payload.occurred_at,
        place=payload.place, caller=payload.caller, offline=payload.offline, holder=event.author,
        last=event.number, last_at=event.time,
    )  # fmt: skip


@singledispatch
def _apply(payload: Payload, state: IncidentState, event: Event) -> IncidentState:
    raise StoreDamaged(f"{event.incident} #{event.number}: {event.kind}")


_apply.register(answered)
_apply.register(corrected)
_apply.register(settled)
_apply.register(withdrawn)


@_apply.register
def _(payload: facts.FactsChange, state: IncidentState, event: Event) -> IncidentState:
    changed = {name: getattr(payload, name) for name in payload.changed}
    if "status" in changed:
        changed["ended_at"] = (state.ended_at or event.time) if payload.status == "ended" else None
    return state.model_copy(update=changed)


@_apply.register
def _(payload: facts.Assessed, state: IncidentState, event: Event) -> IncidentState:
    made = AssessmentOf(number=event.number, at=event.time, by=event.author, summary=payload)
    return state.model_copy(update={"assessments": (*state.assessments, made)})


@_apply.register
def _(payload: work.CalledIn, state: IncidentState, event: Event) -> IncidentState:
    call = IncomingCall(
        number=event.number, one_line=payload.one_line, caller=payload.caller, place=payload.place,
        by=event.author, at=event.time,
    )  # fmt: skip
    return state.model_copy(update={"further_calls": (*state.further_calls, call)})


@_apply.register
def _(payload: work.CalledOut, state: IncidentState, event: Event) -> IncidentState:
    call = Call(
        number=event.number, party=payload.party, label=payload.label, telephone=payload.number,
        name=payload.name, purpose=payload.purpose, by=event.author, at=event.time,
    )  # fmt: skip
    return state.model_copy(update={"calls": (*state.calls, call)})


@_apply.register
def _(payload: work.CallAnswered, state: IncidentState, event: Event) -> IncidentState:
    change = {"outcome": payload.outcome, "outcome_at": event.time, "note": payload.note}
    return _in_list(state, "calls", payload.call, change)


@_apply.register
def _(payload: work.OrderReceived, state: IncidentState, event: Event) -> IncidentState:
    order = Order(
        number=event.number, from_=payload.from_, text=payload.text, due=payload.due,
        means=payload.means, by=event.author, at=event.time,
    )  # fmt: skip
    return state.model_copy(update={"orders": (*state.orders, order)})


@_apply.register
def _(payload: work.OrderPassed, state: IncidentState, event: Event) -> IncidentState:
    one = Passed(to=payload.to, outcome=payload.outcome, by=event.author, at=event.time)
    order = _find(state.orders, payload.order, event)
    return _in_list(state, "orders", payload.order, {"passed": (*order.passed, one)})


@_apply.register
def _(payload: work.OrderReported, state: IncidentState, event: Event) -> IncidentState:
    one = ReportedBack(to=payload.to, text=payload.text, by=event.author, at=event.time)
    order = _find(state.orders, payload.order, event)
    return _in_list(state, "orders", payload.order, {"reported": (*order.reported, one)})


@_apply.register
def _(payload: work.Ticked, state: IncidentState, event: Event) -> IncidentState:
    tick = Tick(
        key=payload.key, text=payload.text, by=event.author, at=event.time, note=payload.note
    )
    return state.model_copy(update={"ticks": {**state.ticks, payload.key: tick}})


@_apply.register
def _(payload: work.Unticked, state: IncidentState, event: Event) -> IncidentState:
    left = {key: tick for key, tick in state.ticks.items() if key != payload.key}
    return state.model_copy(update={"ticks": left})


@_apply.register
def _(payload: work.ReportSaved, state: IncidentState, event: Event) -> IncidentState:
    old = None if payload.report is None else _find(state.reports, payload.report, event)
    report = Report(
        number=event.number if old is None else old.number, kind=payload.report_kind,
        title=payload.title, addressees=payload.addressees, elements=payload.elements,
        body=payload.body, grade=payload.grade, version=1 if old is None else old.version + 1,
        written_by=event.author, written_at=event.time,
    )  # fmt: skip
    if old is None:
        return state.model_copy(update={"reports": (*state.reports, report)})
    others = tuple(report if one.number == old.number else one for one in state.reports)
    return state.model_copy(update={"reports": others})


@_apply.register
def _(payload: work.ReportSigned, state: IncidentState, event: Event) -> IncidentState:
    change = {"signer": event.author, "signed_at": event.time}
    return _in_list(state, "reports", payload.report, change)


@_apply.register
def _(payload: work.ReportSent, state: IncidentState, event: Event) -> IncidentState:
    one = Sending(to=payload.to, means=payload.means, by=event.author, at=event.time)
    report = _find(state.reports, payload.report, event)
    return _in_list(state, "reports", payload.report, {"sendings": (*report.sendings, one)})


@_apply.register
def _(payload: work.ReportReceipted, state: IncidentState, event: Event) -> IncidentState:
    report = _find(state.reports, payload.report, event)
    sendings = tuple(
        one.model_copy(update={"receipted_at": event.time, "receiver": payload.receiver})
        if one.to == payload.to and one.receipted_at is None
        else one
        for one in report.sendings
    )
    return _in_list(state, "reports", payload.report, {"sendings": sendings})


@_apply.register
def _(payload: work.Noted, state: IncidentState, event: Event) -> IncidentState:
    note = NoteOf(number=event.number, text=payload.text, by=event.author, at=event.time)
    return state.model_copy(update={"notes": (*state.notes, note)})


@_apply.register
def _(payload: work.HandedOver, state: IncidentState, event: Event) -> IncidentState:
    one = Handover(
        number=event.number, to=payload.to, open_matters=payload.open_matters, by=event.author,
        at=event.time,
    )  # fmt: skip
    return state.model_copy(update={"handovers": (*state.handovers, one)})


@_apply.register
def _(payload: work.TakenOver, state: IncidentState, event: Event) -> IncidentState:
    taken = {"taken_by": event.author, "taken_at": event.time}
    handovers = tuple(
        one if one.taken_at is not None else one.model_copy(update=taken) for one in state.handovers
    )
    return state.model_copy(update={"handovers": handovers, "holder": event.author})


@_apply.register
def _(payload: work.Merged, state: IncidentState, event: Event) -> IncidentState:
    return state.model_copy(update={"merged_into": payload.into})


@_apply.register
def _(payload: work.Joined, state: IncidentState, event: Event) -> IncidentState:
    return state.model_copy(update={"joined": (*state.joined, payload.incident)})


@_apply.register
def _(payload: work.Linked, state: IncidentState, event: Event) -> IncidentState:
    link = Link(other=payload.other, relation=payload.relation)
    return state.model_copy(update={"linked": (*state.linked, link)})


@_apply.register
def _(payload: work.Transferred, state: IncidentState, event: Event) -> IncidentState:
    one = Transfer(
        number=event.number, to=payload.to, reason=payload.reason, by=event.author, at=event.time
    )
    return state.model_copy(update={"transfers": (*state.transfers, one)})


@_apply.register
def _(payload: work.TransferAccepted, state: IncidentState, event: Event) -> IncidentState:
    change = {"accepted_by": payload.by, "accepted_at": event.time}
    return _in_list(state, "transfers", payload.transfer, change)


@_apply.register
def _(payload: work.Closed, state: IncidentState, event: Event) -> IncidentState:
    return state.model_copy(
        update={"closed_at": event.time, "closed_by": event.author, "outcome": payload.outcome}
    )


@_apply.register
def _(payload: work.Reopened, state: IncidentState, event: Event) -> IncidentState:
    nothing = {"closed_at": None, "closed_by": None, "outcome": None, "merged_into": None}
    return state.model_copy(update=nothing)


@_apply.register
def _(payload: facts.PersonalKept, state: IncidentState, event: Event) -> IncidentState:
    kept = PersonalState(kept_for=payload.reason, kept_until=payload.until)
    return state.model_copy(update={"personal": kept})


@_apply.register
def _(payload: facts.PersonalDestroyed, state: IncidentState, event: Event) -> IncidentState:
    gone = PersonalState(destroyed_at=event.time, destroyed_by=event.author)
    return state.model_copy(update={"personal": gone})


def _find(items: tuple[Item, ...], number: int, event: Event) -> Item:
    for item in items:
        if item.number == number:
            return item
    raise StoreDamaged(f"{event.incident} #{event.number}")


def _in_list(
    state: IncidentState, name: str, number: int, change: Mapping[str, object]
) -> IncidentState:
    """Return ``state`` with one item of the list ``name`` changed."""
    items = tuple(
        item.model_copy(update=change) if item.number == number else item
        for item in getattr(state, name)
    )
    return state.model_copy(update={name: items})
