"""平时准备: the own community, or the communities below an office."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask_login import login_required

from canmou.casebase import Office
from canmou.casebase.readiness_rounds import rounds
from canmou.readiness.questionnaire import questionnaire
from canmou.webui.accounts import me
from canmou.webui.pages.readiness import CommunitiesPage, CommunityRow
from canmou.webui.readiness.access import blueprint, communities
from canmou.webui.replies import Reply
from canmou.webui.services import store


@blueprint.get("/")
@login_required
def overview() -> Reply:
    """Go to the own community, or list those below."""
    found = communities()
    if len(found) == 1 and found[0].id == me().office:
        return redirect(url_for(".check_overview", office=found[0].id))
    page = CommunitiesPage(rows=tuple(_row(office) for office in found))
    return render_template("readiness/communities.html", page=page)


def _row(office: Office) -> CommunityRow:
    every = rounds(store(), office.id)
    last = every[0] if every else None
    asked = questionnaire().measures
    return CommunityRow(
        office=office,
        url=url_for(".check_overview", office=office.id),
        last=last,
        answered=sum(m in last.answers for m in asked) if last else 0,
        asked=len(asked),
        lacking=sum(a.value in {"not_done", "partly"} for a in last.answers.values())
        if last
        else 0,
    )
