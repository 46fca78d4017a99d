"""A program of the rule base written in the language of CLIPS, to time CLIPS on the same rules.

One ordered fact per name holds its value set: ``(n12 low high low-open high-open)`` for figures,
``(n12 choice …)`` for choices. One CLIPS rule per step works out the state of its condition, and
one per closing asserts the fact of its name; saliences give the order of inference. Types and stage
are the same for a whole program, so that conditions on them are written as constants.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from canmou.engine.inference.program import Closing, Program, Step
from canmou.engine.rulebase.conditions import (
    GRADE,
    INCIDENT_TYPE,
    RANKS,
    STAGE,
    Always,
    Among,
    Both,
    Compare,
    CompareNames,
    CompareOrdered,
    Condition,
    Could,
    Either,
    Negation,
    TypeIs,
    Unknown,
    names_read,
)
from canmou.engine.valuesets import Choices, Interval, ValueSet

FAR = "1e300"
FUNCTIONS = """
(deffunction ge (?low ?high ?ho ?v)
  (if (>= ?low ?v) then 2 else (if (or (> ?high ?v) (and (= ?high ?v) (= ?ho 0))) then 1 else 0)))
(deffunction gt (?low ?high ?lo ?v)
  (if (or (> ?low ?v) (and (= ?low ?v) (= ?lo 1))) then 2 else (if (> ?high ?v) then 1 else 0)))
(deffunction same (?low ?high ?lo ?ho ?v)
  (if (and (= ?low ?v) (= ?high ?v)) then 2 else
    (if (or (< ?v ?low) (> ?v ?high) (and (= ?v ?low) (= ?lo 1)) (and (= ?v ?high) (= ?ho 1)))
      then 0 else 1)))
(deffunction ge2 (?la ?ha ?loa ?hoa ?lb ?hb ?lob ?hob)
  (if (>= ?la ?hb) then 2 else
    (if (or (> ?ha ?lb) (and (= ?ha ?lb) (= ?hoa 0) (= ?lob 0))) then 1 else 0)))
(deffunction gt2 (?la ?ha ?loa ?hoa ?lb ?hb ?lob ?hob)
  (if (or (> ?la ?hb) (and (= ?la ?hb) (or (= ?loa 1) (= ?hob 1)))) then 2 else
    (if (> ?ha ?lb) then 1 else 0)))
(deffunction among (?known ?wanted)
  (if (subsetp ?known ?wanted) then 2 else
    (progn$ (?one ?known) (if (member$ ?one ?wanted) then (return 1))) 0))
(deffunction could (?state) (if (> ?state 0) then 2 else 0))
"""


class ClipsProgram:
    """The text of a program for CLIPS; ``facts`` writes the inputs of a run."""

    def __init__(self, program: Program, inputs: Mapping[str, ValueSet]) -> None:
        self._program, self._fixed = program, {n: inputs[n] for n in (INCIDENT_TYPE, STAGE)}
        names = [*program.inputs, *program.closings]
        self.number = {name: number for number, name in enumerate(names)}
        self.step = {identifier: number for number, identifier in enumerate(program.steps)}
        self._choices = {n for n, known in inputs.items() if isinstance(known, Choices)}
        self._choices |= {n for n, c in program.closings.items() if c.kind in {"fact", "outcome"}}

    def constructs(self) -> Iterable[str]:
        """Yield what is to be built, in order."""
        for function in FUNCTIONS.strip().split("\n(deffunction"):
            yield function if function.startswith("(") else f"(deffunction{function}"
        states = " ".join(f"?*s{number}* = 0" for number in self.step.values())
        grades = " ".join(
            f"?*l{self.number[n]}* = -1 ?*h{self.number[n]}* = -1"
            for n, c in self._program.closings.items()
            if c.kind in {"standard", "overall", "reporting"}
        )
        yield f"(defglobal {states} {grades})"
        last = len(self._program.order)
        for place, item in enumerate(self._program.order):
            head = f"(declare (salience {last - place}))"
            if isinstance(item, Step):
                yield self._rule(item, head)
            else:
                yield f"(defrule c{self.number[item.name]} {head} => {self._closing(item)})"

    def facts(self, inputs: Mapping[str, ValueSet]) -> str:
        """Return the facts of the inputs of one run."""
        return "\n".join(
            self._fact(name, inputs[name])
            for name in self._program.inputs
            if name not in self._fixed
        )

    def _fact(self, name: str, known: ValueSet) -> str:
        if isinstance(known, Choices):
            return f"(n{self.number[name]} {' '.join(_symbols(known.values))})"
        assert isinstance(known, Interval)
        low, high = (
            f"{end:.17g}" if math.isfinite(end) else FAR if end > 0 else f"-{FAR}"
            for end in (known.low, known.high)
        )
        return f"(n{self.number[name]} {low} {high} {known.low_open:d} {known.high_open:d})"

    def _rule(self, step: Step, head: str) -> str:
        read = sorted(
            (names_read(step.condition) | {f"outcome({e})" for e in step.exceptions})
            - self._fixed.keys()
        )
        patterns = " ".join(
            f"(n{number} $?v{number})" if name in self._choices
            else f"(n{number} ?a{number} ?b{number} ?c{number} ?d{number})"
            for name in read
            for number in (self.number[name],)
        )  # fmt: skip
        state = self._state(step.condition)
        here = self.step[step.id]
        lowered = "".join(f" (- 2 ?*s{self.step[e]}*)" for e in step.exceptions)
        lowest = f"(min ?e{lowered})" if lowered else "?e"
        return (
            f"(defrule r{here} {head} {patterns} =>"
            f" (bind ?e {state}) (if (> ?e 0) then (bind ?*s{here}* {lowest})))"
        )

    def _state(self, condition: Condition) -> str:
        if isinstance(condition, Both | Either):
            parts = [self._state(part) for part in condition.parts]
            if len(parts) == 1:
                return parts[0]
            return f"({'min' if isinstance(condition, Both) else 'max'} {' '.join(parts)})"
        if isinstance(condition, Negation):
            return f"(- 2 {self._state(condition.part)})"
        if isinstance(condition, Could):
            return f"(could {self._state(condition.part)})"
        if isinstance(condition, Always):
            return "2"
        if condition.name in self._fixed:
            return str(int(condition.evaluate(self._fixed)))
        return self._atom(condition)

    def _atom(
        self, atom: Compare | CompareNames | CompareOrdered | Among | TypeIs | Unknown
    ) -> str:
        n = self.number[atom.name]
        if isinstance(atom, CompareNames):
            m = self.number[atom.other]
            both = f"?a{n} ?b{n} ?c{n} ?d{n} ?a{m} ?b{m} ?c{m} ?d{m}"
            return _turned(atom.operator, f"ge2 {both}", f"gt2 {both}")
        if isinstance(atom, Compare):
            if atom.operator == "=":
                return f"(same ?a{n} ?b{n} ?c{n} ?d{n} {atom.value})"
            return _turned(
                atom.operator,
                f"ge ?a{n} ?b{n} ?d{n} {atom.value}",
                f"gt ?a{n} ?b{n} ?c{n} {atom.value}",
            )
        if isinstance(atom, Unknown):
            exact = f"(= ?a{n} ?b{n})"
            if atom.name in self._choices:
                exact = f"(= (length$ ?v{n}) 1)"
            return f"(if {exact} then 0 else 2)"
        assert isinstance(atom, Among | CompareOrdered)
        wanted = atom.values if isinstance(atom, Among) else atom.above
        return f"(among ?v{n} (create$ {' '.join(_symbols(wanted))}))"

    def _closing(self, closing: Closing) -> str:
        n = self.number[closing.name]
        states = [f"?*s{self.step[s]}*" for s in closing.steps]
        if closing.kind in {"fact", "outcome"}:
            highest = f"(max 0 {' '.join(states)})" if states else "0"
            return (
                f"(bind ?m {highest}) (if (= ?m 2) then (assert (n{n} TRUE)) else"
                f" (if (= ?m 1) then (assert (n{n} TRUE FALSE)) else (assert (n{n} FALSE))))"
            )
        known = f"(assert (n{n} ?*l{n}* ?*h{n}* 0 0))"
        if closing.kind == "reporting":
            grade = self.number[GRADE]
            return f"(bind ?*l{n}* ?*l{grade}*) (bind ?*h{n}* ?*h{grade}*) {known}"
        if closing.kind == "overall":
            return "".join(self._counted(n)) + known
        if len(states) < 2:
            return known
        applies, *levels = states
        ranks = [RANKS[s.rsplit(":", 1)[-1]] for s in closing.steps[1:]]
        told = "".join(
            f"(if (= {state} 2) then (if (= {applies} 2) then"
            f" (bind ?*l{n}* (max ?*l{n}* {rank}))))"
            f" (if (> {state} 0) then (bind ?*h{n}* (max ?*h{n}* {rank})))"
            for state, rank in zip(levels, ranks, strict=True)
        )
        return (
            f"(if (> {applies} 0) then (bind ?*l{n}* (if (= {applies} 2) then 0 else -1))"
            f" (bind ?*h{n}* 0) {told}) {known}"
        )

    def _counted(self, overall: int) -> Iterable[str]:
        for identifier, standard in self._program.standards.items():
            if standard.use not in {"grade", "initial"}:
                continue
            n = self.number[f"{GRADE}({identifier})"]
            raised = (
                f"(bind ?*l{overall}* (max ?*l{overall}* ?*l{n}*))"
                f" (bind ?*h{overall}* (max ?*h{overall}* ?*h{n}*))"
            )
            after = self.number.get(f"{GRADE}({standard.consequence})")
            if standard.use == "initial" and after is not None:
                raised = (
                    f"(if (or (= ?*h{after}* -1) (and (< ?*l{after}* 1) (> ?*h{after}* 0)))"
                    f" then {raised})"
                )
            yield raised


def _symbols(values: Iterable[str | bool]) -> list[str]:
    return sorted(str(v).upper() if isinstance(v, bool) else str(v) for v in values)


def _turned(operator: str, at_least: str, more: str) -> str:
    return {
        ">=": f"({at_least})", ">": f"({more})",
        "<": f"(- 2 ({at_least}))", "<=": f"(- 2 ({more}))",
    }[operator]  # fmt: skip
