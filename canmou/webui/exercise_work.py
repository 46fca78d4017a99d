"""One exercise: the trainee works on it, judges, and then sees what the system says."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import login_required
from werkzeug.wrappers import Response

from canmou.casebase import CasebaseError
from canmou.drill import kept
from canmou.drill.elements import element_kinds
from canmou.drill.kept import Drill, Exercise
from canmou.drill.timeline import to_next
from canmou.webui import exercise_flow as flow
from canmou.webui.accounts import may, me
from canmou.webui.drill_bar import home_url
from canmou.webui.exercise_flow import (
    callable_parties,
    exercise_of,
    minute_now,
    party_label,
)
from canmou.webui.exercise_views import mode_word
from canmou.webui.languages import told
from canmou.webui.levels import level_word
from canmou.webui.pages.exercises import (
    ActView,
    ElementField,
    NewsLine,
    WorkPage,
)
from canmou.webui.replies import Reply
from canmou.webui.services import store

blueprint = Blueprint("exercise_work", __name__, url_prefix="/exercise/<int:number>")
LONGEST_TEXT = 1000
REPORTED_TO = {
    "community": ("subdistrict_township", "county_duty_office"),
    "township": ("county_duty_office", "county_government"),
    "county": ("city_government", "city_department"),
}
"""Whom an office usually reports to; any other party can be chosen."""


@blueprint.get("/")
@login_required
def work(number: int) -> Reply:
    """Show what has come in and what can be done; before the start, how it goes."""
    one, drill = exercise_of(number)
    if one.ending == "judged":
        return redirect(url_for("exercise_judging.result", number=number))
    if one.started_at is None or one.ending is not None:
        return render_template(
            "exercise_start.html",
            exercise=one,
            drill=drill,
            mode=mode_word(drill.mode),
            level=level_word(drill.scenario.level),
            mine=one.trainee == me().name,
        )
    return _shown(flow.deliver(one, drill), drill)


def _shown(
    one: Exercise, drill: Drill, problem: str | None = None, typed: dict[str, str] | None = None
) -> str:
    state = flow.state_of(one)
    ordered = {s.what: int(minute_now(one, s.at)) for s in one.steps if s.kind == "act"}
    injects = drill.injects
    news = [
        NewsLine(
            who=injects[int(s.what)].who,
            says=injects[int(s.what)].says,
            kind=injects[int(s.what)].kind,
            minute=int(minute_now(one, s.at)),
            due_minutes=injects[int(s.what)].due_minutes,
        )
        for s in one.steps
        if s.kind == "inject"
    ]
    first = NewsLine(who=drill.scenario.caller, says=drill.scenario.opening, kind="call", minute=0)
    given = typed or {}
    page = WorkPage(
        exercise=one,
        drill=drill,
        mode=mode_word(drill.mode),
        minute=int(minute_now(one)),
        news=(*reversed(news), first),
        calls=tuple(reversed(state.calls)),
        parties=callable_parties(drill),
        acts=tuple(ActView(item=i, minute=ordered.get(i.action)) for i in drill.menu),
        elements=tuple(
            ElementField(id=k.id, label=k.label, text=given.get(k.id, "")) for k in element_kinds()
        ),
        reports=tuple((s.to, s.at) for r in state.reports for s in r.sendings),
        to=given.get("to", REPORTED_TO[drill.scenario.level][0]),
        mine=one.trainee == me().name,
        may_advance=drill.mode == "tabletop" and to_next(injects, minute_now(one)) is not None,
        problem=problem,
    )
    return render_template("exercise_work.html", page=page)


def _step(number: int, do: Callable[[Exercise, Drill], object]) -> Response:
    """Do one step of the own running exercise; what went wrong is said on its page."""
    one, drill = own_exercise(number)
    try:
        do(one, drill)
    except CasebaseError as error:
        flash(told(error.text), "mistake")
    return redirect(url_for(".work", number=number))


def own_exercise(number: int) -> tuple[Exercise, Drill]:
    """Return an exercise of the user; 403 for that of somebody else."""
    one, drill = exercise_of(number)
    if one.trainee != me().name:
        abort(403)
    return one, drill


@blueprint.post("/start")
@login_required
def start(number: int) -> Response:
    """Start the clock."""
    return _step(number, flow.start)


@blueprint.post("/call")
@login_required
def call(number: int) -> Response:
    """Call somebody; the drill says whether somebody answers."""
    party = request.form.get("party", "")

    def step(one: Exercise, drill: Drill) -> None:
        if party not in dict(callable_parties(drill)):
            abort(400)
        answered = flow.call(one, drill, party)
        who = told(party_label(party, drill.scenario))
        words = (
            gettext("%(who)s：已接通", who=who) if answered else gettext("%(who)s：无人接", who=who)
        )
        flash(words, "good" if answered else "mistake")

    return _step(number, step)


@blueprint.post("/act")
@login_required
def act(number: int) -> Response:
    """Order an act, or take it back."""
    wanted, undone = request.form.get("action", ""), request.form.get("undo", "")

    def step(one: Exercise, drill: Drill) -> None:
        if (wanted or undone) not in {item.action for item in drill.menu}:
            abort(400)
        if undone:
            kept.undo_act(store(), one.id, undone)
        else:
            kept.add_step(store(), one.id, "act", wanted, at=flow.now())

    return _step(number, step)


@blueprint.post("/report")
@login_required
def report(number: int) -> Reply:
    """Report by telephone; where nobody answers what was typed stays."""
    one, drill = own_exercise(number)
    typed = {
        kind.id: request.form.get(kind.id, "").strip()[:LONGEST_TEXT] for kind in element_kinds()
    }
    to = request.form.get("to", "")
    if to not in dict(callable_parties(drill)):
        abort(400)
    if not any(typed.values()):
        problem = gettext("报告里还什么都没有写。")
        return _shown(one, drill, problem, {**typed, "to": to}), 422
    try:
        answered = flow.report(one, drill, to, typed)
    except CasebaseError as error:
        return _shown(one, drill, told(error.text), {**typed, "to": to}), 503
    if not answered:
        problem = gettext("没有人接，报告没有报出去；写的内容还在。")
        return _shown(kept.exercise(store(), one.id), drill, problem, {**typed, "to": to}), 409
    flash(gettext("已电话报告。"), "good")
    return redirect(url_for(".work", number=number))


@blueprint.post("/advance")
@login_required
def advance(number: int) -> Response:
    """Move the clock of a 桌面推演 on to the next news; the trainer may too."""
    one, drill = exercise_of(number)
    try:
        flow.advance(one, drill)
    except CasebaseError as error:
        flash(told(error.text), "mistake")
    if one.trainee != me().name:
        return redirect(url_for("exercise_control.control", number=drill.id))
    return redirect(url_for(".work", number=number))


# -- ways out -------------------------------------------------------------------------------------


@blueprint.post("/abort", endpoint="abort")
@login_required
def abort_exercise(number: int) -> Response:
    """中止: end the exercise without a result."""
    one, _ = exercise_of(number)
    try:
        kept.finish(store(), one.id, "aborted", at=flow.now())
    except CasebaseError as error:
        flash(told(error.text), "mistake")
    else:
        flash(gettext("演练已中止。"), "good")
    return redirect(url_for("exercises.overview"))


@blueprint.post("/real")
@login_required
def real(number: int) -> Response:
    """转为实战: end the exercise and open an empty intake of real work."""
    one, _ = exercise_of(number)
    try:
        kept.finish(store(), one.id, "real", at=flow.now())
    except CasebaseError as error:
        flash(told(error.text), "mistake")
    target = home_url("/intake/" if may("take_call") else "/")
    if target is None:
        flash(gettext("演练已中止。现在是实战：请到正式系统登记。"), "mistake")
        return redirect(url_for("exercises.overview"))
    flash(
        gettext("演练已中止，这里是实战。演练里写的一个字也没有带过来，请按真实情况登记。"),
        "mistake",
    )
    return redirect(target)
