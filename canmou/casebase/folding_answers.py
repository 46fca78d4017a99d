"""What answers, corrections, settlements and withdrawals do to the statements of a measure."""

from __future__ import annotations

from typing import Literal

from canmou.casebase.fact_events import Answered, Corrected, Settled, Withdrawn
from canmou.casebase.log import Event
from canmou.casebase.state import Correction, IncidentState, MeasureAnswers, StatementOf

Ended = Literal["updated", "corrected", "withdrawn", "settled"]


def answered(payload: Answered, state: IncidentState, event: Event) -> IncidentState:
    """Add a statement. A source that spoke before replaces only its own last statement."""
    before = _before(state, payload.measure)
    same = {
        one.number
        for one in before.standing
        if payload.source is not None and one.source == payload.source
    }
    return _replace(state, before, same, "updated", _statement(payload, event), event)


def corrected(payload: Corrected, state: IncidentState, event: Event) -> IncidentState:
    """Replace one statement by another."""
    before = _before(state, payload.measure)
    after = _replace(
        state, before, {payload.statement}, "corrected", _statement(payload, event), event
    )
    old = tuple(one.value for one in before.statements if one.number == payload.statement)
    return _corrected(after, payload.measure, old, payload.value, payload.reason, event)


def settled(payload: Settled, state: IncidentState, event: Event) -> IncidentState:
    """Let one value hold, verified; the others become history."""
    before = _before(state, payload.measure)
    chosen = next((one for one in before.statements if one.number == payload.statement), None)
    value = payload.value if chosen is None else chosen.value
    statement = StatementOf(
        number=event.number, value=value, source=None if chosen is None else chosen.source,
        time=event.time if chosen is None else chosen.time, state="verified", author=event.author,
        is_personal=payload.is_personal or (chosen is not None and chosen.is_personal),
    )  # fmt: skip
    all_of_them = {one.number for one in before.standing}
    after = _replace(state, before, all_of_them, "settled", statement, event)
    old = tuple(one.value for one in before.standing)
    return _corrected(after, payload.measure, old, value, payload.reason, event)


def withdrawn(payload: Withdrawn, state: IncidentState, event: Event) -> IncidentState:
    """Take one statement back."""
    before = _before(state, payload.measure)
    after = _replace(state, before, {payload.statement}, "withdrawn", None, event)
    old = tuple(one.value for one in before.statements if one.number == payload.statement)
    return _corrected(after, payload.measure, old, None, payload.reason, event)


def _before(state: IncidentState, measure: str) -> MeasureAnswers:
    return state.answers.get(measure, MeasureAnswers(measure=measure))


def _statement(payload: Answered, event: Event) -> StatementOf:
    return StatementOf(
        number=event.number, value=payload.value, source=payload.source,
        time=payload.time or event.time, state=payload.state, author=event.author,
        is_personal=payload.is_personal,
    )  # fmt: skip


def _replace(
    state: IncidentState,
    before: MeasureAnswers,
    ending: set[int],
    why: Ended,
    new: StatementOf | None,
    event: Event,
) -> IncidentState:
    kept = tuple(
        one.model_copy(update={"ended": why, "ended_by": event.number})
        if one.number in ending and one.ended is None
        else one
        for one in before.statements
    )
    after = before.model_copy(update={"statements": kept if new is None else (*kept, new)})
    return state.model_copy(update={"answers": {**state.answers, before.measure: after}})


def _corrected(
    state: IncidentState,
    measure: str,
    before: tuple[object, ...],
    after: object,
    reason: str | None,
    event: Event,
) -> IncidentState:
    correction = Correction(
        number=event.number, measure=measure, before=before, after=after, reason=reason,
        by=event.author, at=event.time,
    )  # fmt: skip
    return state.model_copy(update={"corrections": (*state.corrections, correction)})
