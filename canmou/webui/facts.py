"""更正类型、时间、地点: what is known of an incident as a whole, corrected."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Length

from canmou import casebase
from canmou.casebase import CasebaseError, FactsChange, IncidentState, Place
from canmou.webui.accounts import me, requires
from canmou.webui.incident_pages import head, load
from canmou.webui.intake import LONGEST_LINE, moment_field
from canmou.webui.languages import told
from canmou.webui.pages.journal import FactsPage
from canmou.webui.replies import Reply
from canmou.webui.services import rulebase, store
from canmou.webui.timewords import now
from canmou.webui.type_options import type_groups, type_matches
from canmou.webui.writing import write_facts

blueprint = Blueprint("facts", __name__, url_prefix="/incident/<incident>")


class FactsForm(FlaskForm):
    """What is known of the incident as a whole."""

    words = StringField(_l("什么事？"), [Length(max=200)])
    types = SelectMultipleField(_l("事件类型"), validate_choice=False)
    status = RadioField(_l("现在的状态"), validate_choice=False)
    one_line = TextAreaField(_l("一句话情况"), [Length(max=LONGEST_LINE)])
    place = StringField(_l("具体地点"), [Length(max=200)])
    learned_at = moment_field(_l("接报时间"))
    occurred_at = moment_field(_l("事发时间"))
    stage = RadioField(_l("数字是"), validate_choice=False)
    reason = StringField(_l("为什么改（可不填）"), [Length(max=200)])


@blueprint.route("/facts", methods=["GET", "POST"])
@requires("answer")
def correct(incident: str) -> Reply:
    """Correct type, state, times, place; the result says what that changed."""
    state = load(incident)
    form = _facts_form(state)
    if request.method == "GET" or request.form.get("action") == "find":
        return _facts_shown(state, form)
    known = [t for t in dict.fromkeys(form.types.data or ()) if rulebase().type_id(t)]
    good = form.validate_on_submit()
    if not known and form.types.data != list(state.incident_types):
        form.types.errors = (gettext("至少选一个类型；说不清就选“情况不明”。"),)
        good = False
    if not good:
        return _facts_shown(state, form), 422
    change = _change(state, form)
    if not change.changed:
        return redirect(url_for("result.overview", incident=incident))
    numbers: list[int] = []

    def step() -> IncidentState:
        after = casebase.change_facts(store(), state.id, change, author=me().name, at=now())
        numbers.append(after.last)
        return after

    try:
        write_facts(step)
    except CasebaseError as error:
        return _facts_shown(state, form, told(error.text)), 503
    return redirect(url_for("result.overview", incident=incident, changed=numbers[-1]))


def _facts_form(state: IncidentState) -> FactsForm:
    form = FactsForm(
        data={
            "types": list(state.incident_types),
            "status": state.status or "",
            "one_line": state.one_line,
            "place": state.place.detail or "",
            "learned_at": state.learned_at,
            "occurred_at": state.occurred_at,
            "stage": state.stage,
        }
    )
    status = rulebase().measures.get("status")
    choices = [(key, told(label)) for key, label in status.choices.items()] if status else []
    form.stage.choices = [("initial", gettext("初步的")), ("final", gettext("调查核定的"))]
    form.status.choices = [*choices, ("", gettext("尚不清楚"))]
    return form


def _change(state: IncidentState, form: FactsForm) -> FactsChange:
    """Return only what differs from the present state."""
    wanted: dict[str, object] = {}
    types = tuple(dict.fromkeys(form.types.data or ()))
    if types and types != state.incident_types:
        wanted["incident_types"] = types
    if (form.status.data or None) != state.status:
        wanted["status"] = form.status.data or None
    line = (form.one_line.data or "").strip()
    if line and line != state.one_line:
        wanted["one_line"] = line
    detail = (form.place.data or "").strip() or None
    if detail != state.place.detail:
        wanted["place"] = Place(**{**state.place.model_dump(), "detail": detail})
    learned = form.learned_at.data
    if learned and learned != state.learned_at.replace(second=0):
        wanted["learned_at"] = learned
    happened = form.occurred_at.data
    if happened != (state.occurred_at.replace(second=0) if state.occurred_at else None):
        wanted["occurred_at"] = happened
    if form.stage.data and form.stage.data != state.stage:
        wanted["stage"] = form.stage.data
    if wanted and form.reason.data:
        wanted["reason"] = form.reason.data.strip()
    return FactsChange.model_validate(wanted)


def _facts_shown(state: IncidentState, form: FactsForm, problem: str | None = None) -> str:
    chosen = list(dict.fromkeys(form.types.data or ()))
    page = FactsPage(
        head=head(state),
        form=form,
        matches=type_matches(form.words.data or "", chosen),
        groups=type_groups(chosen),
        problem=problem,
    )
    return render_template("facts.html", page=page)
