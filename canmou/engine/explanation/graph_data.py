"""The explanation graph as data: a view of the proofs, made from an assessment alone."""

from __future__ import annotations

from collections.abc import Iterator

from canmou.engine.assembling.citations import article_text, cited_text
from canmou.engine.assessment import Assessment, Citation, Condition, DutyLine
from canmou.engine.duty_words import MODALITIES, limit_text
from canmou.engine.explanation.graph_records import (
    EdgeKind,
    GraphData,
    GraphEdge,
    GraphGroup,
    GraphNode,
    NodeKind,
    NodeStatus,
)
from canmou.engine.explanation.phrases import LEAD_PARTS, range_text
from canmou.engine.explanation.proof import ProofNode, conclusion_keys, proof
from canmou.engine.records import Text

_GIVEN = {
    "incident_type": Text(zh="事件类型", en="Incident type"),
    "stage": Text(zh="阶段", en="Stage"),
    "always": Text(zh="所有事件", en="Every incident"),
}
_NOT_KNOWN = Text(zh="尚不清楚", en="not known")
_STATES = {
    "certain": Text(zh="成立", en="holds"),
    "open": Text(zh="待定", en="open"),
    "impossible": Text(zh="不成立", en="does not hold"),
}


def graph_data(assessment: Assessment, conclusion: str | None = None) -> GraphData:
    """Return the graph of one conclusion, of all when none is named.

    Keys are those of ``conclusion_keys``; ``party:ID`` stands for all duties of a party. Raises
    KeyError for one the assessment does not hold.
    """
    builder = _Builder(assessment)
    for step in proofs(assessment, conclusion):
        builder.add(step)
    return GraphData(
        conclusion=conclusion,
        nodes=tuple(builder.nodes.values()),
        edges=tuple(builder.edges.values()),
        groups=builder.groups() if conclusion is None else (),
    )


def proofs(assessment: Assessment, conclusion: str | None) -> Iterator[ProofNode]:
    """Yield the proof of a conclusion, or those of all; situations are part of other proofs.

    Raises KeyError for a conclusion the assessment does not hold.
    """
    known = conclusion_keys(assessment)
    if conclusion is None:
        yield from (proof(assessment, key) for key in known if not key.startswith("fact:"))
    elif conclusion in known:
        yield proof(assessment, conclusion)
    else:
        party = conclusion.removeprefix("party:")
        duties = [d.key for d in assessment.duties if party in d.by]
        if party == conclusion or not duties:
            raise KeyError(conclusion)
        yield from (proof(assessment, f"duty:{key}") for key in duties)


def node_key(node: ProofNode) -> str:
    """Return the key of the box of a step of a proof."""
    if node.kind == "fact":
        return node.key
    if node.kind in {"answer", "unknown"}:
        return f"answer:{node.key}"
    return f"given:{node.key}" if node.kind == "given" else node.key


class _Builder:
    def __init__(self, assessment: Assessment) -> None:
        self.result = assessment
        self.nodes: dict[str, GraphNode] = {}
        self.edges: dict[tuple[str, str], GraphEdge] = {}
        self.steps = {f.step: f for f in assessment.firings}
        self.answers = {a.measure: a for a in assessment.answers}
        self.parts = {
            name: text
            for a in assessment.answers
            for name, text in zip(a.derived_from, a.parts, strict=True)
        }
        self.facts = {f.name: f for f in assessment.facts}
        self.duties = {d.key: d for d in assessment.duties}
        self.labels = {q.measure: q.label for q in assessment.open}
        self.values: dict[str, Condition] = {}
        for firing in assessment.firings:
            for atom in _atoms(firing.condition):
                self.values.setdefault(str(atom.name), atom)

    def add(self, step: ProofNode) -> str:
        """Add the box of a step with everything behind it; return its place."""
        key = node_key(step)
        here = self._node(key, step)
        for child in step.children:
            below = self.add(child)
            if below != here and (below, here) not in self.edges:
                exception = child.firing is not None and step.firing is not None
                waits = child.status == "open" and not exception
                kind: EdgeKind = "defeats" if exception else "waits" if waits else "supports"
                if child.status == "defeated":
                    kind = "waits"
                self.edges[below, here] = GraphEdge(
                    from_=below, to=here, kind=kind,
                    text=child.text if step.kind in {"rule", "level"} else None,
                )  # fmt: skip
        return here

    def groups(self) -> tuple[GraphGroup, ...]:
        """Return the conclusions by party, then grades and lead."""
        found: dict[str, tuple[Text, list[str]]] = {}
        for node in self.nodes.values():
            kind, _, rest = node.key.partition(":")
            if node.kind != "conclusion":
                continue
            if kind == "duty":
                duty = self.duties[rest]
                name, label = f"party:{duty.by[0]}", duty.by_label
            elif kind == "grade":
                name, label = "grade", Text(zh="分级", en="Grades")
            else:
                name, label = "lead", Text(zh="谁领导", en="Who leads")
            found.setdefault(name, (label, []))[1].append(node.id)
        return tuple(
            GraphGroup(id=name, label=label, nodes=tuple(nodes))
            for name, (label, nodes) in found.items()
        )

    # -- boxes -----------------------------------------------------------------------------------

    def _node(self, key: str, step: ProofNode) -> str:
        if key not in self.nodes:
            made = self._made(key, step)
            self.nodes[key] = made.model_copy(update={"id": f"n{len(self.nodes) + 1}"})
        return self.nodes[key].id

    def _made(self, key: str, step: ProofNode) -> GraphNode:
        if step.kind in {"rule", "level"}:
            return self._firing(key, step)
        if step.kind == "conclusion" and not key.startswith("fact:"):
            label, detail = self._conclusion(key, step)
            return self._plain(key, "conclusion", label, detail, step)
        if key.startswith("fact:"):
            fact = self.facts[key.removeprefix("fact:")]
            state = _STATES[fact.state]
            label = Text(zh=f"{fact.label.zh}：{state.zh}", en=f"{fact.label.en}: {state.en}")
            node = self._plain(key, "derived", label, state, step)
            return node.model_copy(update={"status": _status(fact.state)})
        return self._known(key, step)

    def _plain(
        self, key: str, kind: NodeKind, label: Text, detail: Text, step: ProofNode
    ) -> GraphNode:
        return GraphNode(
            id="", key=key, kind=kind, label=label, detail=detail,
            status=_status(step.status), cites=step.cites,
        )  # fmt: skip

    def _firing(self, key: str, step: ProofNode) -> GraphNode:
        """Return the box of a rule or level."""
        firing = self.steps[step.key]
        cited = _cited_short(firing.cites[0]) if firing.cites else Text(zh="", en="")
        return GraphNode(
            id="",
            key=key,
            kind=firing.kind,
            label=Text(
                zh=f"{firing.title.zh}\n{cited.zh}".strip(),
                en=f"{firing.title.en}\n{cited.en}".strip(),
            ),
            detail=firing.condition.text,
            status=firing.status,
            cites=firing.cites,
            rule=firing.rule,
            firing=firing.number,
            file=firing.file,
            line=firing.line,
        )

    def _known(self, key: str, step: ProofNode) -> GraphNode:
        """Return the box of an answer, of what was given with the incident, or of what is open."""
        name = key.partition(":")[2]
        answer = self.answers.get(name)
        atom = self.values.get(name)
        if answer is not None:
            label, value = answer.label, answer.value
        elif step.kind == "unknown":
            label = self.labels.get(name) or _name_of(step.text)
            value = _NOT_KNOWN
        else:
            label = _GIVEN.get(name, step.text)
            value = (atom.value if atom is not None else None) or Text(zh="", en="")
        both = Text(
            zh=f"{label.zh}：{value.zh}" if value.zh else label.zh,
            en=f"{label.en}: {value.en}" if value.en else label.en,
        )
        if answer is None and name in self.parts:
            both = self.parts[name]
        node = self._plain(key, "open" if step.kind == "unknown" else "answer", both, value, step)
        certain = step.kind != "unknown"
        return node.model_copy(update={"status": "certain" if certain else "open"})

    def _conclusion(self, key: str, step: ProofNode) -> tuple[Text, Text]:
        kind, _, rest = key.partition(":")
        if kind == "duty":
            duty = self.duties[rest]
            return step.text, _duty_detail(duty)
        if kind == "lead":
            part = LEAD_PARTS[rest.partition(":")[0]]
            label = Text(zh=f"{part.zh}：{step.text.zh}", en=f"{part.en}: {step.text.en}")
            return label, _STATES["certain" if step.status == "certain" else "open"]
        if key == "grade":
            words = range_text(self.result.overall)
            return Text(zh=f"事件分级：{words.zh}", en=f"Grade: {words.en}"), step.text
        grade = next(g for g in (*self.result.grades, *self.result.signals) if g.standard == rest)
        words = range_text(grade)
        return Text(
            zh=f"{grade.title.zh}：{words.zh}", en=f"{grade.title.en}: {words.en}"
        ), grade.because


def _duty_detail(duty: DutyLine) -> Text:
    words = [MODALITIES[duty.modality]]
    limit = limit_text(duty.within)
    if limit is not None:
        words.append(limit)
    if duty.cites:
        words.append(cited_text(duty.cites[0]))
    return Text(zh=" · ".join(w.zh for w in words), en=" · ".join(w.en for w in words))


def _cited_short(citation: Citation) -> Text:
    """Return a citation for a small box: in English the article first, titles are long."""
    place = article_text(citation.article).en
    title = citation.title.en
    return Text(zh=cited_text(citation).zh, en=f"{place}, {title}" if place else title)


def _status(state: str) -> NodeStatus:
    """Return the status of a box: what is known not to hold is known for certain."""
    return "open" if state == "open" else "defeated" if state == "defeated" else "certain"


def _atoms(condition: Condition) -> Iterator[Condition]:
    if condition.name is not None:
        yield condition
    for part in condition.parts:
        yield from _atoms(part)


def _name_of(text: Text) -> Text:
    """Return the words of a condition without the value in brackets behind it."""
    return Text(
        zh=text.zh.rpartition("（")[0] or text.zh, en=text.en.rpartition(" (")[0] or text.en
    )
