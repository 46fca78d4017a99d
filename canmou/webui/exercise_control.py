"""导调: one drill as the trainer runs it: injects, who does not answer, comparing trainees."""

from __future__ import annotations

import math

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from canmou.drill import kept
from canmou.drill.kept import Drill, Exercise
from canmou.drill.records import Inject
from canmou.engine import AnswerError
from canmou.engine.answers import answer_set
from canmou.engine.records import Text
from canmou.webui.accounts import names_of_people, requires
from canmou.webui.exercise_flow import callable_parties, minute_now, party_label
from canmou.webui.exercise_views import mode_word, row_of
from canmou.webui.languages import listed, told
from canmou.webui.pages.base import Link
from canmou.webui.pages.exercises import DrillPage
from canmou.webui.replies import Reply
from canmou.webui.services import rulebase, store

blueprint = Blueprint("exercise_control", __name__, url_prefix="/exercise/drill/<int:number>")
LONGEST = 500
INJECT_KINDS = ("facts", "order", "call")


@blueprint.get("")
@requires("run_drill")
def control(number: int) -> str:
    """Show one drill as the 导调 sees it."""
    return _control(kept.drill(store(), number))


def _control(drill: Drill, problem: str | None = None) -> str:
    found = kept.exercises(store(), drill=drill.id)
    measures = sorted(
        (told(m.label), name)
        for name, m in rulebase().measures.items()
        if m.question is not None and not m.derived
    )
    page = DrillPage(
        drill=drill,
        mode=mode_word(drill.mode),
        injects=tuple(
            (inject, _delivered(number, found))
            for number, inject in sorted(enumerate(drill.injects), key=lambda pair: pair[1].minute)
        ),
        silences=tuple((party_label(s.party, drill.scenario), s) for s in drill.scenario.silences),
        exercises=tuple(row_of(one, drill) for one in found),
        compare=_pairs(found),
        measures=tuple((name, label) for label, name in measures),
        parties=callable_parties(drill),
        running=any(one.ended_at is None for one in found),
        problem=problem,
        typed=dict(request.form) if problem else {},
    )
    return render_template("exercise_control.html", page=page)


def _delivered(number: int, found: tuple[Exercise, ...]) -> str:
    people = names_of_people()
    names = [people.get(one.trainee, one.trainee) for one in found if number in one.delivered]
    return listed(names)


def _pairs(found: tuple[Exercise, ...]) -> tuple[Link, ...]:
    people = names_of_people()
    judged = [one for one in found if one.result is not None]
    return tuple(
        Link(
            words=f"{people.get(a.trainee, a.trainee)} – {people.get(b.trainee, b.trainee)}",
            url=url_for("exercises.compare", one=a.id, other=b.id),
        )
        for n, a in enumerate(judged)
        for b in judged[n + 1 :]
    )


@blueprint.post("/injects")
@requires("run_drill")
def add_inject(number: int) -> Reply:
    """Add an inject: a fact, an order from above, a call; at once or at a minute."""
    drill = kept.drill(store(), number)
    who, says = (request.form.get(k, "").strip()[:LONGEST] for k in ("who", "says"))
    kind = request.form.get("kind", "call")
    measure, value = (request.form.get(k, "").strip() for k in ("measure", "value"))
    if not who or not says or kind not in INJECT_KINDS:
        return _control(drill, gettext("请写谁说的、说了什么。")), 422
    given: dict[str, object] = {}
    if kind == "facts" and measure:
        known = rulebase().measures.get(measure)
        try:
            if known is None:
                abort(400)
            answer_set(known, {"statements": [{"value": value}]})
        except AnswerError as error:
            return _control(drill, told(error.text)), 422
        given = {measure: value}
    written = request.form.get("minute", "").strip()
    minute = request.form.get("minute", type=float)
    if written and (minute is None or minute < 0):
        return _control(drill, gettext("分钟要写成数字，例如 12；空着就是马上。")), 422
    if minute is None:
        minute = _minute_of_all(drill)
    inject = Inject.model_validate(
        {
            "minute": minute,
            "kind": kind,
            "who": Text(zh=who, en=who),
            "says": Text(zh=says, en=says),
            "answers": given,
        }
    )
    kept.add_inject(store(), drill.id, inject)
    flash(gettext("已加入导调。"), "good")
    return _back(drill.id)


def _minute_of_all(drill: Drill) -> float:
    """Return the minute at which those are who are least far."""
    running = [one for one in kept.exercises(store(), drill=drill.id) if one.running]
    minute = min((minute_now(one) for one in running), default=0.0)
    return max(math.floor(minute * 100) / 100, 0.0)


@blueprint.post("/silences")
@requires("run_drill")
def silence(number: int) -> Response:
    """Let somebody not answer from now on, or answer again."""
    drill = kept.drill(store(), number)
    party = request.form.get("party", "")
    if party not in dict(callable_parties(drill)):
        abort(400)
    kept.silence(store(), drill.id, party, _minute_of_all(drill))
    return _back(drill.id)


def _back(number: int) -> Response:
    return redirect(url_for(".control", number=number))
