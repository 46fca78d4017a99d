"""One incident: first-minute card, calls, ticks, live panel."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import login_required
from werkzeug.wrappers import Response

from canmou import casebase
from canmou.casebase import CasebaseError, IncidentState
from canmou.casebase.work_events import Outcome
from canmou.engine.records import Text
from canmou.webui.accounts import me, names_of_people, requires
from canmou.webui.answers import standing_texts
from canmou.webui.first_minute import card_view, cards_of
from canmou.webui.incident_pages import duty_book, head, load, panel
from canmou.webui.languages import local_path, told
from canmou.webui.pages.first_minute import FirstMinutePage
from canmou.webui.services import assessed, rulebase, store
from canmou.webui.telephones import numbers
from canmou.webui.timewords import now

blueprint = Blueprint("incident", __name__, url_prefix="/incident/<incident>")


@blueprint.get("/")
@login_required
def first_page(incident: str) -> Response:
    """Lead to the result: the page that one comes back to."""
    return redirect(url_for("result.overview", incident=incident))


@blueprint.get("/first-minute")
@login_required
def first_minute(incident: str) -> str:
    """Show whom to call, what not to do, what to do first, what to ask."""
    state = load(incident)
    rules = rulebase()
    page = FirstMinutePage(
        head=head(state),
        card=card_view(
            cards_of(state.incident_types, rules),
            rules,
            numbers(state.office),
            state,
            standing_texts(state, rules),
        ),
        people=names_of_people(),
        panel=panel(state),
    )
    return render_template("first_minute.html", page=page)


@blueprint.get("/panel")
@login_required
def live_panel(incident: str) -> str:
    """Return the live panel alone, for the pages that renew it."""
    return render_template("_panel.html", page=panel(load(incident)))


def go_back(incident: str) -> Response:
    """Return to the page that a button stands on."""
    default = url_for("result.overview", incident=incident)
    return redirect(local_path(request.form.get("back"), default))


def attempt(incident: str, step: Callable[[IncidentState], object]) -> Response:
    """Do one step that a button stands for; what went wrong is said on the page it stands on."""
    state = load(incident)
    try:
        step(state)
    except CasebaseError as error:
        flash(f"{gettext('没有存上')}：{told(error.text)}", "mistake")
    return go_back(incident)


@blueprint.post("/calls")
@requires("tick")
def call_made(incident: str) -> Response:
    """Write down that somebody was called."""
    party = request.form.get("party", "")
    known = rulebase().parties.get(party)
    name = request.form.get("label", "").strip()
    label = known.label if known else Text(zh=name, en=name)
    if not label.zh:
        flash(gettext("请写打给了谁。"), "mistake")
        return go_back(incident)
    number = request.form.get("number", "").strip() or None
    return attempt(
        incident,
        lambda state: casebase.call_out(
            store(), state.id, party or "other", label,
            number=number, author=me().name, at=now(),
        ),
    )  # fmt: skip


@blueprint.post("/calls/<int:call>")
@requires("tick")
def call_answered(incident: str, call: int) -> Response:
    """Write down how a call went (叫应)."""
    given = request.form.get("outcome")
    outcome: Outcome | None = next((o for o in get_args(Outcome) if o == given), None)
    if outcome is None:
        abort(400)

    def step(state: IncidentState) -> object:
        after = casebase.call_answered(store(), state.id, call, outcome, author=me().name, at=now())
        if outcome == "answered":
            _tick_calls(after, call)
        return after

    return attempt(incident, step)


def _tick_calls(state: IncidentState, call: int) -> None:
    """Tick the duties of this level that were to call whoever has just answered."""
    reached = next(one.party for one in state.calls if one.number == call)
    actions = rulebase().actions
    for view in duty_book(state, assessed(state)).now("mine"):
        duty = view.duty
        if duty.kind != "call" or duty.modality == "must_not" or view.tick is not None:
            continue
        if reached in {actions[duty.action].reaches, *duty.to}:
            casebase.tick(
                store(), state.id, duty.key, duty.text, author=me().name, at=now(),
                note=gettext("电话已接通"),
            )  # fmt: skip


@blueprint.post("/ticks")
@requires("tick")
def tick(incident: str) -> Response:
    """Tick a duty off. The key may be of a duty that a correction has just taken away."""
    key = request.form.get("key", "")

    def step(state: IncidentState) -> object:
        duties = assessed(state).assessment.duties
        text = next((duty.text for duty in duties if duty.key == key), None)
        if text is None:
            raise casebase.NotPossible(
                "这项任务已不在清单上，请看最新的结果。",
                "This duty is no longer on the list; look at the present result.",
            )
        note = request.form.get("note", "").strip() or None
        return casebase.tick(store(), state.id, key, text, note=note, author=me().name, at=now())

    return attempt(incident, step)


@blueprint.post("/unticks")
@requires("tick")
def untick(incident: str) -> Response:
    """Take a tick back."""
    key = request.form.get("key", "")
    reason = request.form.get("reason", "").strip() or gettext("勾错了")
    return attempt(
        incident,
        lambda state: casebase.untick(store(), state.id, key, reason, author=me().name, at=now()),
    )
