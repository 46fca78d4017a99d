"""Whether the scenarios notice a change."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from canmou.engine.answers import value_sets
from canmou.engine.inference.compiling import compile_slice, holds_in, in_force_on
from canmou.engine.inference.grading import NOT_PART
from canmou.engine.inference.program import Program, SliceKey
from canmou.engine.inference.run import Run
from canmou.engine.mutation.patching import patched
from canmou.engine.mutation.recorded import Line, Recorded, only_duties
from canmou.engine.mutation.records import Mutant
from canmou.engine.mutation.replaying import replay
from canmou.engine.rulebase.conditions import (
    INCIDENT_TYPE,
    STAGE,
    Condition,
    names_read,
)
from canmou.engine.rulebase.outcomes import ABSENT, grade_of
from canmou.engine.rulebase.records import Rule, Standard
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.rulebase.scenarios import unmet
from canmou.engine.rulebase.tables import asked, in_force_of, period_of
from canmou.engine.rulebase.vocabulary import Source
from canmou.engine.valuesets import Certainty, Choices, TypeSet, ValueSet, yes_no

Make = Callable[[Program, SliceKey, "tuple[str, ...] | None"], Program]


class Judge:
    """Tells of each change whether some scenario comes out otherwise than it says."""

    def __init__(self, recorded: Recorded) -> None:
        self.recorded, self.rb = recorded, recorded.rulebase
        self._exceptions: dict[str, list[str]] = {}
        for identifier, rule in self.rb.rules.items():
            for target in rule.excepts:
                self._exceptions.setdefault(target, []).append(f"rule:{identifier}")
        for identifier, standard in self.rb.standards.items():
            for target in standard.excepts:
                self._exceptions.setdefault(target, []).append(f"applies:{identifier}")

    def caught(self, mutant: Mutant) -> bool:
        """Return whether a scenario notices the change."""
        if mutant.key is not None and mutant.condition is not None:
            return self._condition(mutant.key, mutant.condition)
        if isinstance(mutant.record, Rule) and mutant.kind != "date":
            return self._conclusions(mutant.record)
        return self._period(mutant)

    # -- conditions --------------------------------------------------------------------------------

    def _condition(self, key: str, changed: Condition) -> bool:
        for case in self.recorded.cases.get(key, ()):
            if changed.evaluate(case.env) is not case.wanted:
                return True
        kind, owner = key.split(":")[:2]
        if kind == "choose":
            return False
        old = self.rb.conditions[key]
        if kind == "rule" and only_duties(self.rb.rules[owner]):
            return self._status(owner, changed)
        rulebase = variant(self.rb, conditions={**self.rb.conditions, key: changed})

        def again(program: Program, slice_: SliceKey, only: tuple[str, ...] | None) -> Program:
            found = patched(program, key, old, changed)
            return found if found is not None else compile_slice(rulebase, slice_, only)

        if kind == "level":
            lines = self.recorded.lines.get(owner, ())
            if any(self._line_differs(line, rulebase, again) for line in lines):
                return True
        feeding = [
            number
            for number, (_, run) in enumerate(self.recorded.incidents)
            if self._state(run, old) is not self._state(run, changed)
        ]
        step = key if kind in ("rule", "choose") else f"applies:{owner}"
        feeding.sort(key=lambda n: step not in self.recorded.incidents[n][1].program.steps)
        return self._replayed(feeding, rulebase, again)

    def _status(self, rule: str, changed: Condition) -> bool:
        """Whether an incident finds a rule on which nothing rests in another state than it says."""
        for number in self.recorded.mentions.get(rule, ()):
            scenario, run = self.recorded.incidents[number]
            expected = scenario.expect
            state = self._state(run, changed)
            if expected is None or (rule not in run.program.rules and not self._may(rule, run)):
                continue
            for exception in self._exceptions.get(rule, ()):
                against = run.trace.states.get(exception, Certainty.IMPOSSIBLE)
                state = min(state, against.negated())
            wanted = (
                Certainty.CERTAIN if rule in expected.duties
                else Certainty.OPEN if rule in expected.open else Certainty.IMPOSSIBLE
            )  # fmt: skip
            if state is not wanted:
                return True
        return False

    def _may(self, rule: str, run: Run) -> bool:
        """Whether day, place and office of a run let a rule hold."""
        record, key = self.rb.rules[rule], run.key
        return (
            in_force_on(record, self.rb, key.at)
            and holds_in(record.area, key.place)
            and record.office in (None, key.office)
        )

    def _state(self, run: Run, condition: Condition) -> Certainty:
        """Return the state of a condition in a recorded run, whether or not the slice reads it."""
        env = run.trace.env
        missing = [n for n in names_read(condition) if n not in env]
        if not missing:
            return condition.evaluate(env)
        return condition.evaluate({**env, **self._values(run, missing)})

    def _values(self, run: Run, names: Iterable[str]) -> dict[str, ValueSet]:
        """Return what a run knows of names that no rule of its slice reads or concludes."""
        found: dict[str, ValueSet] = {}
        asked_for = []
        for name in names:
            measure = self.rb.measures.get(name)
            if name == INCIDENT_TYPE:
                found[name] = TypeSet(run.key.components)
            elif name == STAGE:
                found[name] = Choices(frozenset({run.facts.stage}))
            elif measure is None:
                found[name] = NOT_PART
            elif measure.derived:
                found[name] = yes_no(Certainty.IMPOSSIBLE)
            else:
                asked_for.append(name)
        if asked_for:
            sets, _ = value_sets(run.facts, self.rb, [*asked_for, *run.facts.answers])
            found.update({n: sets[n] for n in asked_for})
        return found

    def _line_differs(self, line: Line, rulebase: RuleBase, make: Make | None = None) -> bool:
        key = line.run.key
        program = (
            make(line.run.program, key, line.only)
            if make is not None
            else compile_slice(rulebase, key, line.only)
        )
        run = self._again(line.run, program)
        found = grade_of(run, line.standard)
        return ("not_graded" if found == ABSENT else found) != line.level

    # -- replays -----------------------------------------------------------------------------------

    def _replayed(
        self, numbers: Iterable[int], rulebase: RuleBase, make: Make | None = None
    ) -> bool:
        """Whether one of these incidents fails under the changed rules."""
        programs: dict[Any, Program] = {}
        for number in numbers:
            scenario, run = self.recorded.incidents[number]
            if run.key not in programs:
                programs[run.key] = (
                    make(run.program, run.key, None)
                    if make is not None
                    else compile_slice(rulebase, run.key)
                )
            done = self._again(run, programs[run.key])
            if next(unmet(scenario, done, rulebase), None) is not None:
                return True
        return False

    def _again(self, run: Run, program: Program) -> Run:
        known = run.trace.env
        inputs = {n: known[n] for n in program.inputs if n in known}
        missing = [n for n in program.inputs if n not in known]
        if missing:
            inputs.update(self._values(run, missing))
        return replace(run, program=program, trace=replay(program, inputs))

    # -- conclusions and dates ---------------------------------------------------------------------

    def _conclusions(self, changed: Rule) -> bool:
        said = self.recorded.asks.get(changed.id, ())
        if any(sorted(asked(changed)) != sorted(lines) for lines in said):
            return True
        key = f"rule:{changed.id}"
        if only_duties(changed):
            return False
        rulebase = variant(self.rb, rules={**self.rb.rules, changed.id: changed})
        leading = [
            number
            for number, (scenario, run) in enumerate(self.recorded.incidents)
            if scenario.expect and scenario.expect.lead and key in run.trace.states
        ]
        return self._replayed(leading, rulebase)

    def _period(self, mutant: Mutant) -> bool:
        changed = mutant.record
        if changed is None:
            return False
        rulebase = _with_record(self.rb, mutant.entry, changed)
        for period in self.recorded.periods.get(mutant.entry, ()):
            if period_of(in_force_of(mutant.entry, rulebase)) != period:
                return True
        touched = list(_touched(self.rb, rulebase, mutant.entry))

        def moved(*days: date) -> bool:
            return any(
                in_force_on(e, self.rb, day) != in_force_on(_now(e, rulebase), rulebase, day)
                for e in touched
                for day in days
            )

        lines = [line for e in touched for line in self.recorded.lines.get(_name(e), ())]
        if any(moved(line.facts.on) and self._line_differs(line, rulebase) for line in lines):
            return True
        incidents = [
            number
            for number, (_, run) in enumerate(self.recorded.incidents)
            if moved(run.key.on, run.key.at)
        ]
        return self._replayed(incidents, rulebase)


def variant(rulebase: RuleBase, **changed: Any) -> RuleBase:
    """Return the rule base with something replaced; everything else is shared."""
    other = copy.copy(rulebase)
    for name, value in changed.items():
        setattr(other, name, value)
    other.citations_made = {}
    other.condition_texts = {}
    return other


def _with_record(rulebase: RuleBase, name: str, record: Rule | Standard | Source) -> RuleBase:
    if isinstance(record, Source):
        return variant(rulebase, sources={**rulebase.sources, name: record})
    if isinstance(record, Rule):
        return variant(rulebase, rules={**rulebase.rules, name: record})
    return variant(rulebase, standards={**rulebase.standards, name: record})


def _touched(old: RuleBase, new: RuleBase, name: str) -> Iterator[Rule | Standard]:
    """Yield the rules and standards whose period the change may move."""
    if name in old.sources and old.sources[name] is not new.sources.get(name):
        everything: list[Rule | Standard] = [*old.rules.values(), *old.standards.values()]
        for entry in everything:
            if entry.in_force is None and any(c.source == name for c in entry.cites):
                yield entry
        return
    changed = old.rules.get(name) or old.standards.get(name)
    if changed is not None:
        yield changed


def _now(entry: Rule | Standard, rulebase: RuleBase) -> Rule | Standard:
    if isinstance(entry, Rule):
        return rulebase.rules[entry.id]
    return rulebase.standards[entry.standard]


def _name(entry: Rule | Standard) -> str:
    return entry.id if isinstance(entry, Rule) else entry.standard
