"""Answers as forms hold them and as pages tell them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from canmou.casebase import IncidentState, StatementOf
from canmou.engine import AnswerError, RuleBase
from canmou.engine.answers import answer_set, parse_answer
from canmou.engine.records import Text
from canmou.engine.rulebase.vocabulary import Measure
from canmou.engine.wording import value_text
from canmou.webui.languages import told
from canmou.webui.pages.questions import Entry

KINDS = ("exact", "at_least", "at_most", "range", "unknown")
UNKNOWN = "unknown"


class EntryError(ValueError):
    """An entry cannot be used; ``message`` says what is allowed."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


def entry_from(form: Mapping[str, str], measure: str, several: list[str]) -> Entry:
    """Return what was typed about a measure, as it was typed.

    Questions that stand together share who said it: ``all.source`` and ``all.state``.
    """
    field = form.get
    return Entry(
        kind=field(f"{measure}.kind", ""),
        exact=field(f"{measure}.exact", "").strip(),
        at_least=field(f"{measure}.at_least", "").strip(),
        at_most=field(f"{measure}.at_most", "").strip(),
        low=field(f"{measure}.low", "").strip(),
        high=field(f"{measure}.high", "").strip(),
        choice=field(f"{measure}.choice", ""),
        several=tuple(several),
        moment=field(f"{measure}.moment", "").strip(),
        source=field(f"{measure}.source", field("all.source", "")).strip(),
        other_source=field(f"{measure}.other_source", "").strip(),
        state=field(f"{measure}.state", field("all.state", "unverified")),
        how=field(f"{measure}.how", ""),
        statement=field(f"{measure}.statement", ""),
        reason=field(f"{measure}.reason", "").strip(),
    )


def entries_of(form: MultiDict[str, str], names: Iterable[str]) -> dict[str, Entry]:
    """Return what was typed for each of several measures."""
    return {name: entry_from(form, name, form.getlist(f"{name}.several")) for name in names}


def values_of(
    entries: Mapping[str, Entry],
    rulebase: RuleBase,
    check: Callable[[str, Entry], None] | None = None,
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the values that entries write, and what is wrong with those that cannot be used.

    ``check`` may refuse an entry with an EntryError of its own; an empty entry has no value.
    """
    values: dict[str, Any] = {}
    mistakes: dict[str, str] = {}
    for name, entry in entries.items():
        try:
            value = value_of(entry, name, rulebase.measures[name])
            if check is not None:
                check(name, entry)
        except EntryError as error:
            mistakes[name] = error.message
            continue
        if value is not None:
            values[name] = value
    return values, mistakes


def value_of(entry: Entry, name: str, measure: Measure) -> Any:
    """Return the value that an entry writes, in the form of the contracts; None for nothing.

    Raises EntryError with what is allowed.
    """
    if measure.type in {"whole_number", "number"}:
        value: Any = _figure(entry)
    elif measure.type == "time":
        value = _moment(entry)
    else:
        value = _choice(entry, measure)
    if value is None:
        return None
    try:
        parse_answer(measure, value)
    except AnswerError as error:
        raise EntryError(_not_a_figure() if error.no_figure else told(error.text)) from error
    return value


def _not_a_figure() -> str:
    """Return what a box for a figure takes, in the words of the form."""
    return gettext(
        "请写数字，可以带万、亿，例如 3、1.5万；说不准就选“至少”“至多”“大约”或“尚不清楚”。"
    )


def _figure(entry: Entry) -> str | None:
    kind = entry.kind or _kind_meant(entry)
    if not kind:
        return None
    if kind == UNKNOWN:
        return UNKNOWN
    if kind == "range":
        if not entry.low or not entry.high:
            raise EntryError(gettext("“大约”要写两个数：从几到几。只知道一头，用“至少”或“至多”。"))
        return f"{entry.low}..{entry.high}"
    typed = {"exact": entry.exact, "at_least": entry.at_least, "at_most": entry.at_most}.get(kind)
    if typed is None:
        raise EntryError(gettext("请选：正好、至少、至多、大约，或尚不清楚。"))
    if not typed:
        raise EntryError(gettext("请在选中的这一行写上数字；不知道就选“尚不清楚”。"))
    return {"at_least": f">= {typed}", "at_most": f"<= {typed}"}.get(kind, typed)


def _kind_meant(entry: Entry) -> str:
    """Return the row that was typed in, where no row was chosen."""
    typed = {
        "exact": entry.exact,
        "at_least": entry.at_least,
        "at_most": entry.at_most,
        "range": entry.low or entry.high,
    }
    used = [kind for kind, text in typed.items() if text]
    if len(used) > 1:
        raise EntryError(gettext("写了不止一行：请选中算数的那一行。"))
    return used[0] if used else ""


def _moment(entry: Entry) -> str | None:
    if entry.kind == UNKNOWN and not entry.moment:
        return UNKNOWN
    return entry.moment or None


def _choice(entry: Entry, measure: Measure) -> Any:
    if entry.several:
        return list(entry.several) if len(entry.several) > 1 else entry.several[0]
    if not entry.choice:
        return None
    if measure.type == "yes_no" and entry.choice in {"true", "false"}:
        return entry.choice == "true"
    return entry.choice


def entry_of(statement: StatementOf | None, measure: Measure) -> Entry:
    """Return the entry that shows a statement in the form, for its correction."""
    if statement is None or statement.value is None:
        return Entry()
    said = {"source": statement.source or "", "state": statement.state}
    return entry_with(statement.value, measure, said)


def entry_with(
    value: Any, measure: Measure, said: Mapping[str, str] = MappingProxyType({})
) -> Entry:
    """Return the entry that shows a value in the form; ``said`` are its source and state."""
    if measure.type == "yes_no":
        return Entry(choice=_yes_no(value), **said)
    if measure.type == "choice":
        if isinstance(value, list | tuple):
            return Entry(several=tuple(str(v) for v in value), **said)
        return Entry(choice=str(value), **said)
    text = str(value).strip()
    if measure.type == "time":
        return Entry(moment=text[:16].replace(" ", "T") if text != UNKNOWN else "", **said)
    if text == UNKNOWN:
        return Entry(kind=UNKNOWN, **said)
    for sign, kind in ((">=", "at_least"), ("<=", "at_most")):
        if text.startswith(sign):
            return Entry.model_validate({"kind": kind, kind: text[2:].strip(), **said})
    if ".." in text:
        low, high = text.split("..", 1)
        return Entry(kind="range", low=low.strip(), high=high.strip(), **said)
    return Entry(kind="exact", exact=text, **said)


def _yes_no(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def statement_text(name: str, value: Any, rulebase: RuleBase) -> Text:
    """Return what a statement says, in words; as written where the rules cannot read it."""
    measure = rulebase.measures.get(rulebase.measure_id(name) or name)
    written = Text(zh=str(value), en=str(value))
    if measure is None:
        return written
    try:
        known = parse_answer(measure, value)
    except AnswerError:
        return written
    return value_text(rulebase.measure_id(name) or name, known, rulebase)


def standing_texts(state: IncidentState, rulebase: RuleBase) -> dict[str, Text]:
    """Return what is known of each answered measure, all standing statements together."""
    found: dict[str, Text] = {}
    for name, given in state.answers.items():
        measure = rulebase.measures.get(rulebase.measure_id(name) or name)
        values = [one.value for one in given.standing if one.value is not None]
        if not values or measure is None:
            continue
        try:
            known = answer_set(measure, {"statements": [{"value": v} for v in values]})
        except AnswerError:
            continue
        found[name] = value_text(name, known, rulebase)
    return found
