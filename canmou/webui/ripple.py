"""What a correction pulls down: duties done that rested on it, and how to take them back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext

from canmou import casebase
from canmou.casebase import Event, IncidentState
from canmou.casebase.fact_events import Answered, FactsChange, Settled, Withdrawn
from canmou.engine.assessment import Assessment, DutyLine
from canmou.engine.explanation.ripple import rests_on
from canmou.webui.accounts import me, my_office
from canmou.webui.answers import standing_texts, statement_text
from canmou.webui.incident_pages import place_words, type_labels
from canmou.webui.languages import listed, told
from canmou.webui.pages.incident import TickView
from canmou.webui.pages.result import RippleTick, TakeBack
from canmou.webui.services import rulebase, services, store
from canmou.webui.timewords import moment_words

FACTS = {"incident_types": "incident_type", "stage": "stage", "status": "status",
         "occurred_at": "occurred_at"}  # fmt: skip
"""What facts about the incident as a whole are called in a proof."""
SAFETY_KINDS = {"keep_out", "move", "rescue", "care"}


def changed_names(step: Event) -> frozenset[str]:
    """Return what a step changed, as a proof names it; nothing for a step that changes no fact."""
    payload = step.payload
    if isinstance(payload, Answered | Settled | Withdrawn):
        return frozenset({rulebase().measure_id(payload.measure) or payload.measure})
    if isinstance(payload, FactsChange):
        return frozenset(FACTS[name] for name in payload.changed if name in FACTS)
    return frozenset()


def ripple_of(
    step: Event,
    state: IncidentState,
    before: Assessment,
    after: Assessment,
    people: Mapping[str, str],
) -> tuple[RippleTick, ...]:
    """Return the duties done before a step that rested on what it changed, the fallen ones first.

    A figure counts too where only a sum of it was read.
    """
    names = changed_names(step)
    wanted = {d.key for d in after.duties if d.act_now or d.status == "certain"}
    found = [
        RippleTick(
            duty=duty,
            tick=TickView(by=people.get(tick.by, tick.by), at=tick.at, note=tick.note),
            fallen=duty.key not in wanted,
        )
        for duty in before.duties
        if (tick := state.ticks.get(duty.key)) is not None
        and tick.at <= step.time
        and (names & rests_on(before, f"duty:{duty.key}"))
    ]
    return tuple(sorted(found, key=lambda one: not one.fallen))


def take_back(
    step: Event,
    state: IncidentState,
    before: IncidentState,
    after: IncidentState,
    ripple: tuple[RippleTick, ...],
) -> tuple[TakeBack, ...]:
    """Return one message for each of those who did what is no longer called for."""
    duties: dict[str, list[RippleTick]] = {}
    for one in ripple:
        if one.fallen:
            duties.setdefault(told(one.duty.by_label), []).append(one)
    return tuple(
        TakeBack(to=who, text=_message(step, state, before, after, found))
        for who, found in duties.items()
    )


def _message(
    step: Event,
    state: IncidentState,
    before: IncidentState,
    after: IncidentState,
    fallen: list[RippleTick],
) -> str:
    parts = [
        gettext(
            "【更正】%(where)s%(types)s（%(time)s 接报）：",
            where=place_words(state),
            types=listed(told(label) for label in type_labels(state)),
            time=moment_words(state.learned_at),
        ),
        _correction(step, before, after),
        gettext(
            "原来据此办理的：%(duties)s，不再要求。",
            duties=listed(_duty(one.duty, one.tick.at) for one in fallen),
        ),
    ]
    if any(one.duty.kind in SAFETY_KINDS for one in fallen):
        parts.append(gettext("涉及人员安全的，先由现场负责人确认没有危险再停、再撤。"))
    parts.append(gettext("收到请复述并回话。"))
    office = my_office() or (casebase.office(store(), state.office) if state.office else None)
    parts.append(
        gettext(
            "%(office)s %(who)s %(telephone)s",
            office=told(office.name) if office else "",
            who=me().display_name,
            telephone=(office.telephone or "") if office else "",
        ).strip()
    )
    drill = gettext("【演练】") if services().settings.drill else ""
    return drill + "".join(parts)


def _duty(duty: DutyLine, at: datetime) -> str:
    return f"{moment_words(at)} {told(duty.text)}"


def _correction(step: Event, before: IncidentState, after: IncidentState) -> str:
    """Return what was said before and what holds now."""
    payload = step.payload
    if isinstance(payload, Answered | Settled | Withdrawn):
        rules = rulebase()
        name = payload.measure
        measure = rules.measures.get(rules.measure_id(name) or name)
        unknown = gettext("尚不清楚")
        was, now = (standing_texts(one, rules).get(name) for one in (before, after))
        return gettext(
            "%(measure)s原报“%(was)s”，现更正为“%(now)s”。",
            measure=told(measure.label) if measure else name,
            was=told(was) if was else unknown,
            now=told(now) if now else unknown,
        )
    if isinstance(payload, FactsChange) and "incident_types" in payload.changed:
        was_types, now_types = (
            listed(told(label) for label in type_labels(one)) for one in (before, after)
        )
        return gettext(
            "%(measure)s原报“%(was)s”，现更正为“%(now)s”。",
            measure=gettext("事件类型"), was=was_types, now=now_types,
        )  # fmt: skip
    if isinstance(payload, FactsChange) and "status" in payload.changed:
        rules = rulebase()
        was_status, now_status = (
            told(statement_text("status", one.status, rules)) if one.status else ""
            for one in (before, after)
        )
        return gettext(
            "%(measure)s原报“%(was)s”，现更正为“%(now)s”。",
            measure=told(rules.measures["status"].label), was=was_status, now=now_status,
        )  # fmt: skip
    return gettext("情况有更正。")
