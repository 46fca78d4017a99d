"""Questions of the self-check as forms: the same entries and values as in an incident."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from canmou.casebase import StatementOf
from canmou.casebase.readiness_rounds import GivenAnswer, Round
from canmou.engine.records import Text
from canmou.webui.answers import entries_of, entry_of, statement_text, values_of
from canmou.webui.pages.questions import Entry
from canmou.webui.pages.readiness import AskedView
from canmou.webui.services import rulebase


def asked(
    names: Iterable[str],
    given: Mapping[str, GivenAnswer],
    before: Round | None,
    entries: Mapping[str, Entry],
    mistakes: Mapping[str, str],
    hints: Mapping[str, str] | None = None,
) -> tuple[AskedView, ...]:
    """Return questions with what was typed, else with what was answered before."""
    measures = rulebase().measures
    return tuple(
        AskedView(
            name=name,
            measure=measures[name],
            entry=entries.get(name) or kept_entry(name, given.get(name)),
            mistake=mistakes.get(name),
            hint=(hints or {}).get(name),
            answered=name in given and given[name].value != "unknown",
            before=words_of(name, before.answers[name].value)
            if before is not None and name in before.answers
            else None,
        )
        for name in names
        if name in measures
    )


def kept_entry(name: str, answer: GivenAnswer | None) -> Entry:
    """Return the entry that shows an answer in the form."""
    if answer is None:
        return Entry()
    if answer.value == "unknown" and rulebase().measures[name].type == "time":
        return Entry(kind="unknown")
    statement = StatementOf(
        number=0, value=answer.value, source=answer.source, time=answer.at, state="verified",
        author=answer.author,
    )  # fmt: skip
    return entry_of(statement, rulebase().measures[name])


def words_of(name: str, value: Any) -> Text:
    """Return an answer in words."""
    return statement_text(name, value, rulebase())


def typed(names: Iterable[str]) -> tuple[dict[str, Entry], dict[str, Any], dict[str, str]]:
    """Return the entries of a form, the values they write, and the mistakes in them."""
    measures = rulebase().measures
    known = [name for name in names if name in measures]
    form = MultiDict(request.form)
    for name in known:
        day = form.get(f"{name}.moment", "").strip()[:10]
        if measures[name].type == "time" and day:
            form[f"{name}.moment"] = f"{day}T00:00"
    entries = entries_of(form, known)
    return entries, *values_of(entries, rulebase())
