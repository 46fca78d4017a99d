"""The end of an exercise: the trainee judges, and then sees what the system says (复盘)."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import login_required

from canmou.casebase import CasebaseError
from canmou.drill import kept
from canmou.drill.expected import ASKED_FACTS, MOST_FACTS
from canmou.drill.kept import Drill, Exercise
from canmou.drill.records import Judgement
from canmou.engine.rulebase.records import LeadConclusion
from canmou.webui import exercise_flow as flow
from canmou.webui.accounts import names_of_people
from canmou.webui.exercise_flow import exercise_of
from canmou.webui.exercise_views import Columns, grade_words, mode_word, parting_view
from canmou.webui.exercise_work import own_exercise
from canmou.webui.frame import short_release
from canmou.webui.languages import told
from canmou.webui.pages.base import Link
from canmou.webui.pages.exercises import FactChoice, JudgePage, ResultPage
from canmou.webui.replies import Reply
from canmou.webui.services import rulebase, store

blueprint = Blueprint("exercise_judging", __name__, url_prefix="/exercise/<int:number>")


@blueprint.route("/judge", methods=["GET", "POST"])
@login_required
def judge(number: int) -> Reply:
    """Judge before the system shows its own."""
    one, drill = own_exercise(number)
    if not one.running:
        return redirect(url_for("exercise_work.work", number=number))
    if request.method == "GET":
        return _judge_page(one, drill, {}, {})
    typed = {k: v for k, v in request.form.items() if k != "csrf_token"}
    mistakes = {}
    if typed.get("grade") not in grade_words():
        mistakes["grade"] = gettext("请选一个等级，或“现在还不能判断”。")
    names = _facts()
    for name in names:
        if typed.get(f"fact.{name}") not in {"yes", "no", "open"}:
            mistakes[f"fact.{name}"] = gettext("请选一项。")
    if mistakes:
        return _judge_page(one, drill, typed, mistakes), 422
    authorities, departments = _leads()
    judgement = Judgement.model_validate(
        {
            "facts": {name: typed[f"fact.{name}"] for name in names},
            "authority": _one_of(typed.get("authority"), authorities),
            "department": _one_of(typed.get("department"), departments),
            "grade": typed["grade"],
        }
    )
    try:
        flow.judge(flow.deliver(one, drill), drill, judgement)
    except CasebaseError as error:
        flash(told(error.text), "mistake")
        return _judge_page(one, drill, typed, {}), 503
    return redirect(url_for(".result", number=number))


def _one_of(chosen: str | None, known: tuple[tuple[str, str], ...]) -> str | None:
    return chosen if chosen in dict(known) else None


def _facts() -> tuple[str, ...]:
    return tuple(n for n in ASKED_FACTS if n in rulebase().measures)[:MOST_FACTS]


def _leads() -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    """Return who can lead by the rules: governments, and departments."""
    found: dict[str, set[str]] = {"authority": set(), "department": set()}
    for rule in rulebase().rules.values():
        for conclusion in rule.then:
            if isinstance(conclusion, LeadConclusion):
                for part, names in found.items():
                    name = getattr(conclusion.lead, part)
                    if name is not None:
                        names.add(name)
    parties = rulebase().parties
    one, other = (
        tuple(sorted((n, told(parties[n].label)) for n in names)) for names in found.values()
    )
    return one, other


def _judge_page(
    one: Exercise, drill: Drill, typed: dict[str, str], mistakes: dict[str, str]
) -> str:
    authorities, departments = _leads()
    measures = rulebase().measures
    page = JudgePage(
        exercise=one,
        drill=drill,
        facts=tuple(
            FactChoice(name=n, label=measures[n].label, chosen=typed.get(f"fact.{n}", ""))
            for n in _facts()
        ),
        authorities=authorities,
        departments=departments,
        grades=tuple(grade_words().items()),
        typed=typed,
        mistakes=mistakes,
    )
    return render_template("exercise_judge.html", page=page)


@blueprint.get("/result")
@login_required
def result(number: int) -> Reply:
    """复盘: the score, three columns, and where trainee and system part."""
    one, drill = exercise_of(number)
    if one.result is None or one.incident is None:
        return redirect(url_for("exercise_work.work", number=number))
    people = names_of_people()
    others = [
        e
        for e in kept.exercises(store(), drill=drill.id)
        if e.id != one.id and e.result is not None
    ]
    pages = (
        ("result.overview", gettext("系统的研判结果")),
        ("graph.overview", gettext("解释图")),
        ("journal.log", gettext("记录")),
    )
    page = ResultPage(
        exercise=one,
        drill=drill,
        mode=mode_word(drill.mode),
        trainee=people.get(one.trainee, one.trainee),
        total=one.result.score.total,
        rows=Columns(drill, one.result).rows(),
        parting=parting_view(one, drill, one.result),
        incident_links=tuple(
            Link(words=words, url=url_for(name, incident=one.incident)) for name, words in pages
        ),
        compare=tuple(
            Link(
                words=people.get(e.trainee, e.trainee),
                url=url_for("exercises.compare", one=one.id, other=e.id),
            )
            for e in others
        ),
        cites=(),
        release=short_release(one.result.release),
    )
    return render_template("exercise_result.html", page=page)
