"""The pages of risks, of the plan check and of the year plan."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from canmou.casebase.readiness_rounds import Round
from canmou.engine.records import Record, Text
from canmou.readiness.clocks import Clock
from canmou.readiness.risk import Cell, RiskResult, RiskScale
from canmou.readiness.year_plan import Month
from canmou.webui.pages.base import Link
from canmou.webui.pages.readiness import AskedView, GapView, ReadinessHead


class RiskLine(Record):
    """One risk in the list."""

    number: int
    result: RiskResult
    type_label: Text
    url: str
    at: datetime


class RisksPage(Record):
    """The risk matrix and the risks in it."""

    head: ReadinessHead
    scale: RiskScale
    rows: tuple[tuple[Cell, ...], ...]
    lines: tuple[RiskLine, ...]
    unplaced: tuple[RiskLine, ...]


class RiskFormPage(Record):
    """The form of one risk, or its result; ``why`` leads from a conclusion to its reasons."""

    head: ReadinessHead
    scale: RiskScale
    types: tuple[tuple[str, Text], ...]
    places: dict[str, Text]
    typed: dict[str, str]
    estimates: tuple[AskedView, ...]
    mistakes: dict[str, str]
    result: RiskResult | None = None
    number: int | None = None
    why: dict[str, str] = Field(default_factory=dict)


class PlanCheckPage(Record):
    """A plan held against what the law asks."""

    head: ReadinessHead
    round: Round | None
    questions: tuple[AskedView, ...]
    gaps: tuple[GapView, ...]
    clocks: tuple[Clock, ...]
    headings: tuple[str, ...]
    found: dict[str, tuple[str, ...]]
    file_name: str | None
    no_plan: bool
    today: date
    problem: str | None = None


class YearPlanPage(Record):
    """The year plan: tasks by month and party, and what was done; ``over`` when it is past."""

    head: ReadinessHead
    year: int
    years: tuple[Link, ...]
    over: bool
    months: tuple[Month, ...]
    done: int
    total: int
    round: Round | None
    people: dict[str, str]
    today: date
