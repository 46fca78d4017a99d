"""The present state of one incident, as it follows from its events."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from canmou.casebase.fact_events import Assessed, Caller, Nature, Place, StatementState
from canmou.casebase.work_events import Element, Outcome, ReportKind
from canmou.engine.records import Level, Record, Text

ReportState = Literal["draft", "signed", "sent", "receipted"]


class StatementOf(Record):
    """One statement about a measure; ``ended`` says why it stands no more."""

    number: int
    value: Any
    source: str | None
    time: datetime
    state: StatementState
    author: str
    is_personal: bool = False
    ended: Literal["updated", "corrected", "withdrawn", "settled"] | None = None
    ended_by: int | None = None


class MeasureAnswers(Record):
    """All statements about one measure, the standing ones beside those that are history."""

    measure: str
    statements: tuple[StatementOf, ...] = ()

    @property
    def standing(self) -> tuple[StatementOf, ...]:
        """The statements that hold now."""
        return tuple(one for one in self.statements if one.ended is None)

    @property
    def differ(self) -> bool:
        """Whether the standing statements do not say the same."""
        return any(one.value != self.standing[0].value for one in self.standing[1:])


class Correction(Record):
    """A change of what had been said: what stood before, what stands now, and why."""

    number: int
    measure: str
    before: tuple[Any, ...]
    after: Any
    reason: str | None
    by: str
    at: datetime


class Tick(Record):
    """A duty done."""

    key: str
    text: Text
    by: str
    at: datetime
    note: str | None = None


class Call(Record):
    """A call that the desk made; ``outcome`` is None while nobody has said how it went."""

    number: int
    party: str
    label: Text
    telephone: str | None
    name: str | None
    purpose: str | None
    by: str
    at: datetime
    outcome: Outcome | None = None
    outcome_at: datetime | None = None
    note: str | None = None


class IncomingCall(Record):
    """A further call about the incident."""

    number: int
    one_line: str
    caller: Caller | None
    place: Place
    by: str
    at: datetime


class Passed(Record):
    """An order passed on to one addressee."""

    to: str
    outcome: Literal["passed", "acknowledged", "no_answer"]
    by: str
    at: datetime


class ReportedBack(Record):
    """What was reported about an order."""

    to: str
    text: str
    by: str
    at: datetime


class Order(Record):
    """传: an order from above, to whom it was passed and what was reported back."""

    number: int
    from_: str
    text: str
    due: datetime | None
    means: str | None
    by: str
    at: datetime
    passed: tuple[Passed, ...] = ()
    reported: tuple[ReportedBack, ...] = ()

    @property
    def finished(self) -> bool:
        """Whether somebody reported back."""
        return bool(self.reported)


class Sending(Record):
    """A report on its way to one addressee."""

    to: str
    means: str
    by: str
    at: datetime
    receipted_at: datetime | None = None
    receiver: str | None = None


class Report(Record):
    """报: a report with its latest version. A signature holds for one version only."""

    number: int
    kind: ReportKind
    title: str
    addressees: tuple[str, ...]
    elements: tuple[Element, ...]
    body: str | None
    grade: Level | None
    version: int
    written_by: str
    written_at: datetime
    signer: str | None = None
    signed_at: datetime | None = None
    sendings: tuple[Sending, ...] = ()

    @property
    def state(self) -> ReportState:
        """How far the report has come."""
        if self.sendings:
            arrived = all(one.receipted_at is not None for one in self.sendings)
            return "receipted" if arrived else "sent"
        return "signed" if self.signer is not None else "draft"


class NoteOf(Record):
    """A note for the file; no text where it was personal and is destroyed."""

    number: int
    text: str | None
    by: str
    at: datetime


class Handover(Record):
    """交接班. ``taken_at`` is None until somebody has taken over."""

    number: int
    to: str
    open_matters: str
    by: str
    at: datetime
    taken_by: str | None = None
    taken_at: datetime | None = None


class Transfer(Record):
    """移送: to whom, and whether it was accepted."""

    number: int
    to: str
    reason: str
    by: str
    at: datetime
    accepted_by: str | None = None
    accepted_at: datetime | None = None


class Link(Record):
    """关联 with another incident."""

    other: str
    relation: str


class AssessmentOf(Record):
    """An assessment that was made, in short."""

    number: int
    at: datetime
    by: str
    summary: Assessed


class PersonalState(Record):
    """What holds for the personal data of the incident (Emergency Response Law, 84 and 85)."""

    kept_for: str | None = None
    kept_until: date | None = None
    destroyed_at: datetime | None = None
    destroyed_by: str | None = None


class IncidentState(Record):
    """Everything known about one incident. ``last`` is the number of its last event.

    ``ended_at`` is when the status was first set to ended, None while it is anything else.
    """

    id: str
    office: str | None
    opened_at: datetime
    opened_by: str
    nature: Nature
    incident_types: tuple[str, ...]
    status: str | None
    stage: Literal["initial", "final"] = "initial"
    one_line: str
    learned_at: datetime
    occurred_at: datetime | None
    ended_at: datetime | None = None
    place: Place
    caller: Caller | None
    offline: bool = False
    further_calls: tuple[IncomingCall, ...] = ()
    answers: dict[str, MeasureAnswers] = Field(default_factory=dict)
    corrections: tuple[Correction, ...] = ()
    assessments: tuple[AssessmentOf, ...] = ()
    ticks: dict[str, Tick] = Field(default_factory=dict)
    calls: tuple[Call, ...] = ()
    orders: tuple[Order, ...] = ()
    reports: tuple[Report, ...] = ()
    notes: tuple[NoteOf, ...] = ()
    handovers: tuple[Handover, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    holder: str
    merged_into: str | None = None
    joined: tuple[str, ...] = ()
    linked: tuple[Link, ...] = ()
    closed_at: datetime | None = None
    closed_by: str | None = None
    outcome: str | None = None
    personal: PersonalState = PersonalState()
    last: int
    last_at: datetime

    @property
    def closed(self) -> bool:
        """Whether handling is over (or goes on in another incident)."""
        return self.closed_at is not None or self.merged_into is not None

    @property
    def on(self) -> date:
        """The day it happened, or the day it became known while nobody knows when it happened."""
        return (self.occurred_at or self.learned_at).date()

    def assess_input(self, at: datetime) -> dict[str, Any]:
        """Return the facts in the form that an assessment takes (DESIGN: contracts)."""
        answers: dict[str, Any] = {
            measure: [
                {"value": one.value, "source": one.source, "time": one.time, "state": one.state}
                for one in given.standing
                if one.value is not None
            ]
            for measure, given in sorted(self.answers.items())
        }
        answers = {measure: given for measure, given in answers.items() if given}
        for name, moment in (("occurred_at", self.occurred_at), ("ended_at", self.ended_at)):
            if moment is not None and name not in answers:
                answers[name] = [{"value": moment.isoformat()}]
        return {
            "incident_types": list(self.incident_types),
            "status": self.status,
            "stage": self.stage,
            "on": self.on,
            "at": at,
            "place": self.place.model_dump(exclude={"detail"}, exclude_none=True),
            "office": self.office,
            "answers": answers,
        }
