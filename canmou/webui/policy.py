"""规则状态: which rules are in use, what is wrong on disk, what is unverified, the scenarios."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import login_required
from werkzeug.wrappers import Response

from canmou.casebase.users import Permission
from canmou.webui.accounts import may, requires
from canmou.webui.check_runs import CheckRuns
from canmou.webui.library import index
from canmou.webui.pages.policy import Count, PolicyPage
from canmou.webui.services import rulebase, services
from canmou.webui.timewords import now

blueprint = Blueprint("policy", __name__, url_prefix="/policy")
KEY = "canmou.check_runs"
MAY_CHECK: tuple[Permission, ...] = ("edit_rules", "administer")


def check_runs() -> CheckRuns:
    """Return the runs of the check of this application."""
    runs: CheckRuns = current_app.extensions.setdefault(
        KEY, CheckRuns(services().rules.folder, now)
    )
    return runs


@blueprint.get("")
@login_required
def overview() -> str:
    """Show the state of the rules."""
    rules = rulebase()
    in_use, check = services().rules.in_use, check_runs().progress
    entries = index().entries
    page = PolicyPage(
        release=rules.release,
        changed_at=in_use.changed_at,
        refused_at=in_use.refused_at,
        mistakes=in_use.mistakes,
        folder=services().rules.folder.name,
        counts=(
            Count(words=gettext("规则"), number=len(rules.rules)),
            Count(words=gettext("标准"), number=len(rules.standards)),
            Count(words=gettext("清单"), number=len(rules.chooses)),
            Count(words=gettext("第一分钟卡"), number=len(rules.cards)),
            Count(words=gettext("情景"), number=len(rules.scenarios)),
            Count(words=gettext("要素"), number=len(rules.measures)),
            Count(words=gettext("事件类型"), number=len(rules.incident_types)),
            Count(words=gettext("责任单位"), number=len(rules.parties)),
            Count(words=gettext("依据"), number=len(rules.sources)),
        ),
        unverified=tuple(e.line for e in entries if e.line.verified == "no"),
        read_on_page=sum(e.line.verified == "page" for e in entries),
        check=check,
        outdated=check is not None and check.release != rules.release,
        may_check=may_check(),
    )
    return render_template("policy.html", page=page)


@blueprint.post("/check")
@requires(*MAY_CHECK)
def check() -> Response:
    """Check the rules on disk: all checks, all scenarios."""
    check_runs().start(rulebase())
    if request.form.get("back") == "findings":
        return redirect(url_for("findings.overview"))
    return redirect(url_for(".overview", _anchor="check"))


def may_check() -> bool:
    """Tell whether the user may have the rules checked."""
    return may(*MAY_CHECK)
