"""The duty desk: open incidents, ended ones, search."""

from __future__ import annotations

from datetime import datetime

from canmou.engine.records import Record, Text
from canmou.webui.pages.incident import ClockView, DutyView, GradeView, Head


class IncidentRow(Record):
    """One open incident: what is asked of this level now, the next clock, the grade if any.

    ``problem`` stands in place of the rest where the incident cannot be assessed.
    """

    head: Head
    url: str
    duty: DutyView | None = None
    duties_left: int = 0
    clock: ClockView | None = None
    late: int = 0
    grade: GradeView | None = None
    problem: Text | None = None


class OrderRow(Record):
    """An order from above that nobody has reported back on yet."""

    url: str
    title: str
    text: str
    due: datetime | None


class DeskPage(Record):
    """The duty desk. ``handovers`` are incidents handed to the user that wait to be taken over."""

    incidents: tuple[IncidentRow, ...]
    orders: tuple[OrderRow, ...] = ()
    handovers: tuple[Head, ...] = ()
    ended: int
    may_take_calls: bool


class EndedPage(Record):
    """Incidents whose handling is over, one page of them.

    ``personal_due`` are those about whose personal data somebody has to decide.
    """

    incidents: tuple[Head, ...]
    personal_due: frozenset[str] = frozenset()
    page: int
    more: bool


class FoundRow(Record):
    """An incident or a past case that a search found."""

    title: str
    excerpt: str
    url: str | None
    kind: str


class SearchPage(Record):
    """What a search found."""

    words: str
    found: tuple[FoundRow, ...]
