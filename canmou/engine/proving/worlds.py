"""All complete incidents at one moment, as formulas: what a rule base can and cannot say of them.

A world is an incident whose every answer is known. The conditions of rules and standards, with the
derived names, exceptions and grades that they read, become formulas over the answers; z3 tells
whether a world satisfies them. No bound is set on figures: the relations between them, their ranges
and the choices are part of every question, so that each world found is an incident that could be.

``unknown(x)`` and ``could(c)`` speak of answers that are missing: they are taken as free where an
answer may be missing, so that "no world" stays true and a world found must be tried.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any, cast

import z3

from canmou.engine.answers import whole_range
from canmou.engine.inference.compiling import compile_slice
from canmou.engine.inference.program import Program, SliceKey
from canmou.engine.proving.joining import all_of, any_of
from canmou.engine.proving.moments import Moment, place_of
from canmou.engine.rulebase.conditions import (
    GRADE,
    INCIDENT_TYPE,
    NOT_GRADED,
    RANKS,
    REPORTING_GRADE,
    STAGE,
    Always,
    Among,
    Both,
    Compare,
    CompareNames,
    CompareOrdered,
    Condition,
    Either,
    Negation,
    TypeIs,
    Unknown,
    names_read,
    renamed,
)
from canmou.engine.rulebase.records import FactConclusion, Rule
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.valuesets import Interval, Number

Formula = Any
"""A z3 formula or term."""


def exact(value: Number) -> str:
    """Return a number so that z3 reads it without rounding."""
    return str(Fraction(str(value)))


def key_of(moment: Moment, rulebase: RuleBase) -> SliceKey:
    """Return the slice of a moment, of all types."""
    return SliceKey(
        on=moment.on, at=moment.at, components=(rulebase.all_leaves,), stage=moment.stage,
        place=tuple(place_of(moment.area).values()), office=moment.office,
    )  # fmt: skip


class Worlds:
    """The formulas of one rule base at one moment; ``copy`` names a second, separate world.

    ``only`` takes the standards alone, whatever the incident type, as ``canmou grade`` does.
    ``loose`` leaves derived names, grades and the stage free: what is impossible there is
    impossible at every moment. ``program`` stands for that of the moment where it is made already
    or made otherwise.
    """

    def __init__(
        self, rulebase: RuleBase, moment: Moment, copy: str = "",
        only: Iterable[str] | None = None, loose: bool = False, program: Program | None = None,
    ) -> None:  # fmt: skip
        self.rulebase, self.moment, self._copy, self._loose = rulebase, moment, copy, loose
        self.program = program or compile_slice(rulebase, key_of(moment, rulebase), only)
        self._concluding: dict[str, list[Rule]] = {}
        for rule in self.program.rules.values():
            for conclusion in rule.then:
                if isinstance(conclusion, FactConclusion):
                    self._concluding.setdefault(conclusion.conclude, []).append(rule)
        self._values: dict[str, Formula] = {}
        self._axioms: dict[str, list[Formula]] = {}
        self._formulas: dict[Condition, Formula] = {}
        self._steps: dict[str, Formula] = {}
        self._ranks: dict[str, Formula] = {}
        self._at_least: dict[tuple[str, int], Formula] = {}
        self._leaves: dict[str, Formula] = {}
        self.unknowns: dict[str, Formula] = {}
        self.read: set[str] = set()
        """The measures that formulas compare, without those only tied to them."""

    # -- answers -------------------------------------------------------------------------------

    def value(self, name: str) -> Formula:
        """Return the term that stands for the answer to a measure."""
        if name not in self._values:
            self._values[name], axioms = self._made(name)
            self._axioms[name] = axioms
            for left, operator, parts in self.rulebase.ties:
                if name == left or name in parts:
                    total = z3.Sum([self.value(p) for p in parts])
                    whole = self.value(left)
                    tie = whole == total if operator == "=" else whole <= total
                    self._axioms[name].append(tie)
        return self._values[name]

    def _made(self, name: str) -> tuple[Formula, list[Formula]]:
        measure = self.rulebase.measures[name]
        label = f"{name}{self._copy}"
        if measure.type == "yes_no":
            return z3.Bool(label), []
        if measure.type == "choice":
            term = z3.Int(label)
            return term, [term >= 0, term < len(measure.choices)]
        whole = measure.type == "whole_number"
        term = z3.Int(label) if whole else z3.Real(label)
        allowed, axioms = cast(Interval, whole_range(measure)), []
        if math.isfinite(allowed.low):
            low = z3.RealVal(exact(allowed.low)) if not whole else int(allowed.low)
            axioms.append(term > low if allowed.low_open else term >= low)
        if math.isfinite(allowed.high):
            high = z3.RealVal(exact(allowed.high)) if not whole else int(allowed.high)
            axioms.append(term < high if allowed.high_open else term <= high)
        return term, axioms

    def _asked(self, name: str) -> Formula:
        """Return the term of a measure that a condition reads."""
        self.read.update(self.rulebase.measures[name].sum_of or (name,))
        return self.value(name)

    def unknown(self, name: str) -> Formula:
        """Return the formula that the answer to a measure is missing."""
        if name not in self.unknowns:
            self.unknowns[name] = z3.Bool(f"unknown:{name}{self._copy}")
        return self.unknowns[name]

    def leaf(self, leaf: str) -> Formula:
        """Return the formula that the incident is of a type (a leaf of the tree)."""
        if leaf not in self._leaves:
            self._leaves[leaf] = z3.Bool(f"type:{leaf}{self._copy}")
        return self._leaves[leaf]

    @cached_property
    def at_most_one_type(self) -> Formula:
        """The formula that the incident has no second type."""
        for leaf in sorted(self.rulebase.all_leaves):
            self.leaf(leaf)
        return z3.AtMost(*self._leaves.values(), 1)

    @property
    def leaves(self) -> dict[str, Formula]:
        """The types that formulas have asked about so far."""
        return self._leaves

    @property
    def values(self) -> dict[str, Formula]:
        """The measures that formulas have asked about so far."""
        return self._values

    def axioms(self, names: Iterable[str] | None = None) -> list[Formula]:
        """Return what holds in every world for some measures, or for all that were asked about."""
        wanted = self._axioms if names is None else [n for n in names if n in self._axioms]
        return [a for name in wanted for a in self._axioms[name]]

    # -- conditions ----------------------------------------------------------------------------

    def formula(self, condition: Condition) -> Formula:
        """Return the formula of a condition."""
        found = self._formulas.get(condition)
        if found is None:
            found = self._formulas[condition] = self._translated(condition)
        return found

    def _translated(self, condition: Condition) -> Formula:
        if isinstance(condition, Both):
            return all_of([self.formula(p) for p in condition.parts])
        if isinstance(condition, Either):
            return any_of([self.formula(p) for p in condition.parts])
        if isinstance(condition, Negation):
            return z3.Not(self.formula(condition.part))
        if isinstance(condition, Always):
            return z3.BoolVal(True)
        if isinstance(condition, Unknown):
            return self.unknown(condition.name)
        if isinstance(condition, TypeIs):
            return any_of([self.leaf(leaf) for leaf in sorted(condition.leaves)])
        if isinstance(condition, Compare):
            return self._compared(condition)
        if isinstance(condition, CompareNames):
            left, right = self._asked(condition.name), self._asked(condition.other)
            return _related(left, condition.operator, right)
        if isinstance(condition, CompareOrdered):
            return self._among(condition.name, condition.above)
        if isinstance(condition, Among):
            return self._among(condition.name, condition.values)
        missing = [self.unknown(n) for n in sorted(self.answered_behind(condition.part))]
        guess = z3.Bool(f"could:{len(self._formulas)}{self._copy}")
        return any_of([self.formula(condition.part), all_of([any_of(missing), guess])])

    def _compared(self, atom: Compare) -> Formula:
        if atom.name in {GRADE, REPORTING_GRADE} or atom.name.startswith(f"{GRADE}("):
            least = int(atom.value) + (atom.operator in {">", "<="})
            found = self.at_least(atom.name, least)
            return z3.Not(found) if atom.operator in {"<", "<="} else found
        term = self._asked(atom.name)
        return _related(term, atom.operator, z3.RealVal(exact(atom.value)))

    def _among(self, name: str, wanted: frozenset[str | bool]) -> Formula:
        if name == STAGE and self._loose:
            return z3.Bool(f"stage:{min(map(str, wanted))}{self._copy}")
        if name == STAGE:
            return z3.BoolVal(self.moment.stage in wanted)
        measure = self.rulebase.measures[name]
        if measure.type == "yes_no":
            term = self.fact(name) if measure.derived else self._asked(name)
            if True in wanted:
                return z3.BoolVal(True) if False in wanted else term
            return z3.Not(term) if False in wanted else z3.BoolVal(False)
        order = list(measure.choices)
        term = self._asked(name)
        return z3.Or([term == order.index(cast(str, c)) for c in sorted(wanted, key=str)])

    # -- rules and grades ----------------------------------------------------------------------

    def fact(self, name: str) -> Formula:
        """Return the formula of a derived name: some rule for it holds."""
        if self._loose:
            return z3.Bool(f"{name}{self._copy}")
        return any_of([self.step(f"rule:{r.id}") for r in self._concluding.get(name, ())])

    def step(self, step_id: str) -> Formula:
        """Return the formula that a rule, standard, level or group holds and nothing excepts it."""
        if step_id not in self._steps:
            step = self.program.steps.get(step_id)
            if step is None:
                self._steps[step_id] = z3.BoolVal(False)
            else:
                defeats = [z3.Not(self.step(e)) for e in step.exceptions]
                if step.kind == "level":
                    defeats.append(self.step(f"applies:{step.owner}"))
                self._steps[step_id] = all_of([self.formula(step.condition), *defeats])
        return self._steps[step_id]

    def condition_of(self, step_id: str) -> Formula:
        """Return the formula of a step's own condition, whatever excepts it."""
        step = self.program.steps.get(step_id)
        return z3.BoolVal(False) if step is None else self.formula(step.condition)

    def at_least(self, name: str, least: int) -> Formula:
        """Return the formula that a grade has a rank or a higher one.

        Said without arithmetic: many times faster to build and to decide than ``rank_of``.
        """
        if (name, least) not in self._at_least:
            if self._loose:
                found = self.rank_of(name) >= least
            elif least <= NOT_GRADED:
                found = z3.BoolVal(True)
            elif name == GRADE:
                found = any_of([p for i in self.program.standards for p in self._counts(i, least)])
            elif name == REPORTING_GRADE:
                found = any_of([self.at_least(n, least) for n in self._reporting()])
            else:
                found = self._reaches(name[len(GRADE) + 1 : -1], least)
            self._at_least[name, least] = found
        return self._at_least[name, least]

    def _reaches(self, identifier: str, least: int) -> Formula:
        table = self.program.thresholds.get(identifier)
        if table is None or not table.levels:
            return z3.BoolVal(False)
        levels = [
            self.step(f"level:{identifier}:{v}") for v in table.levels if RANKS[v] >= max(least, 1)
        ]
        applies = self.step(f"applies:{identifier}")
        return applies if least <= 0 else all_of([applies, any_of(levels)])

    def _counts(self, identifier: str, least: int) -> list[Formula]:
        """Return that a standard alone makes the overall grade as high as that, if it can."""
        standard = self.program.standards[identifier]
        if standard.use not in {"grade", "initial"}:
            return []
        reached = self.at_least(f"{GRADE}({identifier})", least)
        if standard.use == "initial":
            consequence = f"{GRADE}({standard.consequence})"
            if consequence in self.program.closings:
                reached = all_of([reached, z3.Not(self.at_least(consequence, 0))])
        return [reached]

    def rank_of(self, name: str) -> Formula:
        """Return the rank of a grade: -1 not graded, 0 below the lowest level, 4 for I."""
        if name not in self._ranks:
            if self._loose:
                self._ranks[name] = z3.Int(f"{name}{self._copy}")
            elif name == GRADE:
                self._ranks[name] = self._overall()
            elif name == REPORTING_GRADE:
                self._ranks[name] = _greatest([self.rank_of(n) for n in self._reporting()])
            else:
                self._ranks[name] = self._rank(name[len(GRADE) + 1 : -1])
        return self._ranks[name]

    def _rank(self, identifier: str) -> Formula:
        table = self.program.thresholds.get(identifier)
        if table is None or not table.levels:
            return z3.IntVal(NOT_GRADED)
        rank: Formula = z3.IntVal(0)
        for level in sorted(table.levels, key=lambda v: RANKS[v]):
            rank = z3.If(self.step(f"level:{identifier}:{level}"), RANKS[level], rank)
        return z3.If(self.step(f"applies:{identifier}"), rank, NOT_GRADED)

    def _overall(self) -> Formula:
        ranks = []
        for identifier, standard in self.program.standards.items():
            if standard.use not in {"grade", "initial"}:
                continue
            rank = self.rank_of(f"{GRADE}({identifier})")
            if standard.use == "initial":
                consequence = f"{GRADE}({standard.consequence})"
                if consequence in self.program.closings:
                    rank = z3.If(self.rank_of(consequence) == NOT_GRADED, rank, NOT_GRADED)
            ranks.append(rank)
        return _greatest(ranks)

    def _reporting(self) -> tuple[str, ...]:
        """Return the grades of which the highest decides on report clocks."""
        closing = self.program.closings.get(REPORTING_GRADE)
        return closing.reads if closing is not None else (GRADE,)

    def counted(self, identifier: str, condition: Condition) -> Condition:
        """Return a part of a level's condition with the measures that the standard counts."""
        table = self.program.thresholds.get(identifier, self.rulebase.standards[identifier])
        names = {}
        for measure, counting in table.counts.items():
            missing_too = counting.with_missing == "always" or (
                counting.with_missing == "initial" and self.moment.stage == "initial"
            )
            if missing_too and measure == "deaths":
                names["deaths"] = "dead_or_missing"
        return renamed(condition, names)

    # -- what lies behind a condition ------------------------------------------------------------

    def answered_behind(self, condition: Condition) -> frozenset[str]:
        """Return the measures that a condition rests on, through derived names and grades."""
        return self.answered_behind_names(names_read(condition))

    def answered_behind_names(self, names: Iterable[str]) -> frozenset[str]:
        """Return the measures on which names rest: derived names, grades and outcomes."""
        found: set[str] = set()
        seen: set[str] = set()
        todo = list(names)
        while todo:
            name = todo.pop()
            if name in seen or name in {INCIDENT_TYPE, STAGE}:
                continue
            seen.add(name)
            measure = self.rulebase.measures.get(name)
            if measure is not None and not measure.derived:
                found.add(name)
                todo.extend(self.rulebase.tied_with.get(name, ()))
                continue
            closing = self.program.closings.get(name)
            if closing is not None:
                todo.extend(closing.reads)
                for step_id in closing.steps:
                    todo.extend(self.program.steps[step_id].reads if step_id in self.program.steps
                                else ())  # fmt: skip
            elif name.startswith("outcome("):
                step = self.program.steps.get(name[len("outcome(") : -1])
                todo.extend(step.reads if step is not None else ())
        return frozenset(found)

    def behind_step(self, step_id: str) -> frozenset[str]:
        """Return the measures that a step rests on, its exceptions among them."""
        step = self.program.steps.get(step_id)
        if step is None:
            return frozenset()
        found = self.answered_behind(step.condition)
        for exception in step.exceptions:
            found |= self.behind_step(exception)
        if step.kind == "level":
            found |= self.behind_step(f"applies:{step.owner}")
        return found


def _greatest(ranks: Sequence[Formula]) -> Formula:
    greatest: Formula = z3.IntVal(NOT_GRADED)
    for rank in ranks:
        greatest = z3.If(rank > greatest, rank, greatest)
    return greatest


def _related(left: Formula, operator: str, right: Formula) -> Formula:
    if operator == ">=":
        return left >= right
    if operator == ">":
        return left > right
    return left <= right if operator == "<=" else left < right
