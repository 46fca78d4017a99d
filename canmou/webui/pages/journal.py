"""The log of an incident and what is written into it by hand."""

from __future__ import annotations

from datetime import datetime

from flask_wtf import FlaskForm
from pydantic import ConfigDict, Field

from canmou.casebase.state import Call, Handover, Order, Transfer
from canmou.engine.records import Record
from canmou.webui.pages.incident import Head
from canmou.webui.pages.intake import TypeGroup, TypeMatches


class EventView(Record):
    """One entry of the log in words."""

    number: int
    kind: str
    words: str
    by: str
    at: datetime
    change_url: str | None = None


class LogPage(Record):
    """记录. ``typed`` keeps what was typed into a form that could not be saved."""

    head: Head
    events: tuple[EventView, ...]
    calls: tuple[Call, ...]
    orders: tuple[Order, ...]
    handovers: tuple[Handover, ...]
    transfers: tuple[Transfer, ...]
    people: dict[str, str]
    colleagues: tuple[tuple[str, str], ...]
    others: tuple[tuple[str, str], ...]
    linked: tuple[tuple[str, str], ...]
    is_holder: bool
    may_take_over: bool
    may_close: bool
    may_reopen: bool
    chain_good: bool
    problem: str | None = None
    typed: dict[str, str] = Field(default_factory=dict)


class FactsPage(Record):
    """更正类型、时间、地点."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    head: Head
    form: FlaskForm
    matches: TypeMatches
    groups: tuple[TypeGroup, ...]
    problem: str | None = None
