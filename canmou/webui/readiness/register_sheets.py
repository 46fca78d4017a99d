"""登记册: a register as a spreadsheet, out and in."""

from __future__ import annotations

import io
from typing import Any

from flask import flash, redirect, request, send_file, url_for
from flask_babel import gettext, ngettext
from flask_login import login_required
from werkzeug.wrappers import Response

from canmou.casebase import readiness_registers as kept
from canmou.readiness.spreadsheets import export_sheet, import_sheet
from canmou.webui.accounts import me
from canmou.webui.languages import current, told
from canmou.webui.readiness.access import blueprint, community, require_people
from canmou.webui.readiness.register_views import find_register, known_values, shown_register
from canmou.webui.replies import Reply
from canmou.webui.services import store
from canmou.webui.timewords import now

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/<office>/registers/<name>.xlsx")
@login_required
def register_sheet(office: str, name: str) -> Response:
    """Send the register as a spreadsheet, or an empty one to fill in (``?empty=1``)."""
    place = community(office)
    found = find_register(name)
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
    found = find_register(name)
    sent = request.files.get("sheet")
    if sent is None or not sent.filename:
        return shown_register(place, name, problem=gettext("请先选一个 .xlsx 文件。")), 422
    read = import_sheet(found, sent.read(), today=now().date(), known=known_values(office, name))
    if read.mistakes:
        return shown_register(place, name, mistakes=read.mistakes), 422
    count = kept.replace_rows(
        store(), office, name, read.rows, found.personal, author=me().name, at=now()
    )
    flash(
        ngettext(
            "已导入 %(num)s 行，替换了原来的登记册。",
            "已导入 %(num)s 行，替换了原来的登记册。",
            count,
        ),
        "good",
    )
    return redirect(url_for(".register", office=office, name=name))
