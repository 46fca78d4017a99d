"""记录: the log of an incident, orders, further calls, handing over, ending."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import login_required

from canmou import casebase
from canmou.casebase import Caller, CasebaseError, Event, IncidentState
from canmou.webui.accounts import may, me, names_of_people, requires
from canmou.webui.event_words import event_words
from canmou.webui.incident_pages import head, load, title_of, visible_offices
from canmou.webui.languages import told
from canmou.webui.pages.journal import EventView, LogPage
from canmou.webui.replies import Reply
from canmou.webui.services import store
from canmou.webui.timewords import now

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
        linked=tuple((one.other, one.relation) for one in state.linked),
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


@blueprint.post("/link")
@requires("tick")
def link(incident: str) -> Reply:
    """关联: another incident has to do with this one."""
    other = load(request.form.get("other", ""))
    return _written(
        incident,
        "relation",
        lambda state, text: casebase.link(
            store(), state.id, other.id, text, author=me().name, at=now()
        ),
    )


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
