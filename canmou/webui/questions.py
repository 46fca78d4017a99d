"""引导问答: one question a screen, each answer may be a range or not known."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_login import login_required
from werkzeug.wrappers import Response

from canmou import casebase
from canmou.casebase import CasebaseError, ConcurrentChange, IncidentState
from canmou.engine.records import Text
from canmou.engine.wording import NOT_KNOWN
from canmou.webui import trail
from canmou.webui.accounts import me, requires
from canmou.webui.answering import check_source, write_answers
from canmou.webui.answers import entries_of, values_of
from canmou.webui.first_minute import cards_of
from canmou.webui.incident import attempt
from canmou.webui.incident_pages import head, load, panel
from canmou.webui.languages import current, listed, told
from canmou.webui.pages.questions import Entry, NothingLeftPage, ProgressView, QuestionPage
from canmou.webui.question_views import question_view
from canmou.webui.replies import Reply
from canmou.webui.services import Assessed, assessed, guided, rulebase, store
from canmou.webui.timewords import now
from canmou.webui.writing import write_facts

blueprint = Blueprint("questions", __name__, url_prefix="/incident/<incident>")
CARD = "card"
TO_GRADE = "grade"
"""``origin`` of a question asked on the shortest way to the grade."""


@blueprint.get("/questions")
@login_required
def next_one(incident: str) -> Reply:
    """Go to the next question that can still change the result, or say that there is none."""
    if left_out := request.args.get("skip"):
        trail.skip(incident, left_out)
    if wanted := request.args.get("unskip"):
        trail.unskip(incident, wanted)
        return redirect(url_for(".ask", incident=incident, measure=wanted))
    state = load(incident)
    made = assessed(state)
    to_grade = request.args.get("origin") == TO_GRADE
    left = guided(made).ask(trail.skipped(state.id), to_grade)
    if left and not state.closed:
        return redirect(
            url_for(".ask", incident=incident, measure=left[0].measure, origin=_kept(to_grade))
        )
    if to_grade:
        return redirect(url_for("result.overview", incident=incident))
    measures = rulebase().measures
    page = NothingLeftPage(
        head=head(state),
        progress=_progress(made),
        skipped=tuple((m, measures[m].label) for m in sorted(_skipped_still_open(state, made))),
        unsettled=_unsettled(made),
        panel=panel(state),
    )
    return render_template("nothing_left.html", page=page)


def _unsettled(made: Assessed) -> tuple[tuple[str, Text, Text], ...]:
    """Return what was answered by a range or as not known, with the answer."""
    known = {answer.measure: answer.value for answer in made.assessment.answers}
    return tuple(
        (question.measure, question.label, known.get(question.measure, NOT_KNOWN))
        for question in guided(made).unsettled
    )


def _skipped_still_open(state: IncidentState, made: Assessed) -> set[str]:
    return {q.measure for q in guided(made).questions} & trail.skipped(state.id)


@blueprint.get("/questions/<measure>")
@requires("answer")
def ask(incident: str, measure: str) -> str:
    """Show one question, or those of the first-minute card together."""
    state = load(incident)
    names = _names(state, measure)
    return _shown(state, measure, names, {}, {})


@blueprint.post("/questions/<measure>")
@requires("answer")
def save(incident: str, measure: str) -> Reply:
    """Keep the answers, and go on; what cannot be used comes back with a note at its field."""
    state = load(incident)
    names = _names(state, measure)
    entries = entries_of(request.form, names)
    values, mistakes = values_of(entries, rulebase(), partial(check_source, state))
    if not values and not mistakes:
        mistakes[names[0]] = gettext("请回答；不知道就选“尚不清楚”，现在不问就点“跳过”。")
    if mistakes:
        return _shown(state, measure, names, entries, mistakes), 422
    try:
        expected = request.form.get("expected", type=int)
        number, corrected = write_answers(state, entries, values, expected)
    except CasebaseError as error:
        status = 409 if isinstance(error, ConcurrentChange) else 503
        return _shown(load(incident), measure, names, entries, {}, told(error.text)), status
    for name in values:
        trail.unskip(incident, name)
    if corrected or request.form.get("origin") == "result":
        return redirect(url_for("result.overview", incident=incident, changed=number))
    to_grade = request.form.get("origin") == TO_GRADE
    return redirect(url_for(".next_one", incident=incident, origin=_kept(to_grade)))


def _kept(to_grade: bool) -> str | None:
    """Return what keeps somebody on the way to the grade from one question to the next."""
    return TO_GRADE if to_grade else None


def _names(state: IncidentState, measure: str) -> list[str]:
    """Return the measures that stand on one screen."""
    rules = rulebase()
    if measure == CARD:
        asked = [name for card in cards_of(state.incident_types, rules) for name in card.ask]
        names = [n for n in dict.fromkeys(asked) if n in rules.measures]
    else:
        names = [measure] if measure in rules.measures else []
    names = [n for n in names if rules.measures[n].question is not None]
    if not names:
        abort(404)
    return names


@blueprint.post("/settle")
@requires("answer")
def settle(incident: str) -> Response:
    """Let one of several statements hold."""
    statement = request.form.get("statement", type=int)
    measure = request.form.get("measure", "")
    return attempt(
        incident,
        lambda state: write_facts(
            lambda: casebase.settle(
                store(), state.id, measure, statement=statement,
                reason=gettext("已核实"), author=me().name, at=now(),
            )
        ),
    )  # fmt: skip


@blueprint.post("/withdraw")
@requires("answer")
def withdraw(incident: str) -> Response:
    """Take a statement back."""
    statement = request.form.get("statement", 0, type=int)
    measure = request.form.get("measure", "")
    return attempt(
        incident,
        lambda state: write_facts(
            lambda: casebase.withdraw(
                store(), state.id, measure, statement, gettext("不再成立"),
                author=me().name, at=now(),
            )
        ),
    )  # fmt: skip


def _shown(
    state: IncidentState,
    screen: str,
    names: list[str],
    entries: dict[str, Entry],
    mistakes: dict[str, str],
    problem: str | None = None,
) -> str:
    made = assessed(state)
    before = trail.visit(state.id, screen)
    origin = request.values.get("origin", "")
    questions = tuple(
        question_view(state, made, name, entries.get(name), mistakes.get(name)) for name in names
    )
    page = QuestionPage(
        head=head(state),
        questions=questions,
        heading=gettext("问清：来电人还在线时一次问完") if screen == CARD else None,
        progress=_progress(made),
        back_url=_back_url(state, before, origin),
        skip_url=None
        if origin == "result" or screen == CARD
        else url_for(".next_one", incident=state.id, skip=screen, origin=_kept(origin == TO_GRADE)),
        expected=request.form.get("expected", state.last, type=int),
        correcting=screen != CARD and bool(questions[0].standing),
        origin=origin,
        panel=panel(state),
        problem=problem,
    )
    return render_template("question.html", page=page)


def _back_url(state: IncidentState, before: str | None, origin: str) -> str:
    if origin in {"result", TO_GRADE}:
        return url_for("result.overview", incident=state.id)
    if before is None:
        return url_for("incident.first_minute", incident=state.id)
    return url_for(".ask", incident=state.id, measure=before)


def _progress(made: Assessed) -> ProgressView:
    """Say honestly how far it is: what is answered, and what could still change what."""
    found = guided(made).progress
    sentences = (
        (
            found.safety,
            ngettext("%(num)s 题可能改变避险和救人", "%(num)s 题可能改变避险和救人", found.safety),
        ),
        (
            found.clock,
            ngettext("%(num)s 题可能改变报告时限", "%(num)s 题可能改变报告时限", found.clock),
        ),
        (
            found.lead,
            ngettext("%(num)s 题可能改变由谁领导", "%(num)s 题可能改变由谁领导", found.lead),
        ),
        (found.grade, ngettext("%(num)s 题可能改变分级", "%(num)s 题可能改变分级", found.grade)),
        (
            found.duty,
            ngettext("%(num)s 题可能改变其他任务", "%(num)s 题可能改变其他任务", found.duty),
        ),
    )
    open_ones = [words for number, words in sentences if number]
    parts = [ngettext("已答 %(num)s 题。", "已答 %(num)s 题。", found.answered)]
    if open_ones:
        parts.append(gettext("还有 %(what)s。", what=listed(open_ones)))
    else:
        parts.append(gettext("没有问题还能改变结果。"))
    if found.later:
        parts.append(
            ngettext(
                "另有 %(num)s 题现在一般还没有人知道，以后再问。",
                "另有 %(num)s 题现在一般还没有人知道，以后再问。",
                found.later,
            )
        )
    return ProgressView(
        answered=found.answered, words=("" if current() == "zh" else " ").join(parts)
    )
