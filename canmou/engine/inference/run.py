"""One run: facts to value sets, the slice's engine, the trace. Engines are pooled."""

from __future__ import annotations

import bisect
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from canmou.engine.answers import AnswerError, Contradiction, value_sets
from canmou.engine.facts import Facts
from canmou.engine.inference.forward_chaining import ENGINES, Engine, MatcherName, Trace
from canmou.engine.inference.grading import close
from canmou.engine.inference.program import (
    Program,
    SliceKey,
    compile_slice,
    holds_in,
    turning_days,
)
from canmou.engine.inference.support import reached
from canmou.engine.records import Text
from canmou.engine.rulebase.conditions import INCIDENT_TYPE, STAGE
from canmou.engine.rulebase.errors import unknown_name
from canmou.engine.rulebase.records import Rule, Standard
from canmou.engine.rulebase.rulebase import UNDETERMINED_NAMES, RuleBase
from canmou.engine.valuesets import Choices, TypeSet, ValueSet

IDLE_ENGINES = 64
PROGRAMS_PER_RULEBASE = 256


class Kept(NamedTuple):
    """Lines by key that were made whole in a run, and what else than answers they rest on."""

    rests_on: object
    lines: Mapping[str, Any]


@dataclass(slots=True)
class RunNotes:
    """What was worked out about one run already, so that each stage need not do it again.

    What rests on unchanged answers alone is carried over to the next run of the same engine:
    ``evidence``, ``waits`` and ``firings`` by step, ``rests_on`` and ``grades`` by name. ``duties``
    are set when all are made; ``earlier`` are those of an earlier run, with the steps and names
    that may have another outcome since.
    """

    evidence: dict[str, Any] = field(default_factory=dict)
    waits: dict[str, tuple[str, ...]] = field(default_factory=dict)
    firings: dict[str, Any] = field(default_factory=dict)
    rests_on: dict[str, frozenset[str]] = field(default_factory=dict)
    grades: dict[str, Any] = field(default_factory=dict)
    asked: dict[frozenset[str], tuple[str, ...]] = field(default_factory=dict)
    duties: Kept | None = None
    earlier: tuple[Kept, frozenset[str]] | None = None

    def carried(self, affected: frozenset[str]) -> RunNotes:
        """Return what still holds in a run in which ``affected`` may have another outcome.

        The run that this belongs to may still be going on in another thread.
        """

        def left(kept: dict[str, Any]) -> dict[str, Any]:
            found = kept.copy()
            for name in affected:
                found.pop(name, None)
            return found

        earlier = (self.duties, affected) if self.duties is not None else None
        if earlier is None and self.earlier is not None:
            earlier = (self.earlier[0], self.earlier[1] | affected)
        return RunNotes(
            evidence=left(self.evidence),
            waits=left(self.waits),
            firings=left(self.firings),
            rests_on=left(self.rests_on),
            grades=left(self.grades),
            earlier=earlier,
        )


@dataclass(frozen=True)
class Run:
    """The outcome of one run, before it is put into words."""

    facts: Facts
    key: SliceKey
    program: Program
    trace: Trace
    contradictions: tuple[Contradiction, ...]
    made: RunNotes = field(default_factory=RunNotes)


class FactsError(ValueError):
    """The facts name something unknown; ``text`` says where and what is allowed."""

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(f"{text.zh} / {text.en}")


class _Programs:
    """The compiled programs of one rule base, one for all incidents that select the same slice."""

    def __init__(self, rulebase: RuleBase) -> None:
        limited: list[Rule | Standard] = [*rulebase.rules.values(), *rulebase.standards.values()]
        self._days = turning_days(rulebase)
        self._areas = frozenset(r.area for r in limited if r.area is not None)
        self._offices = frozenset(r.office for r in rulebase.rules.values() if r.office is not None)
        self._made: OrderedDict[tuple[object, ...], Program] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, rulebase: RuleBase, key: SliceKey, only: tuple[str, ...] | None) -> Program:
        """Return the program of a slice. Raises CycleInRules."""
        selects = self._selects(key, only)
        with self._lock:
            if selects in self._made:
                self._made.move_to_end(selects)
                return self._made[selects]
        program = compile_slice(rulebase, key, only)
        with self._lock:
            program = self._made.setdefault(selects, program)
            while len(self._made) > PROGRAMS_PER_RULEBASE:
                self._made.popitem(last=False)
        return program

    def _selects(self, key: SliceKey, only: tuple[str, ...] | None) -> tuple[object, ...]:
        """Return what of a key selects rules: days between which the law changes, areas of rules.

        Standards go by the day of the incident, rules by that of the assessment.
        """
        return (
            bisect.bisect(self._days, key.on),
            bisect.bisect(self._days, key.at),
            key.components,
            key.stage,
            frozenset(area for area in self._areas if holds_in(area, key.place)),
            key.office if key.office in self._offices else None,
            only,
        )


_programs: WeakKeyDictionary[RuleBase, _Programs] = WeakKeyDictionary()
_programs_lock = threading.Lock()


def slice_key(facts: Facts, rulebase: RuleBase) -> SliceKey:
    """Return what selects the slice for these facts. Raises FactsError for an unknown type."""
    components = []
    for name in facts.incident_types or ("undetermined",):
        if name in UNDETERMINED_NAMES:
            components.append(rulebase.all_leaves)
            continue
        found = rulebase.type_id(name)
        if found is None:
            raise FactsError(
                unknown_name(
                    Text(zh="事件类型", en="incident type"),
                    name,
                    rulebase.type_names(),
                    "canmou types",
                )
            )
        components.append(rulebase.leaves(found))
    place = tuple(
        str(facts.place[k])
        for k in ("province", "city", "county", "township", "community")
        if facts.place.get(k)
    )
    return SliceKey(
        on=facts.on,
        at=facts.moment.date(),
        components=tuple(components),
        stage=facts.stage,
        place=place,
        office=facts.office,
    )


def program_for(rulebase: RuleBase, key: SliceKey, only: Iterable[str] | None = None) -> Program:
    """Return the compiled program of a slice, from the cache of the rule base."""
    with _programs_lock:
        programs = _programs.get(rulebase)
        if programs is None:
            programs = _programs[rulebase] = _Programs(rulebase)
    return programs.of(rulebase, key, tuple(only) if only is not None else None)


@dataclass
class _Worker:
    """An engine with the answers of its last run and what was worked out about it."""

    engine: Engine
    matcher: MatcherName
    sets: Mapping[str, ValueSet] = field(default_factory=dict)
    made: RunNotes | None = None

    def notes(self, sets: Mapping[str, ValueSet], rulebase: RuleBase) -> RunNotes:
        """Return what is known already of a run on these answers, and keep it for the next one.

        The oracle keeps nothing.
        """
        if self.matcher == "rete":
            return RunNotes()
        before, self.sets = self.sets, sets
        if self.made is None:
            self.made = RunNotes()
            return self.made
        program = self.engine.program
        index = program.memory.of("reached", None, lambda: reached(program, rulebase))
        changed = [n for n in {*sets, *before} if sets.get(n) != before.get(n)]
        affected = frozenset(changed).union(*(index.get(name, ()) for name in changed))
        self.made = self.made.carried(affected)
        return self.made


class _Pool:
    """Engines that nobody uses at the moment, the last used at the end.

    Building an engine takes 0.1 to 0.5 s, so it is kept; it is lent to one thread at a time,
    because an engine must never be shared between threads.
    """

    def __init__(self) -> None:
        self._idle: list[_Worker] = []
        self._lock = threading.Lock()

    @contextmanager
    def lent(self, program: Program, matcher: MatcherName) -> Iterator[_Worker]:
        """Lend an engine of a program; a new one is built when all are in use."""
        worker = self._taken(program, matcher)
        if worker is None:
            worker = _Worker(ENGINES[matcher](program, partial(close, program)), matcher)
        try:
            yield worker
        finally:
            with self._lock:
                self._idle.append(worker)
                del self._idle[:-IDLE_ENGINES]

    def _taken(self, program: Program, matcher: MatcherName) -> _Worker | None:
        with self._lock:
            for number in range(len(self._idle) - 1, -1, -1):
                worker = self._idle[number]
                if worker.engine.program is program and worker.matcher == matcher:
                    return self._idle.pop(number)
        return None


_pool = _Pool()


def checked_facts(facts: Facts, rulebase: RuleBase) -> Facts:
    """Return the facts with measures under their main ids and the status among the answers.

    Raises AnswerError for a measure that nobody knows.
    """
    answers = {}
    for name, raw in facts.answers.items():
        found = rulebase.measure_id(name)
        if found is None or rulebase.measures[found].derived:
            raise AnswerError(
                unknown_name(
                    Text(zh="要素", en="measure"),
                    name,
                    [n for n, m in rulebase.measures.items() if not m.derived],
                    "canmou measures",
                ),
                name,
            )
        answers[found] = raw
    if facts.status is not None and "status" not in answers:
        answers["status"] = facts.status
    return facts.model_copy(update={"answers": answers})


class Prepared(NamedTuple):
    """What a run begins with: the program of the slice, and a value set for each of its inputs."""

    facts: Facts
    key: SliceKey
    program: Program
    sets: dict[str, ValueSet]
    contradictions: tuple[Contradiction, ...]

    def done(self, trace: Trace, made: RunNotes | None = None) -> Run:
        """Return the run that went so."""
        full = Trace(env={**self.sets, **trace.env}, firings=trace.firings, states=trace.states)
        return Run(
            self.facts, self.key, self.program, full, self.contradictions, made or RunNotes()
        )


def prepared(facts: Facts, rulebase: RuleBase, only: Iterable[str] | None = None) -> Prepared:
    """Return what a run of these facts begins with. Raises FactsError or AnswerError."""
    facts = checked_facts(facts, rulebase)
    key = slice_key(facts, rulebase)
    program = program_for(rulebase, key, only)
    sets, contradictions = known_sets(facts, key, program, rulebase)
    return Prepared(facts, key, program, sets, contradictions)


def run(
    facts: Facts,
    rulebase: RuleBase,
    only: Iterable[str] | None = None,
    matcher: MatcherName = "index",
) -> Run:
    """Run the rules on the facts. Raises FactsError or AnswerError."""
    begun = prepared(facts, rulebase, only)
    with _pool.lent(begun.program, matcher) as worker:
        trace = worker.engine.run(begun.sets)
        made = worker.notes(begun.sets, rulebase)
    return begun.done(trace, made)


def known_sets(
    facts: Facts, key: SliceKey, program: Program, rulebase: RuleBase
) -> tuple[dict[str, ValueSet], tuple[Contradiction, ...]]:
    """Return what is known of every name that a program reads from outside, and of all answers.

    Only what is answered, and what goes by the clock, is worked out anew.
    """
    measures = rulebase.measures
    names = [n for n in program.inputs if n in measures]
    unanswered = program.memory.of(
        "unanswered", None,
        lambda: value_sets(facts.model_copy(update={"answers": {}}), rulebase, names)[0],
    )  # fmt: skip
    clocks = [n for n in unanswered if measures[n].elapsed_since]
    sets, contradictions = value_sets(facts, rulebase, [*clocks, *facts.answers])
    sets = {**unanswered, **sets}
    sets[INCIDENT_TYPE] = TypeSet(key.components)
    sets[STAGE] = Choices(frozenset({facts.stage}))
    return sets, contradictions
