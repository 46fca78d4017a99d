"""试算: an incident tried in the controls of the questions; nothing of it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext
from flask_login import login_required
from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from canmou.engine import AnswerError, Facts, FactsError, assess, grade
from canmou.engine.assessment import Assessment, Clash
from canmou.engine.explanation.phrases import range_text
from canmou.engine.proving.findings import Finding, Witness
from canmou.engine.records import Text
from canmou.webui.answers import entries_of, entry_with, values_of
from canmou.webui.findings import entry_url, finding_view, found_by
from canmou.webui.incident_pages import grade_view
from canmou.webui.languages import told
from canmou.webui.pages.base import Link
from canmou.webui.pages.findings import Looked, TryPage, TypeTried
from canmou.webui.pages.questions import Entry, QuestionView
from canmou.webui.result import grade_lines
from canmou.webui.services import rulebase
from canmou.webui.timewords import now

blueprint = Blueprint("trying", __name__, url_prefix="/policy/try")
PLACES = ("province", "city", "county")
MOST_MEASURES = 60


@blueprint.get("")
@login_required
def overview() -> str:
    """Show a trial: the witness of a finding, or what was typed."""
    finding = found_by(request.args.get("finding", ""))
    typed = "typed" in request.args
    witness = finding.witness if finding is not None else None
    form = request.args if typed else _form_of(_side(witness))
    return render_template("try.html", page=_page(form, finding, witness))


def _side(witness: Witness | None) -> dict[str, Any]:
    """Return the incident of a witness that is asked for; an empty one without a witness."""
    if witness is None:
        return {"on": now().date().isoformat()}
    if request.args.get("side") == "beside" and witness.beside is not None:
        return witness.beside
    return witness.incident


def _form_of(filled: Mapping[str, Any]) -> MultiDict[str, str]:
    """Return an incident as the fields of the form."""
    fields: MultiDict[str, str] = MultiDict()
    for name in filled.get("incident_types", ()):
        fields.add("types", name)
    fields["stage"] = str(filled.get("stage", "initial"))
    fields["on"] = str(filled.get("on", ""))
    fields["at"] = str(filled.get("at") or "")[:16]
    fields["office"] = str(filled.get("office") or "")
    for part in PLACES:
        fields[part] = str((filled.get("place") or {}).get(part) or "")
    answers = dict(filled.get("answers") or {})
    if filled.get("status") is not None:
        answers = {"status": filled["status"], **answers}
    for name, value in answers.items():
        fields.add("m", name)
        for key, text in _fields_of(name, value).items():
            fields[key] = text
    return fields


def _fields_of(name: str, value: Any) -> dict[str, str]:
    """Return one answer as the fields of its controls."""
    measure = rulebase().measures.get(name)
    if measure is None:
        return {}
    entry = entry_with(value, measure).model_dump()
    used = {k: str(v) for k, v in entry.items() if isinstance(v, str) and v and k != "state"}
    return {f"{name}.{k}": v for k, v in used.items()}


def _page(form: MultiDict[str, str], finding: Finding | None, witness: Witness | None) -> TryPage:
    rules = rulebase()
    names = [n for n in dict.fromkeys(form.getlist("m")) if _is_asked(n)][:MOST_MEASURES]
    types = [t for t in dict.fromkeys(form.getlist("types")) if rules.type_id(t)]
    entries = entries_of(form, names)
    values, mistakes = values_of(entries, rules)
    alone = witness.standard if witness is not None else None
    common = {
        "finding": finding_view(finding) if finding is not None else None,
        "types": tuple(TypeTried(id=t, label=rules.incident_types[t].label) for t in types),
        "stage": form.get("stage") if form.get("stage") in {"initial", "final"} else "initial",
        "on": form.get("on", ""),
        "at": form.get("at", ""),
        "place": tuple((p, _place_words(p), form.get(p, "")) for p in PLACES),
        "hidden": tuple((k, form[k]) for k in ("office",) if form.get(k)),
        "questions": tuple(_question(n, entries[n], mistakes.get(n)) for n in names),
        "options": tuple((n, m.label) for n, m in rules.measures.items()
                         if _is_asked(n) and n not in names),
        "type_options": tuple((t, k.label) for t, k in rules.incident_types.items()
                              if t not in types),
        "standard": _link(alone) if alone else None,
    }  # fmt: skip
    try:
        made = _tried(form, types, values, alone) if not mistakes else {}
        problem = gettext("有回答用不了，见那一项的说明。") if mistakes else None
    except (AnswerError, FactsError) as error:
        made, problem = {}, told(error.text)
    except ValidationError:
        made, problem = {}, gettext("日期写成 2026-11-22，时刻写成 2026-11-22 03:14。")
    result = made.pop("result", None)
    looked = _looked(finding, result) if finding is not None else ()
    return TryPage.model_validate({**common, **made, "problem": problem, "looked": looked})


def _is_asked(name: str) -> bool:
    measure = rulebase().measures.get(name)
    return measure is not None and not measure.derived


def _question(name: str, entry: Entry, mistake: str | None) -> QuestionView:
    return QuestionView(
        name=name, measure=rulebase().measures[name], entry=entry, sources=(), mistake=mistake
    )


def _tried(
    form: MultiDict[str, str], types: list[str], values: dict[str, Any], alone: str | None
) -> dict[str, Any]:
    """Return what comes out of a trial, as fields of the page. Raises what assessing raises."""
    facts = Facts.model_validate(
        {
            "incident_types": types or ["undetermined"],
            "stage": form.get("stage") or "initial",
            "on": form.get("on") or now().date().isoformat(),
            "at": _moment(form.get("at", "")),
            "place": {p: form[p] for p in PLACES if form.get(p)},
            "office": form.get("office") or None,
            "answers": values,
        }
    )
    if alone is not None:
        one = grade(alone, facts.answers, rulebase(), facts.on, facts.stage)
        words = range_text(one, rulebase().standards[one.standard].kind)
        return {"alone": told(words), "because": one.because}
    result = assess(facts, rulebase())
    return {
        "result": result,
        "grade": grade_view(result),
        "grade_lines": grade_lines(result),
        "clashes": result.clashes,
        "clash_words": tuple(_clash_words(c) for c in result.clashes),
        "duties": tuple(d for d in result.duties if d.status == "certain"),
        "possible": tuple(d for d in result.duties if d.status == "possible"),
        "notes": tuple(n for n in result.notes if n.kind in {"contradiction", "no_standard"}),
    }


def _moment(text: str) -> datetime | str | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return text


def _clash_words(clash: Clash) -> str:
    action = rulebase().actions.get(clash.action)
    return told(action.label) if action is not None else clash.action


def _looked(finding: Finding, result: Assessment | None) -> tuple[Looked, ...]:
    """Return what became of the rules and the standard that a finding is about."""
    if result is None:
        return ()
    rules, found = rulebase(), []
    for entry in dict.fromkeys((finding.entry, finding.about)):
        words = None
        if entry in rules.rules:
            status = next((f.status for f in result.firings
                           if f.rule == entry and f.kind == "rule"), None)  # fmt: skip
            words = {
                "certain": gettext("成立"),
                "open": gettext("待定"),
                "defeated": gettext("被例外排除"),
            }.get(status or "", gettext("不成立"))
        elif entry in rules.standards:
            lines = (*result.grades, *result.signals)
            line = next((g for g in lines if g.standard == entry), None)
            words = told(range_text(line)) if line is not None else gettext("没有等级")
        if words is not None:
            found.append(Looked(entry=entry, words=words, url=entry_url(entry)))
    return tuple(found)


def _link(standard: str) -> Link:
    title: Text = rulebase().standards[standard].title
    return Link(words=told(title), url=entry_url(standard) or "")


def _place_words(part: str) -> str:
    return {"province": gettext("省"), "city": gettext("市"), "county": gettext("县（市、区）")}[
        part
    ]
