"""One run: facts to value sets, the slice's engine, the trace. Engines are pooled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from canmou.engine.answers import AnswerError, Contradiction, value_sets
from canmou.engine.facts import Facts
from canmou.engine.inference.forward_chaining import MatcherName, Trace
from canmou.engine.inference.pool import RunNotes, pool
from canmou.engine.inference.program import Program, SliceKey
from canmou.engine.inference.programs import program_for
from canmou.engine.records import Text
from canmou.engine.rulebase.conditions import INCIDENT_TYPE, STAGE
from canmou.engine.rulebase.errors import unknown_name
from canmou.engine.rulebase.rulebase import UNDETERMINED_NAMES, RuleBase
from canmou.engine.valuesets import Choices, TypeSet, ValueSet


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
    with pool.lent(begun.program, matcher) as worker:
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
