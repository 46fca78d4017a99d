"""值班台: open incidents, the most urgent clock first."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext
from flask_login import login_required

from canmou import casebase
from canmou.casebase import IncidentState
from canmou.engine import AnswerError, FactsError
from canmou.webui.accounts import may, me
from canmou.webui.archive import personal_view
from canmou.webui.incident_pages import duty_book, grade_view, head, visible_offices
from canmou.webui.pages.desk import (
    DeskPage,
    EndedPage,
    FoundRow,
    IncidentRow,
    OrderRow,
    SearchPage,
)
from canmou.webui.services import assessed, store

blueprint = Blueprint("desk", __name__)
ENDED_ON_A_PAGE = 30
FRESH_ENOUGH = timedelta(minutes=5)


@blueprint.get("/")
@login_required
def overview() -> str:
    """Show what is open."""
    states = casebase.open_incidents(store(), offices=visible_offices())
    rows = sorted((_row(state) for state in states), key=_urgency)
    page = DeskPage(
        incidents=tuple(rows),
        orders=tuple(order for state in states for order in _orders(state)),
        handovers=tuple(head(s) for s in states if _waits_for_me(s)),
        ended=len(casebase.closed_incidents(store(), offices=visible_offices(), limit=1)),
        may_take_calls=may("take_call"),
    )
    return render_template("desk.html", page=page)


def _row(state: IncidentState) -> IncidentRow:
    url = url_for("result.overview", incident=state.id)
    try:
        made = assessed(state, FRESH_ENOUGH)
    except (AnswerError, FactsError) as error:
        return IncidentRow(head=head(state), url=url, problem=error.text)
    book = duty_book(state, made)
    to_do = [view for view in book.first() if view.duty.modality != "must_not"]
    running = [c for c in book.clocks() if c.tick is None and not c.elsewhere]
    return IncidentRow(
        head=head(state),
        url=url,
        duty=to_do[0] if to_do else None,
        duties_left=len(to_do),
        clock=running[0] if running else None,
        late=sum(clock.late for clock in running),
        grade=grade_view(made.assessment),
    )


def _urgency(row: IncidentRow) -> tuple[bool, datetime, float]:
    """Late clocks first, then by the time left, then the newest."""
    due = row.clock.due if row.clock else datetime.max
    return (not row.late, due, -row.head.learned_at.timestamp())


def _orders(state: IncidentState) -> list[OrderRow]:
    return [
        OrderRow(
            url=url_for("journal.log", incident=state.id, _anchor="orders"),
            title=head(state).title,
            text=order.text,
            due=order.due,
        )
        for order in state.orders
        if not order.finished
    ]


def _waits_for_me(state: IncidentState) -> bool:
    return any(h.taken_at is None and h.to == me().name for h in state.handovers)


@blueprint.get("/ended")
@login_required
def ended() -> str:
    """Show incidents whose handling is over."""
    number = max(request.args.get("page", 1, type=int), 1)
    states = casebase.closed_incidents(
        store(),
        offices=visible_offices(),
        limit=ENDED_ON_A_PAGE + 1,
        offset=(number - 1) * ENDED_ON_A_PAGE,
    )
    page = EndedPage(
        incidents=tuple(head(state) for state in states[:ENDED_ON_A_PAGE]),
        personal_due=frozenset(
            state.id for state in states[:ENDED_ON_A_PAGE] if personal_view(state).due
        ),
        page=number,
        more=len(states) > ENDED_ON_A_PAGE,
    )
    return render_template("ended.html", page=page)


@blueprint.get("/search")
@login_required
def search() -> str:
    """Find incidents and past cases by words."""
    words = request.args.get("q", "").strip()
    hits = casebase.search(store(), words) if words else ()
    offices = visible_offices()
    found = []
    for hit in hits:
        if hit.kind == "incident":
            state = casebase.load_incident(store(), hit.id)
            if offices and state.office not in offices:
                continue
            url, kind = url_for("result.overview", incident=hit.id), gettext("事件")
        else:
            url, kind = url_for("result.case", case=hit.id), gettext("案例")
        found.append(FoundRow(title=hit.title, excerpt=hit.excerpt, url=url, kind=kind))
    return render_template("search.html", page=SearchPage(words=words, found=tuple(found)))
