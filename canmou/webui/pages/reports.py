"""Reports: telephone script, written report, signature, sending."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from canmou.casebase import Report
from canmou.engine.records import Level, Record, Text
from canmou.webui.pages.incident import ClockView, Head


class ScriptPart(Record):
    """A piece of the telephone script; a gap is what nobody knows yet."""

    text: str
    gap: bool = False


class ElementView(Record):
    """One element of a report in the form. ``asked_by`` are the texts that ask for it."""

    number: int
    name: Text
    text: str
    asked_by: tuple[str, ...] = ()


class ReportRow(Record):
    """A report in the list."""

    report: Report
    url: str
    kind: str
    state: str


class ReportsPage(Record):
    """The telephone script and the reports of an incident."""

    head: Head
    script: tuple[tuple[ScriptPart, ...], ...]
    clocks: tuple[ClockView, ...]
    reports: tuple[ReportRow, ...]
    next_kind: str
    next_words: str
    may_write: bool


class EditPage(Record):
    """Writing a report. ``number`` is None for a new one; ``grade`` only the leader adds."""

    head: Head
    number: int | None
    kind: str
    kind_words: str
    title: str
    addressees: tuple[str, str]
    elements: tuple[ElementView, ...]
    body: str
    grade: Level | None
    may_grade: bool
    grade_range: str
    signed_before: bool
    problem: str | None = None
    mistakes: dict[str, str] = Field(default_factory=dict)


class PaperElement(Record):
    """One element on paper; 正在核实 where nothing is known."""

    name: Text
    text: str


class ReportPage(Record):
    """A report as it goes out. ``signer`` is the display name of the leader who signed."""

    drill: bool
    head: Head
    report: Report
    kind_words: str
    state_words: str
    office: Text | None
    telephone: str | None
    addressees: tuple[str, ...]
    elements: tuple[PaperElement, ...]
    grade_words: str | None
    writer: str
    signer: str | None
    signed_at: datetime | None
    may_sign: bool
    may_edit: bool
    may_send: bool
