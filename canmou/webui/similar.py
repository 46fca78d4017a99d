"""相似案例: what was equal, what differed, and whether the difference changes any rule."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for
from flask_babel import gettext
from flask_login import login_required

from canmou import precedents
from canmou.casebase import NearCase
from canmou.engine import AnswerError, FactsError
from canmou.engine.explanation.contrast import Contrast, contrast
from canmou.engine.records import Text
from canmou.webui.answers import statement_text
from canmou.webui.difference_views import change_view
from canmou.webui.frame import short_release
from canmou.webui.incident_pages import head, load
from canmou.webui.languages import listed, told
from canmou.webui.near_cases import SHOWN, near_view
from canmou.webui.pages.similar import ContrastView, SimilarCase, SimilarPage
from canmou.webui.services import Assessed, assessed, rulebase, services

blueprint = Blueprint("similar", __name__, url_prefix="/incident/<incident>")
MOST_RUNS = 10
"""How many mixed situations one page assesses; further ones wait for a click."""
KEPT = 512
KEY = "canmou.contrasts"
NOT_MIXED = {"place", "season"}


class Contrasts:
    """The contrasts that were made lately: they hang on the facts and the release alone."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Contrast] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, made: Assessed, name: str, value: Any) -> tuple[Contrast, bool]:
        """Return a contrast and whether it had to be run. Raises AnswerError, FactsError."""
        facts = made.facts.model_dump(mode="json", exclude={"at"})
        key = json.dumps([made.assessment.release, facts, name, value], default=str, sort_keys=True)
        with self._lock:
            found = self._kept.get(key)
        if found is not None:
            return found, False
        found = contrast(made.facts, rulebase(), name, value, made.assessment)
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return found, True


@blueprint.get("/similar")
@login_required
def overview(incident: str) -> str:
    """Show the near cases, with the contrast run on the mixed facts."""
    state = load(incident)
    made = assessed(state)
    near = precedents.near_cases(made.facts, rulebase(), services().cases, count=SHOWN)
    wanted = request.args.get("case", "")
    left = MOST_RUNS
    cases = []
    for one in sorted(near, key=lambda n: n.case.id != wanted):
        allowed = len(one.parts) + 1 if one.case.id == wanted else left
        view, runs = _similar(incident, one, made, allowed)
        left = max(left - runs, 0)
        cases.append((one, view))
    order = {one.case.id: number for number, one in enumerate(near)}
    cases.sort(key=lambda pair: order[pair[0].case.id])
    page = SimilarPage(
        head=head(state),
        cases=tuple(view for _, view in cases),
        release=short_release(made.assessment.release),
    )
    return render_template("similar.html", page=page)


def _similar(
    incident: str, near: NearCase, made: Assessed, allowed: int
) -> tuple[SimilarCase, int]:
    """Return a case with its contrasts, of which at most ``allowed`` are run."""
    kept: Contrasts = current_app.extensions.setdefault(KEY, Contrasts())
    found, runs = [], 0
    for name, value, line in _differing(near):
        if runs >= allowed:
            found.append(line)
            continue
        try:
            made_of, ran = kept.of(made, name, value)
        except (AnswerError, FactsError) as error:
            found.append(line.model_copy(update={"problem": told(error.text)}))
            continue
        runs += ran
        found.append(_filled(line, made_of))
    mine = {part.name for part in near.parts}
    only_there = tuple(
        (_label(name), told(statement_text(name, value, rulebase())))
        for name, value in near.case.figures.measures.items()
        if name not in mine and (rulebase().measure_id(name) or name) not in mine
    )
    more = any(not line.tried and line.problem is None for line in found)
    view = SimilarCase(
        near=near_view(near, made),
        contrasts=tuple(sorted(found, key=lambda line: not line.matters)),
        only_there=only_there,
        more_url=url_for(".overview", incident=incident, case=near.case.id, _anchor=near.case.id)
        if more
        else None,
    )
    return view, runs


def _differing(near: NearCase) -> list[tuple[str, Any, ContrastView]]:
    """Return what is not the same here and there: the type and every figure known on both sides."""
    figures = near.case.figures.measures
    rules = rulebase()
    lines: list[tuple[str, Any, ContrastView]] = []
    for part in near.parts:
        if part.name in NOT_MIXED or not part.theirs or part.mine == part.theirs:
            continue
        if part.name == "type":
            types = tuple(t for t in near.case.incident_types if rules.type_id(t) is not None)
            line = ContrastView(
                label=gettext("类型"), mine=_types(part.mine), theirs=_types(part.theirs)
            )
            lines.append(("incident_types", types, line))
        elif part.name in figures:
            line = ContrastView(
                label=_label(part.name),
                mine=told(statement_text(part.name, part.mine, rules)),
                theirs=told(statement_text(part.name, figures[part.name], rules)),
            )
            lines.append((rules.measure_id(part.name) or part.name, figures[part.name], line))
    return lines


def _types(written: str) -> str:
    known = rulebase().incident_types
    names = written.replace(",", " ").split()
    return listed(told(known[n].label) if n in known else n for n in names)


def _label(name: str) -> str:
    rules = rulebase()
    measure = rules.measures.get(rules.measure_id(name) or name)
    return told(measure.label if measure else Text(zh=name, en=name))


def _filled(line: ContrastView, found: Contrast) -> ContrastView:
    return line.model_copy(
        update={
            "tried": True,
            "matters": found.matters,
            "rules": tuple(dict.fromkeys(rule.title for rule in found.rules)),
            "changes": change_view(found.difference) if found.matters else None,
        }
    )
