"""From a world to an incident in the form that ``canmou assess`` reads, and trying it there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from canmou.engine.answers import AnswerError, moment_of
from canmou.engine.assessing import assess
from canmou.engine.assessment import Assessment
from canmou.engine.facts import Facts
from canmou.engine.grading_alone import GradeAlone, grade
from canmou.engine.inference.run import FactsError, run
from canmou.engine.proving.moments import Moment, place_of
from canmou.engine.proving.solving import Found
from canmou.engine.rulebase.conditions import RANKS
from canmou.engine.rulebase.rulebase import UNDETERMINED, RuleBase
from canmou.engine.valuesets import Certainty


def incident(found: Found, moment: Moment, rulebase: RuleBase) -> dict[str, Any]:
    """Return the incident of a world, in the input form of ``canmou assess``."""
    answers = {}
    for name, value in found.answers.items():
        measure = rulebase.measures[name]
        if measure.sum_of and all(part in found.answers for part in measure.sum_of):
            continue
        answers[name] = moment_of(value).isoformat() if measure.type == "time" else value
    return _filled(list(found.types) or [UNDETERMINED], moment, answers)


def nothing_known(moment: Moment) -> dict[str, Any]:
    """Return an incident of which nothing is known, so that everything is still possible."""
    return _filled([UNDETERMINED], moment, {})


def _filled(types: list[str], moment: Moment, answers: dict[str, Any]) -> dict[str, Any]:
    filled: dict[str, Any] = {"incident_types": types}
    if "status" in answers:
        filled["status"] = answers.pop("status")
    filled["stage"] = moment.stage
    filled["on"] = moment.on.isoformat()
    filled["at"] = f"{moment.at.isoformat()}T00:00:00"
    if moment.area is not None:
        filled["place"] = place_of(moment.area)
    if moment.office is not None:
        filled["office"] = moment.office
    filled["answers"] = answers
    return filled


def assessed(filled: dict[str, Any], rulebase: RuleBase) -> Assessment | None:
    """Return the assessment of a witness, None if its answers cannot be used."""
    try:
        return assess(Facts.model_validate(filled), rulebase)
    except (AnswerError, FactsError):
        return None


def graded(filled: dict[str, Any], standard: str, rulebase: RuleBase) -> GradeAlone:
    """Return the grade of a witness by one standard alone."""
    facts = Facts.model_validate(filled)
    answers = dict(facts.answers)
    if facts.status is not None:
        answers["status"] = facts.status
    return grade(standard, answers, rulebase, facts.on, facts.stage)


def rank_by(filled: dict[str, Any], standard: str, alone: bool, rulebase: RuleBase) -> int | None:
    """Return the rank that a standard gives a witness: 0 below the lowest; None if not exact."""
    if alone:
        one = graded(filled, standard, rulebase)
        return _rank(one.state, one.at_least, one.at_most)
    result = assessed(filled, rulebase)
    lines = (*result.grades, *result.signals) if result is not None else ()
    line = next((g for g in lines if g.standard == standard), None)
    if line is None or line.applies != "certain":
        return None
    return _rank(line.state, line.at_least, line.at_most)


def _rank(state: str, at_least: str | None, at_most: str | None) -> int | None:
    if state == "below_lowest":
        return 0
    if state != "graded" or at_least != at_most or at_least is None:
        return None
    return RANKS[at_least]


def status_of(result: Assessment | None, rule: str) -> str | None:
    """Return whether a rule is certain, open or defeated in an assessment; None if it is not there.

    A level is named as ``STANDARD``; for it the status is that of the standard's lines.
    """
    if result is None:
        return None
    return next((f.status for f in result.firings if f.rule == rule and f.kind == "rule"), None)


def states(filled: dict[str, Any], rulebase: RuleBase) -> dict[str, Certainty]:
    """Return the state of every step in an incident: the run alone, without words."""
    try:
        return run(Facts.model_validate(filled), rulebase).trace.states
    except (AnswerError, FactsError):
        return {}


def needed(filled: dict[str, Any], holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Return a witness without the answers that it shows as well without."""
    kept = dict(filled["answers"])

    def drop(names: list[str]) -> None:
        nonlocal kept
        if not names:
            return
        fewer = {n: v for n, v in kept.items() if n not in names}
        if holds({**filled, "answers": fewer}):
            kept = fewer
        elif len(names) > 1:
            drop(names[: len(names) // 2])
            drop(names[len(names) // 2 :])

    if holds(filled):
        drop(list(kept))
    return {**filled, "answers": kept}


def all_certain(steps: Iterable[str], rulebase: RuleBase) -> Callable[[dict[str, Any]], bool]:
    """Return the test that steps are all certain in an incident."""
    wanted = tuple(steps)

    def test(filled: dict[str, Any]) -> bool:
        found = states(filled, rulebase)
        return all(found.get(step) is Certainty.CERTAIN for step in wanted)

    return test
