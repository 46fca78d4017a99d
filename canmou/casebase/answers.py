"""Answers: statements about measures, their correction, settlement and withdrawal."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from canmou.casebase import fact_events as facts
from canmou.casebase.errors import NotPossible
from canmou.casebase.fact_events import StatementState
from canmou.casebase.state import IncidentState
from canmou.casebase.store import Store
from canmou.casebase.writing import write


def answer(
    store: Store,
    incident: str,
    measure: str,
    value: Any,
    *,
    author: str,
    at: datetime,
    source: str | None = None,
    time: datetime | None = None,
    state: StatementState = "unverified",
    personal: bool = False,
    expected: int | None = None,
) -> IncidentState:
    """Add a statement about a measure.

    What another source said stays beside it until somebody settles it; what the same source said
    before becomes history.
    """
    payload = facts.Answered(
        measure=measure, value=value, source=source, time=time, state=state, is_personal=personal
    )
    return write(store, incident, payload, author=author, at=at, expected=expected)


def _standing(state: IncidentState, measure: str, statement: int) -> None:
    given = state.answers.get(measure)
    if given is None or all(one.number != statement for one in given.standing):
        raise NotPossible(
            "这条回答已被更正或撤回，请看最新的情况。",
            "This answer was corrected or withdrawn already; look at the present state.",
        )


def correct(
    store: Store,
    incident: str,
    measure: str,
    statement: int,
    value: Any,
    reason: str,
    *,
    author: str,
    at: datetime,
    source: str | None = None,
    state: StatementState = "unverified",
    personal: bool = False,
    expected: int | None = None,
) -> IncidentState:
    """Replace one standing statement and say why. Raises NotPossible if it stands no more."""
    payload = facts.Corrected(
        measure=measure, statement=statement, value=value, reason=reason, source=source,
        state=state, is_personal=personal,
    )  # fmt: skip
    return write(
        store, incident, payload, author=author, at=at, expected=expected,
        check=lambda before: _standing(before, measure, statement),
    )  # fmt: skip


def settle(
    store: Store,
    incident: str,
    measure: str,
    *,
    author: str,
    at: datetime,
    statement: int | None = None,
    value: Any = None,
    reason: str | None = None,
    personal: bool = False,
    expected: int | None = None,
) -> IncidentState:
    """Let one standing statement, or a value, hold as verified; the others become history."""
    if (statement is None) == (value is None):
        raise NotPossible(
            "请选定一条说法，或者填写核实后的数值。",
            "Choose one statement, or enter the value that was verified.",
        )

    def check(before: IncidentState) -> None:
        if statement is not None:
            _standing(before, measure, statement)

    payload = facts.Settled(
        measure=measure, statement=statement, value=value, reason=reason, is_personal=personal
    )
    return write(store, incident, payload, author=author, at=at, expected=expected, check=check)


def withdraw(
    store: Store,
    incident: str,
    measure: str,
    statement: int,
    reason: str,
    *,
    author: str,
    at: datetime,
    expected: int | None = None,
) -> IncidentState:
    """Take one standing statement back and say why."""
    return write(
        store, incident,
        facts.Withdrawn(measure=measure, statement=statement, reason=reason),
        author=author, at=at, expected=expected,
        check=lambda before: _standing(before, measure, statement),
    )  # fmt: skip


def record_assessment(
    store: Store, incident: str, summary: facts.Assessed, *, author: str, at: datetime
) -> IncidentState:
    """Write down in short what an assessment gave."""
    return write(store, incident, summary, author=author, at=at, expected=None)
