"""研判结果: one page, in the order in which it is worked on; and past cases."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext
from flask_login import login_required

from canmou.casebase import IncidentState
from canmou.engine.assessment import Assessment, Group
from canmou.engine.explanation.phrases import range_text
from canmou.engine.records import Text
from canmou.webui.accounts import office_level
from canmou.webui.answers import standing_texts
from canmou.webui.changes import change_strip
from canmou.webui.duties import DutyBook
from canmou.webui.frame import short_release
from canmou.webui.incident_pages import (
    duty_book,
    grade_view,
    head,
    lead_views,
    load,
    signal_view,
)
from canmou.webui.languages import listed, told
from canmou.webui.levels import URGED, level_word, levels_of, party_level
from canmou.webui.near_cases import figures, near_cases, official_grade
from canmou.webui.pages.incident import ClockView, DutySection, DutyView
from canmou.webui.pages.result import (
    AnswerView,
    CasePage,
    GradeLine,
    GroupView,
    OpenView,
    ResultPage,
)
from canmou.webui.services import Assessed, assessed, guided, rulebase, services

blueprint = Blueprint("result", __name__)
ASKING = "ask_upper_level"
AT_FIRST = 25
"""How many duties of this level stand on the page before the rest is unfolded."""
CLOCKS_AT_FIRST = 3
"""How many clocks of others stand above the duties; the rest is unfolded."""
MEASURES_AT_FIRST = 5
"""How many measures of a list to choose from stand on the page before the rest is unfolded."""
LEVELS_FOLDED = ("nation", "province", "city", "county", "township", "community")


@blueprint.get("/incident/<incident>/result")
@login_required
def overview(incident: str) -> str:
    """Show what is asked of this level now, and why."""
    state = load(incident)
    made = assessed(state)
    book = duty_book(state, made)
    changed = request.args.get("changed", type=int)
    mine = tuple(v for v in book.now("mine") if v.duty.action != ASKING)
    near = tuple(clock for clock in book.clocks() if not clock.elsewhere)
    shown = _clocks_at_first(near)
    page = ResultPage(
        head=head(state),
        changed=change_strip(state, changed) if changed else None,
        clocks=shown,
        clocks_more=tuple(clock for clock in near if clock not in shown),
        clocks_elsewhere=tuple(clock for clock in book.clocks() if clock.elsewhere),
        mine=mine[:AT_FIRST],
        mine_more=mine[AT_FIRST:],
        mine_possible=book.possible("mine"),
        urge=_by_party(book.now("below", "urge")),
        ask=tuple(v for v in book.now("mine") if v.duty.action == ASKING),
        upward=book.now("upward"),
        others=_others(book),
        groups=tuple(_group(g, book, made.assessment) for g in made.assessment.groups),
        lead=lead_views(made.assessment.lead),
        grade=grade_view(made.assessment),
        grade_lines=grade_lines(made.assessment),
        signals=tuple(signal_view(grade) for grade in made.assessment.signals),
        answers=_answers(state, made),
        open=_open(state, made),
        open_later=guided(made).progress.later,
        near=near_cases(made),
        notes=tuple(note.text for note in made.assessment.notes),
        unreadable=made.unreadable,
        assessment=made.assessment,
        release=short_release(made.assessment.release),
        graph_url=url_for("graph.overview", incident=incident),
        to_grade=len(guided(made).ask(to_grade=True)),
        next_question_url=url_for("questions.next_one", incident=incident)
        if made.assessment.open
        else None,
    )
    return render_template("result.html", page=page)


def _clocks_at_first(clocks: tuple[ClockView, ...]) -> tuple[ClockView, ...]:
    """Return the most urgent clocks, those of this level and all that are late."""
    return tuple(
        clock
        for place, clock in enumerate(clocks)
        if place < CLOCKS_AT_FIRST or clock.mine or (clock.late and clock.tick is None)
    )


def _by_party(views: Iterable[DutyView]) -> tuple[DutySection, ...]:
    """Return the duties of those whom this level reminds, one section for each of them."""
    found: dict[str, list[DutyView]] = {}
    for view in views:
        found.setdefault(told(view.duty.by_label), []).append(view)
    return tuple(DutySection(heading=who, duties=tuple(found[who])) for who in found)


def _others(book: DutyBook) -> tuple[DutySection, ...]:
    """Return the duties of the other levels, one section for each level."""
    found: dict[str, list[DutyView]] = {}
    for view in book.now("other"):
        ranked = [lv for lv in LEVELS_FOLDED if lv in levels_of(view.duty, rulebase())]
        found.setdefault(ranked[-1] if ranked else "other", []).append(view)
    return tuple(
        DutySection(heading=level_word(level), duties=tuple(found[level]))
        for level in (*reversed(LEVELS_FOLDED), "other")
        if level in found
    )


def _group(group: Group, book: DutyBook, assessment: Assessment) -> GroupView:
    """Return a list to choose from; only who leads works on it, the others support.

    Whose list it is, ``group.by`` says; while it is open who leads, whoever its duties may ask.
    """
    parties = rulebase().parties
    by = parties.get(group.by)
    items = book.of_rules(group.items)
    leads = [part for part in assessment.lead.authority if part.status == "certain"]
    levels: set[str]
    if by is not None and not by.role:
        levels = {by.level}
    elif by is not None and leads:
        levels = {parties[part.party].level for part in leads if part.party in parties}
    else:
        levels = {level for view in items for level in levels_of(view.duty, rulebase())}
    side: Literal["mine", "urge", "other"] = "other"
    if party_level(office_level()) in levels:
        side = "mine"
    elif levels and levels <= URGED:
        side = "urge"
    certain = group.status == "certain"
    shown = MEASURES_AT_FIRST if certain else 0
    return GroupView(
        title=group.title,
        at_least=group.at_least,
        by=by.label if by is not None else Text(zh=group.by, en=group.by),
        side=side,
        certain=certain,
        fulfilled=sum(view.tick is not None for view in items) >= group.at_least,
        items=items,
        at_first=items[:shown],
        more=items[shown:],
    )


def grade_lines(assessment: Assessment) -> tuple[GradeLine, ...]:
    """Return the grade by each standard in words."""
    return tuple(GradeLine(grade=g, words=told(range_text(g))) for g in assessment.grades)


def _answers(state: IncidentState, made: Assessed) -> tuple[AnswerView, ...]:
    against = {
        name
        for note in made.assessment.notes
        if note.kind == "contradiction"
        for name in note.measures
    }
    rules = rulebase()
    texts = standing_texts(state, rules)
    if state.status and "status" in rules.measures:
        choices = rules.measures["status"].choices
        texts = {
            "status": choices.get(state.status, Text(zh=state.status, en=state.status)),
            **texts,
        }
    found = []
    for name, value in texts.items():
        said = state.answers.get(name)
        standing = said.standing if said else ()
        found.append(
            AnswerView(
                measure=name,
                label=rules.measures[rules.measure_id(name) or name].label,
                value=value,
                url=url_for("questions.ask", incident=state.id, measure=name, origin="result"),
                unverified=any(one.state != "verified" for one in standing),
                differ=said.differ if said else False,
                contradicts=name in against,
            )
        )
    return tuple(found)


def _open(state: IncidentState, made: Assessed) -> tuple[OpenView, ...]:
    words = {
        "safety": gettext("避险和救人"),
        "clock": gettext("报告时限"),
        "lead": gettext("由谁领导"),
        "grade": gettext("分级"),
        "duty": gettext("其他任务"),
    }
    rules = rulebase()
    texts = standing_texts(state, rules)
    found = [(q.measure, q.could_change) for q in guided(made).ask()]
    found += [(q.measure, q.could_change) for q in made.assessment.open if q.measure in texts]
    return tuple(
        OpenView(
            label=rules.measures[name].label,
            now=texts.get(name),
            changes=listed(words[change] for change in changes),
            url=url_for("questions.ask", incident=state.id, measure=name, origin="result"),
        )
        for name, changes in found
    )


@blueprint.get("/cases/<case>")
@login_required
def case(case: str) -> str:
    """Show a past case."""
    found = next((one for one in services().cases if one.id == case), None)
    if found is None:
        abort(404)
    rules = rulebase()
    known = rules.incident_types
    page = CasePage(
        case=found,
        grade=official_grade(found),
        types=tuple(known[i].label for t in found.incident_types if (i := rules.type_id(t))),
        figures=figures(found, rules),
    )
    return render_template("case.html", page=page)
