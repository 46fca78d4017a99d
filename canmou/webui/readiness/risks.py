"""风险预评估: the matrix, one risk, and what the law asks for then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import login_required
from werkzeug.wrappers import Response

from canmou.casebase import CasebaseError, Office
from canmou.casebase.readiness_plans import KeptRisk, add_risk, get_risk, withdraw_risk
from canmou.casebase.readiness_plans import risks as kept_risks
from canmou.casebase.readiness_registers import register_row
from canmou.casebase.readiness_rounds import GivenAnswer
from canmou.engine.records import Text
from canmou.readiness.risk import (
    Likelihood,
    RiskEntry,
    RiskResult,
    assess_risk,
    matrix,
    risk_scale,
    worst_first,
)
from canmou.webui.accounts import me
from canmou.webui.pages.questions import Entry
from canmou.webui.pages.readiness_plans import RiskFormPage, RiskLine, RisksPage
from canmou.webui.readiness.access import blueprint, community, head, require_work
from canmou.webui.readiness.asking import asked, typed
from canmou.webui.replies import Reply
from canmou.webui.services import rulebase, store
from canmou.webui.timewords import now

LONGEST_NAME = 60
HAZARDS = "hazards"
YES_NO = {"true": True, "false": False}
LIKELIHOODS: tuple[Likelihood, ...] = ("5", "4", "3", "2", "1")


@blueprint.get("/<office>/risks")
@login_required
def risks(office: str) -> str:
    """Draw the matrix and list the risks, the gravest first."""
    place = community(office)
    every = {one.id: one for one in kept_risks(store(), office)}
    results = {number: _result(one) for number, one in every.items()}
    lines = tuple(_line(place, every[n], results[n]) for n in worst_first(results))
    page = RisksPage(
        head=head(place),
        scale=risk_scale(),
        rows=matrix([(one.result.entry.name, one.result) for one in lines]),
        lines=lines,
        unplaced=tuple(
            one for one in lines if not (one.result.columns and one.result.entry.likelihood)
        ),
    )
    return render_template("readiness/risks.html", page=page)


def _result(one: KeptRisk) -> RiskResult:
    return assess_risk(RiskEntry.model_validate(one.content), rulebase(), at=now())


def _line(office: Office, one: KeptRisk, result: RiskResult) -> RiskLine:
    return RiskLine(
        number=one.id,
        result=result,
        type_label=_type_label(result.entry.incident_type),
        url=url_for(".risk", office=office.id, number=one.id),
        at=one.at,
    )


def _type_label(name: str) -> Text:
    known = rulebase().incident_types.get(name)
    return known.label if known is not None else Text(zh=name, en=name)


@blueprint.get("/<office>/risks/new")
@login_required
def risk_new(office: str) -> str:
    """Show the form of a new risk; ``?hazard=`` begins it with an entry of the register."""
    place = community(office)
    require_work(place)
    number = request.args.get("hazard", type=int)
    return _form(place, _from_hazard(office, number) if number else {}, {}, {})


def _from_hazard(office: str, number: int) -> dict[str, str]:
    """Return what the form begins with; a hazard holds nothing personal that it needs."""
    try:
        row = register_row(store(), office, number, personal=False)
    except CasebaseError:
        abort(404)
    if row.register_name != HAZARDS:
        abort(404)
    guess = risk_scale().from_hazard.get(row.values["kind"])
    begun = guess.model_dump() if guess is not None else {}
    return {"name": str(row.values["name"])[:LONGEST_NAME], **begun}


@blueprint.get("/<office>/risks/<int:number>")
@login_required
def risk(office: str, number: int) -> str:
    """Show a risk: where it lies and what the law asks for."""
    place = community(office)
    one, result = risk_of(place, number)
    entry = RiskEntry.model_validate(one.content)
    estimates = {
        name: GivenAnswer(measure=name, value=value, source=None, author=one.author, at=one.at)
        for name, value in entry.estimates.items()
    }
    return _form(place, _typed(entry), {}, {}, estimates, result, number)


def risk_of(office: Office, number: int) -> tuple[KeptRisk, RiskResult]:
    """Return a risk of this community with its result, or 404."""
    try:
        one = get_risk(store(), office.id, number)
    except CasebaseError:
        abort(404)
    return one, _result(one)


def _why(office: Office, result: RiskResult | None, number: int | None) -> dict[str, str]:
    """Return by conclusion the address of its reasons."""
    if result is None:
        return {}
    keys = [f"duty:{duty.key}" for duty in result.duties]
    if result.columns:
        keys.append("grade")
    return {key: url_for(".risk_why", office=office.id, number=number, of=key) for key in keys}


def _typed(entry: RiskEntry) -> dict[str, str]:
    return {
        "name": entry.name,
        "incident_type": entry.incident_type,
        "place": entry.place,
        "likelihood": entry.likelihood or "unknown",
        "changed": "unknown" if entry.changed is None else str(entry.changed).lower(),
    }


@blueprint.post("/<office>/risks/new")
@login_required
def risk_saved(office: str) -> Reply:
    """Keep a risk, or bring the form back with what is missing."""
    place = community(office)
    require_work(place)
    fields = ("name", "incident_type", "place", "likelihood", "changed")
    said = {name: request.form.get(name, "").strip() for name in fields}
    entries, values, mistakes = typed(risk_scale().estimates)
    mistakes = {**_mistakes(said), **mistakes}
    if mistakes:
        return _form(place, said, entries, mistakes), 422
    entry = RiskEntry(
        name=said["name"],
        incident_type=said["incident_type"],
        place=said["place"],
        likelihood=next((one for one in LIKELIHOODS if one == said["likelihood"]), None),
        estimates=values,
        changed=YES_NO.get(said["changed"]),
    )
    content: dict[str, Any] = entry.model_dump(mode="json")
    number = add_risk(store(), office, entry.name, content, author=me().name, at=now())
    return redirect(url_for(".risk", office=office, number=number))


def _mistakes(said: Mapping[str, str]) -> dict[str, str]:
    found = {}
    if not said["name"] or len(said["name"]) > LONGEST_NAME:
        found["name"] = gettext("请写风险名称，最多 %(most)s 个字。", most=LONGEST_NAME)
    if rulebase().type_id(said["incident_type"]) is None:
        found["incident_type"] = gettext("请选事件类型。")
    if said["place"] not in rulebase().measures["risk_place"].choices:
        found["place"] = gettext("请选这个风险在哪类地方。")
    if said["likelihood"] not in {*risk_scale().likelihood, "unknown"}:
        found["likelihood"] = gettext("请选可能性；判断不了就选“尚不清楚”。")
    return found


@blueprint.post("/<office>/risks/<int:number>/withdraw")
@login_required
def risk_withdrawn(office: str, number: int) -> Response:
    """Take a risk from the list."""
    place = community(office)
    require_work(place)
    try:
        withdraw_risk(store(), office, number, at=now())
    except CasebaseError:
        abort(404)
    return redirect(url_for(".risks", office=office))


def _form(
    office: Office,
    said: dict[str, str],
    entries: Mapping[str, Entry],
    mistakes: dict[str, str],
    given: Mapping[str, GivenAnswer] | None = None,
    result: RiskResult | None = None,
    number: int | None = None,
) -> str:
    rules = rulebase()
    page = RiskFormPage(
        head=head(office),
        scale=risk_scale(),
        types=tuple(
            (name, known.label)
            for name, known in rules.incident_types.items()
            if known.parent is not None and not rules.is_below(name, "everyday")
        ),
        places=dict(rules.measures["risk_place"].choices),
        typed=said,
        estimates=asked(risk_scale().estimates, given or {}, None, entries, mistakes),
        mistakes=mistakes,
        result=result,
        number=number,
        why=_why(office, result, number),
    )
    return render_template("readiness/risk.html", page=page)
