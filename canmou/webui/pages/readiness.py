"""The pages of readiness: one record for each template."""

from __future__ import annotations

from datetime import date, datetime

from markupsafe import Markup
from pydantic import ConfigDict, Field

from canmou.casebase import Office
from canmou.casebase.readiness_registers import LogLine
from canmou.casebase.readiness_rounds import Round
from canmou.engine.records import Record, Text
from canmou.engine.rulebase.vocabulary import Measure
from canmou.readiness.ahp import Weights
from canmou.readiness.checking import Comparison, Gap
from canmou.readiness.clocks import Clock
from canmou.readiness.moving import MovingList
from canmou.readiness.profile import Profile, Scheme, Score
from canmou.readiness.registers import Column, Register
from canmou.readiness.risk import Cell, RiskResult, RiskScale
from canmou.readiness.spreadsheets import SheetMistake
from canmou.readiness.year_plan import Month
from canmou.webui.pages.base import Link
from canmou.webui.pages.graph import NodePanel, Reason, StepView
from canmou.webui.pages.incident import Head
from canmou.webui.pages.questions import Entry


class ReadinessHead(Record):
    """The head of the pages of one community."""

    office: Office
    tabs: tuple[Link, ...]
    may_work: bool
    may_see_people: bool


class CommunityRow(Record):
    """A community with its last self-check; ``lacking`` are answers that say no or in part."""

    office: Office
    url: str
    last: Round | None
    answered: int
    asked: int
    lacking: int


class CommunitiesPage(Record):
    """The communities below an office."""

    rows: tuple[CommunityRow, ...]


class SectionView(Record):
    """A section of the self-check and how far it is."""

    name: str
    label: Text
    url: str
    answered: int
    asked: int


class CheckPage(Record):
    """The self-checks of a community. ``current`` is the one that is open, or the last."""

    head: ReadinessHead
    current: Round | None
    others: tuple[Round, ...]
    sections: tuple[SectionView, ...]
    answered: int
    asked: int
    year: int
    may_start: bool
    next_url: str | None


class AskedView(Record):
    """One question of the self-check with what was typed."""

    name: str
    measure: Measure
    entry: Entry
    mistake: str | None = None
    before: Text | None = None
    answered: bool = False
    hint: str | None = None


class SectionPage(Record):
    """One screen of the self-check."""

    head: ReadinessHead
    round: Round
    section: SectionView
    number: int
    of: int
    questions: tuple[AskedView, ...]
    sources: tuple[tuple[str, Text], ...]
    source: str
    back_url: str
    problem: str | None = None


class GapView(Record):
    """A gap with the way to its question and to its reasons, and what it waits for."""

    gap: Gap
    question_url: str | None
    why_url: str
    waits_for: tuple[Text, ...] = ()


class ProfileView(Record):
    """The profile of one scheme beside that of the last time."""

    scheme: Scheme
    profile: Profile
    before: dict[str, Score]
    before_total: Profile | None
    weights_url: str
    own_weights: Weights | None = None


class ResultPage(Record):
    """What a self-check gives: gaps by subject, comparison, clocks, profile."""

    head: ReadinessHead
    round: Round
    before: Round | None
    subjects: tuple[Link, ...]
    subject: str
    gaps: tuple[GapView, ...]
    open: tuple[GapView, ...]
    counts: dict[str, int]
    comparison: Comparison | None
    clocks: tuple[Clock, ...]
    profiles: tuple[ProfileView, ...]
    answered: int
    asked: int
    unreadable: tuple[Text, ...]
    release: str
    today: date


class WhyPage(Record):
    """为什么: the reasons of a gap, a duty or a grade as a graph, as text and step by step.

    ``view`` is the gap where it is one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    head: ReadinessHead
    view: GapView | None
    title: str
    svg: Markup | None
    svg_url: str | None
    problem: str | None
    panel: NodePanel | None
    reasons: tuple[Reason, ...]
    steps: tuple[StepView, ...]
    release: str
    back_url: str


class Pair(Record):
    """Two dimensions to compare. ``value`` is the judgement as the form holds it."""

    name: str
    first: Text
    second: Text
    value: str


class WeightsPage(Record):
    """Pairwise comparison of the dimensions of one scheme."""

    head: ReadinessHead
    scheme: Scheme
    pairs: tuple[Pair, ...]
    labels: tuple[Text, ...]
    result: Weights | None
    matrix: tuple[tuple[str, ...], ...]
    missing: int
    action: str
    back_url: str
    problem: str | None = None


class RegisterLine(Record):
    """A register in the list of registers."""

    register_: Register
    url: str
    count: int
    stale: int


class RegistersPage(Record):
    """All registers of a community; ``openings`` say who opened personal data, and when."""

    head: ReadinessHead
    lines: tuple[RegisterLine, ...]
    figures: Text
    openings: tuple[LogLine, ...]
    labels: dict[str, Text]
    people: dict[str, str]
    today: date


class RowView(Record):
    """A row of a register in words, by column; a hazard leads to its risk."""

    id: int
    cells: tuple[str, ...]
    stale: str | None
    url: str
    risk_url: str | None


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
