"""预案核对: a plan, as a form or a file, held against the contents that the law asks for."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import login_required

from canmou.casebase import CasebaseError, Office
from canmou.casebase.readiness_rounds import answer_round
from canmou.readiness.clocks import clocks
from canmou.readiness.plan_text import PlanFile, PlanFileMistake, read_plan
from canmou.readiness.questionnaire import questionnaire
from canmou.webui.accounts import me
from canmou.webui.languages import told
from canmou.webui.pages.questions import Entry
from canmou.webui.pages.readiness_plans import PlanCheckPage
from canmou.webui.readiness.access import blueprint, community, head, require_work
from canmou.webui.readiness.asking import asked, typed
from canmou.webui.readiness.check import gap_view
from canmou.webui.readiness.rounds import before, checked, latest
from canmou.webui.replies import Reply
from canmou.webui.services import rulebase, store
from canmou.webui.timewords import now

SECTION = "plan_check"
HAS_PLAN = "ready_plan"


@blueprint.get("/<office>/plan-check")
@login_required
def plan_check(office: str) -> str:
    """Show what the plan holds, what is missing, and when it is to be reviewed."""
    return _shown(community(office))


@blueprint.post("/<office>/plan-check/file")
@login_required
def plan_file(office: str) -> Reply:
    """Read the headings of a plan and show which parts they may stand for."""
    place = community(office)
    require_work(place)
    sent = request.files.get("plan")
    if sent is None or not sent.filename:
        return _shown(place, problem=gettext("请先选一个 .docx 或 .txt 文件。")), 422
    try:
        found = read_plan(sent.filename, sent.read())
    except PlanFileMistake as mistake:
        return _shown(place, problem=told(mistake.text)), 422
    return _shown(place, found=found, file_name=sent.filename[:80])


@blueprint.post("/<office>/plan-check")
@login_required
def plan_check_saved(office: str) -> Reply:
    """Keep what somebody who looked into the plan says it holds."""
    place = community(office)
    require_work(place)
    one = latest(place)
    if one is None:
        return redirect(url_for(".check_overview", office=office))
    names = (HAS_PLAN, *questionnaire().sections[SECTION].measures)
    entries, values, mistakes = typed(names)
    if mistakes:
        return _shown(place, entries=entries, mistakes=mistakes), 422
    new = {k: v for k, v in values.items() if k not in one.answers or one.answers[k].value != v}
    try:
        if new:
            answer_round(store(), one.id, new, source="committee", author=me().name, at=now())
    except CasebaseError as error:
        return _shown(place, entries=entries, problem=told(error.text)), 409
    return redirect(url_for(".plan_check", office=office))


def _shown(
    office: Office,
    entries: dict[str, Entry] | None = None,
    mistakes: dict[str, str] | None = None,
    problem: str | None = None,
    found: PlanFile | None = None,
    file_name: str | None = None,
) -> str:
    one = latest(office)
    names = (HAS_PLAN, *questionnaire().sections[SECTION].measures)
    given = one.answers if one else {}
    gaps = checked(one, office).gaps if one else ()
    has_plan = given.get(HAS_PLAN)
    page = PlanCheckPage(
        head=head(office),
        round=one,
        questions=asked(names, given, before(one) if one else None, entries or {}, mistakes or {}),
        gaps=tuple(
            gap_view(office, one, g)
            for g in gaps
            if one is not None and g.duty.action in {*names, "last_drill_on"} and g.certain
        ),
        clocks=clocks(one.values, office.area, rulebase()) if one else (),
        headings=found.headings if found else (),
        found=found.found if found else {},
        file_name=file_name,
        no_plan=has_plan is not None and has_plan.value == "not_done",
        today=now().date(),
        problem=problem,
    )
    return render_template("readiness/plan_check.html", page=page)
