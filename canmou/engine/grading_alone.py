"""One standard alone, whatever the incident type (``canmou grade``)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from canmou.engine import assembling as parts
from canmou.engine.assessment import Citation, GradeState
from canmou.engine.facts import Facts
from canmou.engine.inference.run import FactsError, run
from canmou.engine.records import Level, Record, Text
from canmou.engine.rulebase.errors import unknown_name
from canmou.engine.rulebase.rulebase import RuleBase


class GradeAlone(Record):
    """The level that one standard gives, as a range."""

    standard: str
    state: GradeState
    at_least: Level | None
    at_most: Level | None
    cites: tuple[Citation, ...]
    provisional: bool
    because: Text


def grade(
    standard: str,
    answers: Mapping[str, Any],
    rulebase: RuleBase,
    on: date,
    stage: Literal["initial", "final"] = "final",
    incident_types: tuple[str, ...] = (),
) -> GradeAlone:
    """Return the level by one standard on a day, of an incident of these types where they matter.

    A standard that is not in force on ``on`` gives no grade and says why. Raises FactsError for an
    unknown standard and AnswerError for an answer that cannot be used.
    """
    identifier = rulebase.standard_id(standard)
    if identifier is None:
        raise FactsError(
            unknown_name(
                Text(zh="标准", en="standard"),
                standard,
                list(rulebase.standards),
                "canmou standards",
            )
        )
    record = rulebase.standards[identifier]
    facts = facts_alone(identifier, answers, rulebase, on, stage, incident_types)
    done = run(facts, rulebase, only=standards_read(identifier, rulebase))
    found = next((g for g in parts.grades(done, rulebase) if g.standard == identifier), None)
    if found is None:
        return GradeAlone(
            standard=identifier,
            state="not_graded",
            at_least=None,
            at_most=None,
            cites=parts.citations(record.cites, rulebase, record.verified),
            provisional=False,
            because=parts.not_in_force(record, rulebase, on),
        )
    return GradeAlone(
        standard=identifier,
        state=found.state,
        at_least=found.at_least,
        at_most=found.at_most,
        cites=found.cites,
        provisional=found.provisional,
        because=found.because,
    )


def facts_alone(
    identifier: str,
    answers: Mapping[str, Any],
    rulebase: RuleBase,
    on: date,
    stage: Literal["initial", "final"],
    incident_types: tuple[str, ...] = (),
) -> Facts:
    """Return the facts on which a standard is looked at alone, in the area for which it holds."""
    area = rulebase.standards[identifier].area
    place = {"province": area} if area else {}
    return Facts(
        incident_types=incident_types, on=on, stage=stage, answers=dict(answers), place=place
    )


def standards_read(identifier: str, rulebase: RuleBase) -> tuple[str, ...]:
    """Return the standard and those whose levels its own levels read."""
    from canmou.engine.rulebase.conditions import GRADE, names_read

    found, todo = [], [identifier]
    while todo:
        here = todo.pop()
        if here in found or here not in rulebase.standards:
            continue
        found.append(here)
        for level in rulebase.standards[here].levels:
            for name in names_read(rulebase.conditions[f"level:{here}:{level}"]):
                if name.startswith(f"{GRADE}("):
                    todo.append(name[len(GRADE) + 1 : -1])
    return tuple(sorted(found))
