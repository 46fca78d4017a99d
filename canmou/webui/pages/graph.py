"""The explanation of one incident: the graph, why not, what if, the smallest change."""

from __future__ import annotations

from markupsafe import Markup
from pydantic import ConfigDict

from canmou.engine.assessment import Citation, Condition
from canmou.engine.explanation import SmallestChange, WhyNot
from canmou.engine.explanation.graph_records import GraphNode
from canmou.engine.records import Record, Text
from canmou.webui.pages.base import Link
from canmou.webui.pages.incident import Head
from canmou.webui.pages.questions import QuestionView, StatementView


class Option(Record):
    """One line to choose."""

    key: str
    words: str


class OptionGroup(Record):
    """Lines to choose under one heading."""

    heading: str
    options: tuple[Option, ...]


class Neighbour(Record):
    """A box beside another one in the graph."""

    url: str
    words: str
    kind: str


class NodePanel(Record):
    """What stands behind a box: an answer, a rule with the values in it, or a conclusion.

    ``behind`` are the boxes it rests on, ``ahead`` those that rest on it.
    """

    node: GraphNode
    kind: str
    state: str | None
    statements: tuple[StatementView, ...] = ()
    answer_url: str | None = None
    condition: Condition | None = None
    waits_for: tuple[Text, ...] = ()
    entry_url: str | None = None
    release: str
    behind: tuple[Neighbour, ...] = ()
    ahead: tuple[Neighbour, ...] = ()


class Reason(Record):
    """One line of the reasons as a nested list. ``above`` says that it was told further up."""

    kind: str
    words: str
    state: str | None
    url: str
    cites: tuple[Citation, ...]
    above: bool
    reasons: tuple[Reason, ...]


class StepView(Record):
    """One step of the replay; ``shown`` are the boxes it brings, ``box`` the one it is about."""

    number: int
    url: str
    box: str
    shown: str
    words: Text


class ExplanationPage(Record):
    """What all pages of the explanation share."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    head: Head
    tabs: tuple[Link, ...]
    release: str


class GraphPage(ExplanationPage):
    """为什么: the graph of a conclusion, its reasons as text, its replay.

    ``svg`` is None where the graph could not be drawn, then ``problem`` says why.
    """

    of: str
    title: str
    options: tuple[OptionGroup, ...]
    svg: Markup | None
    problem: str | None
    panel: NodePanel | None
    reasons: tuple[Reason, ...]
    conclusions: tuple[OptionGroup, ...]
    steps: tuple[StepView, ...]
    svg_url: str


class WhyNotPage(ExplanationPage):
    """为什么不是: the rules that would bring a conclusion, and what keeps them from it."""

    of: str
    title: str
    options: tuple[OptionGroup, ...]
    found: tuple[WhyNot, ...] | None


class ClockLine(Record):
    """A time limit before and after."""

    words: Text
    before: str
    after: str


class ChangeView(Record):
    """What would be different; ``nothing`` when nobody would notice."""

    nothing: bool
    overall: tuple[Text, Text] | None
    grades: tuple[tuple[Text, str, str], ...]
    clocks: tuple[ClockLine, ...]
    added: tuple[Text, ...]
    removed: tuple[Text, ...]
    now_certain: tuple[Text, ...]
    now_possible: tuple[Text, ...]
    lead_added: tuple[Text, ...]
    lead_removed: tuple[Text, ...]


class WhatIfPage(ExplanationPage):
    """如果…会怎样: answers to try, and what they would change. ``known`` is what holds now."""

    questions: tuple[QuestionView, ...]
    known: dict[str, Text]
    options: tuple[OptionGroup, ...]
    change: ChangeView | None
    problem: str | None


class SmallestLine(Record):
    """The smallest change of one measure, with the address that tries it."""

    change: SmallestChange
    standard: Text
    url: str


class SmallestPage(ExplanationPage):
    """最小变化: the nearest answers that lift a grade, or let it fall."""

    worse: tuple[SmallestLine, ...]
    milder: tuple[SmallestLine, ...]
