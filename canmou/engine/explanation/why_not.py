"""Why not: the nearest rules and the exact conditions that failed or are open."""

from __future__ import annotations

from canmou.engine.assembling.citations import citations
from canmou.engine.assessment import Citation
from canmou.engine.facts import Facts
from canmou.engine.inference.program import Step
from canmou.engine.inference.run import Run, run
from canmou.engine.records import Record, Text
from canmou.engine.rulebase.conditions import (
    Both,
    Condition,
    Either,
    Env,
    Negation,
    names_read,
)
from canmou.engine.rulebase.records import Duty, FactConclusion, LeadConclusion, Rule, duty_key
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.valuesets import Certainty
from canmou.engine.wording import condition_text, value_text


class WhyNot(Record):
    """A rule or level that would bring the conclusion, and why it does not."""

    rule: str
    title: Text
    failed: tuple[Text, ...]
    open: tuple[Text, ...]
    defeated_by: tuple[str, ...]
    cites: tuple[Citation, ...]


def why_not(facts: Facts, rulebase: RuleBase, key: str) -> tuple[WhyNot, ...]:
    """Return the rules that conclude ``key`` but are not certain, the nearest first.

    ``key`` is ``grade:STANDARD:III``, ``duty:KEY`` (or ``duty:ACTION``), ``fact:NAME`` or
    ``lead:PART:PARTY``. Rules outside the slice (date, type, place) are not among them.
    """
    done = run(facts, rulebase)
    found = []
    for step in done.program.steps.values():
        state = done.trace.states.get(step.id, Certainty.IMPOSSIBLE)
        if step.kind == "applies" or state is Certainty.CERTAIN or not _concludes(step, done, key):
            continue
        found.append(_explained(step, done, rulebase))
    return tuple(sorted(found, key=lambda w: (len(w.failed), len(w.open), w.rule)))


def _concludes(step: Step, done: Run, key: str) -> bool:
    kind, _, rest = key.partition(":")
    if step.kind == "level":
        return kind == "grade" and step.id == f"level:{rest}"
    if step.kind != "rule":
        return False
    rule: Rule = done.program.rules[step.owner]
    for conclusion in rule.then:
        if kind == "duty" and isinstance(conclusion, Duty):
            keys = {duty_key(conclusion, party) for party in conclusion.by}
            if rest in keys or rest == conclusion.action:
                return True
        if (
            kind == "fact"
            and isinstance(conclusion, FactConclusion)
            and conclusion.conclude == rest
        ):
            return True
        if kind == "lead" and isinstance(conclusion, LeadConclusion):
            part, _, party = rest.partition(":")
            if getattr(conclusion.lead, part, None) == party:
                return True
    return False


def _explained(step: Step, done: Run, rulebase: RuleBase) -> WhyNot:
    env = done.trace.env
    failed = [_text(c, env, rulebase) for c in parts_in(step.condition, env, Certainty.IMPOSSIBLE)]
    still = [_text(c, env, rulebase) for c in parts_in(step.condition, env, Certainty.OPEN)]
    defeating = tuple(
        done.program.steps[e].owner
        for e in step.exceptions
        if done.trace.states.get(e, Certainty.IMPOSSIBLE) is not Certainty.IMPOSSIBLE
    )
    if step.kind == "rule":
        rule = done.program.rules[step.owner]
        title, cites, verified = rule.title, rule.cites, rule.verified
    else:
        standard = done.program.standards[step.owner]
        title, cites, verified = standard.title, standard.cites, standard.verified
    return WhyNot(
        rule=step.owner,
        title=title,
        failed=tuple(failed),
        open=tuple(still),
        defeated_by=defeating,
        cites=citations(cites, rulebase, verified),
    )


def parts_in(condition: Condition, env: Env, state: Certainty) -> list[Condition]:
    """Return the smallest parts of a condition that are in a state and keep it from holding."""
    if condition.evaluate(env) is Certainty.CERTAIN:
        return []
    if isinstance(condition, Both):
        return [c for part in condition.parts for c in parts_in(part, env, state)]
    if isinstance(condition, Either) and condition.evaluate(env) is not Certainty.IMPOSSIBLE:
        return [c for part in condition.parts for c in parts_in(part, env, state)
                if state is not Certainty.IMPOSSIBLE]  # fmt: skip
    if isinstance(condition, Either):
        return [c for part in condition.parts for c in parts_in(part, env, state)]
    return [condition] if condition.evaluate(env) is state else []


def _text(condition: Condition, env: Env, rulebase: RuleBase) -> Text:
    text = condition_text(condition, rulebase)
    inner = condition.part if isinstance(condition, Negation) else condition
    names = sorted(names_read(inner))
    if len(names) != 1:
        return text
    value = value_text(names[0], env[names[0]], rulebase)
    return Text(zh=f"{text.zh}（现在：{value.zh}）", en=f"{text.en} (now: {value.en})")
