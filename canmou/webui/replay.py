"""回放: firing by firing on the graph, with calls, orders and reports on the same time line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext
from flask_login import login_required
from markupsafe import Markup

from canmou import casebase
from canmou.casebase import Event, IncidentState
from canmou.engine.explanation.replay import Step
from canmou.engine.explanation.replay import replay as steps_of
from canmou.webui.accounts import names_of_people
from canmou.webui.event_words import event_words
from canmou.webui.explanation_tabs import explanation_tabs
from canmou.webui.frame import short_release
from canmou.webui.graph_views import (
    GraphViews,
    IncidentSubject,
    conclusion_options,
    first_conclusion,
)
from canmou.webui.incident_pages import head, load
from canmou.webui.languages import told
from canmou.webui.pages.replay import Moment, MomentKind, ReplayPage
from canmou.webui.services import assessed, rulebase, services, store
from canmou.webui.timewords import now

blueprint = Blueprint("replay", __name__, url_prefix="/incident/<incident>")
KINDS: dict[str, MomentKind] = {
    "opened": "fact", "facts_changed": "fact", "answered": "fact", "corrected": "fact",
    "settled": "fact", "withdrawn": "fact", "call_in": "call", "call_out": "call",
    "call_answered": "call", "order_received": "order", "order_passed": "order",
    "order_reported": "order", "report_saved": "report", "report_signed": "report",
    "report_sent": "report", "report_receipted": "report", "duty_done": "duty",
    "duty_undone": "duty",
}  # fmt: skip
LEFT_OUT = {"assessed"}
"""The log notes the result in short after each step; here the steps themselves stand."""
MOST_ASSESSED = 40
"""How many changes of the facts are assessed again; older ones count as one."""


def kind_words() -> dict[MomentKind, str]:
    """Return the words for the kinds of lines."""
    return {
        "firing": gettext("推理"),
        "fact": gettext("情况"),
        "call": gettext("电话"),
        "order": gettext("指令"),
        "report": gettext("报告"),
        "duty": gettext("任务"),
        "other": gettext("其他"),
    }


@blueprint.get("/replay")
@login_required
def overview(incident: str) -> str:
    """Show the time line of one conclusion, at one line of it."""
    state = load(incident)
    made = assessed(state)
    options = conclusion_options(made.assessment)
    known = {o.key: o.words for group in options for o in group.options}
    wanted = request.args.get("of", "")
    of = wanted if wanted in known else first_conclusion(made.assessment)
    views = GraphViews(IncidentSubject(state, made), made.assessment, of)
    history = casebase.events(store(), state.id)
    moments = _moments(state, history, steps_of(made.assessment, of), views, of)
    here = min(max(request.args.get("step", 0, type=int), 0), len(moments))
    drawn, problem = views.svg(None)

    def line(number: int) -> str:
        return _line(state.id, of, number)

    page = ReplayPage(
        head=head(state),
        tabs=explanation_tabs(incident, "replay.overview"),
        release=short_release(made.assessment.release),
        of=of,
        title=known[of],
        options=options,
        svg=_until(drawn, moments, here) if drawn is not None else None,
        problem=problem,
        moments=moments,
        here=here,
        first_url=line(1),
        back_url=line(here - 1) if here > 1 else None,
        next_url=line(here + 1) if here < len(moments) else None,
        all_url=line(0),
    )
    return render_template("replay.html", page=page)


def _line(incident: str, of: str, number: int) -> str:
    return url_for(".overview", incident=incident, of=of, step=number or None, _anchor="stage")


def _moments(
    state: IncidentState,
    history: Sequence[Event],
    steps: Sequence[Step],
    views: GraphViews,
    of: str,
) -> tuple[Moment, ...]:
    """Return log and steps as one line: a step stands after the event that brought it."""
    since = _since(history, state, [step.firing for step in steps])
    people, words = names_of_people(), kind_words()
    calls = {call.number: told(call.label) for call in state.calls}
    drawn = views.steps()
    found: list[Moment] = []
    for event in history:
        if event.kind not in LEFT_OUT:
            kind: MomentKind = KINDS.get(event.kind, "other")
            found.append(
                Moment(
                    number=len(found) + 1,
                    kind=kind,
                    kind_words=words[kind],
                    at=event.time,
                    words=event_words(event, calls),
                    by=people.get(event.author, event.author),
                    url=_line(state.id, of, len(found) + 1),
                )
            )
        for step, view in zip(steps, drawn, strict=True):
            if since.get(step.firing) == event.number:
                found.append(
                    Moment(
                        number=len(found) + 1,
                        kind="firing",
                        kind_words=words["firing"],
                        at=event.time,
                        words=told(view.words),
                        box=view.box,
                        shown=view.shown,
                        url=_line(state.id, of, len(found) + 1),
                    )
                )
    return tuple(found)


def _since(
    history: Sequence[Event], state: IncidentState, firings: Sequence[int]
) -> dict[int, int]:
    """Return for each firing the event since which it has come out as it does now."""
    changing = [e.number for e in history if KINDS.get(e.kind) == "fact"]
    kept = [changing[0], *changing[1:][-MOST_ASSESSED:]]
    final = {f.number: f for f in assessed(state).assessment.firings}
    wanted = {n: (final[n].step, final[n].status) for n in firings if n in final}
    found = dict.fromkeys(wanted, kept[-1])
    holding = set(wanted)
    for number in reversed(kept):
        then = casebase.fold([e for e in history if e.number <= number])
        made = services().assessed(then, rulebase(), now()).assessment
        came_out = {(f.step, f.status) for f in made.firings}
        holding = {n for n in holding if wanted[n] in came_out}
        found.update(dict.fromkeys(holding, number))
        if not holding:
            break
    return found


def _until(drawn: Markup, moments: Sequence[Moment], here: int) -> Markup:
    """Return the drawing with what comes after a line faded: for pages without a script."""
    if not here:
        return drawn
    shown = {box for one in moments[:here] for box in one.shown.split()}
    current = moments[here - 1].box

    def mark(found: re.Match[str]) -> str:
        box, classes = found[1], found[2]
        extra = " now" if box == current else "" if box in shown else " later"
        return f'id="{box}" class="{classes}{extra}"'

    marked = re.sub(r'id="(n\d+)" class="(node[^"]*)"', mark, str(drawn))
    return Markup(marked)  # noqa: S704 - our own drawing with class names added
