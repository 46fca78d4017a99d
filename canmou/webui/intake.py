"""接报登记: a type and one line are enough to start."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateTimeLocalField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, Optional

from canmou import casebase
from canmou.casebase import Caller, CasebaseError, IncidentState, OpenIncident, Place
from canmou.engine.rulebase.rulebase import UNDETERMINED
from canmou.webui.accounts import me, my_office, requires
from canmou.webui.incident_pages import nature_words, visible_offices
from canmou.webui.languages import current, told
from canmou.webui.pages.intake import IntakePage
from canmou.webui.replies import Reply
from canmou.webui.services import rulebase, services, store
from canmou.webui.timewords import now
from canmou.webui.type_options import type_groups, type_matches

blueprint = Blueprint("intake", __name__, url_prefix="/intake")
STATUS_OF_NATURE = {"occurred": "occurred", "alert": "imminent"}
CLOCKS_DIFFER = timedelta(minutes=5)
LONGEST_LINE = 500
AREA_PARTS = ("province", "city", "county", "township", "community")
BAD_TIME = _l("时间写成 2026-11-22 03:14 的样子。")


class MomentField(DateTimeLocalField):
    """A moment; what cannot be read stays in the box, with a note beside it."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read a moment as browsers and people write it."""
        written = [value.strip().replace("/", "-") for value in valuelist]
        if not any(written):
            self.data = None
            return
        try:
            super().process_formdata(written)
        except ValueError as error:
            raise ValueError(BAD_TIME) from error


def moment_field(label: str) -> MomentField:
    """Return a field for a moment."""
    return MomentField(
        label, [Optional()], format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]
    )


class IntakeForm(FlaskForm):
    """What is written down while the caller is on the line."""

    words = StringField(_l("什么事？"), [Length(max=200)])
    types = SelectMultipleField(_l("事件类型"), validate_choice=False)
    nature = RadioField(_l("这是"), default="occurred")
    one_line = TextAreaField(_l("一句话情况"), [Length(max=LONGEST_LINE)])
    learned_at = moment_field(_l("接报时间"))
    occurred_at = moment_field(_l("事发时间"))
    office = SelectField(_l("发生在"), validate_choice=False)
    place = StringField(_l("具体地点"), [Length(max=200)])
    caller_name = StringField(_l("谁报的"), [Length(max=100)])
    caller_number = StringField(_l("回拨电话"), [Length(max=40)])
    transfer_to = StringField(_l("移送给谁"), [Length(max=200)])
    transfer_accepted_by = StringField(_l("对方谁接收"), [Length(max=100)])


@blueprint.route("/", methods=["GET", "POST"])
@requires("take_call")
def register() -> Reply:
    """Take a call: show the form, or open the incident and go to its first-minute card."""
    form = _form()
    if request.method == "GET":
        form.learned_at.process_data(now())
        form.types.data = [t for t in request.args.getlist("type") if rulebase().type_id(t)]
        return _shown(form)
    if request.form.get("action") == "find":
        return _shown(form)
    if not _complete(form):
        return _shown(form), 422
    try:
        state = _open(form)
    except CasebaseError as error:
        return _shown(form, told(error.text)), 503
    return redirect(url_for("incident.first_minute", incident=state.id))


@blueprint.get("/types")
@requires("take_call")
def types() -> str:
    """Return the types that fit some words, for the search as one types."""
    matches = type_matches(request.args.get("words", ""), request.args.getlist("types"))
    return render_template("_type_matches.html", page=matches)


@blueprint.get("/sample")
@requires("take_call")
def sample() -> str:
    """Show the form filled with an invented call, to try the application."""
    form = _form()
    form.types.data = ["gas_leak"]
    form.learned_at.process_data(now())
    form.one_line.data = gettext("【试用】三楼楼道燃气味很重，楼里有老人，还没有人停气。")
    form.place.data = gettext("幸福小区 3 号楼 2 单元")
    form.caller_name.data = gettext("三楼住户")
    return _shown(form, is_sample=True)


def _form() -> IntakeForm:
    form = IntakeForm()
    form.nature.choices = list(nature_words().items())
    below = visible_offices() or tuple(office.id for office in casebase.offices(store()))
    names = {office.id: told(office.name) for office in casebase.offices(store())}
    form.office.choices = [(i, names[i]) for i in below if i in names]
    if not form.office.data:
        form.office.data = me().office
    return form


def _complete(form: IntakeForm) -> bool:
    """Check what is needed to start; each note stands at its field."""
    good = form.validate_on_submit()
    form.types.data = [t for t in dict.fromkeys(form.types.data or ()) if rulebase().type_id(t)]
    if not form.types.data:
        only = services().type_index(rulebase()).find(form.words.data or "", limit=2)
        if len(only) == 1:
            form.types.data = [only[0].id]
        elif form.nature.data != "undetermined":
            form.types.errors = (gettext("请点选一个类型；说不清就选“情况不明”。"),)
            good = False
    if _offline(form.types.data):
        form.one_line.data = gettext("已线下报送")  # what it is about is not entered here
    if not (form.one_line.data or "").strip():
        form.one_line.errors = (gettext("请用一句话写下情况，例如“三楼有燃气味”。"),)
        good = False
    return _times_fit(form) and good


def _offline(types: list[str] | None) -> bool:
    """Tell whether only time and place of such an incident may be recorded here."""
    known = rulebase().incident_types
    return any(known[t].offline for t in types or () if t in known)


def _times_fit(form: IntakeForm) -> bool:
    """Check the two times against each other and against the clock."""
    if form.learned_at.errors or form.occurred_at.errors:
        return False
    learned = form.learned_at.data or now()
    if learned > now() + CLOCKS_DIFFER:
        form.learned_at.errors = (gettext("接报时间不能晚于现在。"),)
        return False
    happened = form.occurred_at.data
    if happened and form.nature.data != "alert" and happened > learned + CLOCKS_DIFFER:
        form.occurred_at.errors = (
            gettext("事发时间不能晚于接报时间；还没有发生的请选“预警、险情”。"),
        )
        return False
    return True


def _open(form: IntakeForm) -> IncidentState:
    """Open the incident; a transfer is written down in the same step."""
    office = form.office.data if form.office.data in dict(form.office.choices) else me().office
    area = casebase.office(store(), office).area if office else {}
    caller = None
    offline = _offline(form.types.data)
    if not offline and (form.caller_name.data or form.caller_number.data):
        caller = Caller(name=form.caller_name.data or None, number=form.caller_number.data or None)
    first = OpenIncident(
        incident_types=tuple(form.types.data or (UNDETERMINED,)),
        nature=form.nature.data,
        one_line=(form.one_line.data or "").strip(),
        status=STATUS_OF_NATURE.get(form.nature.data),
        learned_at=form.learned_at.data or now(),
        occurred_at=form.occurred_at.data,
        place=Place(
            **{part: area[part] for part in AREA_PARTS if area.get(part)},
            detail=(form.place.data or "").strip() or None,
        ),
        caller=caller,
        offline=offline,
    )
    who = me().name
    with store().writing():
        state = casebase.open_incident(store(), first, author=who, at=now(), office=office)
        if form.nature.data == "transferred" and form.transfer_to.data:
            state = casebase.transfer(
                store(), state.id, form.transfer_to.data, first.one_line, author=who, at=now()
            )
            if form.transfer_accepted_by.data:
                state = casebase.transfer_accepted(
                    store(), state.id, state.transfers[-1].number,
                    form.transfer_accepted_by.data, author=who, at=now(),
                )  # fmt: skip
    return state


def _shown(form: IntakeForm, problem: str | None = None, is_sample: bool = False) -> str:
    chosen = list(dict.fromkeys(form.types.data or ()))
    office = my_office()
    area = office.area if office else {}
    joined = ("" if current() == "zh" else ", ").join(area[p] for p in AREA_PARTS if area.get(p))
    page = IntakePage(
        form=form,
        matches=type_matches(form.words.data or "", chosen),
        groups=type_groups(chosen),
        area=joined,
        sample=is_sample,
        problem=problem,
    )
    return render_template("intake.html", page=page)
