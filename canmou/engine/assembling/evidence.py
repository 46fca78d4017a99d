"""What a step rests on: where it stands, its condition with the values in it, what it waits for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, cast

from canmou.engine.answers import whole_range
from canmou.engine.assembling.citations import citations
from canmou.engine.assessment import Citation, Condition
from canmou.engine.inference.program import Program, Step
from canmou.engine.inference.run import Run
from canmou.engine.records import Level, Text
from canmou.engine.rulebase import conditions as language
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.rulebase.vocabulary import Cite, Verified
from canmou.engine.valuesets import Certainty, ValueSet
from canmou.engine.wording import LEVEL_NAMES, condition_text, value_text

STATES: tuple[Literal["impossible", "open", "certain"], ...] = ("impossible", "open", "certain")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the rule, level or group that a step stands for is written."""

    title: Text
    cites: tuple[Citation, ...]
    verified: Verified
    file: str
    line: int
    inputs: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """A condition tried on values: as data, and the names whose values would decide it."""

    condition: Condition
    waits: frozenset[str]


def origin(step: Step, program: Program, rulebase: RuleBase) -> Origin:
    """Return where a step comes from."""
    return program.memory.of(("origin", step.id), None, lambda: _origin(step, program, rulebase))


def _origin(step: Step, program: Program, rulebase: RuleBase) -> Origin:
    cites: tuple[Cite, ...]
    verified: Verified
    if step.kind == "rule":
        rule = program.rules[step.owner]
        title, cites, verified, file, line = (
            rule.title, rule.cites, rule.verified, rule.file, rule.line,
        )  # fmt: skip
    elif step.kind == "choose":
        choose = program.chooses[step.owner]
        title, cites, verified = choose.choose.title, choose.choose.cites, "text"
        file, line = choose.file, choose.line
    else:
        standard, table = program.standards[step.owner], program.thresholds[step.owner]
        level: Level = level_of(step)
        name = LEVEL_NAMES[level]
        title = Text(zh=f"{standard.title.zh}：{name.zh}", en=f"{standard.title.en}: {name.en}")
        verified = table.level_verified.get(level, table.verified)
        cites, file, line = standard.cites, standard.file, standard.line
    return Origin(
        title=title,
        cites=citations(cites, rulebase, verified),
        verified=verified,
        file=file,
        line=line,
        inputs=tuple(sorted(language.names_read(step.condition))),
    )


def level_of(step: Step) -> Level:
    """Return the level that a step of kind ``level`` stands for."""
    return cast(Level, step.id.rsplit(":", 1)[-1])


def evidence(step: Step, done: Run, rulebase: RuleBase) -> Evidence:
    """Return what a step rested on in a run."""
    found: Evidence | None = done.made.evidence.get(step.id)
    if found is None:
        env = done.trace.env
        found = done.made.evidence[step.id] = done.program.memory.of(
            step.id, [env[n] for n in step.reads], lambda: _evidence(step, env, rulebase)
        )
    return found


def _evidence(step: Step, env: language.Env, rulebase: RuleBase) -> Evidence:
    waits = set(language.waits_for(step.condition, env))
    waits.update(n for n in step.reads if n.startswith("outcome(") and not env[n].is_exact)
    return Evidence(condition=_tree(step.condition, env, rulebase), waits=frozenset(waits))


def _tree(condition: language.Condition, env: language.Env, rulebase: RuleBase) -> Condition:
    """Return a condition as data, each part with its state and the value it was tried on."""
    state = STATES[condition.evaluate(env)]
    text = condition_text(condition, rulebase)
    if isinstance(condition, language.Both | language.Either):
        return Condition(
            text=text,
            state=state,
            parts=tuple(_tree(p, env, rulebase) for p in condition.parts),
            kind="all" if isinstance(condition, language.Both) else "any",
        )
    if isinstance(condition, language.Negation | language.Could):
        return Condition(
            text=text,
            state=state,
            parts=(_tree(condition.part, env, rulebase),),
            kind="not" if isinstance(condition, language.Negation) else "could",
        )
    if isinstance(condition, language.Always):
        return Condition(text=text, state=state)
    value = value_text(condition.name, env[condition.name], rulebase)
    return Condition(text=text, state=state, name=condition.name, value=value)


def asked(step: Step, done: Run, rulebase: RuleBase) -> tuple[str, ...]:
    """Return the measures that can be asked and would decide an open step."""
    found = done.made.waits.get(step.id)
    if found is None:
        waits = evidence(step, done, rulebase).waits
        found = done.made.asked.get(waits)
        if found is None:
            found = done.made.asked[waits] = tuple(sorted(asked_names(waits, done, rulebase)))
        done.made.waits[step.id] = found
    return found


def asked_names(names: Iterable[str], done: Run, rulebase: RuleBase) -> frozenset[str]:
    """Return the measures that can be asked and on which the open names rest."""
    return frozenset().union(*(_rests_on(name, done, rulebase) for name in names))


def _rests_on(name: str, done: Run, rulebase: RuleBase) -> frozenset[str]:
    known = done.made.rests_on.get(name)
    if known is not None:
        return known
    measure = rulebase.measures.get(name)
    if measure is None or measure.derived:
        known = asked_names(_behind(name, done, rulebase), done, rulebase)
    elif measure.sum_of:
        known = asked_names(measure.sum_of, done, rulebase)
    elif measure.elapsed_since:
        known = asked_names((measure.elapsed_since,), done, rulebase)
    else:
        value: ValueSet = done.trace.env.get(name) or whole_range(measure)
        known = frozenset() if value.is_exact else frozenset((name,))
    done.made.rests_on[name] = known
    return known


def _behind(name: str, done: Run, rulebase: RuleBase) -> set[str]:
    """Return the open names that an open derived name, grade or outcome rests on."""
    closing = done.program.closings.get(name)
    if closing is None:
        return set()
    found = set(closing.reads)
    for step_id in closing.steps:
        found |= evidence(done.program.steps[step_id], done, rulebase).waits
    return found


def state_in(done: Run, step_id: str) -> Certainty:
    """Return the state of a step in a run; one that did not fire was impossible."""
    return done.trace.states.get(step_id, Certainty.IMPOSSIBLE)
