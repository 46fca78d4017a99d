"""Pairwise comparison of the dimensions of a profile (AHP), with its consistency ratio."""

from __future__ import annotations

from flask import abort, render_template, request, url_for
from flask_babel import gettext
from flask_login import login_required

from canmou.casebase import Office
from canmou.casebase.readiness_rounds import judgements, keep_judgements
from canmou.readiness.ahp import Weights, matrix_of, weigh
from canmou.readiness.profile import schemes
from canmou.webui.accounts import me
from canmou.webui.pages.readiness import Pair, WeightsPage
from canmou.webui.readiness.access import blueprint, community, head, require_work
from canmou.webui.readiness.profiles import pair_names
from canmou.webui.replies import Reply
from canmou.webui.services import store
from canmou.webui.timewords import now

VALUES = {
    **{f"1/{n}": 1 / n for n in range(9, 1, -1)},
    **{str(n): float(n) for n in range(1, 10)},
}
"""The judgements of the scale as the form holds them."""
SAME = 1e-6


@blueprint.get("/<office>/weights/<scheme>")
@login_required
def weights(office: str, scheme: str) -> str:
    """Show the comparisons and what follows from them."""
    place = community(office)
    if scheme not in schemes():
        abort(404)
    kept = judgements(store(), office, scheme)
    return _shown(place, scheme, {k: _written(v) for k, v in kept.items()})


@blueprint.post("/<office>/weights/<scheme>")
@login_required
def save_weights(office: str, scheme: str) -> Reply:
    """Keep the comparisons, or go back to the weights of the file."""
    place = community(office)
    require_work(place)
    if scheme not in schemes():
        abort(404)
    if "reset" in request.form:
        keep_judgements(store(), office, scheme, {}, author=me().name, at=now())
        return _shown(place, scheme, {})
    typed = {name: request.form.get(name, "") for name in pair_names(schemes()[scheme])}
    unknown = [v for v in typed.values() if v and v not in VALUES]
    if unknown:
        problem = gettext("每一对只能选表里的一格；“%(value)s”不在里面。", value=unknown[0])
        return _shown(place, scheme, typed, problem), 422
    given = {name: VALUES[value] for name, value in typed.items() if value}
    keep_judgements(store(), office, scheme, given, author=me().name, at=now())
    return _shown(place, scheme, typed)


def _written(value: float) -> str:
    return min(VALUES, key=lambda name: abs(VALUES[name] - value))


def judgement(value: float) -> str:
    """Return a judgement as the scale writes it, ``1/9``; another figure in short."""
    near = _written(value)
    return near if abs(VALUES[near] - value) < SAME else f"{value:.3g}"


blueprint.add_app_template_filter(judgement, "judgement")


def _shown(office: Office, name: str, typed: dict[str, str], problem: str | None = None) -> str:
    scheme = schemes()[name]
    labels = [dimension.label for dimension in scheme.dimensions.values()]
    pairs = pair_names(scheme)
    given = {pairs[k]: VALUES[v] for k, v in typed.items() if k in pairs and v in VALUES}
    result: Weights | None = None
    rows: tuple[tuple[str, ...], ...] = ()
    if len(given) == len(pairs):
        matrix = matrix_of(len(labels), given)
        result = weigh(matrix)
        rows = tuple(tuple(_written(value) for value in row) for row in matrix)
    page = WeightsPage(
        head=head(office),
        scheme=scheme,
        pairs=tuple(
            Pair(name=pair, first=labels[i], second=labels[j], value=typed.get(pair, ""))
            for pair, (i, j) in pairs.items()
        ),
        labels=tuple(labels),
        result=result,
        matrix=rows,
        missing=len(pairs) - len(given),
        action=url_for(".save_weights", office=office.id, scheme=name),
        back_url=url_for(".check_overview", office=office.id),
        problem=problem,
    )
    return render_template("readiness/weights.html", page=page)
