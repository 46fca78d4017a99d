"""Whose readiness it is: the communities that the user may see, and who may see personal data."""

from __future__ import annotations

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext

from canmou import casebase
from canmou.casebase import Office
from canmou.webui.accounts import may, me, my_office
from canmou.webui.incident_pages import visible_offices
from canmou.webui.pages.base import Link
from canmou.webui.pages.readiness import ReadinessHead
from canmou.webui.services import store

blueprint = Blueprint("readiness", __name__, url_prefix="/readiness")
CHECKED_LEVELS = {"community", "village"}
TABS = {
    "check": "check_overview", "section": "check_overview", "result": "check_overview",
    "weights": "check_overview", "why": "check_overview", "register": "registers",
    "row": "registers", "risk": "risks",
}  # fmt: skip


def communities() -> tuple[Office, ...]:
    """Return the communities that the user may see, the own one first."""
    visible = visible_offices()
    every = [o for o in casebase.offices(store()) if o.level in CHECKED_LEVELS]
    mine = me().office
    found = [o for o in every if not visible or o.id in visible]
    return tuple(sorted(found, key=lambda o: o.id != mine))


def community(office: str) -> Office:
    """Return a community that the user may see, or 404."""
    found = next((o for o in communities() if o.id == office), None)
    if found is None:
        abort(404)
    return found


def may_work(office: Office) -> bool:
    """Whether the user may answer and plan for this community: its own people and those above it.

    Of the levels above only the office directly above works for it; the others look.
    """
    return may("check_readiness") and _near(office)


def may_see_people(office: Office) -> bool:
    """Whether the user may see personal data of this community (least access)."""
    return may("see_people") and _near(office)


def _near(office: Office) -> bool:
    mine = my_office()
    return mine is not None and mine.id in {office.id, office.parent}


def require_work(office: Office) -> None:
    """Refuse those who may only look."""
    if not may_work(office):
        abort(403)


def require_people(office: Office) -> None:
    """Refuse those who may not see personal data."""
    if not may_see_people(office):
        abort(403)


def head(office: Office) -> ReadinessHead:
    """Return the head of the pages of one community."""
    here = (request.endpoint or "").removeprefix("readiness.")
    pages = [
        ("check_overview", gettext("年度自查")),
        ("registers", gettext("登记册")),
        ("risks", gettext("风险预评估")),
        ("plan_check", gettext("预案核对")),
        ("year_plan", gettext("年度计划")),
    ]
    base = next((tab for prefix, tab in TABS.items() if here.startswith(prefix)), here)
    return ReadinessHead(
        office=office,
        tabs=tuple(
            Link(
                words=words,
                url=url_for(f"readiness.{name}", office=office.id),
                current=name in {here, base},
            )
            for name, words in pages
        ),
        may_work=may_work(office),
        may_see_people=may_see_people(office),
    )
