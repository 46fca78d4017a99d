"""转移名单 of an incident: whom first, with whom, where to, who calls whom, from the registers."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext
from flask_login import login_required

from canmou.casebase import IncidentState, Office
from canmou.casebase.readiness_registers import log_viewing, register_rows
from canmou.readiness.moving import kinds_threatening, moving_list
from canmou.readiness.registers import registers
from canmou.webui.accounts import me
from canmou.webui.incident_pages import head, load
from canmou.webui.languages import told
from canmou.webui.pages.base import Link
from canmou.webui.pages.readiness_registers import MovingPage
from canmou.webui.readiness.access import communities, may_see_people
from canmou.webui.readiness.rounds import last_gone_through
from canmou.webui.services import rulebase, store
from canmou.webui.timewords import now

blueprint = Blueprint("moving", __name__)
NEEDED = ("hazards", "people", "shelters", "movers", "receivers", "volunteers", "supplies")


@blueprint.get("/incident/<incident>/moving")
@login_required
def overview(incident: str) -> str:
    """Show the list for the community of the incident."""
    state = load(incident)
    offices = communities()
    office = _community_of(state, offices, request.args.get("office"))
    allowed = office is not None and may_see_people(office)
    found = None
    counts: dict[str, int] = {}
    if office is not None:
        rows = {
            name: [r.values for r in register_rows(store(), office.id, name, personal=allowed)]
            for name in NEEDED
        }
        counts = {name: len(rows[name]) for name in NEEDED}
        if allowed:
            kinds = kinds_threatening(state.incident_types, rulebase())
            since = last_gone_through(office.id)
            found = moving_list(kinds, rows, now().date(), since)
            note = gettext("转移名单 %(incident)s", incident=state.id)
            for name in NEEDED:
                if rows[name] and registers()[name].personal:
                    log_viewing(
                        store(), office.id, name, author=me().name, at=now(), note=note,
                        number=len(rows[name]),
                    )  # fmt: skip
    people = registers()["people"].columns
    page = MovingPage(
        head=head(state),
        allowed=allowed,
        office=office,
        offices=tuple(
            Link(
                words=told(one.name),
                url=url_for(".overview", incident=incident, office=one.id),
                current=office is not None and one.id == office.id,
            )
            for one in offices
        ),
        found=found,
        counts=counts,
        needs=dict(people["need"].choices),
        mobility=dict(people["mobility"].choices),
        uses=dict(registers()["supplies"].columns["use"].choices),
        registers_url=url_for("readiness.registers", office=office.id) if office else None,
    )
    return render_template("readiness/moving.html", page=page)


def _community_of(
    state: IncidentState, offices: tuple[Office, ...], asked: str | None
) -> Office | None:
    """Return the community of an incident: asked for, its own, or the one its place names."""
    if asked is not None:
        return next((o for o in offices if o.id == asked), None)
    own = next((o for o in offices if o.id == state.office), None)
    if own is not None:
        return own
    named = state.place.community
    return next((o for o in offices if named and o.area.get("community") == named), None)
