"""One run: facts to value sets, the slice's engine, the trace. Engines are pooled."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from canmou.engine.answers import AnswerError, Contradiction, value_sets
from canmou.engine.facts import Facts
from canmou.engine.inference.forward_chaining import Engine, Trace
from canmou.engine.inference.grading import close
from canmou.engine.inference.program import Program, SliceKey, compile_slice
from canmou.engine.records import Text
from canmou.engine.rulebase.conditions import INCIDENT_TYPE, STAGE
from canmou.engine.rulebase.errors import unknown_name
from canmou.engine.rulebase.rulebase import UNDETERMINED_NAMES, RuleBase
from canmou.engine.valuesets import Choices, TypeSet, ValueSet

SLICES_WITH_ENGINES = 64
PROGRAMS_PER_RULEBASE = 256


@dataclass(slots=True)
class RunNotes:
    """What was worked out about one run already, so that each stage need not do it again."""

    evidence: dict[str, Any] = field(default_factory=dict)
    waits: dict[str, tuple[str, ...]] = field(default_factory=dict)
    asked: dict[frozenset[str], tuple[str, ...]] = field(default_factory=dict)
    rests_on: dict[str, frozenset[str]] = field(default_factory=dict)


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


_programs: WeakKeyDictionary[RuleBase, OrderedDict[tuple[object, ...], Program]] = (
    WeakKeyDictionary()
)
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
    cache_key = (key, tuple(only) if only is not None else None)
    with _programs_lock:
        programs = _programs.setdefault(rulebase, OrderedDict())
        if cache_key in programs:
            programs.move_to_end(cache_key)
            return programs[cache_key]
    program = compile_slice(rulebase, key, only)
    with _programs_lock:
        programs[cache_key] = program
        while len(programs) > PROGRAMS_PER_RULEBASE:
            programs.popitem(last=False)
    return program


class _Pool:
    """Engines that nobody uses at the moment.

    Building an engine takes 0.1 to 0.5 s, so it is kept; it is lent to one thread at a time,
    because an engine must never be shared between threads.
    """

    def __init__(self) -> None:
        self._idle: OrderedDict[tuple[int, str], list[Engine]] = OrderedDict()
        self._lock = threading.Lock()

    @contextmanager
    def lent(self, program: Program, matcher: str) -> Iterator[Engine]:
        """Lend an engine of a program; a new one is built when all are in use."""
        key = (id(program), matcher)
        with self._lock:
            waiting = [e for e in self._idle.get(key, ()) if e.program is program]
            engine = waiting.pop() if waiting else None
            self._idle[key] = waiting
            self._idle.move_to_end(key)
        if engine is None:
            engine = Engine(program, partial(close, program), matcher)
        try:
            yield engine
        finally:
            with self._lock:
                self._idle.setdefault(key, []).append(engine)
                self._idle.move_to_end(key)
                while len(self._idle) > SLICES_WITH_ENGINES:
                    self._idle.popitem(last=False)


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

    def done(self, trace: Trace) -> Run:
        """Return the run that went so."""
        full = Trace(env={**self.sets, **trace.env}, firings=trace.firings, states=trace.states)
        return Run(self.facts, self.key, self.program, full, self.contradictions)


def prepared(facts: Facts, rulebase: RuleBase, only: Iterable[str] | None = None) -> Prepared:
    """Return what a run of these facts begins with. Raises FactsError or AnswerError."""
    facts = checked_facts(facts, rulebase)
    key = slice_key(facts, rulebase)
    program = program_for(rulebase, key, only)
    names = [n for n in program.inputs if n in rulebase.measures]
    sets, contradictions = value_sets(facts, rulebase, [*names, *facts.answers])
    sets[INCIDENT_TYPE] = TypeSet(key.components)
    sets[STAGE] = Choices(frozenset({facts.stage}))
    return Prepared(facts, key, program, sets, contradictions)


def run(
    facts: Facts,
    rulebase: RuleBase,
    only: Iterable[str] | None = None,
    matcher: str = "index",
) -> Run:
    """Run the rules on the facts. Raises FactsError or AnswerError."""
    begun = prepared(facts, rulebase, only)
    with _pool.lent(begun.program, matcher) as engine:
        return begun.done(engine.run(begun.sets))
