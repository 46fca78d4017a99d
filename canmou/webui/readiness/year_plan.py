"""年度计划: gaps, clocks and stale entries by month and party, and what was done against them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import login_required
from werkzeug.wrappers import Response

from canmou.casebase import Office
from canmou.casebase.readiness_plans import PlannedTask, plan_task, planned, planned_years
from canmou.casebase.readiness_registers import register_rows
from canmou.casebase.readiness_rounds import Round, rounds
from canmou.readiness.clocks import clocks
from canmou.readiness.registers import registers
from canmou.readiness.upkeep import Stale, expiring, stale
from canmou.readiness.year_plan import (
    Decided,
    Task,
    by_month,
    clock_tasks,
    gap_tasks,
)
from canmou.readiness.year_plan_kept import as_it_stood, no_longer_arising
from canmou.readiness.year_plan_registers import expiry_tasks, register_tasks
from canmou.webui.accounts import me, names_of_people
from canmou.webui.pages.base import Link
from canmou.webui.pages.readiness_plans import YearPlanPage
from canmou.webui.readiness.access import blueprint, community, head, require_work
from canmou.webui.readiness.rounds import checked, last_gone_through
from canmou.webui.services import rulebase, store
from canmou.webui.timewords import now

LONGEST_NOTE = 200
DECEMBER = 12


@blueprint.get("/<office>/plan")
@login_required
def year_plan(office: str) -> str:
    """Show the plan of a year, this one by default."""
    place = community(office)
    every = _years(place)
    year = _year(every)
    tasks = _tasks(place, year)
    page = YearPlanPage(
        head=head(place),
        year=year,
        years=tuple(
            Link(
                words=str(one),
                url=url_for(".year_plan", office=office, year=one),
                current=one == year,
            )
            for one in every
        ),
        over=year < now().year,
        months=by_month(tasks),
        done=sum(task.decided.done_at is not None for task in tasks),
        total=len(tasks),
        round=_round(place, year),
        people=names_of_people(),
        today=now().date(),
    )
    return render_template("readiness/year_plan.html", page=page)


def _years(office: Office) -> tuple[int, ...]:
    """Return the years that have a plan: those that hold something, this one and the next."""
    this = now().year
    held = {one.year for one in rounds(store(), office.id)}
    return tuple(sorted({*held, *planned_years(store(), office.id), this, this + 1}))


def _year(years: tuple[int, ...]) -> int:
    this = now().year
    asked = request.values.get("year", this, type=int)
    return asked if asked in years else this


def _round(office: Office, year: int) -> Round | None:
    """Return the self-check that a plan rests on: the last one up to its year."""
    return next((one for one in rounds(store(), office.id) if one.year <= year), None)


def _tasks(office: Office, year: int) -> list[Task]:
    kept = planned(store(), office.id, year)
    decided = {
        key: Decided(**task.model_dump(exclude={"task", "stood"})) for key, task in kept.items()
    }
    today = now().date()
    over = year < today.year
    tasks: list[Task] = []
    if not over:
        tasks += _register_tasks(office, decided, year)
    one = _round(office, year)
    if one is not None:
        tasks += gap_tasks(checked(one, office).gaps, decided, year, today)
        due = clocks(one.values, office.area, rulebase())
        tasks += clock_tasks(due, rulebase(), decided, year, today)
    if year > today.year:
        already = planned(store(), office.id, today.year)
        tasks = [task for task in tasks if task.key not in already or task.key in decided]
    stood = {key: task.stood for key, task in kept.items()}
    return tasks + no_longer_arising(tasks, decided, stood, over=over)


def _register_tasks(office: Office, decided: Mapping[str, Decided], year: int) -> list[Task]:
    today, since = now().date(), last_gone_through(office.id)
    counts: Counter[tuple[str, Stale]] = Counter()
    ends: dict[str, dict[int, tuple[str, ...]]] = {}
    for name, register in registers().items():
        rows = [r.values for r in register_rows(store(), office.id, name, personal=False)]
        ends[name] = expiring(register, rows, year, today)
        for row in rows:
            why = stale(register, row, today, since)
            if why is not None:
                counts[name, why] += 1
    return [
        *register_tasks(counts, registers(), rulebase(), decided, year, today),
        *expiry_tasks(ends, registers(), rulebase(), decided, year),
    ]


@blueprint.post("/<office>/plan")
@login_required
def year_plan_saved(office: str) -> Response:
    """Set the month of a task, or say that it was done and how."""
    place = community(office)
    require_work(place)
    year = _year(_years(place))
    if year < now().year:
        flash(gettext("%(year)s 年已经过去，它的计划只能看，不能再改。", year=year), "mistake")
        return redirect(url_for(".year_plan", office=office, year=year))
    key = request.form.get("task", "")
    task = next((one for one in _tasks(place, year) if one.key == key), None)
    if task is None:
        abort(404)
    month = request.form.get("month", type=int)
    note = request.form.get("note", "").strip()[:LONGEST_NOTE] or None
    done = "done" in request.form
    plan_task(
        store(), office, year,
        PlannedTask(
            task=key,
            month=month if month and 1 <= month <= DECEMBER else task.month,
            done_at=now() if done else None,
            done_by=me().name if done else None,
            note=note,
            stood=as_it_stood(task),
        ),
        author=me().name, at=now(),
    )  # fmt: skip
    where = url_for(".year_plan", office=office, year=year)
    return redirect(f"{where}#{anchor(key)}")


def anchor(key: str) -> str:
    """Return the place of a task on the page."""
    return "task-" + "".join(c if c.isalnum() and c.isascii() else "-" for c in key)


blueprint.add_app_template_filter(anchor, "task_anchor")
