"""解释: the graph of the reasons, why not, what if, the smallest change. For every role."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask_babel import gettext
from flask_login import login_required

from canmou.casebase import IncidentState
from canmou.engine import AnswerError, FactsError, assess
from canmou.engine.assessment import Assessment
from canmou.engine.explanation import (
    SmallestChange,
    difference,
    smallest_changes,
    why_not,
)
from canmou.engine.explanation.cut_points import figure_of
from canmou.engine.explanation.graph import GraphError, svg
from canmou.engine.explanation.what_if import with_changes
from canmou.engine.records import LEVELS
from canmou.engine.wording import LEVEL_NAMES
from canmou.webui.answers import entries_of, values_of
from canmou.webui.difference_views import change_view
from canmou.webui.explanation_tabs import explanation_tabs
from canmou.webui.frame import short_release
from canmou.webui.graph_views import (
    ALL,
    GraphViews,
    IncidentSubject,
    conclusion_options,
    first_conclusion,
    marked,
    pair,
)
from canmou.webui.incident_pages import head, load
from canmou.webui.languages import current, told
from canmou.webui.pages.base import Link
from canmou.webui.pages.graph import (
    GraphPage,
    Option,
    OptionGroup,
    SmallestLine,
    SmallestPage,
    WhatIfPage,
    WhyNotPage,
)
from canmou.webui.question_views import question_view
from canmou.webui.services import Assessed, assessed, rulebase, services

blueprint = Blueprint("graph", __name__, url_prefix="/incident/<incident>")
MOST_TRIED = 6


@blueprint.get("/graph")
@login_required
def overview(incident: str) -> str:
    """Show why: the graph of a conclusion, its reasons as text, its replay."""
    state, made = _of(incident)
    wanted = request.args.get("of", "")
    options = conclusion_options(made.assessment)
    known = {o.key: o.words for group in options for o in group.options}
    of = wanted if wanted == ALL or wanted in known else first_conclusion(made.assessment)
    shown = GraphViews(IncidentSubject(state, made), made.assessment, of)
    key = request.args.get("node", "")
    panel = shown.panel(key) if key else None
    if request.args.get("part") == "node":
        return render_template("_graph_node.html", panel=panel or abort(404))
    drawn, problem = shown.svg(key or None)
    if wanted and of != wanted:
        problem = gettext("这个结论现在没有了，先看下面这个。")
    page = GraphPage(
        head=head(state),
        tabs=_tabs(incident, "overview"),
        release=short_release(made.assessment.release),
        of=of,
        title=gettext("全部结论，按责任单位分组") if of == ALL else known[of],
        options=options,
        svg=drawn,
        problem=problem,
        panel=panel,
        reasons=shown.reasons(),
        conclusions=options if of == ALL else (),
        steps=shown.steps(),
        svg_url=url_for(".download", incident=incident, of=of),
    )
    return render_template("graph.html", page=page)


@blueprint.get("/graph.svg")
@login_required
def download(incident: str) -> Response:
    """Give the graph as a file."""
    state, made = _of(incident)
    of = request.args.get("of", ALL)
    try:
        drawn = svg(made.assessment, None if of == ALL else of, current(), lambda _: "")
    except KeyError:
        abort(404)
    except GraphError as error:
        return Response(told(error.text), status=503, mimetype="text/plain")
    answer = Response(marked(drawn), mimetype="image/svg+xml")
    name = f"drill-{state.id}" if services().settings.drill else f"canmou-{state.id}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.svg"'
    return answer


@blueprint.get("/why-not")
@login_required
def why_not_page(incident: str) -> str:
    """Show what keeps a conclusion from being certain."""
    state, made = _of(incident)
    options = _not_concluded(made.assessment)
    of = request.args.get("of", "")
    titles = {o.key: o.words for group in options for o in group.options}
    page = WhyNotPage(
        head=head(state),
        tabs=_tabs(incident, "why_not_page"),
        release=short_release(made.assessment.release),
        of=of if of in titles else "",
        title=titles.get(of, ""),
        options=options,
        found=why_not(made.facts, rulebase(), of) if of in titles else None,
    )
    return render_template("graph_why_not.html", page=page)


@blueprint.get("/what-if")
@login_required
def what_if_page(incident: str) -> str:
    """Show what other answers would change."""
    state, made = _of(incident)
    measures = rulebase().measures
    names = [
        name
        for name in dict.fromkeys(request.args.getlist("m"))
        if name in measures and measures[name].question is not None
    ][:MOST_TRIED]
    entries = entries_of(request.args, names)
    values, mistakes = values_of(entries, rulebase())
    change, problem = None, None
    if values and not mistakes:
        try:
            changed = with_changes(made.facts, values)
            change = change_view(difference(made.assessment, assess(changed, rulebase())))
        except (AnswerError, FactsError) as error:
            problem = told(error.text)
    page = WhatIfPage(
        head=head(state),
        tabs=_tabs(incident, "what_if_page"),
        release=short_release(made.assessment.release),
        questions=tuple(question_view(state, made, n, entries[n], mistakes.get(n)) for n in names),
        known={a.measure: a.value for a in made.assessment.answers},
        options=_to_try(made, names),
        change=change,
        problem=problem,
    )
    return render_template("graph_what_if.html", page=page)


@blueprint.get("/smallest-change")
@login_required
def smallest_page(incident: str) -> str:
    """Show the nearest answers that lift a grade, or let it fall."""
    state, made = _of(incident)
    changes = smallest_changes(made.facts, rulebase())
    page = SmallestPage(
        head=head(state),
        tabs=_tabs(incident, "smallest_page"),
        release=short_release(made.assessment.release),
        worse=tuple(_smallest(incident, c) for c in changes if c.direction == "worse"),
        milder=tuple(_smallest(incident, c) for c in changes if c.direction == "milder"),
    )
    return render_template("graph_smallest.html", page=page)


# -- parts ---------------------------------------------------------------------------------------


def _of(incident: str) -> tuple[IncidentState, Assessed]:
    state = load(incident)
    return state, assessed(state)


def _tabs(incident: str, here: str) -> tuple[Link, ...]:
    return explanation_tabs(incident, f"graph.{here}")


def _not_concluded(result: Assessment) -> tuple[OptionGroup, ...]:
    """Return what is not certain: levels, possible duties and leads, facts, other actions."""
    levels = [
        Option(
            key=f"grade:{g.standard}:{level}",
            words=pair(told(g.title), LEVEL_NAMES[level]),
        )
        for g in (*result.grades, *result.signals)
        for level in LEVELS
        if g.at_least is None or LEVELS.index(level) < LEVELS.index(g.at_least)
    ]
    duties = [
        Option(key=f"duty:{d.key}", words=pair(told(d.by_label), d.text))
        for d in result.duties
        if d.status == "possible"
    ]
    leads = [
        Option(key=f"lead:{p.part}:{p.party}", words=told(p.label))
        for p in (*result.lead.authority, *result.lead.department, *result.lead.commander)
        if p.status == "possible"
    ]
    facts = [
        Option(key=f"fact:{f.name}", words=told(f.label))
        for f in result.facts
        if f.state != "certain"
    ]
    asked = {d.action for d in result.duties}
    actions = [
        Option(key=f"duty:{name}", words=told(action.label))
        for name, action in rulebase().actions.items()
        if name not in asked
    ]
    groups = (
        (gettext("更高的等级"), levels),
        (gettext("可能需要的任务"), duties),
        (gettext("谁领导"), leads),
        (gettext("没有推断出的情形"), facts),
        (gettext("没有列出的任务"), actions),
    )
    return tuple(OptionGroup(heading=h, options=tuple(o)) for h, o in groups if o)


def _to_try(made: Assessed, names: list[str]) -> tuple[OptionGroup, ...]:
    measures = rulebase().measures
    waiting = [q.measure for q in made.assessment.open]
    answered = [a.measure for a in made.assessment.answers if not a.derived_from]
    groups = []
    for heading, found in ((gettext("已答的"), answered), (gettext("还没弄清的"), waiting)):
        options = [
            Option(key=n, words=told(measures[n].label))
            for n in dict.fromkeys(found)
            if n not in names and n in measures and measures[n].question is not None
        ]
        if options:
            groups.append(OptionGroup(heading=heading, options=tuple(options)))
    return tuple(groups)


def _smallest(incident: str, change: SmallestChange) -> SmallestLine:
    tried: dict[str, Any] = {}
    for one in change.changes:
        tried |= _as_typed(one.measure, one.answer)
    return SmallestLine(
        change=change,
        standard=rulebase().standards[change.standard].title,
        url=url_for(
            ".what_if_page", incident=incident, m=[one.measure for one in change.changes], **tried
        ),
    )


def _as_typed(name: str, answer: float | bool | str) -> dict[str, str]:
    """Return an answer as the form sends it; beside an open end, the next whole figure."""
    if isinstance(answer, bool):
        return {f"{name}.choice": "true" if answer else "false"}
    if isinstance(answer, str) and not answer.startswith((">", "<")):
        return {f"{name}.choice": answer}
    figure = figure_of(answer)
    if isinstance(answer, str):
        figure += 1 if answer.startswith(">") else -1
    return {f"{name}.kind": "exact", f"{name}.exact": f"{figure:.12g}"}
