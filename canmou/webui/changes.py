"""What one step changed in the result: the incident before it against the incident after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext

from canmou import casebase
from canmou.casebase import Event, IncidentState
from canmou.engine.assessment import Assessment, LeadPart
from canmou.engine.explanation.what_if import difference
from canmou.engine.records import Text
from canmou.webui.accounts import names_of_people
from canmou.webui.event_words import event_words
from canmou.webui.incident_pages import grade_view
from canmou.webui.pages.incident import TickView
from canmou.webui.pages.result import ChangeStrip, ClockChangeView, RemovedDuty
from canmou.webui.ripple import ripple_of, take_back
from canmou.webui.services import rulebase, services, store
from canmou.webui.template_words import limit_words
from canmou.webui.timewords import now


def change_strip(state: IncidentState, number: int) -> ChangeStrip | None:
    """Return what the event ``number`` changed, or None where there is no such step."""
    history = casebase.events(store(), state.id)
    step = next((event for event in history if event.number == number), None)
    if step is None or number == history[0].number:
        return None
    states = (_state(history, number - 1), _state(history, number))
    before, after = (_assessed(one) for one in states)
    found = difference(before, after)
    people = names_of_people()
    ripple = ripple_of(step, state, before, after, people)
    return ChangeStrip(
        what=event_words(step),
        at=step.time,
        by=people.get(step.author, step.author),
        grade_before=grade_view(before).words,
        grade_after=grade_view(after).words,
        clocks=tuple(
            ClockChangeView(text=c.text, before=_limit(c.before), after=_limit(c.after))
            for c in found.clocks
        ),
        added=tuple(duty for duty in found.duties_added if duty.act_now),
        removed=tuple(
            RemovedDuty(duty=duty, tick=_tick(state, duty.key, people))
            for duty in found.duties_removed
            if duty.act_now or duty.key in state.ticks
        ),
        now_certain=found.duties_now_certain,
        lead_added=_leads(found.lead_added),
        lead_removed=_leads(found.lead_removed),
        ripple=ripple,
        messages=take_back(step, state, *states, ripple),
    )


def _state(history: Sequence[Event], last: int) -> IncidentState:
    return casebase.fold([event for event in history if event.number <= last])


def _assessed(state: IncidentState) -> Assessment:
    return services().assessed(state, rulebase(), now()).assessment


def _limit(within: dict[str, Any] | None) -> str:
    return limit_words(within) or gettext("没有时限")


def _tick(state: IncidentState, key: str, people: dict[str, str]) -> TickView | None:
    tick = state.ticks.get(key)
    if tick is None:
        return None
    return TickView(by=people.get(tick.by, tick.by), at=tick.at, note=tick.note)


def _leads(parts: Sequence[LeadPart]) -> tuple[Text, ...]:
    return tuple(
        Text(
            zh=part.label.zh + ("（可能）" if part.status == "possible" else ""),
            en=part.label.en + (" (possible)" if part.status == "possible" else ""),
        )
        for part in parts
    )
