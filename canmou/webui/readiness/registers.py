"""登记册: all registers of a community, one of them, destruction of its personal data."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_login import login_required
from werkzeug.wrappers import Response

from canmou.casebase import readiness_registers as kept
from canmou.readiness.registers import registers
from canmou.readiness.upkeep import stale
from canmou.webui.accounts import may, me, names_of_people
from canmou.webui.pages.readiness_registers import RegisterLine, RegistersPage
from canmou.webui.readiness.access import (
    blueprint,
    community,
    head,
    may_see_people,
    require_people,
)
from canmou.webui.readiness.register_views import find_register, shown_register
from canmou.webui.readiness.rounds import last_gone_through
from canmou.webui.services import store
from canmou.webui.timewords import now


@blueprint.get("/<office>/registers", endpoint="registers")
@login_required
def overview(office: str) -> str:
    """List the registers, with what is stale in them."""
    place = community(office)
    today, since = now().date(), last_gone_through(office)
    lines = []
    for name, register in registers().items():
        rows = kept.register_rows(store(), office, name, personal=False)
        lines.append(
            RegisterLine(
                register_=register,
                url=url_for(".register", office=office, name=name),
                count=len(rows),
                stale=sum(stale(register, row.values, today, since) is not None for row in rows),
            )
        )
    page = RegistersPage(
        head=head(place),
        lines=tuple(lines),
        since=since,
        openings=kept.openings(store(), office) if may_see_people(place) else (),
        labels={name: one.label for name, one in registers().items()},
        people=names_of_people(),
        today=today,
    )
    return render_template("readiness/registers.html", page=page)


@blueprint.get("/<office>/registers/<name>")
@login_required
def register(office: str, name: str) -> str:
    """Show one register; opening personal data is written down."""
    place = community(office)
    return shown_register(place, name)


@blueprint.post("/<office>/registers/<name>/destroy")
@login_required
def register_destroyed(office: str, name: str) -> Response:
    """Destroy the personal data of a register; the other columns stay."""
    place = community(office)
    require_people(place)
    if not may("destroy_personal"):
        abort(403)
    find_register(name)
    reason = request.form.get("reason", "").strip()
    if not reason:
        flash(gettext("请写明为什么销毁。"), "mistake")
        return redirect(url_for(".register", office=office, name=name))
    count = kept.destroy_register_personal(
        store(), office, name, reason[:200], author=me().name, at=now()
    )
    flash(ngettext("已销毁 %(num)s 行的个人信息。", "已销毁 %(num)s 行的个人信息。", count), "good")
    return redirect(url_for(".register", office=office, name=name))
