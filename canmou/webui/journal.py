"""记录: the log of an incident, orders, further calls, handing over, ending, correcting facts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_login import login_required
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Length

from canmou import casebase
from canmou.casebase import Caller, CasebaseError, Event, FactsChange, IncidentState, Place
from canmou.webui.accounts import may, me, names_of_people, requires
from canmou.webui.event_words import event_words
from canmou.webui.incident_pages import head, load, title_of, visible_offices
from canmou.webui.intake import LONGEST_LINE, moment_field
from canmou.webui.languages import told
from canmou.webui.pages.journal import EventView, FactsPage, LogPage
from canmou.webui.replies import Reply
from canmou.webui.services import rulebase, store
from canmou.webui.timewords import now
from canmou.webui.type_options import type_groups, type_matches
from canmou.webui.writing import write_facts

blueprint = Blueprint("journal", __name__, url_prefix="/incident/<incident>")
CHANGING = {"answered", "corrected", "settled", "withdrawn", "facts_changed"}


@blueprint.get("/log")
@login_required
def log(incident: str) -> str:
    """Show everything that was written down, the newest first."""
    return _shown(load(incident))


def _shown(state: IncidentState, problem: str | None = None) -> str:
    people = names_of_people()
    offices = visible_offices()
    history = casebase.events(store(), state.id)
    others = [s for s in casebase.open_incidents(store(), offices=offices) if s.id != state.id]
    page = LogPage(
        head=head(state),
        events=tuple(_event(state, event, people) for event in reversed(history)),
        calls=state.calls,
        orders=state.orders,
        handovers=state.handovers,
        transfers=state.transfers,
        people=people,
        colleagues=_colleagues(offices),
        others=tuple((s.id, f"{title_of(s)} · {s.one_line}") for s in others),
        is_holder=state.holder == me().name,
        may_take_over=may("tick") and not state.closed and state.holder != me().name,
        may_close=may("close") and not state.closed,
        may_reopen=may("close") and state.closed,
        chain_good=casebase.verify_incident(store(), state.id).ok,
        problem=problem,
        typed={k: v for k, v in request.form.items() if k != "csrf_token"} if problem else {},
    )
    return render_template("log.html", page=page)


def _colleagues(offices: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (user.name, user.display_name)
        for user in casebase.users(store())
        if user.active
        and user.id != me().id
        and casebase.allowed(user.role, "tick")
        and (not offices or user.office in offices)
    )


def _event(state: IncidentState, event: Event, people: dict[str, str]) -> EventView:
    change = None
    calls = {call.number: told(call.label) for call in state.calls}
    if event.kind in CHANGING:
        change = url_for("result.overview", incident=state.id, changed=event.number)
    return EventView(
        number=event.number,
        kind=event.kind,
        words=event_words(event, calls),
        by=people.get(event.author, event.author),
        at=event.time,
        change_url=change,
    )


def _written(incident: str, needed: str, step: Callable[[IncidentState, str], object]) -> Reply:
    """Do a step that needs a text; the page comes back with all that was typed if it fails."""
    state = load(incident)
    text = request.form.get(needed, "").strip()
    if not text:
        return _shown(state, gettext("还没有写内容。")), 422
    try:
        step(state, text)
    except CasebaseError as error:
        return _shown(load(incident), told(error.text)), 503
    return redirect(url_for(".log", incident=incident))


@blueprint.post("/notes")
@requires("tick")
def note(incident: str) -> Reply:
    """Add a note."""
    return _written(
        incident,
        "note",
        lambda state, text: casebase.note(store(), state.id, text, author=me().name, at=now()),
    )


@blueprint.post("/calls-in")
@requires("take_call")
def call_in(incident: str) -> Reply:
    """Write down a further call about the same incident."""
    caller = Caller(
        name=request.form.get("caller_name", "").strip() or None,
        number=request.form.get("caller_number", "").strip() or None,
    )
    return _written(
        incident,
        "call_in",
        lambda state, text: casebase.call_in(
            store(), state.id, text, caller=caller, author=me().name, at=now()
        ),
    )


@blueprint.post("/orders")
@requires("tick")
def order(incident: str) -> Reply:
    """Write down an order from above."""
    due = _moment(request.form.get("order_due", ""))
    return _written(
        incident,
        "order_text",
        lambda state, text: casebase.order_received(
            store(), state.id, request.form.get("order_from", "").strip() or gettext("上级"), text,
            due=due, author=me().name, at=now(),
        ),
    )  # fmt: skip


def _moment(written: str) -> datetime | None:
    try:
        return datetime.fromisoformat(written) if written else None
    except ValueError:
        return None


@blueprint.post("/orders/<int:number>/passed")
@requires("tick")
def order_passed(incident: str, number: int) -> Reply:
    """Write down to whom an order was passed on (传)."""
    return _written(
        incident,
        "passed_to",
        lambda state, text: casebase.order_passed(
            store(), state.id, number, text, author=me().name, at=now()
        ),
    )


@blueprint.post("/orders/<int:number>/reported")
@requires("tick")
def order_reported(incident: str, number: int) -> Reply:
    """Write down what was reported back about an order."""
    return _written(
        incident,
        "reported",
        lambda state, text: casebase.order_reported_back(
            store(), state.id, number,
            next((o.from_ for o in state.orders if o.number == number), ""), text,
            author=me().name, at=now(),
        ),
    )  # fmt: skip


@blueprint.post("/handover")
@requires("tick")
def hand_over(incident: str) -> Reply:
    """交班."""
    return _written(
        incident,
        "hand_to",
        lambda state, text: casebase.hand_over(
            store(), state.id, text, request.form.get("open_matters", "").strip(),
            author=me().name, at=now(),
        ),
    )  # fmt: skip


@blueprint.post("/takeover")
@requires("tick")
def take_over(incident: str) -> Reply:
    """接班."""
    state = load(incident)
    try:
        casebase.take_over(store(), state.id, author=me().name, at=now())
    except CasebaseError as error:
        flash(told(error.text), "mistake")
    return redirect(url_for(".log", incident=incident))


@blueprint.post("/transfer")
@requires("take_call")
def transfer(incident: str) -> Reply:
    """移送."""
    return _written(
        incident,
        "transfer_to",
        lambda state, text: casebase.transfer(
            store(), state.id, text,
            request.form.get("transfer_reason", "").strip() or state.one_line,
            author=me().name, at=now(),
        ),
    )  # fmt: skip


@blueprint.post("/transfer/<int:number>/accepted")
@requires("take_call")
def transfer_accepted(incident: str, number: int) -> Reply:
    """Write down who took the matter over."""
    return _written(
        incident,
        "accepted_by",
        lambda state, text: casebase.transfer_accepted(
            store(), state.id, number, text, author=me().name, at=now()
        ),
    )


@blueprint.post("/merge")
@requires("take_call")
def merge(incident: str) -> Reply:
    """归并: this was a second call about another incident."""
    state = load(incident)
    into = load(request.form.get("into", ""))
    try:
        casebase.merge(store(), state.id, into.id, author=me().name, at=now())
    except CasebaseError as error:
        return _shown(load(incident), told(error.text)), 409
    return redirect(url_for(".log", incident=into.id))


@blueprint.post("/close")
@requires("close")
def close(incident: str) -> Reply:
    """处置结束."""
    return _written(
        incident,
        "outcome",
        lambda state, text: casebase.close(store(), state.id, text, author=me().name, at=now()),
    )


@blueprint.post("/reopen")
@requires("close")
def reopen(incident: str) -> Reply:
    """Go on with an incident that was ended."""
    return _written(
        incident,
        "reopen_reason",
        lambda state, text: casebase.reopen(store(), state.id, text, author=me().name, at=now()),
    )


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
def facts(incident: str) -> Reply:
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
