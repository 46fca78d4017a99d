"""The pages of readiness: one record for each template."""

from __future__ import annotations

from datetime import date

from markupsafe import Markup
from pydantic import ConfigDict

from canmou.casebase import Office
from canmou.casebase.readiness_rounds import Round
from canmou.engine.records import Record, Text
from canmou.engine.rulebase.vocabulary import Measure
from canmou.readiness.ahp import Weights
from canmou.readiness.checking import Comparison, Gap
from canmou.readiness.clocks import Clock
from canmou.readiness.profile import Profile, Scheme, Score
from canmou.webui.pages.base import Link
from canmou.webui.pages.graph import NodePanel, Reason, StepView
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
