"""The pages of registers, and of the moving list that is made from them."""

from __future__ import annotations

from datetime import date

from canmou.casebase import Office
from canmou.casebase.readiness_registers import LogLine
from canmou.engine.records import Record, Text
from canmou.readiness.moving import MovingList
from canmou.readiness.registers import Column, Register
from canmou.readiness.spreadsheets import SheetMistake
from canmou.webui.pages.base import Link
from canmou.webui.pages.incident import Head
from canmou.webui.pages.readiness import ReadinessHead


class RegisterLine(Record):
    """A register in the list of registers."""

    register_: Register
    url: str
    count: int
    stale: int


class RegistersPage(Record):
    """All registers of a community; ``openings`` say who opened personal data, and when.

    ``since`` is the day on which the last finished self-check began.
    """

    head: ReadinessHead
    lines: tuple[RegisterLine, ...]
    since: date | None
    openings: tuple[LogLine, ...]
    labels: dict[str, Text]
    people: dict[str, str]
    today: date


class RowView(Record):
    """A row of a register in words, by column; a hazard leads to its risk.

    ``checked_url`` takes that an entry was checked today, where it waits for that.
    """

    id: int
    cells: tuple[str, ...]
    stale: str | None
    url: str
    risk_url: str | None
    checked_url: str | None = None


class RegisterPage(Record):
    """One register: its rows, import and export."""

    head: ReadinessHead
    name: str
    register_: Register
    columns: tuple[Column, ...]
    rows: tuple[RowView, ...]
    hidden: bool
    log: tuple[LogLine, ...]
    people: dict[str, str]
    mistakes: tuple[SheetMistake, ...] = ()
    problem: str | None = None


class RowPage(Record):
    """The form of one row."""

    head: ReadinessHead
    name: str
    register_: Register
    number: int | None
    typed: dict[str, str]
    options: dict[str, tuple[str, ...]]
    mistakes: dict[str, Text]
    problem: str | None = None


class MovingPage(Record):
    """转移名单 of one incident. ``allowed`` is false for roles that may not see personal data."""

    head: Head
    allowed: bool
    office: Office | None
    offices: tuple[Link, ...]
    found: MovingList | None
    counts: dict[str, int]
    needs: dict[str, Text]
    mobility: dict[str, Text]
    uses: dict[str, Text]
    registers_url: str | None
