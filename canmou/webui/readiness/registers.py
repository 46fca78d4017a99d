"""登记册: view, add, edit, delete, spreadsheet in and out, destruction of personal data."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext
from flask_login import login_required
from werkzeug.wrappers import Response

from canmou.casebase import CasebaseError, Office
from canmou.casebase import readiness_registers as kept
from canmou.engine.records import Text
from canmou.readiness.cells import CellMistake, cell_value, row_mistakes
from canmou.readiness.registers import Register, figures, registers, stale, value_words
from canmou.readiness.spreadsheets import SheetMistake, export_sheet, import_sheet
from canmou.webui.accounts import may, me, names_of_people
from canmou.webui.languages import current, told
from canmou.webui.pages.readiness import (
    RegisterLine,
    RegisterPage,
    RegistersPage,
    RowPage,
    RowView,
)
from canmou.webui.readiness.access import (
    blueprint,
    community,
    head,
    may_see_people,
    may_work,
    require_people,
)
from canmou.webui.replies import Reply
from canmou.webui.services import store
from canmou.webui.timewords import now

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def stale_words() -> dict[str, str]:
    """Return the words for why an entry can no longer be relied on."""
    return {
        "unchecked": gettext("超过 %(months)s 个月未核对", months=figures().stale_months),
        "expired": gettext("已过期"),
        "expiring": gettext("%(months)s 个月内到期", months=figures().soon_months),
        "findings_open": gettext("问题未改完"),
    }


def _register(name: str) -> Register:
    if name not in registers():
        abort(404)
    return registers()[name]


def _hidden(register: Register, office: Office) -> bool:
    """Whether personal columns are left out for this user."""
    return bool(register.personal) and not may_see_people(office)


@blueprint.get("/<office>/registers", endpoint="registers")
@login_required
def overview(office: str) -> str:
    """List the registers, with what is stale in them."""
    place = community(office)
    today = now().date()
    lines = []
    for name, register in registers().items():
        rows = kept.register_rows(store(), office, name, personal=False)
        lines.append(
            RegisterLine(
                register_=register,
                url=url_for(".register", office=office, name=name),
                count=len(rows),
                stale=sum(stale(register, row.values, today) is not None for row in rows),
            )
        )
    page = RegistersPage(
        head=head(place),
        lines=tuple(lines),
        figures=figures().told(),
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
    return _shown(place, name)


def _shown(
    office: Office,
    name: str,
    mistakes: tuple[SheetMistake, ...] = (),
    problem: str | None = None,
) -> str:
    found = _register(name)
    hidden = _hidden(found, office)
    columns = {k: c for k, c in found.columns.items() if not (hidden and c.personal)}
    today = now().date()
    rows = kept.register_rows(store(), office.id, name, personal=not hidden)
    if found.personal and rows and not hidden:
        kept.log_viewing(
            store(), office.id, name, author=me().name, at=now(), number=len(rows),
            note=gettext("登记册页面"),
        )  # fmt: skip
    page = RegisterPage(
        head=head(office),
        name=name,
        register_=found,
        columns=tuple(columns.values()),
        rows=tuple(
            RowView(
                id=row.id,
                cells=tuple(
                    value_words(c, row.values.get(k), current()) for k, c in columns.items()
                ),
                stale=stale_words().get(stale(found, row.values, today) or ""),
                url=url_for(".row", office=office.id, name=name, number=row.id),
                risk_url=url_for(".risk_new", office=office.id, hazard=row.id)
                if name == "hazards" and may_work(office)
                else None,
            )
            for row in rows
        ),
        hidden=hidden,
        log=kept.register_log(store(), office.id, name),
        people=names_of_people(),
        mistakes=mistakes,
        problem=problem,
    )
    return render_template("readiness/register.html", page=page)


@blueprint.get("/<office>/registers/<name>/row")
@blueprint.get("/<office>/registers/<name>/row/<int:number>")
@login_required
def row(office: str, name: str, number: int | None = None) -> str:
    """Show the form of a new row, or of one that is there."""
    place = community(office)
    require_people(place)
    found = _register(name)
    values: Mapping[str, Any] = {}
    if number is not None:
        values = _row_or_404(office, name, number).values
        if found.personal:
            kept.log_viewing(
                store(), office, name, author=me().name, at=now(), row=number,
                note=gettext("打开一条"),
            )  # fmt: skip
    typed = {k: value_words(c, values.get(k), current()) for k, c in found.columns.items()}
    return _form(place, name, number, typed, {})


def _row_or_404(office: str, name: str, number: int) -> kept.KeptRow:
    try:
        found = kept.register_row(store(), office, number, personal=True)
    except CasebaseError:
        abort(404)
    if found.register_name != name:
        abort(404)
    return found


def _form(
    office: Office,
    name: str,
    number: int | None,
    typed: dict[str, str],
    mistakes: dict[str, Text],
    problem: str | None = None,
) -> str:
    known = _known(office.id, name)
    page = RowPage(
        head=head(office),
        name=name,
        register_=_register(name),
        number=number,
        typed=typed,
        options={k: tuple(sorted(v)) for k, v in known.items()},
        mistakes=mistakes,
        problem=problem,
    )
    return render_template("readiness/row.html", page=page)


def _known(office: str, name: str) -> dict[str, frozenset[str]]:
    """Return the values to which the columns of a register may refer."""
    found = {}
    for column in _register(name).columns.values():
        if column.refers:
            other, field = column.refers.split(".")
            rows = kept.register_rows(store(), office, other, personal=False)
            found[column.refers] = frozenset(str(r.values.get(field)) for r in rows)
    return found


@blueprint.post("/<office>/registers/<name>/row")
@blueprint.post("/<office>/registers/<name>/row/<int:number>")
@login_required
def row_saved(office: str, name: str, number: int | None = None) -> Reply:
    """Keep a row, or bring it back with a mistake at its field."""
    place = community(office)
    require_people(place)
    found = _register(name)
    if number is not None:
        _row_or_404(office, name, number)
    typed = {k: request.form.get(k, "") for k in found.columns}
    values, mistakes = {}, {}
    for key, column in found.columns.items():
        try:
            values[key] = cell_value(column, typed[key], now().date())
        except CellMistake as mistake:
            mistakes[key] = mistake.text
    between = row_mistakes(found, values, _known(office, name))
    mistakes = {**between, **mistakes}
    same = [
        place_in_list
        for place_in_list, one in enumerate(
            kept.register_rows(store(), office, name, personal=True), start=1
        )
        if found.key_of(one.values) == found.key_of(values) and one.id != number
    ]
    if same and not mistakes:
        words = found.key_words()
        mistakes[found.key[0]] = Text(
            zh=f"和登记册第 {same[0]} 条重复：{words.zh}都一样；真是两条就把其中一栏写得不同",
            en=f"the same as entry {same[0]} of the register ({words.en}); if they are two, write"
            " one of these differently",
        )
    if mistakes:
        return _form(place, name, number, typed, mistakes), 422
    kept.save_row(
        store(), office, name, values, found.personal, author=me().name, at=now(), number=number
    )
    return redirect(url_for(".register", office=office, name=name))


@blueprint.post("/<office>/registers/<name>/row/<int:number>/remove")
@login_required
def row_removed(office: str, name: str, number: int) -> Response:
    """Delete a row."""
    place = community(office)
    require_people(place)
    _row_or_404(office, name, number)
    kept.remove_row(store(), office, number, author=me().name, at=now())
    return redirect(url_for(".register", office=office, name=name))


@blueprint.get("/<office>/registers/<name>.xlsx")
@login_required
def register_sheet(office: str, name: str) -> Response:
    """Send the register as a spreadsheet, or an empty one to fill in (``?empty=1``)."""
    place = community(office)
    found = _register(name)
    empty = "empty" in request.args
    rows: tuple[dict[str, Any], ...] = ()
    if not empty:
        if found.personal:
            require_people(place)
        rows = tuple(r.values for r in kept.register_rows(store(), office, name, personal=True))
        if found.personal:
            kept.log_viewing(
                store(), office, name, author=me().name, at=now(), number=len(rows),
                note=gettext("导出表格"),
            )  # fmt: skip
    content = export_sheet(found, rows, "en" if current() == "en" else "zh")
    return send_file(
        io.BytesIO(content),
        mimetype=XLSX,
        as_attachment=True,
        download_name=f"{told(found.label)}-{now():%Y%m%d}.xlsx",
    )


@blueprint.post("/<office>/registers/<name>/import")
@login_required
def register_imported(office: str, name: str) -> Reply:
    """Put a spreadsheet in place of the register; with any wrong cell nothing is changed."""
    place = community(office)
    require_people(place)
    found = _register(name)
    sent = request.files.get("sheet")
    if sent is None or not sent.filename:
        return _shown(place, name, problem=gettext("请先选一个 .xlsx 文件。")), 422
    read = import_sheet(found, sent.read(), today=now().date(), known=_known(office, name))
    if read.mistakes:
        return _shown(place, name, mistakes=read.mistakes), 422
    count = kept.replace_rows(
        store(), office, name, read.rows, found.personal, author=me().name, at=now()
    )
    flash(gettext("已导入 %(count)s 行，替换了原来的登记册。", count=count), "good")
    return redirect(url_for(".register", office=office, name=name))


@blueprint.post("/<office>/registers/<name>/destroy")
@login_required
def register_destroyed(office: str, name: str) -> Response:
    """Destroy the personal data of a register; the other columns stay."""
    place = community(office)
    require_people(place)
    if not may("destroy_personal"):
        abort(403)
    _register(name)
    reason = request.form.get("reason", "").strip()
    if not reason:
        flash(gettext("请写明为什么销毁。"), "mistake")
        return redirect(url_for(".register", office=office, name=name))
    count = kept.destroy_register_personal(
        store(), office, name, reason[:200], author=me().name, at=now()
    )
    flash(gettext("已销毁 %(count)s 行的个人信息。", count=count), "good")
    return redirect(url_for(".register", office=office, name=name))
