"""演练: ready drills, setting one up, the 导调, comparing trainees, results over time."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import login_required

from canmou import casebase
from canmou.casebase import CasebaseError
from canmou.casebase.agreement import agreement
from canmou.drill import kept
from canmou.drill.elements import element_kinds
from canmou.drill.kept import Drill, Exercise
from canmou.drill.records import Mode
from canmou.drill.scoring import choices_of
from canmou.webui.accounts import may, me, names_of_people, requires
from canmou.webui.exercise_flow import (
    menu_of,
    own_scenarios,
    ready_scenarios,
    scenario_named,
)
from canmou.webui.exercise_views import mode_word, part_words, progress_chart, row_of, rows_of
from canmou.webui.languages import told
from canmou.webui.pages.base import Link
from canmou.webui.pages.exercises import (
    ComparedRow,
    ComparePage,
    DrillRow,
    ExerciseRow,
    OverviewPage,
    PersonPage,
)
from canmou.webui.replies import Reply
from canmou.webui.review_views import kappa_word
from canmou.webui.services import services, store
from canmou.webui.timewords import now

blueprint = Blueprint("exercises", __name__, url_prefix="/exercise")


@blueprint.get("/")
@login_required
def overview() -> str:
    """Show what waits for me, what is ready, how I did; for a trainer all drills."""
    return _overview()


def _overview(problem: str | None = None) -> str:
    mine = rows_of(kept.exercises(store(), trainee=me().name))
    trains = may("run_drill")
    own, wrong = own_scenarios()
    cases = sorted(services().cases, key=lambda case: case.date, reverse=True)
    page = OverviewPage(
        waiting=tuple(r for r in mine if r.exercise.ended_at is None),
        done=tuple(r for r in reversed(mine) if r.exercise.ended_at is not None),
        progress=progress_chart(mine),
        ready=(*ready_scenarios(), *own),
        wrong=wrong if trains else (),
        cases=tuple((f"case-{c.id}", f"{c.date:%Y} {told(c.name)}") for c in cases),
        drills=tuple(_drill_row(one) for one in kept.drills(store())) if trains else (),
        trainees=_trainees() if trains else (),
        people=tuple(
            Link(words=words, url=url_for(".person", name=name)) for name, words in _trained()
        )
        if trains
        else (),
        may_run=trains,
        may_take_part=may("take_call"),
        problem=problem,
        typed={k: tuple(v) for k, v in request.form.lists() if k != "csrf_token"},
    )
    return render_template("exercises.html", page=page)


def _trainees() -> tuple[tuple[str, str], ...]:
    offices = {office.id: told(office.name) for office in casebase.offices(store())}
    return tuple(
        (user.name, f"{user.display_name} {offices.get(user.office or '', '')}".strip())
        for user in casebase.users(store())
        if user.active and casebase.allowed(user.role, "take_call")
    )


def _trained() -> list[tuple[str, str]]:
    names = dict.fromkeys(one.trainee for one in kept.exercises(store()) if one.result)
    people = names_of_people()
    return [(name, people.get(name, name)) for name in names]


def _drill_row(drill: Drill) -> DrillRow:
    return DrillRow(
        drill=drill,
        mode=mode_word(drill.mode),
        url=url_for("exercise_control.control", number=drill.id),
        exercises=tuple(row_of(one, drill) for one in kept.exercises(store(), drill=drill.id)),
    )


@blueprint.post("/")
@requires("run_drill", "take_call")
def set_up() -> Reply:
    """Set a drill up: a trainer for others, an officer for himself."""
    chosen = request.form.get("scenario") or request.form.get("case") or ""
    scenario = scenario_named(chosen)
    if scenario is None:
        return _overview(gettext("请选一个演练脚本或案例。")), 422
    trains = may("run_drill")
    mode: Mode = "blind" if trains and request.form.get("mode") == "blind" else "tabletop"
    known = {name for name, _ in _trainees()}
    names = [n for n in request.form.getlist("trainee") if n in known] if trains else [me().name]
    try:
        drill, exercises = kept.set_up(
            store(), scenario, mode, menu_of(scenario), names, author=me().name, at=now()
        )
    except CasebaseError as error:
        return _overview(told(error.text)), 422
    if trains:
        return redirect(url_for("exercise_control.control", number=drill.id))
    return redirect(url_for("exercise_work.work", number=exercises[0].id))


# -- results --------------------------------------------------------------------------------------


@blueprint.get("/compare")
@login_required
def compare() -> str:
    """Put two trainees of the same drill side by side, with their kappa."""
    one = kept.exercise(store(), request.args.get("one", 0, type=int))
    other = kept.exercise(store(), request.args.get("other", 0, type=int))
    drill = kept.drill(store(), one.drill)
    same = kept.drill(store(), other.drill).scenario.id == drill.scenario.id
    if one.result is None or other.result is None or not same:
        abort(404)
    if not may("run_drill") and me().name not in {one.trainee, other.trainee}:
        abort(404)
    menu = [item.action for item in drill.menu]
    kinds = [kind.id for kind in element_kinds()]
    mine = choices_of(one.result.performance, menu, kinds)
    theirs = choices_of(other.result.performance, menu, kinds)
    found = agreement({f"1 {one.trainee}": mine, f"2 {other.trainee}": theirs})
    words = part_words()
    page = ComparePage(
        drill=drill,
        one=row_of(one, drill),
        other=row_of(other, drill),
        agreement=found,
        word=None if found.value is None else kappa_word(found.value),
        parts=tuple(
            ComparedRow(
                label=words[a.id], one=_percent(a.score), other=_percent(b.score),
                same=a.score == b.score,
            )
            for a, b in zip(one.result.score.parts, other.result.score.parts, strict=True)
        ),
        choices=tuple(
            ComparedRow(
                label=_item_label(key, drill, one), one=_yes(mine[key]), other=_yes(theirs[key]),
                same=mine[key] == theirs[key],
            )
            for key in mine
            if key in theirs
        ),
    )  # fmt: skip
    return render_template("exercise_compare.html", page=page)


def _percent(value: float | None) -> str:
    return "—" if value is None else f"{round(value * 100)}"


def _yes(value: str) -> str:
    return {"yes": gettext("是"), "no": gettext("否"), "open": gettext("还不能确定")}[value]


def _item_label(key: str, drill: Drill, one: Exercise) -> str:
    kind, _, name = key.partition(":")
    if kind == "act":
        return told(next(item.text for item in drill.menu if item.action == name))
    if kind == "element":
        label = told(next(k.label for k in element_kinds() if k.id == name))
        return gettext("报告要素：%(what)s", what=label)
    labels = one.result.expected.fact_labels if one.result else {}
    return gettext("判断：%(what)s", what=told(labels.get(name)))


@blueprint.get("/people/<name>")
@login_required
def person(name: str) -> str:
    """Show the results of one trainee over time: the own ones, or any for a trainer."""
    if name != me().name and not may("run_drill"):
        abort(404)
    rows: tuple[ExerciseRow, ...] = rows_of(kept.exercises(store(), trainee=name))
    page = PersonPage(
        name=names_of_people().get(name, name),
        rows=tuple(reversed(rows)),
        progress=progress_chart(rows),
    )
    return render_template("exercise_person.html", page=page)
