"""One register as it is shown: its rows in words, what is stale, what columns may refer to."""

from __future__ import annotations

from datetime import date

from flask import abort, render_template, url_for
from flask_babel import gettext

from canmou.casebase import Office
from canmou.casebase import readiness_registers as kept
from canmou.readiness.registers import Column, Register, registers, value_words
from canmou.readiness.spreadsheets import SheetMistake
from canmou.readiness.upkeep import stale
from canmou.webui.accounts import me, names_of_people
from canmou.webui.languages import current
from canmou.webui.pages.readiness_registers import RegisterPage, RowView
from canmou.webui.readiness.access import head, may_see_people, may_work
from canmou.webui.readiness.rounds import last_gone_through
from canmou.webui.services import store
from canmou.webui.timewords import now


def stale_words() -> dict[str, str]:
    """Return the words for why an entry can no longer be relied on."""
    return {
        "unchecked": gettext("上次自查以来没有核对"),
        "expired": gettext("已过期"),
        "findings_open": gettext("问题未改完"),
    }


def find_register(name: str) -> Register:
    """Return a register, or 404."""
    if name not in registers():
        abort(404)
    return registers()[name]


def known_values(office: str, name: str) -> dict[str, frozenset[str]]:
    """Return the values to which the columns of a register may refer."""
    found = {}
    for column in find_register(name).columns.values():
        if column.refers:
            other, field = column.refers.split(".")
            rows = kept.register_rows(store(), office, other, personal=False)
            found[column.refers] = frozenset(str(r.values.get(field)) for r in rows)
    return found


def shown_register(
    office: Office,
    name: str,
    mistakes: tuple[SheetMistake, ...] = (),
    problem: str | None = None,
) -> str:
    """Show one register; personal columns are left out for those who may not see them.

    That personal data was opened is written down.
    """
    found = find_register(name)
    hidden = bool(found.personal) and not may_see_people(office)
    columns = {k: c for k, c in found.columns.items() if not (hidden and c.personal)}
    rows = kept.register_rows(store(), office.id, name, personal=not hidden)
    if found.personal and rows and not hidden:
        kept.log_viewing(
            store(), office.id, name, author=me().name, at=now(), number=len(rows),
            note=gettext("登记册页面"),
        )  # fmt: skip
    since = last_gone_through(office.id)
    page = RegisterPage(
        head=head(office),
        name=name,
        register_=found,
        columns=tuple(columns.values()),
        rows=tuple(_row(office, name, row, columns, since) for row in rows),
        hidden=hidden,
        log=kept.register_log(store(), office.id, name),
        people=names_of_people(),
        mistakes=mistakes,
        problem=problem,
    )
    return render_template("readiness/register.html", page=page)


def _row(
    office: Office, name: str, row: kept.KeptRow, columns: dict[str, Column], since: date | None
) -> RowView:
    why = stale(registers()[name], row.values, now().date(), since)
    return RowView(
        id=row.id,
        cells=tuple(value_words(c, row.values.get(k), current()) for k, c in columns.items()),
        stale=stale_words().get(why or ""),
        url=url_for(".row", office=office.id, name=name, number=row.id),
        risk_url=url_for(".risk_new", office=office.id, hazard=row.id)
        if name == "hazards" and may_work(office)
        else None,
        checked_url=url_for(".row_checked", office=office.id, name=name, number=row.id)
        if why == "unchecked" and may_see_people(office)
        else None,
    )
