"""The draft of a report: the elements that the rules ask for, filled with what is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask_babel import gettext

from canmou.casebase import IncidentState
from canmou.engine.assessment import DutyLine
from canmou.engine.records import Record, Text
from canmou.webui.accounts import me, my_office
from canmou.webui.answers import standing_texts
from canmou.webui.incident_pages import place_words, type_labels
from canmou.webui.languages import colon, current, listed, told
from canmou.webui.pages.reports import ScriptPart
from canmou.webui.services import rulebase
from canmou.webui.timewords import moment_words

PEOPLE_SHOWN = ("deaths", "missing", "trapped", "serious_injuries", "injuries")


class Draft(Record):
    """One element of a report: its name, what is known, and who asks for it."""

    name: Text
    text: str
    asked_by: tuple[str, ...] = ()


Filler = Callable[[IncidentState], str]


def _when(state: IncidentState) -> str:
    parts = [gettext("接报 %(time)s", time=moment_words(state.learned_at))]
    if state.occurred_at:
        parts.insert(0, gettext("事发 %(time)s", time=moment_words(state.occurred_at)))
    return listed(parts, stops=True)


def _where(state: IncidentState) -> str:
    return place_words(state)


def _what(state: IncidentState) -> str:
    types = listed(told(label) for label in type_labels(state))
    return f"{types}{colon()}{state.one_line}"


def _from_whom(state: IncidentState) -> str:
    return (state.caller.name or "") if state.caller else ""


def people(state: IncidentState) -> str:
    """Return what is known about persons, each figure with its label."""
    rules = rulebase()
    texts = standing_texts(state, rules)
    unknown = {"尚不清楚", "not known"}
    shown = [
        name
        for name in (*PEOPLE_SHOWN, *texts)
        if name in texts and rules.measures[name].about == "people"
    ]
    said = [
        f"{told(rules.measures[name].label)} {told(texts[name])}"
        for name in dict.fromkeys(shown)
        if texts[name].zh not in unknown and rules.measures[name].type == "whole_number"
    ]
    return "，".join(said) if current() == "zh" else ", ".join(said)


def _done(state: IncidentState) -> str:
    """Return who was called and what was done: ticks by what they do, not as orders."""
    actions = rulebase().actions
    called = list(dict.fromkeys(told(call.label) for call in state.calls))
    ticks = sorted(state.ticks.values(), key=lambda tick: tick.at)
    done = [
        told(actions[name].label)
        if (name := tick.key.split("|")[0]) in actions
        else told(tick.text)
        for tick in ticks
    ]
    parts = [gettext("已通知%(who)s", who=listed(called))] if called else []
    if done:
        parts.append(gettext("已办：%(what)s", what=listed(dict.fromkeys(done))))
    return listed(parts, stops=True)


FILLERS: tuple[tuple[tuple[str, ...], Filler], ...] = (
    (("时间", "time"), _when),
    (("地点", "place", "where", "location"), _where),
    (("来源", "报告人", "source", "reporter"), _from_whom),
    (("伤亡", "人数", "人员", "死亡", "受伤", "casualt", "people", "injur"), people),
    (("措施", "处置", "工作", "measures", "done", "steps"), _done),
    (("经过", "情况", "性质", "类型", "原因", "course", "situation", "kind", "account"), _what),
)
"""Which element is filled by what, by words in its name; the first that fits is used."""

USUAL = (
    (Text(zh="时间", en="Time"), _when),
    (Text(zh="地点", en="Place"), _where),
    (Text(zh="信息来源", en="Source of the information"), _from_whom),
    (Text(zh="基本情况", en="What happened"), _what),
    (Text(zh="人员伤亡情况", en="People harmed"), people),
    (Text(zh="已采取的措施", en="What has been done"), _done),
)
"""What a first report holds in any case, whatever the rules of the type add."""


def draft_elements(state: IncidentState, duties: Sequence[DutyLine]) -> tuple[Draft, ...]:
    """Return the usual elements and those that the report duties ask for, each one once."""
    found: dict[str, Draft] = {name.zh: Draft(name=name, text=fill(state)) for name, fill in USUAL}
    used = {fill for _, fill in USUAL}
    for duty in duties:
        for element in duty.elements:
            asked = told(duty.cites[0].title) if duty.cites else ""
            asked = asked.removeprefix("中华人民共和国")
            filler = _filler(element)
            same = next((k for k in found if element.zh in k or k in element.zh), None)
            if same is None and filler in used:
                same = next(name.zh for name, fill in USUAL if fill is filler)
            if same is not None:
                kept = found[same]
                names = tuple(dict.fromkeys((*kept.asked_by, asked)))
                found[same] = kept.model_copy(update={"asked_by": names})
            else:
                text = filler(state) if filler is not None else ""
                found[element.zh] = Draft(name=element, text=text, asked_by=(asked,))
    return tuple(found.values())


def _filler(element: Text) -> Filler | None:
    name = f"{element.zh} {element.en.lower()}"
    return next((fill for words, fill in FILLERS if any(w in name for w in words)), None)


def telephone_script(state: IncidentState) -> tuple[tuple[ScriptPart, ...], ...]:
    """Return what is said on the telephone in thirty seconds, with its gaps."""
    office = my_office()
    name = told(office.name) if office else ""
    types = listed(told(label) for label in type_labels(state))
    telephone = office.telephone if office and office.telephone else ""
    happened = state.occurred_at
    stop = gettext("。")
    said = (
        (
            gettext("我是%(office)s值班员", office=name),
            me().display_name,
            gettext("，现在电话报告。"),
        ),
        (gettext("接报时间："), moment_words(state.learned_at), stop),
        (gettext("事发时间："), moment_words(happened) if happened else "", stop),
        (gettext("地点："), place_words(state), stop),
        (gettext("事件："), types, stop),
        (gettext("情况："), state.one_line, stop),
        (gettext("人员："), people(state), stop),
        (gettext("已做："), _done(state), stop),
        (gettext("我的电话："), telephone, stop),
    )
    return tuple(_line(before, known, after) for before, known, after in said)


def _line(before: str, known: str, after: str) -> tuple[ScriptPart, ...]:
    middle = ScriptPart(text=known) if known else ScriptPart(text=gettext("正在核实"), gap=True)
    ending = "" if known.endswith(("。", ".")) and after == gettext("。") else after
    return tuple(p for p in (ScriptPart(text=before), middle, ScriptPart(text=ending)) if p.text)


def names_someone(text: str | None, state: IncidentState) -> bool:
    """Whether a text repeats what is kept as personal data: caller, numbers, names, the address.

    Such texts go when the personal data are destroyed.
    """
    callers = [state.caller, *(call.caller for call in state.further_calls)]
    places = [state.place, *(call.place for call in state.further_calls)]
    known = {
        *(one.name for one in callers if one),
        *(one.number for one in callers if one),
        *(place.detail for place in places),
        *(call.name for call in state.calls),
    }
    return bool(text) and any(word in str(text) for word in known if word)
