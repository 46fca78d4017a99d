"""The facts of a drill at one moment, as an assessment takes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from canmou.drill.records import Inject, Scenario
from canmou.engine.facts import Facts


def facts_of(scenario: Scenario, injects: Iterable[Inject], at: datetime) -> Facts:
    """Return what is known when these injects have come in; a later figure replaces a former one.

    ``at`` is the moment of the assessment; the office learned of it then unless told otherwise.
    """
    answers: dict[str, Any] = dict(scenario.answers)
    for inject in injects:
        answers.update(inject.answers)
    status = answers.pop("status", scenario.status)
    return Facts.model_validate(
        {
            "incident_types": scenario.incident_types,
            "status": status,
            "on": scenario.on or at.date(),
            "at": at,
            "learned_at": at,
            "answers": answers,
        }
    )
