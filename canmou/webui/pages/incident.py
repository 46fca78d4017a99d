"""What the pages of one incident share: its head, clocks, duties, lead and grade."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from canmou.casebase.fact_events import Nature
from canmou.engine.assessment import DutyLine, Grade, LeadPart, Overall
from canmou.engine.records import Level, Record, Text
from canmou.webui.pages.base import Link


class Head(Record):
    """The head of every page of an incident.

    ``title`` is place and type; ``types`` its types in words; ``tabs`` the pages of the incident;
    ``nature`` how it was registered, ``status`` how it stands.
    """

    id: str
    title: str
    one_line: str
    types: tuple[Text, ...]
    place: str
    nature: Nature
    nature_word: str
    status: str | None
    learned_at: datetime
    occurred_at: datetime | None
    holder: str
    office: Text | None
    closed_at: datetime | None
    outcome: str | None
    tabs: tuple[Link, ...]
    last: int
    may_work: bool


class TickView(Record):
    """A duty done: by whom and when."""

    by: str
    at: datetime
    note: str | None = None


class DutyView(Record):
    """A duty as it stands on a page.

    ``must_waits_for`` is what decides whether the duty, only advised so far, is a must as well;
    ``anchor`` is its place on the page; ``running`` says that its time limit counts down.
    """

    duty: DutyLine
    anchor: str
    tick: TickView | None = None
    waits_for: tuple[Text, ...] = ()
    must_waits_for: tuple[Text, ...] = ()
    running: bool = False


class ClockView(Record):
    """A clock: what runs out when, and whose it is.

    ``elsewhere`` is a clock of a level above, which this one only watches; ``growth`` a figure that
    grows by itself; ``over`` a clock that no longer runs because handling is over.
    """

    owner: Text
    what: Text
    due: datetime
    mine: bool
    late: bool
    elsewhere: bool = False
    growth: bool = False
    over: bool = False
    tick: TickView | None = None
    anchor: str | None = None
    article: str = ""


class DutySection(Record):
    """Duties under one heading."""

    heading: str
    duties: tuple[DutyView, ...]
    open: bool = False


class ScaleCell(Record):
    """One level on the neutral scale: held for certain, possible, or excluded."""

    level: Level | None
    word: str
    state: Literal["held", "possible", "excluded"]


class GradeView(Record):
    """The grade in words and on the scale; no scale where it cannot be judged or is not given."""

    words: str
    because: Text
    scale: tuple[ScaleCell, ...]
    overall: Overall


class SignalView(Record):
    """A signal or response by one standard, in words; ``colour`` belongs to signals only."""

    grade: Grade
    words: str
    colour: Literal["red", "orange", "yellow", "blue"] | None


class LeadView(Record):
    """One of the three parts of the lead: who it is for certain, and who it may be."""

    heading: str
    certain: tuple[LeadPart, ...]
    possible: tuple[LeadPart, ...]


class Panel(Record):
    """The live panel: next clock, first duties of this level, who leads, grade."""

    incident: str
    clocks: tuple[ClockView, ...]
    more_clocks: int
    duties: tuple[DutyView, ...]
    more_duties: int
    lead: tuple[LeadView, ...]
    grade: GradeView
    signals: tuple[SignalView, ...] = ()
    last: int
    may_work: bool
