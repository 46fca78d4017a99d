"""What is open: the measures that could still change the result, and figures that grow."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Literal, cast

from canmou.engine.answers import whole_range
from canmou.engine.assembling.evidence import asked
from canmou.engine.assessment import GrowthClock, OpenQuestion
from canmou.engine.inference.grading import close
from canmou.engine.inference.program import Closing, Step
from canmou.engine.inference.run import Run
from canmou.engine.rulebase.conditions import (
    Compare,
    atoms,
)
from canmou.engine.rulebase.records import Duty, LeadConclusion
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.rulebase.vocabulary import Measure
from canmou.engine.valuesets import (
    NO,
    YES,
    Certainty,
    Choices,
    Interval,
    ValueSet,
    interval,
)

Change = Literal["safety", "clock", "lead", "grade", "duty"]
CHANGES: tuple[Change, ...] = ("safety", "clock", "lead", "grade", "duty")
SAFETY_KINDS = frozenset({"keep_out", "move", "rescue", "care", "call"})
CLOCK_KINDS = frozenset({"report", "hand_over"})


def open_questions(done: Run, rulebase: RuleBase) -> tuple[OpenQuestion, ...]:
    """Return the measures that could still change the result, with the rules that wait for them."""
    waiting: dict[tuple[str, ...], tuple[set[str], set[Change]]] = {}
    for step, state in done.trace.firings:
        if state is not Certainty.OPEN:
            continue
        change = _change(step, done, rulebase)
        if change is None:
            continue
        names = asked(step, done, rulebase)
        rules, changes = waiting.setdefault(names, (set(), set()))
        rules.add(step.owner)
        changes.add(change)
    why: dict[str, tuple[set[str], set[Change]]] = {}
    for names, (rules, changes) in waiting.items():
        for name in names:
            all_rules, all_changes = why.setdefault(name, (set(), set()))
            all_rules |= rules
            all_changes |= changes
    return tuple(_question(name, *why[name], done, rulebase) for name in sorted(why))


def _question(
    name: str, why: set[str], changes: set[Change], done: Run, rulebase: RuleBase
) -> OpenQuestion:
    return done.program.memory.of(
        ("question", name),
        (why, changes),
        lambda: OpenQuestion(
            measure=name,
            label=rulebase.measures[name].label,
            why=tuple(sorted(why)),
            could_change=tuple(c for c in CHANGES if c in changes),
        ),
    )


def _change(step: Step, done: Run, rulebase: RuleBase) -> Change | None:
    return done.program.memory.of(("change", step.id), None, lambda: _changes(step, done, rulebase))


def _changes(step: Step, done: Run, rulebase: RuleBase) -> Change | None:
    """Return what a step that fires could change; None for what changes nothing by itself."""
    if step.kind in {"level", "applies"}:
        standard = done.program.standards[step.owner]
        return "grade" if standard.use in {"grade", "initial"} else None
    if step.kind == "choose":
        return "duty"
    best: Change | None = None
    for conclusion in done.program.rules[step.owner].then:
        change: Change | None = None
        if isinstance(conclusion, LeadConclusion):
            change = "lead"
        elif isinstance(conclusion, Duty):
            kind = rulebase.actions[conclusion.action].kind
            change = (
                "safety" if kind in SAFETY_KINDS else "clock" if kind in CLOCK_KINDS else "duty"
            )
        if change is not None and (best is None or CHANGES.index(change) < CHANGES.index(best)):
            best = change
    return best


def _mildest(measure: Measure, known: ValueSet) -> ValueSet:
    """Return the mildest value of a measure that is not known."""
    if measure.worse == "none":
        return known
    higher = measure.worse == "higher"
    if isinstance(known, Interval):
        end = known.low if higher else known.high
        return interval(end, end, whole=known.whole) if math.isfinite(end) else known
    if measure.type == "yes_no":
        return NO if higher else YES
    order = list(measure.choices)
    left = [c for c in order if c in cast(Choices, known).values]
    return Choices(frozenset({left[0] if higher else left[-1]}))


def mildest(measure: Measure) -> ValueSet:
    """Return the mildest value a measure may have; its whole range when none is milder."""
    return _mildest(measure, whole_range(measure))


def worst_for_people(done: Run, rulebase: RuleBase) -> dict[str, ValueSet] | None:
    """Return the environment in which only people may still make things worse.

    None when nobody is known to be trapped, missing or threatened. Figures about people keep what
    is possible, bounded by the persons at risk once these are known; what is not known of money and
    things takes its mildest value. Grades are closed again on that.
    """
    env = done.trace.env
    if not _people_in_danger(env):
        return None
    bound = env.get("persons_at_risk")
    made: dict[str, ValueSet] = {}
    for name, known in env.items():
        measure = rulebase.measures.get(name)
        if measure is None or measure.derived:
            made[name] = known
        elif measure.about == "people":
            if isinstance(known, Interval) and isinstance(bound, Interval):
                known = known.meet(interval(0, max(bound.high, known.low)))
            made[name] = known
        else:
            answered = name in done.facts.answers
            made[name] = known if answered else _mildest(measure, known)
    for name, measure in rulebase.measures.items():
        if name in made and measure.sum_of:
            parts = [cast(Interval, made[p]) for p in measure.sum_of]
            total = interval(sum(p.low for p in parts), sum(p.high for p in parts))
            made[name] = cast(Interval, env[name]).meet(total)
    _close_grades_again(done, made)
    return made


def _people_in_danger(env: dict[str, ValueSet]) -> bool:
    for name in ("trapped", "missing", "persons_at_risk", "persons_life_endangered"):
        known = env.get(name)
        if isinstance(known, Interval) and known.low >= 1:
            return True
    return env.get("people_in_danger") == YES or env.get("people_threatened") == YES


def _close_grades_again(done: Run, made: dict[str, ValueSet]) -> None:
    from canmou.engine.inference.forward_chaining import Trace

    trace = Trace(env=made, states=dict(done.trace.states))
    for item in done.program.order:
        if isinstance(item, Step) and item.kind in {"level", "applies"}:
            state = item.condition.evaluate(made)
            trace.states[item.id] = item.unless_excepted(state, trace.states)
        elif isinstance(item, Closing) and item.kind in {"standard", "overall", "reporting"}:
            made[item.name] = close(done.program, item, trace)


def growth(done: Run, rulebase: RuleBase) -> tuple[GrowthClock, ...]:
    """Return, for figures that grow by themselves, the next moment that changes a result."""
    found: dict[str, float] = {}
    for name, value in done.program.memory.of("grown", None, lambda: _grown(done, rulebase)):
        known = done.trace.env.get(name)
        if isinstance(known, Interval) and math.isfinite(known.high) and value > known.high:
            found[name] = min(found.get(name, math.inf), value)
    clocks = []
    for name, threshold in sorted(found.items()):
        known = cast(Interval, done.trace.env[name])
        clocks.append(
            GrowthClock(
                measure=name,
                label=rulebase.measures[name].label,
                threshold=threshold,
                at=done.facts.moment + timedelta(hours=threshold - float(known.high)),
            )
        )
    return tuple(clocks)


def _grown(done: Run, rulebase: RuleBase) -> tuple[tuple[str, float], ...]:
    """Return the figures that grow by themselves with the thresholds that the program reads."""
    return tuple(
        (atom.name, float(atom.value))
        for step in done.program.steps.values()
        for atom in atoms(step.condition)
        if isinstance(atom, Compare)
        and atom.name in rulebase.measures
        and rulebase.measures[atom.name].elapsed_since
    )
