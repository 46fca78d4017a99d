"""From the rule base to the program of one slice: selecting, closing steps, and the order.

Steps and names are put into strata by a topological order over the names that they read and
conclude, exceptions before what they except; a cycle is refused. Each name is closed before
anything reads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from graphlib import CycleError, TopologicalSorter
from typing import cast

from canmou.engine.inference.program import Closing, Program, SliceKey, Step, StepKind
from canmou.engine.rulebase.conditions import (
    GRADE,
    INCIDENT_TYPE,
    REPORTING_GRADE,
    STAGE,
    Always,
    Both,
    Condition,
    names_read,
    renamed,
)
from canmou.engine.rulebase.records import Choose, FactConclusion, Rule, Standard
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.rulebase.vocabulary import InForce
from canmou.engine.valuesets import Certainty, Choices, TypeSet, ValueSet

MUNICIPALITIES = ("北京市", "天津市", "上海市", "重庆市")
"""Cities that are provinces: the first name of a place may be theirs, written short."""


class CycleInRules(Exception):  # noqa: N818 - a sentence, as all errors here
    """Rules conclude what they read; ``names`` is the circle."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(names)
        super().__init__(" → ".join(self.names))


def in_force_on(record: Rule | Standard | Choose, rulebase: RuleBase, day: date) -> bool:
    """Whether a record holds on a day: its own period, else that of all the sources it cites."""
    own: InForce | None = getattr(record, "in_force", None)
    if own is not None:
        return own.holds_on(day)
    cites = record.choose.cites if isinstance(record, Choose) else record.cites
    return all(rulebase.sources[c.source].in_force.holds_on(day) for c in cites)


def turning_days(rulebase: RuleBase) -> tuple[date, ...]:
    """Return the days on which what is in force changes, earliest first."""
    records: list[Rule | Standard] = [*rulebase.rules.values(), *rulebase.standards.values()]
    periods = [s.in_force for s in rulebase.sources.values()]
    periods += [r.in_force for r in records if r.in_force]
    ends = (end for period in periods for end in (period.from_, period.to))
    return tuple(sorted({end for end in ends if isinstance(end, date)}))


def holds_in(area: str | None, place: tuple[str, ...]) -> bool:
    """Whether a rule for ``area`` holds at a place, given as its names from large to small.

    >>> holds_in("河北省", ("河北", "邯郸市"))
    True
    >>> holds_in("吉林市", ("吉林", "长春市"))
    False
    """
    if area is None:
        return True
    short = place if area in MUNICIPALITIES or not area.endswith("市") else place[1:]
    return any(p and p.startswith(area) for p in place) or any(
        p and area.startswith(p) for p in short
    )


def _outcome(step_id: str) -> str:
    return f"outcome({step_id})"


def compile_slice(rulebase: RuleBase, key: SliceKey, only: Iterable[str] | None = None) -> Program:
    """Return the program of a slice. Raises CycleInRules.

    ``only`` restricts the standards to those named and leaves out the rules (``canmou grade``).
    """
    return _Compiler(rulebase, key, frozenset(only) if only is not None else None).compile()


def compile_any_day(rulebase: RuleBase, key: SliceKey) -> Program:
    """Return what the programs of all days hold together; the days of the key do not count.

    It has no order and cannot run: proofs read it that leave the days open.
    """
    compiler = _Compiler(rulebase, key, None)
    compiler.select_any_day()
    return compiler.finish(in_order=False)


class _Compiler:
    def __init__(self, rulebase: RuleBase, key: SliceKey, only: frozenset[str] | None) -> None:
        self.rb, self.key, self.only = rulebase, key, only
        self.types_only = _TypesOnly(key)
        self.steps: dict[str, Step] = {}
        self.rules: dict[str, Rule] = {}
        self.standards: dict[str, Standard] = {}
        self.thresholds: dict[str, Standard] = {}
        self.provisional: set[str] = set()
        self.missing: list[str] = []
        self.chooses: dict[str, Choose] = {}

    def compile(self) -> Program:
        self._select()
        return self.finish()

    def finish(self, in_order: bool = True) -> Program:
        """Return the program of the rules and standards selected."""
        excepted = self._exceptions()
        for identifier, rule in self.rules.items():
            self._step(f"rule:{identifier}", "rule", rule.id, excepted)
        for group in self.chooses:
            self._step(f"choose:{group}", "choose", group, excepted)
        for identifier, standard in self.standards.items():
            self._standard(identifier, standard, excepted)
        closings = self._closings()
        order = self._ordered(closings) if in_order else []
        closed = set(closings)
        read = {n for s in self.steps.values() for n in s.reads}
        inputs = tuple(sorted(n for n in read if n not in closed))
        return Program(
            order=tuple(order),
            inputs=inputs,
            rules=self.rules,
            standards=self.standards,
            chooses=self.chooses,
            thresholds=self.thresholds,
            provisional=frozenset(self.provisional),
            missing_standards=tuple(self.missing),
            steps=self.steps,
            closings=closings,
        )

    def _possible(self, key: str) -> bool:
        """Whether a condition is possible for the types and stage of the slice."""
        return not any(
            part.evaluate(self.types_only) is Certainty.IMPOSSIBLE
            for part in self.rb.parts_on_type(self.rb.conditions[key])
        )

    def _select(self) -> None:
        for identifier, standard in self.rb.standards.items():
            if self.only is not None and identifier not in self.only:
                continue
            if not holds_in(standard.area, self.key.place):
                continue
            if self.only is None and (
                standard.use == "reference" or not self._possible(f"applies:{identifier}")
            ):
                continue
            if not in_force_on(standard, self.rb, self.key.on):
                self.missing.append(identifier)
                continue
            self.standards[identifier] = standard
            self.thresholds[identifier] = self.rb.table_of(standard)
            if self.thresholds[identifier] is not standard:
                self.provisional.add(identifier)
        if self.only is not None:
            return
        for identifier, rule in self.rb.rules.items():
            if (
                in_force_on(rule, self.rb, self.key.at)
                and holds_in(rule.area, self.key.place)
                and (rule.office is None or rule.office == self.key.office)
                and self._possible(f"rule:{identifier}")
            ):
                self.rules[identifier] = rule
        for group, choose in self.rb.chooses.items():
            if in_force_on(choose, self.rb, self.key.at) and self._possible(f"choose:{group}"):
                self.chooses[group] = choose

    def select_any_day(self) -> None:
        """Select what holds at the place and in the office of the key on some day."""
        place, office = self.key.place, self.key.office
        self.standards = {
            i: s for i, s in self.rb.standards.items()
            if s.use != "reference" and holds_in(s.area, place)
        }  # fmt: skip
        self.thresholds = {i: self.rb.table_of(s) for i, s in self.standards.items()}
        self.rules = {
            i: r for i, r in self.rb.rules.items()
            if holds_in(r.area, place) and (r.office is None or r.office == office)
        }  # fmt: skip
        self.chooses = dict(self.rb.chooses)

    def _exceptions(self) -> dict[str, tuple[str, ...]]:
        """Return for each step the steps that except it."""
        found: dict[str, list[str]] = {}
        everyone: list[tuple[str, tuple[str, ...]]] = [
            *((f"rule:{i}", r.excepts) for i, r in self.rules.items()),
            *((f"applies:{i}", s.excepts) for i, s in self.standards.items()),
        ]
        for step_id, targets in everyone:
            for target in targets:
                key = f"rule:{target}" if target in self.rb.rules else f"applies:{target}"
                found.setdefault(key, []).append(step_id)
        return {k: tuple(v) for k, v in found.items()}

    def _step(
        self,
        step_id: str,
        kind: StepKind,
        owner: str,
        excepted: Mapping[str, tuple[str, ...]],
        condition: Condition | None = None,
    ) -> None:
        exceptions = excepted.get(step_id, ())
        if condition is None:
            condition = self.rb.conditions[step_id]
            names = self.rb.names_in(condition)
        else:
            names = tuple(sorted(names_read(condition)))
        reads = (*names, *(_outcome(e) for e in exceptions))
        self.steps[step_id] = Step(step_id, kind, condition, reads, exceptions, owner)

    def _standard(
        self, identifier: str, standard: Standard, excepted: Mapping[str, tuple[str, ...]]
    ) -> None:
        applies = Always() if self.only is not None else self.rb.conditions[f"applies:{identifier}"]
        self._step(f"applies:{identifier}", "applies", identifier, excepted, applies)
        table = self.thresholds[identifier]
        counted = self._counted(table)
        for level in table.levels:
            condition = renamed(self.rb.conditions[f"level:{table.standard}:{level}"], counted)
            step_id = f"level:{identifier}:{level}"
            self._step(step_id, "level", identifier, {}, Both((applies, condition)))

    def _counted(self, standard: Standard) -> dict[str, str]:
        """Return which measures stand for which, where a text counts the missing as dead."""
        names = {}
        for measure, counting in standard.counts.items():
            missing_too = counting.with_missing == "always" or (
                counting.with_missing == "initial" and self.key.stage == "initial"
            )
            if missing_too and measure == "deaths":
                names["deaths"] = "dead_or_missing"
        return names

    def _closings(self) -> dict[str, Closing]:
        found: dict[str, Closing] = {}
        for identifier, table in self.thresholds.items():
            name = f"{GRADE}({identifier})"
            steps = (
                f"applies:{identifier}",
                *(f"level:{identifier}:{level}" for level in table.levels),
            )
            found[name] = Closing(name, "standard", steps)
        counting = tuple(
            f"{GRADE}({i})" for i, s in self.standards.items() if s.use in {"grade", "initial"}
        )
        applying = tuple(
            f"applies:{i}" for i, s in self.standards.items() if s.use in {"grade", "initial"}
        )
        consequences = tuple(
            name
            for s in self.standards.values()
            if s.use == "initial" and (name := f"{GRADE}({s.consequence})") in found
        )
        reads = tuple(dict.fromkeys((*counting, *consequences)))
        found[GRADE] = Closing(GRADE, "overall", applying, reads)
        clocks = (f"{GRADE}({i})" for i, s in self.standards.items() if s.starts_clocks)
        found[REPORTING_GRADE] = Closing(REPORTING_GRADE, "reporting", (), (GRADE, *clocks))
        read = {n for s in self.steps.values() for n in s.reads}
        concluding: dict[str, dict[str, None]] = {}
        for rule in self.rules.values():
            for conclusion in rule.then:
                if isinstance(conclusion, FactConclusion):
                    concluding.setdefault(conclusion.conclude, {})[f"rule:{rule.id}"] = None
        for name in sorted(read):
            measure = self.rb.measures.get(name)
            if measure is not None and measure.derived:
                found[name] = Closing(name, "fact", tuple(concluding.get(name, ())))
            elif name.startswith(f"{GRADE}(") and name not in found:
                found[name] = Closing(name, "standard", ())
        for step in self.steps.values():
            for exception in step.exceptions:
                found[_outcome(exception)] = Closing(_outcome(exception), "outcome", (exception,))
        for name, by_rules in concluding.items():
            if name not in found:
                found[name] = Closing(name, "fact", tuple(by_rules))
        return found

    def _ordered(self, closings: Mapping[str, Closing]) -> list[Step | Closing]:
        graph: dict[str, set[str]] = {}
        for step in self.steps.values():
            graph[step.id] = {n for n in step.reads if n in closings}
        for closing in closings.values():
            graph[closing.name] = {*closing.steps, *closing.reads}
        try:
            sorter = TopologicalSorter(graph)
            sorter.prepare()
        except CycleError as error:
            raise CycleInRules(error.args[1]) from error
        position = {name: i for i, name in enumerate([*self.steps, *closings])}
        order: list[Step | Closing] = []
        while sorter.is_active():
            ready = sorted(sorter.get_ready(), key=lambda n: position[n])
            for name in ready:
                order.append(self.steps[name] if name in self.steps else closings[name])
            sorter.done(*ready)
        return order


class _TypesOnly(dict[str, ValueSet]):
    """An environment in which only types and stage are known; the rest could be anything."""

    def __init__(self, key: SliceKey) -> None:
        super().__init__()
        self[INCIDENT_TYPE] = TypeSet(key.components)
        self[STAGE] = Choices(frozenset({key.stage}))

    def __missing__(self, name: str) -> ValueSet:
        return cast(ValueSet, _Anything())


class _Anything:
    """A value set of any kind of which nothing is known."""

    is_exact = False

    def compare(self, operator: str, value: object) -> Certainty:
        """Return open."""
        return Certainty.OPEN

    def compare_with(self, operator: str, other: object) -> Certainty:
        """Return open."""
        return Certainty.OPEN

    def among(self, wanted: object) -> Certainty:
        """Return open."""
        return Certainty.OPEN


def check_order(rulebase: RuleBase) -> None:
    """Put all rules of all dates and types into strata at once. Raises CycleInRules."""
    key = SliceKey(
        on=date.max, at=date.max, components=(rulebase.all_leaves,), stage="initial", place=(),
        office=None,
    )  # fmt: skip
    compiler = _Compiler(rulebase, key, None)
    compiler.rules = dict(rulebase.rules)
    compiler.standards = dict(rulebase.standards)
    compiler.thresholds = {i: rulebase.table_of(s) for i, s in rulebase.standards.items()}
    compiler.chooses = dict(rulebase.chooses)
    compiler.finish()
