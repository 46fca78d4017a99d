"""归档: what is left to do when handling is over."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from canmou.engine.records import Record
from canmou.webui.pages.incident import Head
from canmou.webui.pages.reports import ReportRow


class PersonalView(Record):
    """What holds for the personal data of an incident."""

    entries: int
    kept_for: str | None
    kept_until: date | None
    destroyed_at: datetime | None
    destroyed_by: str | None
    due: bool


class ArchivePage(Record):
    """归档. ``case`` is the draft of a past case as text; ``typed`` keeps what was typed."""

    head: Head
    finals: tuple[ReportRow, ...]
    personal: PersonalView
    case: str | None
    case_kept: bool
    may_write: bool
    may_destroy: bool
    may_keep_case: bool
    may_export: bool
    problem: str | None = None
    typed: dict[str, str] = Field(default_factory=dict)
