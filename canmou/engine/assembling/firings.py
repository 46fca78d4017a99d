"""The trail of evidence: what fired, on which values, and what was known."""

from __future__ import annotations

from canmou.engine.answers import statements_of
from canmou.engine.assembling.evidence import (
    STATES,
    Evidence,
    asked,
    evidence,
    level_of,
    origin,
    state_in,
)
from canmou.engine.assessment import Answered, Fact, Firing
from canmou.engine.inference.program import Closing, Step
from canmou.engine.inference.run import Run
from canmou.engine.records import Text
from canmou.engine.rulebase.records import Duty, FactConclusion, LeadConclusion, Rule, duty_key
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.valuesets import NO, YES, Certainty, ValueSet
from canmou.engine.wording import value_text

_STATUS = {
    Certainty.CERTAIN: "certain",
    Certainty.OPEN: "open",
    Certainty.IMPOSSIBLE: "defeated",
}


def firings(done: Run, rulebase: RuleBase) -> tuple[Firing, ...]:
    """Return what fired, in the order of inference; defeated rules stay, marked so."""
    return tuple(
        _firing(number, step, state, done, rulebase)
        for number, (step, state) in enumerate(done.trace.firings, start=1)
        if step.kind != "applies"
    )


def _firing(number: int, step: Step, state: Certainty, done: Run, rulebase: RuleBase) -> Firing:
    kept: Firing | None = done.made.firings.get(step.id)
    if kept is None:
        kept = _firing_anew(number, step, state, done, rulebase)
    elif kept.number != number:
        kept = kept.model_copy(update={"number": number})
    done.made.firings[step.id] = kept
    return kept


def _firing_anew(
    number: int, step: Step, state: Certainty, done: Run, rulebase: RuleBase
) -> Firing:
    rested = evidence(step, done, rulebase)
    waits = asked(step, done, rulebase) if state is Certainty.OPEN else ()
    defeated_by = tuple(
        done.program.steps[e].owner for e in step.exceptions if state_in(done, e) > 0
    )
    return done.program.memory.of(
        ("firing", step.id),
        (number, state, rested, waits, defeated_by),
        lambda: _made(number, step, state, rested, waits, defeated_by, done, rulebase),
    )


def _made(
    number: int,
    step: Step,
    state: Certainty,
    rested: Evidence,
    waits: tuple[str, ...],
    defeated_by: tuple[str, ...],
    done: Run,
    rulebase: RuleBase,
) -> Firing:
    where = origin(step, done.program, rulebase)
    return Firing(
        number=number,
        rule=step.owner,
        step=step.id,
        title=where.title,
        kind="level" if step.kind == "level" else "rule",
        status=_STATUS[state],
        conclusions=_conclusions(step, done),
        condition=rested.condition,
        inputs=where.inputs,
        waits_for=waits,
        defeated_by=defeated_by,
        file=where.file,
        line=where.line,
        verified=where.verified,
        cites=where.cites,
    )


def conclusion_keys(rule: Rule) -> tuple[str, ...]:
    """Return the keys of what a rule concludes: ``fact:…``, ``duty:…``, ``lead:…``, ``note:…``."""
    keys: list[str] = []
    for number, conclusion in enumerate(rule.then):
        if isinstance(conclusion, Duty):
            keys.extend(f"duty:{duty_key(conclusion, party)}" for party in conclusion.by)
        elif isinstance(conclusion, FactConclusion):
            keys.append(f"fact:{conclusion.conclude}")
        elif isinstance(conclusion, LeadConclusion):
            for part in ("authority", "department", "commander"):
                party = getattr(conclusion.lead, part)
                if party:
                    keys.append(f"lead:{part}:{party}")
        else:
            keys.append(f"note:{rule.id}:{number}")
    return tuple(keys)


def _conclusions(step: Step, done: Run) -> tuple[str, ...]:
    if step.kind == "rule":
        return conclusion_keys(done.program.rules[step.owner])
    if step.kind == "choose":
        return (f"group:{step.owner}",)
    return (f"grade:{step.owner}:{level_of(step)}",)


def derived_facts(done: Run, rulebase: RuleBase) -> tuple[Fact, ...]:
    """Return the derived names with what is known of them, in the order of inference."""
    env = done.trace.env
    return tuple(
        _fact(item.name, env[item.name], done, rulebase)
        for item in done.program.order
        if isinstance(item, Closing) and item.kind == "fact"
    )


def _fact(name: str, known: ValueSet, done: Run, rulebase: RuleBase) -> Fact:
    label = rulebase.measures[name].label
    state = Certainty.IMPOSSIBLE
    if known != NO:
        state = Certainty.CERTAIN if known == YES else Certainty.OPEN
    return done.program.memory.of(
        ("fact", name), state, lambda: Fact(name=name, label=label, state=STATES[state])
    )


def _labelled(name: str, done: Run, rulebase: RuleBase) -> Text:
    label = rulebase.measures[name].label
    value = value_text(name, done.trace.env[name], rulebase)
    return Text(zh=f"{label.zh}：{value.zh}", en=f"{label.en}: {value.en}")


def answered(done: Run, rulebase: RuleBase) -> tuple[Answered, ...]:
    """Return every measure that was answered or narrowed, with the statements about it."""
    found = []
    measures, env = rulebase.measures, done.trace.env
    sums = done.program.memory.of(
        "sums", None, lambda: [n for n, measure in measures.items() if measure.sum_of]
    )
    for name in sorted({*sums, *done.facts.answers} & env.keys()):
        measure, known = measures[name], env[name]
        raw = done.facts.answers.get(name)
        found.append(
            Answered(
                measure=name,
                label=measure.label,
                value=value_text(name, known, rulebase),
                statements=tuple(s.model_dump(mode="json") for s in statements_of(raw))
                if name in done.facts.answers
                else (),
                derived_from=measure.sum_of,
                parts=tuple(_labelled(p, done, rulebase) for p in measure.sum_of),
            )
        )
    return tuple(found)
