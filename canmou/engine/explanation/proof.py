"""How: the proof tree of a conclusion, from its firings down to answers and citations."""

from __future__ import annotations

from typing import Literal

from canmou.engine.assessment import Assessment, Citation, Condition, Firing
from canmou.engine.records import Record, Text

State = Literal["certain", "open", "defeated", "impossible"]


class ProofNode(Record):
    """One step of a proof: a conclusion, a firing, an answer, or what is not known."""

    kind: Literal["conclusion", "rule", "level", "answer", "fact", "unknown", "given"]
    key: str
    text: Text
    status: State
    cites: tuple[Citation, ...] = ()
    firing: int | None = None
    children: tuple[ProofNode, ...] = ()


def conclusion_keys(assessment: Assessment) -> tuple[str, ...]:
    """Return the keys of everything that an assessment concludes, in the order of the page."""
    keys = ["grade"]
    keys += [f"grade:{g.standard}" for g in (*assessment.grades, *assessment.signals)]
    keys += [f"duty:{d.key}" for d in assessment.duties]
    for part in ("authority", "department", "commander"):
        keys += [f"lead:{part}:{p.party}" for p in getattr(assessment.lead, part)]
    keys += [f"fact:{f.name}" for f in assessment.facts if f.state != "impossible"]
    return tuple(keys)


def proof(assessment: Assessment, key: str) -> ProofNode:
    """Return the proof of a conclusion. Raises KeyError for a key the assessment does not hold.

    The tree ends in answers, in what was given (type, stage) and in what is not known; every rule
    on the way carries its citations.
    """
    return _Prover(assessment).conclusion(key, frozenset())


class _Prover:
    def __init__(self, assessment: Assessment) -> None:
        self.result = assessment
        self.answers = {a.measure: a for a in assessment.answers}
        self.facts = {f.name: f for f in assessment.facts}
        self.firings: dict[str, list[Firing]] = {}
        for firing in assessment.firings:
            for key in firing.conclusions:
                self.firings.setdefault(key, []).append(firing)
                if key.startswith("grade:"):
                    self.firings.setdefault(key.rsplit(":", 1)[0], []).append(firing)

    def conclusion(self, key: str, above: frozenset[str]) -> ProofNode:
        """Return the node of a conclusion with the firings behind it."""
        try:
            text, status = self._described(key)
        except StopIteration:
            raise KeyError(key) from None
        if key in above:
            return ProofNode(kind="conclusion", key=key, text=text, status=status)
        if key == "grade":
            children = tuple(
                self.conclusion(f"grade:{s}", above | {key}) for s in self.result.overall.standards
            )
        else:
            children = tuple(self._firing(f, above | {key, f.step}) for f in self._deciding(key))
        cites: tuple[Citation, ...] = ()
        if key.startswith("grade:") and not children:
            cites, children = self._no_level(key)
        return ProofNode(
            kind="conclusion", key=key, text=text, status=status, cites=cites, children=children
        )

    def _no_level(self, key: str) -> tuple[tuple[Citation, ...], tuple[ProofNode, ...]]:
        """Return what a grade below the lowest level rests on: the answers its levels compare."""
        grades = (*self.result.grades, *self.result.signals)
        grade = next(g for g in grades if g.standard == key.partition(":")[2])
        nodes = [
            ProofNode(
                kind="answer",
                key=name,
                text=Text(
                    zh=f"{self.answers[name].label.zh}：{self.answers[name].value.zh}",
                    en=f"{self.answers[name].label.en}: {self.answers[name].value.en}",
                ),
                status="certain",
            )
            for name in grade.reads
            if name in self.answers
        ]
        if not nodes:
            nodes = [ProofNode(kind="given", key="always", text=grade.because, status="certain")]
        return grade.cites, tuple(nodes)

    def _deciding(self, key: str) -> list[Firing]:
        """Return the firings that carry a conclusion: certain ones first, of levels the highest."""
        firings = self.firings.get(key, [])
        if key.startswith("grade:"):
            certain = [f for f in firings if f.status == "certain"]
            return certain[:1] + [f for f in firings if f.status == "open"][:1]
        order = {"certain": 0, "open": 1, "defeated": 2}
        return sorted(firings, key=lambda f: (order[f.status], f.number))

    def _described(self, key: str) -> tuple[Text, State]:
        """Return a conclusion in words, and how certain it is. Raises KeyError for an unknown."""
        kind, _, rest = key.partition(":")
        result = self.result
        if key == "grade":
            state = result.overall.state
            return result.overall.because, "certain" if state == "graded" else "open"
        if kind == "grade":
            grade = next(g for g in (*result.grades, *result.signals) if g.standard == rest)
            text = Text(
                zh=f"{grade.title.zh}：{grade.because.zh}",
                en=f"{grade.title.en}: {grade.because.en}",
            )
            return text, "open" if grade.state == "open" else "certain"
        if kind == "duty":
            duty = next(d for d in result.duties if d.key == rest)
            text = Text(
                zh=f"{duty.by_label.zh}：{duty.text.zh}", en=f"{duty.by_label.en}: {duty.text.en}"
            )
            return text, "certain" if duty.status == "certain" else "open"
        if kind == "lead":
            part, _, party = rest.partition(":")
            line = next(p for p in getattr(result.lead, part) if p.party == party)
            return line.label, "certain" if line.status == "certain" else "open"
        if kind == "fact" and rest in self.facts:
            return self.facts[rest].label, self.facts[rest].state
        if kind == "group":
            group = next(g for g in result.groups if g.group == rest)
            return group.title, "certain" if group.status == "certain" else "open"
        raise KeyError(key)

    def _firing(self, firing: Firing, above: frozenset[str]) -> ProofNode:
        return ProofNode(
            kind=firing.kind,
            key=firing.step,
            text=firing.title,
            status=firing.status,
            cites=firing.cites,
            firing=firing.number,
            children=tuple(self._inputs(firing, above)),
        )

    def _inputs(self, firing: Firing, above: frozenset[str]) -> list[ProofNode]:
        wanted = "certain" if firing.status == "certain" else "open"
        found = []
        for atom in _atoms(firing.condition, wanted):
            if atom.name is not None:
                found.append(self._input(atom, above))
        found.extend(
            self._firing(f, above) for f in self.result.firings
            if f.rule in firing.defeated_by and f.step not in above
        )  # fmt: skip
        if not found:
            found.append(
                ProofNode(
                    kind="given", key="always",
                    text=Text(zh="对所有事件适用", en="holds for every incident"),
                    status="certain",
                )
            )  # fmt: skip
        return found

    def _input(self, atom: Condition, above: frozenset[str]) -> ProofNode:
        name = str(atom.name)
        text = atom.text
        if atom.value is not None:
            text = Text(
                zh=f"{atom.text.zh}（{atom.value.zh}）", en=f"{atom.text.en} ({atom.value.en})"
            )
        if name in self.facts:
            node = self.conclusion(f"fact:{name}", above)
            kind = "fact" if node.children else "given"
            return node.model_copy(update={"kind": kind, "text": text, "status": atom.state})
        if name == "reporting_grade":
            return self._reporting_grade(above).model_copy(
                update={"text": text, "status": atom.state}
            )
        if name == "grade" or name.startswith("grade("):
            key = "grade" if name == "grade" else f"grade:{name[6:-1]}"
            known = {g.standard for g in (*self.result.grades, *self.result.signals)}
            if key == "grade" or key[6:] in known:
                node = self.conclusion(key, above)
                kind = node.kind if node.children else "given"
                return node.model_copy(update={"kind": kind, "text": text, "status": atom.state})
            return ProofNode(kind="given", key=name, text=text, status=atom.state)
        if name in self.answers:
            answer = self.answers[name]
            parts = tuple(
                ProofNode(
                    kind="answer" if p in self.answers else "unknown",
                    key=p,
                    text=part,
                    status="certain" if p in self.answers else "open",
                )
                for p, part in zip(answer.derived_from, answer.parts, strict=True)
            )
            return ProofNode(kind="answer", key=name, text=text, status=atom.state, children=parts)
        if name in {"incident_type", "stage"}:
            return ProofNode(kind="given", key=name, text=text, status=atom.state)
        return ProofNode(kind="unknown", key=name, text=text, status=atom.state)

    def _reporting_grade(self, above: frozenset[str]) -> ProofNode:
        """Return the overall grade with the standards that decide on report clocks alone."""
        overall = self.conclusion("grade", above)
        clocks = [
            self.conclusion(f"grade:{g.standard}", above)
            for g in self.result.grades
            if g.use == "reporting" and g.kind == "severity" and g.at_most is not None
        ]
        children = (*overall.children, *clocks)
        return overall.model_copy(
            update={"children": children, "kind": overall.kind if children else "given"}
        )


def _atoms(condition: Condition, wanted: str) -> list[Condition]:
    """Return the atoms that carry the state of a condition."""
    if condition.kind == "all":
        return [a for part in condition.parts for a in _atoms(part, wanted)]
    if condition.kind == "any":
        carrying = [p for p in condition.parts if p.state == condition.state]
        chosen = carrying[:1] if condition.state == "certain" else carrying
        return [a for part in chosen for a in _atoms(part, wanted)]
    if condition.kind in {"not", "could"}:
        return [a for part in condition.parts for a in _leaves(part)]
    return [condition]


def _leaves(condition: Condition) -> list[Condition]:
    if not condition.parts:
        return [condition]
    return [a for part in condition.parts for a in _leaves(part)]
