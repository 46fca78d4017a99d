"""The graph, its reasons and its boxes in the words of the page."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from flask import url_for
from flask_babel import gettext
from markupsafe import Markup

from canmou.casebase import IncidentState
from canmou.engine.assessment import Assessment
from canmou.engine.explanation import ProofNode, conclusion_keys
from canmou.engine.explanation.graph import KINDS, STATES, GraphError, draw
from canmou.engine.explanation.graph_data import graph_data, node_key, proofs
from canmou.engine.explanation.graph_records import GraphData, GraphNode
from canmou.engine.explanation.phrases import LEAD_PARTS, range_text
from canmou.engine.explanation.replay import replay
from canmou.engine.records import Text
from canmou.webui.accounts import may
from canmou.webui.frame import short_release
from canmou.webui.languages import current, told
from canmou.webui.pages.graph import (
    Neighbour,
    NodePanel,
    Option,
    OptionGroup,
    Reason,
    StepView,
)
from canmou.webui.pages.questions import StatementView
from canmou.webui.question_views import question_view
from canmou.webui.services import Assessed, rulebase, services

ALL = "all"
MOST_BOXES = 1000


def marked(drawn: str) -> str:
    """Return a drawing with the mark of a drill at its head and foot, where this is one."""
    box = re.search(r'viewBox="(\S+) (\S+) (\S+) (\S+)"', drawn)
    if not services().settings.drill or box is None:
        return drawn
    left, top, wide, high = (float(part) for part in box.groups())
    word = gettext("演练")
    mark = "".join(
        f'<text x="{left + wide / 2:.0f}" y="{y:.0f}" text-anchor="middle" font-size="14" '
        f'font-weight="bold" class="drill-mark">{word} · {word} · {word}</text>'
        for y in (top + 13, top + high - 3)
    )
    return drawn.replace("</svg>", f"{mark}</svg>")


class Subject(Protocol):
    """Whose conclusions are explained: an incident, or the self-check of a community."""

    def url(self, of: str, key: str) -> str:
        """Return the address of a box in the graph of a conclusion."""

    def statements(self, measure: str) -> tuple[StatementView, ...]:
        """Return what was said about a measure that is asked."""

    def answer_url(self, measure: str) -> str | None:
        """Return where the user may answer it, None where he may not."""


class IncidentSubject:
    """An incident whose conclusions are explained."""

    def __init__(self, state: IncidentState, made: Assessed) -> None:
        self.state, self.made = state, made

    def url(self, of: str, key: str) -> str:
        """Return the address of a box in the graph of a conclusion."""
        return url_for("graph.overview", incident=self.state.id, of=of, node=key, _anchor="node")

    def statements(self, measure: str) -> tuple[StatementView, ...]:
        """Return what was said about a measure that is asked."""
        return question_view(self.state, self.made, measure, None, None).standing

    def answer_url(self, measure: str) -> str | None:
        """Return where the user may answer it, None where he may not."""
        if not may("answer") or self.state.closed:
            return None
        return url_for("questions.ask", incident=self.state.id, measure=measure, origin="result")


class GraphViews:
    """The graph of one conclusion, or of all."""

    def __init__(self, subject: Subject, result: Assessment, of: str) -> None:
        self.subject, self.of = subject, of
        self.result = result
        self.conclusion = None if of == ALL else of
        self.too_large = of == ALL and _boxes(self.result) > MOST_BOXES
        self.data = (
            GraphData(conclusion=None, nodes=(), edges=())
            if self.too_large
            else graph_data(self.result, self.conclusion)
        )
        self._nodes = {node.key: node for node in self.data.nodes}

    def url(self, key: str) -> str:
        """Return the address of a box."""
        return self.subject.url(self.of, key)

    def svg(self, selected: str | None) -> tuple[Markup | None, str | None]:
        """Return the drawing, or why there is none."""
        if self.too_large:
            return None, gettext("全部结论太多，一张图看不清。请选一个责任单位，或一个结论。")
        try:
            drawn = draw(self.data, current(), lambda node: self.url(node.key), selected)
        except GraphError as error:
            return None, told(error.text)
        return Markup(marked(drawn)), None  # noqa: S704 - made by us from escaped text

    def panel(self, key: str) -> NodePanel | None:
        """Return what stands behind a box, or None where the graph has no such box."""
        node = self._nodes.get(key)
        if node is None:
            return None
        kind, _, name = key.partition(":")
        firing = next((f for f in self.result.firings if f.number == node.firing), None)
        measure = rulebase().measures.get(name) if kind == "answer" else None
        asked = measure is not None and measure.question is not None
        labels = {q.measure: q.label for q in self.result.open}
        return NodePanel(
            node=node,
            kind=kind_word(node),
            state=state_word(node),
            statements=self.subject.statements(name) if asked else (),
            answer_url=self.subject.answer_url(name) if asked else None,
            condition=firing.condition if firing else None,
            waits_for=tuple(
                labels.get(m, Text(zh=m, en=m)) for m in (firing.waits_for if firing else ())
            ),
            entry_url=entry_url(node),
            release=short_release(self.result.release),
            behind=self._beside(node, lambda e: (e.to, e.from_)),
            ahead=self._beside(node, lambda e: (e.from_, e.to)),
        )

    def _beside(
        self, node: GraphNode, ends: Callable[..., tuple[str, str]]
    ) -> tuple[Neighbour, ...]:
        places = {n.id: n for n in self.data.nodes}
        found = []
        for edge in self.data.edges:
            here, there = ends(edge)
            if here == node.id:
                other = places[there]
                words = told(other.label).partition("\n")[0]
                found.append(Neighbour(url=self.url(other.key), words=words, kind=kind_word(other)))
        return tuple(found)

    def reasons(self) -> tuple[Reason, ...]:
        """Return the proof as a nested list; of all conclusions only the list of them is given."""
        if self.conclusion is None:
            return ()
        told_before: set[str] = set()
        return tuple(self._reason(p, told_before) for p in proofs(self.result, self.conclusion))

    def _reason(self, step: ProofNode, told_before: set[str]) -> Reason:
        key = node_key(step)
        node = self._nodes[key]
        above = key in told_before and bool(step.children)
        told_before.add(key)
        return Reason(
            kind=kind_word(node),
            words=told(step.text),
            state=state_word(node),
            url=self.url(key),
            cites=step.cites,
            above=above,
            reasons=()
            if above
            else tuple(self._reason(child, told_before) for child in _each_once(step.children)),
        )

    def steps(self) -> tuple[StepView, ...]:
        """Return the replay: each step with the boxes that it brings into the picture."""
        if self.too_large:
            return ()
        found = []
        for number, step in enumerate(replay(self.result, self.conclusion), start=1):
            boxes = [self._nodes[k].id for k in (*step.inputs, step.node, *step.outcomes)]
            found.append(
                StepView(
                    number=number,
                    url=self.url(step.node),
                    box=self._nodes[step.node].id,
                    shown=" ".join(boxes),
                    words=step.sentence,
                )
            )
        return tuple(found)


def _boxes(result: Assessment) -> int:
    """Return about how many boxes a graph of everything would have."""
    return len(result.firings) + len(result.duties) + len(result.answers) + len(result.open)


def _each_once(steps: tuple[ProofNode, ...]) -> list[ProofNode]:
    return list({node_key(step): step for step in reversed(steps)}.values())[::-1]


def pair(name: str, text: Text) -> str:
    """Return a name and what is said of it, with the colon of the language."""
    return f"{name}{gettext('：')}{told(text)}"


def kind_word(node: GraphNode) -> str:
    """Return what kind of box it is."""
    return told(KINDS[node.kind])


def state_word(node: GraphNode) -> str | None:
    """Return what is to be said about the state of a box; nothing where it is certain."""
    return told(STATES[node.status]) if node.status in STATES and node.kind != "open" else None


def entry_url(node: GraphNode) -> str | None:
    """Return the page of the rule or standard of a box, where the rules in use still have it."""
    if node.rule is None:
        return None
    rules = rulebase()
    if node.kind == "level" and node.rule in rules.standards:
        return url_for("library.standard", standard=node.rule)
    known = node.rule in rules.rules or node.rule in rules.chooses
    return url_for("library.rule", rule=node.rule) if known else None


def first_conclusion(result: Assessment) -> str:
    """Return what is explained first: the most urgent clock that is certain, the grade, a duty."""
    now = [d for d in result.duties if d.act_now]
    timed = [d for d in now if d.due and d.modality != "must_not"]
    certain = [d for d in timed if d.status == "certain"]
    if not certain and (result.overall.state == "graded" or not timed):
        return "grade" if result.overall.standards or not now else f"duty:{now[0].key}"
    first = min(certain or timed, key=lambda d: (d.due or datetime.max, d.key))
    return f"duty:{first.key}"


def conclusion_options(result: Assessment) -> tuple[OptionGroup, ...]:
    """Return everything that can be explained, in groups."""
    known = set(conclusion_keys(result))
    parties = {d.by[0]: d.by_label for d in result.duties}
    overall = range_text(result.overall)
    grades = [Option(key="grade", words=pair(gettext("事件分级"), overall))]
    grades += [
        Option(key=f"grade:{g.standard}", words=pair(told(g.title), range_text(g)))
        for g in (*result.grades, *result.signals)
    ]
    timed: list[Option] = []
    now: list[Option] = []
    perhaps: list[Option] = []
    for duty in result.duties:
        option = Option(key=f"duty:{duty.key}", words=pair(told(duty.by_label), duty.text))
        if duty.due and duty.act_now:
            timed.append(option)
        (now if duty.act_now else perhaps).append(option)
    leads = [
        Option(key=f"lead:{part}:{line.party}", words=pair(told(words), line.label))
        for part, words in LEAD_PARTS.items()
        for line in getattr(result.lead, part)
    ]
    facts = [
        Option(key=f"fact:{f.name}", words=told(f.label))
        for f in result.facts
        if f"fact:{f.name}" in known
    ]
    groups = (
        (gettext("分级"), grades),
        (gettext("时限"), timed),
        (gettext("现在要办"), now),
        (gettext("可能需要"), perhaps),
        (gettext("谁领导"), leads),
        (gettext("推断出的情形"), facts),
        (
            gettext("一个责任单位的全部任务"),
            [Option(key=f"party:{p}", words=told(label)) for p, label in parties.items()],
        ),
    )
    return tuple(OptionGroup(heading=h, options=tuple(o)) for h, o in groups if o)
