"""What every page of an incident needs: the incident itself, its head, its live panel."""

from __future__ import annotations

from flask import abort, request, url_for
from flask_babel import gettext

from canmou import casebase
from canmou.casebase import IncidentState
from canmou.engine.assessment import Assessment, Grade, LeadResult
from canmou.engine.explanation.phrases import can_be_judged, range_text
from canmou.engine.records import LEVELS, Level, Text
from canmou.webui.accounts import may, me, names_of_people, office_level
from canmou.webui.duties import DutyBook
from canmou.webui.languages import current, listed, told
from canmou.webui.pages.base import Link
from canmou.webui.pages.incident import (
    GradeView,
    Head,
    LeadView,
    Panel,
    ScaleCell,
    SignalView,
)
from canmou.webui.services import Assessed, assessed, rulebase, services, store
from canmou.webui.template_words import grade_word
from canmou.webui.timewords import now

CLOCKS_IN_PANEL = 2
DUTIES_IN_PANEL = 5
TAB_OF = {
    "questions": "questions.next_one",
    "reports": "reports.overview",
    "report_writing": "reports.overview",
    "facts": "result.overview",
    "similar": "result.overview",
}
"""Which page a part of the incident belongs to, where its own page has no tab."""
COLOURS = {"I": "red", "II": "orange", "III": "yellow", "IV": "blue"}
LOWEST_FIRST: tuple[Level, ...] = tuple(reversed(LEVELS))


def visible_offices() -> tuple[str, ...]:
    """Return the offices whose incidents the user sees: the own one and those below.

    Nothing named means all: a trainer or administrator without an office sees every one.
    """
    belongs = me().office
    return casebase.offices_below(store(), belongs) if belongs else ()


def load(incident: str) -> IncidentState:
    """Return an incident, or 404 where there is none or it belongs to another branch."""
    state = casebase.load_incident(store(), incident)
    offices = visible_offices()
    if offices and state.office not in offices:
        abort(404)
    return state


def type_labels(state: IncidentState) -> tuple[Text, ...]:
    """Return the types of an incident in words."""
    known = rulebase().incident_types
    undetermined = Text(zh="性质待定", en="Type undetermined")
    labels = tuple(known[t].label if t in known else undetermined for t in state.incident_types)
    return labels or (undetermined,)


def place_words(state: IncidentState) -> str:
    """Return the place from the largest to the smallest part."""
    place = state.place
    parts = (place.county, place.township, place.community, place.detail)
    said = [part for part in parts if part]
    return ("" if current() == "zh" else ", ").join(said)


def title_of(state: IncidentState) -> str:
    """Return what an incident is called: the place and the type."""
    types = listed(told(label) for label in type_labels(state))
    where = state.place.detail or state.place.community or state.place.township
    return f"{where} · {types}" if where else types


def nature_words() -> dict[str, str]:
    """Return the words for the ways in which a call is registered."""
    return {
        "occurred": gettext("已发生"),
        "alert": gettext("预警、险情（未发生）"),
        "undetermined": gettext("性质待定"),
        "transferred": gettext("移送"),
        "routine": gettext("一般事项"),
    }


def head(state: IncidentState) -> Head:
    """Return the head of the pages of an incident."""
    status = rulebase().measures.get("status")
    label = status.choices.get(state.status) if status and state.status else None
    owner = casebase.office(store(), state.office) if state.office else None
    elsewhere = owner is not None and owner.id != me().office
    return Head(
        id=state.id,
        title=title_of(state),
        one_line=state.one_line,
        types=type_labels(state),
        place=place_words(state),
        nature=state.nature,
        nature_word=nature_words()[state.nature],
        status=told(label) if label else None,
        learned_at=state.learned_at,
        occurred_at=state.occurred_at,
        holder=names_of_people().get(state.holder, state.holder),
        office=owner.name if owner is not None and elsewhere else None,
        closed_at=state.closed_at,
        outcome=state.outcome,
        tabs=_tabs(state.id, state.closed_at is not None),
        last=state.last,
        may_work=may("answer") and not state.closed,
    )


def _tabs(incident: str, closed: bool) -> tuple[Link, ...]:
    pages = [
        ("incident.first_minute", gettext("第一分钟")),
        ("questions.next_one", gettext("引导问答")),
        ("result.overview", gettext("研判结果")),
        ("reports.overview", gettext("初报")),
        ("journal.log", gettext("记录")),
    ]
    here = request.endpoint or ""
    links = [
        Link(
            words=words,
            url=url_for(name, incident=incident),
            current=name in {here, TAB_OF.get(request.blueprint or "")},
        )
        for name, words in pages
    ]
    if not services().settings.drill:  # the list comes from real people's names and homes
        moving = url_for("moving.overview", incident=incident)
        links.insert(
            3, Link(words=gettext("转移名单"), url=moving, current=request.blueprint == "moving")
        )
    graph = url_for("graph.overview", incident=incident)
    links.insert(
        3,
        Link(words=gettext("解释图"), url=graph, current=request.blueprint in {"graph", "replay"}),
    )
    if may("review"):
        review = url_for("reviews.incident", incident=incident)
        here_now = request.blueprint == "reviews"
        links.append(Link(words=gettext("点评"), url=review, current=here_now))
    if closed and not services().settings.drill:
        links.append(
            Link(
                words=gettext("归档"),
                url=url_for("archive.overview", incident=incident),
                current=request.blueprint == "archive",
            )
        )
    return tuple(links)


def duty_book(state: IncidentState, made: Assessed) -> DutyBook:
    """Return the duties of an incident as the office of the user sees them."""
    return DutyBook(made.assessment, state, office_level(), rulebase(), names_of_people(), now())


def panel(state: IncidentState) -> Panel:
    """Return the live panel."""
    made = assessed(state)
    book = duty_book(state, made)
    running = [c for c in book.clocks() if c.tick is None and not c.elsewhere]
    duties = book.first()
    return Panel(
        incident=state.id,
        clocks=tuple(running[:CLOCKS_IN_PANEL]),
        more_clocks=max(len(running) - CLOCKS_IN_PANEL, 0),
        duties=duties[:DUTIES_IN_PANEL],
        more_duties=max(len(duties) - DUTIES_IN_PANEL, 0),
        lead=lead_views(made.assessment.lead),
        grade=grade_view(made.assessment),
        signals=tuple(signal_view(g) for g in made.assessment.signals if g.at_most is not None),
        last=state.last,
        may_work=may("tick") and not state.closed,
    )


def lead_views(lead: LeadResult) -> tuple[LeadView, ...]:
    """Return the three parts of the lead that are known or possible."""
    parts = (
        (gettext("领导机关"), lead.authority),
        (gettext("牵头部门"), lead.department),
        (gettext("现场指挥"), lead.commander),
    )
    return tuple(
        LeadView(
            heading=words,
            certain=tuple(part for part in found if part.status == "certain"),
            possible=tuple(part for part in found if part.status == "possible"),
        )
        for words, found in parts
        if found
    )


def grade_view(assessment: Assessment) -> GradeView:
    """Return the grade in words and on the scale."""
    overall = assessment.overall
    shown = overall.state != "not_graded" and can_be_judged(overall.state, overall.at_most)
    return GradeView(
        words=told(range_text(overall)),
        because=overall.because,
        scale=_scale(overall.at_least, overall.at_most) if shown else (),
        overall=overall,
    )


def _rank(level: Level | None) -> int:
    return 0 if level is None else LOWEST_FIRST.index(level) + 1


def _scale(at_least: Level | None, at_most: Level | None) -> tuple[ScaleCell, ...]:
    low, high = _rank(at_least), _rank(at_most)
    shown: tuple[Level | None, ...] = LOWEST_FIRST if low else (None, *LOWEST_FIRST)
    cells = []
    for level in shown:
        rank = _rank(level)
        held = rank == low and (at_least is not None or low == high)
        inside = low <= rank <= high
        cells.append(
            ScaleCell(
                level=level,
                word=grade_word(level),
                state="held" if held else "possible" if inside else "excluded",
            )
        )
    return tuple(cells)


def signal_view(grade: Grade) -> SignalView:
    """Return a signal or response level in words, with its colour where it is a signal."""
    exact = grade.at_least == grade.at_most
    colour = COLOURS.get(grade.at_least or "") if grade.kind == "signal" and exact else None
    words = told(range_text(grade))
    return SignalView.model_validate({"grade": grade, "words": words, "colour": colour})
