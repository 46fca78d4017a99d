"""登记册: one entry of a register: its form, kept or brought back, deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import login_required
from werkzeug.wrappers import Response

from canmou.casebase import CasebaseError, Office
from canmou.casebase import readiness_registers as kept
from canmou.engine.records import Text
from canmou.readiness.cells import CellMistake, cell_value, row_mistakes
from canmou.readiness.registers import value_words
from canmou.webui.accounts import me
from canmou.webui.languages import current
from canmou.webui.pages.readiness_registers import RowPage
from canmou.webui.readiness.access import blueprint, community, head, require_people
from canmou.webui.readiness.register_views import find_register, known_values
from canmou.webui.replies import Reply
from canmou.webui.services import store
from canmou.webui.timewords import now


@blueprint.get("/<office>/registers/<name>/row")
@blueprint.get("/<office>/registers/<name>/row/<int:number>")
@login_required
def row(office: str, name: str, number: int | None = None) -> str:
    """Show the form of a new row, or of one that is there."""
    place = community(office)
    require_people(place)
    found = find_register(name)
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
    known = known_values(office.id, name)
    page = RowPage(
        head=head(office),
        name=name,
        register_=find_register(name),
        number=number,
        typed=typed,
        options={k: tuple(sorted(v)) for k, v in known.items()},
        mistakes=mistakes,
        problem=problem,
    )
    return render_template("readiness/row.html", page=page)


@blueprint.post("/<office>/registers/<name>/row")
@blueprint.post("/<office>/registers/<name>/row/<int:number>")
@login_required
def row_saved(office: str, name: str, number: int | None = None) -> Reply:
    """Keep a row, or bring it back with a mistake at its field."""
    place = community(office)
    require_people(place)
    found = find_register(name)
    if number is not None:
        _row_or_404(office, name, number)
    typed = {k: request.form.get(k, "") for k in found.columns}
    values, mistakes = {}, {}
    for key, column in found.columns.items():
        try:
            values[key] = cell_value(column, typed[key], now().date())
        except CellMistake as mistake:
            mistakes[key] = mistake.text
    between = row_mistakes(found, values, known_values(office, name))
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


@blueprint.post("/<office>/registers/<name>/row/<int:number>/checked")
@login_required
def row_checked(office: str, name: str, number: int) -> Response:
    """Write down that a row was checked today and is right as it stands."""
    place = community(office)
    require_people(place)
    found = find_register(name)
    if found.checked is None:
        abort(404)
    values = {**_row_or_404(office, name, number).values, found.checked: f"{now():%Y-%m-%d}"}
    kept.save_row(
        store(), office, name, values, found.personal, author=me().name, at=now(), number=number
    )
    return redirect(url_for(".register", office=office, name=name) + f"#row-{number}")


@blueprint.post("/<office>/registers/<name>/row/<int:number>/remove")
@login_required
def row_removed(office: str, name: str, number: int) -> Response:
    """Delete a row."""
    place = community(office)
    require_people(place)
    _row_or_404(office, name, number)
    kept.remove_row(store(), office, number, author=me().name, at=now())
    return redirect(url_for(".register", office=office, name=name))
