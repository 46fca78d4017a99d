"""One rule alone: whether its condition holds for the cases that a scenario gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from canmou.engine.answers import value_sets
from canmou.engine.facts import Facts
from canmou.engine.rulebase.conditions import (
    GRADE,
    INCIDENT_TYPE,
    NOT_GRADED,
    RANKS,
    REPORTING_GRADE,
    STAGE,
    Condition,
    names_read,
)
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.rulebase.scenario_records import Scenario
from canmou.engine.valuesets import Certainty, Choices, Interval, TypeSet, ValueSet, yes_no

DAY = date(2026, 11, 1)


def key_of(rulebase: RuleBase, name: str) -> str:
    """Return under which key the condition of a rule, standard or group is kept."""
    if name in rulebase.rules:
        return f"rule:{name}"
    return f"applies:{name}" if name in rulebase.standards else f"choose:{name}"


def alone(condition: Condition, given: Mapping[str, object], rulebase: RuleBase) -> Certainty:
    """Return the state of a condition for one case; what is not given is at its mildest.

    ``given`` may also give ``incident_type``, ``stage``, grades and derived names. Raises
    AnswerError.
    """
    return condition.evaluate(case_env(names_read(condition), given, rulebase))


def case_env(
    names: frozenset[str], given: Mapping[str, object], rulebase: RuleBase
) -> dict[str, ValueSet]:
    """Return the value set of each name in one case."""
    from canmou.engine.rulebase.scenarios import mildest_answer

    env: dict[str, ValueSet] = {}
    answers: dict[str, object] = {}
    for written, value in given.items():
        name = rulebase.measure_id(written) or written
        measure = rulebase.measures.get(name)
        if name == INCIDENT_TYPE:
            types = value if isinstance(value, list | tuple) else [value]
            env[name] = TypeSet(
                tuple(rulebase.leaves(rulebase.type_id(str(t)) or str(t)) for t in types)
            )
        elif name == STAGE:
            env[name] = Choices(frozenset({str(value)}))
        elif name in (GRADE, REPORTING_GRADE) or name.startswith(f"{GRADE}("):
            rank = RANKS.get(str(value), NOT_GRADED)
            env[name] = Interval(rank, rank, whole=True)
        elif measure is not None and measure.derived:
            env[name] = yes_no(Certainty.CERTAIN if value else Certainty.IMPOSSIBLE)
        else:
            answers[name] = value
    missing = []
    for name in sorted(names - set(env)):
        measure = rulebase.measures.get(name)
        if name == INCIDENT_TYPE:
            env[name] = TypeSet((rulebase.all_leaves,))
        elif name == STAGE:
            env[name] = Choices(frozenset({"initial"}))
        elif measure is None:
            env[name] = Interval(NOT_GRADED, NOT_GRADED, whole=True)
        elif measure.derived:
            env[name] = yes_no(Certainty.IMPOSSIBLE)
        else:
            missing.append(name)
            for part in measure.sum_of or (name,):
                value = mildest_answer(part, rulebase) if part not in answers else None
                if value is not None and name not in answers:
                    answers[part] = value
    facts = Facts(on=DAY, answers=answers)
    sets, _ = value_sets(facts, rulebase, missing)
    return {**env, **{n: sets[n] for n in missing}}


def unlike_alone(scenario: Scenario, rulebase: RuleBase) -> Iterator[tuple[str, str]]:
    """Yield the cases of a scenario in which the rule's condition comes out otherwise."""
    condition = rulebase.conditions[key_of(rulebase, str(scenario.rule))]
    for cases, wanted in ((scenario.holds, Certainty.CERTAIN),
                          (scenario.holds_not, Certainty.IMPOSSIBLE)):  # fmt: skip
        for given in cases:
            found = alone(condition, given, rulebase)
            if found is not wanted:
                shown = ", ".join(f"{k}={v}" for k, v in given.items())
                words = "成立" if wanted else "不成立"
                yield f"{scenario.rule}（{shown}）{words}", _WORDS[found]


_WORDS = {Certainty.CERTAIN: "成立", Certainty.OPEN: "不能确定", Certainty.IMPOSSIBLE: "不成立"}
