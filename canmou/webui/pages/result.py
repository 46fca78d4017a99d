"""The result of an incident, and past cases beside it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from canmou.casebase import PastCase
from canmou.engine.assessment import Assessment, DutyLine, Grade
from canmou.engine.records import Record, Text
from canmou.webui.pages.incident import (
    ClockView,
    DutySection,
    DutyView,
    GradeView,
    Head,
    LeadView,
    SignalView,
    TickView,
)


class GroupView(Record):
    """A list of which the leader takes at least one.

    ``side`` is ``mine`` where this level leads, ``urge`` for a unit to remind, else ``other``.
    Of a list that applies for certain the first measures stand on the page, the rest is folded.
    """

    title: Text
    at_least: int
    by: Text
    side: Literal["mine", "urge", "other"]
    certain: bool
    fulfilled: bool
    items: tuple[DutyView, ...]
    at_first: tuple[DutyView, ...]
    more: tuple[DutyView, ...]


class AnswerView(Record):
    """An answer with the way to correct it."""

    measure: str
    label: Text
    value: Text
    url: str
    unverified: bool
    differ: bool
    contradicts: bool = False


class OpenView(Record):
    """A question that could still change the result; ``now`` is what is known so far."""

    label: Text
    now: Text | None = None
    changes: str
    url: str


class GradeLine(Record):
    """The grade by one standard."""

    grade: Grade
    words: str


class RemovedDuty(Record):
    """A duty that a correction has taken away; ``tick`` if it was done already."""

    duty: DutyLine
    tick: TickView | None


class ClockChangeView(Record):
    """A time limit before and after, in words."""

    text: Text
    before: str
    after: str


class RippleTick(Record):
    """A duty done that rested on what was corrected; ``fallen`` if it is no longer called for."""

    duty: DutyLine
    tick: TickView
    fallen: bool


class TakeBack(Record):
    """A message to somebody who was told to do what is no longer called for."""

    to: str
    text: str


class ChangeStrip(Record):
    """这次更正改变了什么: what one step changed."""

    what: str
    at: datetime
    by: str
    grade_before: str
    grade_after: str
    clocks: tuple[ClockChangeView, ...]
    added: tuple[DutyLine, ...]
    removed: tuple[RemovedDuty, ...]
    now_certain: tuple[DutyLine, ...]
    lead_added: tuple[Text, ...]
    lead_removed: tuple[Text, ...]
    ripple: tuple[RippleTick, ...] = ()
    messages: tuple[TakeBack, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether nothing of the result changed."""
        return self.grade_before == self.grade_after and not (
            self.clocks or self.added or self.removed or self.now_certain
            or self.lead_added or self.lead_removed
        )  # fmt: skip


class PartView(Record):
    """One part of a score."""

    label: str
    score: float
    mine: str
    theirs: str


class DifferView(Record):
    """Something that differs from a past case; ``matters`` if a rule looks at it."""

    label: str
    matters: bool


class NearCaseView(Record):
    """A past case, why it is near, what was equal, and what differed."""

    case: PastCase
    url: str
    score: int
    grade: str
    parts: tuple[PartView, ...]
    equal: tuple[str, ...]
    differs: tuple[DifferView, ...]


class ResultPage(Record):
    """研判结果, in the order in which it is worked on."""

    head: Head
    changed: ChangeStrip | None
    clocks: tuple[ClockView, ...]
    clocks_more: tuple[ClockView, ...]
    clocks_elsewhere: tuple[ClockView, ...]
    mine: tuple[DutyView, ...]
    mine_more: tuple[DutyView, ...]
    mine_possible: tuple[DutyView, ...]
    urge: tuple[DutySection, ...]
    ask: tuple[DutyView, ...]
    upward: tuple[DutyView, ...]
    others: tuple[DutySection, ...]
    groups: tuple[GroupView, ...]
    lead: tuple[LeadView, ...]
    grade: GradeView
    grade_lines: tuple[GradeLine, ...]
    signals: tuple[SignalView, ...]
    answers: tuple[AnswerView, ...]
    open: tuple[OpenView, ...]
    open_later: int
    near: tuple[NearCaseView, ...]
    notes: tuple[Text, ...]
    unreadable: tuple[Text, ...]
    assessment: Assessment
    release: str
    graph_url: str | None
    to_grade: int
    next_question_url: str | None


class CasePage(Record):
    """A past case in full."""

    case: PastCase
    grade: str
    types: tuple[Text, ...]
    figures: tuple[tuple[str, str], ...]
