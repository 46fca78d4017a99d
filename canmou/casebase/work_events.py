"""Events that say what was done: calls, orders, duties, reports, notes, handing over, closing."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal

from canmou.casebase.fact_events import Caller, Path, Payload, Place
from canmou.engine.records import Level, Record, Text

Outcome = Literal["answered", "no_answer", "busy", "refused"]
ReportKind = Literal["telephone", "initial", "follow_up", "final", "other"]


class CalledIn(Payload):
    """A further call about the same incident."""

    kind: Literal["call_in"] = "call_in"
    one_line: str
    caller: Caller | None = None
    place: Place = Place()
    personal: ClassVar[tuple[Path, ...]] = (("caller",), ("place", "detail"))


class CalledOut(Payload):
    """A call that the desk made."""

    kind: Literal["call_out"] = "call_out"
    party: str
    label: Text
    number: str | None = None
    name: str | None = None
    purpose: str | None = None
    personal: ClassVar[tuple[Path, ...]] = (("name",),)


class CallAnswered(Payload):
    """叫应: whether the call was answered."""

    kind: Literal["call_answered"] = "call_answered"
    call: int
    outcome: Outcome
    note: str | None = None


class OrderReceived(Payload):
    """An order from above."""

    kind: Literal["order_received"] = "order_received"
    from_: str
    text: str
    due: datetime | None = None
    means: str | None = None


class OrderPassed(Payload):
    """An order passed on."""

    kind: Literal["order_passed"] = "order_passed"
    order: int
    to: str
    outcome: Literal["passed", "acknowledged", "no_answer"] = "passed"


class OrderReported(Payload):
    """How an order was carried out, reported back."""

    kind: Literal["order_reported"] = "order_reported"
    order: int
    to: str
    text: str


class Ticked(Payload):
    """A duty done. ``key`` is the key of the duty, so that the tick survives a correction."""

    kind: Literal["duty_done"] = "duty_done"
    key: str
    text: Text
    note: str | None = None


class Unticked(Payload):
    """A tick taken back."""

    kind: Literal["duty_undone"] = "duty_undone"
    key: str
    reason: str


class Element(Record):
    """One element that the rules ask of a report; no text means 正在核实."""

    name: Text
    text: str | None = None
    is_personal: bool = False


class ReportSaved(Payload):
    """A version of a report. ``report`` is None for a new one.

    ``body`` is None where it held personal data and these are destroyed.
    """

    kind: Literal["report_saved"] = "report_saved"
    report: int | None = None
    report_kind: ReportKind
    title: str
    addressees: tuple[str, ...] = ()
    elements: tuple[Element, ...] = ()
    body: str | None = ""
    body_is_personal: bool = False
    grade: Level | None = None

    def personal_paths(self) -> tuple[Path, ...]:
        """Return the texts that hold personal data."""
        body: tuple[Path, ...] = (("body",),) if self.body_is_personal else ()
        return body + tuple(
            ("elements", place, "text")
            for place, element in enumerate(self.elements)
            if element.is_personal
        )


class ReportSigned(Payload):
    """签发 of one version by a leader."""

    kind: Literal["report_signed"] = "report_signed"
    report: int
    version: int


class ReportSent(Payload):
    """A report sent to one addressee."""

    kind: Literal["report_sent"] = "report_sent"
    report: int
    to: str
    means: str


class ReportReceipted(Payload):
    """An addressee confirmed that the report arrived."""

    kind: Literal["report_receipted"] = "report_receipted"
    report: int
    to: str
    receiver: str | None = None
    personal: ClassVar[tuple[Path, ...]] = (("receiver",),)


class Noted(Payload):
    """A note for the file."""

    kind: Literal["note"] = "note"
    text: str | None
    is_personal: bool = False

    def personal_paths(self) -> tuple[Path, ...]:
        """Return the text where it holds personal data."""
        return (("text",),) if self.is_personal else ()


class HandedOver(Payload):
    """交班: to whom, and what is still to do."""

    kind: Literal["handover"] = "handover"
    to: str
    open_matters: str


class TakenOver(Payload):
    """接班: the author holds the incident from now on."""

    kind: Literal["taken_over"] = "taken_over"


class Merged(Payload):
    """归并: this is about the same incident as ``into``, where the work goes on."""

    kind: Literal["merged"] = "merged"
    into: str


class Joined(Payload):
    """归并, seen from the incident that goes on."""

    kind: Literal["joined"] = "joined"
    incident: str


class Linked(Payload):
    """关联: another incident has to do with this one."""

    kind: Literal["linked"] = "linked"
    other: str
    relation: str


class Transferred(Payload):
    """移送 to a body that is competent."""

    kind: Literal["transferred"] = "transferred"
    to: str
    reason: str


class TransferAccepted(Payload):
    """The body has taken the matter over."""

    kind: Literal["transfer_accepted"] = "transfer_accepted"
    transfer: int
    by: str


class Closed(Payload):
    """处置结束."""

    kind: Literal["closed"] = "closed"
    outcome: str


class Reopened(Payload):
    """Work goes on after all."""

    kind: Literal["reopened"] = "reopened"
    reason: str
