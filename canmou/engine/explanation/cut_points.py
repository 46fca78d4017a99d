"""Cut points: the values of a measure at which some condition of a standard turns.

Between two neighbouring cut points every condition keeps its state, so the nearest value that
changes a result is a cut point or lies beside one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from canmou.engine.answers import parse_answer, whole_range
from canmou.engine.inference.program import Program
from canmou.engine.rulebase.conditions import (
    Among,
    Atom,
    Compare,
    CompareOrdered,
    Condition,
    Unknown,
    atoms,
    names_read,
)
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.rulebase.vocabulary import Measure
from canmou.engine.valuesets import Interval, ValueSet

Env = Mapping[str, ValueSet]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An answer to try, and how far it lies from what is known."""

    answer: float | bool | str
    distance: float


def candidates(
    identifier: str, program: Program, env: Env, rulebase: RuleBase
) -> dict[str, tuple[Candidate, ...]]:
    """Return for each asked measure behind a standard the answers to try, the nearest first."""
    found: dict[str, set[float | bool | str]] = {}
    for name, answer in _turning(identifier, program, env, rulebase):
        found.setdefault(name, set()).add(answer)
    return {
        name: _ordered(rulebase.measures[name], env[name], answers)
        for name, answers in sorted(found.items())
        if name in env
    }


def _turning(
    identifier: str, program: Program, env: Env, rulebase: RuleBase
) -> Iterator[tuple[str, float | bool | str]]:
    for condition in _conditions(identifier, program):
        for atom in atoms(condition):
            measure = rulebase.measures.get(getattr(atom, "name", ""))
            if measure is None or measure.derived or measure.elapsed_since:
                continue
            if measure.type == "time":
                continue
            yield from _of_atom(atom, measure, env, rulebase)


def _conditions(identifier: str, program: Program) -> Iterator[Condition]:
    """Yield the conditions that a standard rests on, through all derived names."""
    todo = [
        step.condition
        for step in program.steps.values()
        if step.kind in {"level", "applies"} and step.owner == identifier
    ]
    seen: set[str] = set()
    while todo:
        condition = todo.pop()
        yield condition
        for name in names_read(condition) - seen:
            seen.add(name)
            closing = program.closings.get(name)
            for step_id in closing.steps if closing is not None else ():
                step = program.steps[step_id]
                todo.append(step.condition)
                todo.extend(program.steps[e].condition for e in step.exceptions)


def _of_atom(
    atom: Atom, measure: Measure, env: Env, rulebase: RuleBase
) -> Iterator[tuple[str, float | bool | str]]:
    name = cast(str, getattr(atom, "name", ""))
    if isinstance(atom, Compare):
        if not measure.sum_of:
            yield from ((name, a) for a in _beside(atom.value, atom.operator, measure))
        for part in measure.sum_of:
            others = [cast(Interval, env[p]) for p in measure.sum_of if p != part and p in env]
            for rest in (sum(o.low for o in others), sum(o.high for o in others)):
                if math.isfinite(rest):
                    own = rulebase.measures[part]
                    yield from ((part, a) for a in _beside(atom.value - rest, atom.operator, own))
    elif isinstance(atom, CompareOrdered) or (isinstance(atom, Among) and measure.type == "choice"):
        yield from ((name, choice) for choice in measure.choices)
    elif isinstance(atom, Among | Unknown) and measure.type == "yes_no":
        yield from ((name, answer) for answer in (True, False))


def _beside(value: float, operator: str, measure: Measure) -> Iterator[float | str]:
    """Yield the nearest answers on both sides of a threshold, and the threshold itself."""
    inside = cast(Interval, whole_range(measure))
    whole = measure.type == "whole_number"
    tried: list[float | str] = [value]
    if operator in {">=", "<", "="}:
        tried.append(value - 1 if whole else f"< {value!r}")
    if operator in {">", "<=", "="}:
        tried.append(value + 1 if whole else f"> {value!r}")
    for answer in tried:
        figure = answer if not isinstance(answer, str) else float(answer.split()[1])
        beyond = isinstance(answer, str) and (
            (answer[0] == "<" and figure <= inside.low)
            or (answer[0] == ">" and figure >= inside.high)
        )
        if inside.contains(figure) and not beyond:
            yield answer


def _ordered(
    measure: Measure, known: ValueSet, answers: set[float | bool | str]
) -> tuple[Candidate, ...]:
    """Return the answers with their distance from the end of what is known that is shown."""
    if not isinstance(known, Interval):
        order: list[float | bool | str] = [True, False] if measure.type == "yes_no" else []
        order = order or list(measure.choices)
        tried = [a for a in order if a in answers and parse_answer(measure, a) != known]
        return tuple(Candidate(a, 1) for a in tried)
    base = known.high if measure.worse == "lower" and math.isfinite(known.high) else known.low
    if not math.isfinite(base):
        base = known.high if math.isfinite(known.high) else 0
    if not known.is_exact and cast(Interval, whole_range(measure)).contains(base):
        answers = {*answers, base}
    found = [
        Candidate(a, abs(figure_of(a) - base)) for a in answers if parse_answer(measure, a) != known
    ]
    return tuple(
        sorted(found, key=lambda c: (c.distance, isinstance(c.answer, str), str(c.answer)))
    )


def figure_of(answer: float | bool | str) -> float:
    """Return the number in an answer: that beside which it lies for ``> 0``."""
    return float(answer.split()[1]) if isinstance(answer, str) else float(answer)
