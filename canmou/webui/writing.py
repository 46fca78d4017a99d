"""Writing into an incident: one step, with the assessment that follows from it in the log."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from canmou import casebase
from canmou.casebase import Assessed as AssessmentSummary
from canmou.casebase import IncidentState
from canmou.engine import AnswerError, FactsError
from canmou.engine.assessment import Assessment
from canmou.webui.accounts import me
from canmou.webui.services import assessed, store
from canmou.webui.timewords import now


def write_facts(step: Callable[[], IncidentState]) -> IncidentState:
    """Do a step that changes what is known, and log what the assessment now gives.

    Both are written together or not at all. Raises what the step raises.
    """
    with store().writing():
        state = step()
        try:
            made = assessed(state).assessment
        except (AnswerError, FactsError):  # the page says so; the answer itself must be kept
            return state
        summary = summary_of(made)
        last = state.assessments[-1].summary if state.assessments else None
        if last is not None and last.digest == summary.digest:
            return state
        return casebase.record_assessment(store(), state.id, summary, author=me().name, at=now())


def summary_of(made: Assessment) -> AssessmentSummary:
    """Return an assessment in short; the digest tells whether two say the same."""
    duties = tuple(d.key for d in made.duties if d.act_now)
    told = "|".join(
        (
            made.release,
            made.overall.state,
            made.overall.at_least or "",
            made.overall.at_most or "",
            *duties,
        )
    )
    return AssessmentSummary(
        release=made.release,
        state=made.overall.state,
        at_least=made.overall.at_least,
        at_most=made.overall.at_most,
        duties=duties,
        digest=hashlib.sha256(told.encode()).hexdigest(),
    )
