"""The entries of the log in words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import singledispatch

from flask_babel import gettext, ngettext

from canmou.casebase import Event, IncidentState, events
from canmou.casebase import fact_events as facts
from canmou.casebase import work_events as work
from canmou.casebase.fact_events import Payload
from canmou.engine.explanation.phrases import range_text
from canmou.webui.accounts import names_of_people
from canmou.webui.answers import statement_text
from canmou.webui.languages import colon, listed, told
from canmou.webui.services import rulebase, store
from canmou.webui.timewords import moment_words


def event_words(event: Event, calls: Mapping[int, str] | None = None) -> str:
    """Return what happened in one sentence; ``calls`` says who was called, by number."""
    payload = event.payload
    if isinstance(payload, work.CallAnswered) and calls and payload.call in calls:
        return f"{calls[payload.call]}{colon()}{outcome_word(payload.outcome)}"
    return _words(payload)


def log_text(state: IncidentState, without: frozenset[str] = frozenset({"assessed"})) -> str:
    """Return the log in sentences, one a line, the first entry first."""
    people = names_of_people()
    calls = {call.number: told(call.label) for call in state.calls}
    return "\n".join(
        f"{moment_words(event.time)} {people.get(event.author, event.author)} "
        f"{event_words(event, calls)}"
        for event in events(store(), state.id)
        if event.kind not in without
    )


def outcome_word(outcome: str) -> str:
    """Return how a call went."""
    return {
        "answered": gettext("已接通"),
        "no_answer": gettext("无人接"),
        "busy": gettext("占线"),
        "refused": gettext("拒接"),
        "passed": gettext("已传达"),
        "acknowledged": gettext("已确认收到"),
    }.get(outcome, outcome)


def _measure(name: str) -> str:
    rules = rulebase()
    measure = rules.measures.get(rules.measure_id(name) or name)
    return told(measure.label) if measure else name


def _said(name: str, value: object) -> str:
    return told(statement_text(name, value, rulebase()))


def _person(name: str) -> str:
    return names_of_people().get(name, name)


@singledispatch
def _words(payload: Payload) -> str:
    return gettext("其他记录")


@_words.register
def _(payload: facts.OpenIncident) -> str:
    return gettext("接报登记：%(line)s", line=payload.one_line)


@_words.register
def _(payload: facts.FactsChange) -> str:
    parts = []
    if "incident_types" in payload.changed:
        known = rulebase().incident_types
        types = listed(told(known[t].label) if t in known else t for t in payload.incident_types)
        parts.append(gettext("类型改为 %(types)s", types=types))
    if "status" in payload.changed and payload.status:
        parts.append(gettext("状态：%(status)s", status=_said("status", payload.status)))
    if "occurred_at" in payload.changed and payload.occurred_at:
        parts.append(gettext("事发时间 %(time)s", time=moment_words(payload.occurred_at)))
    if "one_line" in payload.changed:
        parts.append(gettext("情况改为：%(line)s", line=payload.one_line))
    if "place" in payload.changed:
        parts.append(gettext("地点改为 %(place)s", place=payload.place.detail or ""))
    if "stage" in payload.changed:
        parts.append(
            gettext("数字以调查结论为准") if payload.stage == "final" else gettext("数字是初步的")
        )
    if payload.reason:
        parts.append(payload.reason)
    return listed(parts, stops=True) or gettext("更正了基本情况")


@_words.register
def _(payload: facts.Answered) -> str:
    return gettext(
        "%(measure)s：%(value)s",
        measure=_measure(payload.measure),
        value=_said(payload.measure, payload.value),
    )


@_words.register
def _(payload: facts.Corrected) -> str:
    if payload.reason == gettext("更正"):  # nobody gave another reason
        return gettext(
            "更正 %(measure)s：%(value)s",
            measure=_measure(payload.measure),
            value=_said(payload.measure, payload.value),
        )
    return gettext(
        "更正 %(measure)s：%(value)s（%(reason)s）",
        measure=_measure(payload.measure),
        value=_said(payload.measure, payload.value),
        reason=payload.reason,
    )


@_words.register
def _(payload: facts.Settled) -> str:
    return gettext("%(measure)s：核实后选定一种说法", measure=_measure(payload.measure))


@_words.register
def _(payload: facts.Withdrawn) -> str:
    return gettext("撤回关于 %(measure)s 的一种说法", measure=_measure(payload.measure))


@_words.register
def _(payload: facts.Assessed) -> str:
    return ngettext(
        "研判：%(level)s；现在要办 %(num)s 项",
        "研判：%(level)s；现在要办 %(num)s 项",
        len(payload.duties),
        level=told(range_text(payload)),
    )


@_words.register
def _(payload: work.CalledIn) -> str:
    return gettext("又有来电：%(line)s", line=payload.one_line)


@_words.register
def _(payload: work.CalledOut) -> str:
    return gettext(
        "拨打 %(who)s %(number)s", who=told(payload.label), number=payload.number or ""
    ).strip()


@_words.register
def _(payload: work.CallAnswered) -> str:
    return gettext("电话：%(outcome)s", outcome=outcome_word(payload.outcome))


@_words.register
def _(payload: work.OrderReceived) -> str:
    return gettext("收到 %(who)s 的指令：%(text)s", who=payload.from_, text=payload.text)


@_words.register
def _(payload: work.OrderPassed) -> str:
    return gettext(
        "指令传给 %(who)s：%(outcome)s", who=payload.to, outcome=outcome_word(payload.outcome)
    )


@_words.register
def _(payload: work.OrderReported) -> str:
    return gettext("向 %(who)s 回报：%(text)s", who=payload.to, text=payload.text)


@_words.register
def _(payload: work.Ticked) -> str:
    done = gettext("已办：%(duty)s", duty=told(payload.text))
    return listed([done, payload.note], stops=True) if payload.note else done


@_words.register
def _(payload: work.Unticked) -> str:
    return gettext("取消一项已办：%(reason)s", reason=payload.reason)


@_words.register
def _(payload: work.ReportSaved) -> str:
    return gettext("写报告：%(title)s", title=payload.title)


@_words.register
def _(payload: work.ReportSigned) -> str:
    return gettext("签发报告（第 %(version)s 稿）", version=payload.version)


@_words.register
def _(payload: work.ReportSent) -> str:
    return gettext("报告报出：%(to)s，%(means)s", to=payload.to, means=payload.means)


@_words.register
def _(payload: work.ReportReceipted) -> str:
    return gettext("%(to)s 确认收到报告", to=payload.to)


@_words.register
def _(payload: work.Noted) -> str:
    return payload.text or gettext("（个人信息已销毁）")


@_words.register
def _(payload: work.HandedOver) -> str:
    return gettext("交班给 %(who)s：%(text)s", who=_person(payload.to), text=payload.open_matters)


@_words.register
def _(payload: work.TakenOver) -> str:
    return gettext("接班")


@_words.register
def _(payload: work.Merged) -> str:
    return gettext("归并到 %(other)s", other=payload.into)


@_words.register
def _(payload: work.Joined) -> str:
    return gettext("%(other)s 归并到本事件", other=payload.incident)


@_words.register
def _(payload: work.Linked) -> str:
    return gettext(
        "与 %(other)s 关联：%(relation)s", other=payload.other, relation=payload.relation
    )


@_words.register
def _(payload: work.Transferred) -> str:
    return gettext("移送 %(to)s：%(reason)s", to=payload.to, reason=payload.reason)


@_words.register
def _(payload: work.TransferAccepted) -> str:
    return gettext("移送已由 %(by)s 接收", by=payload.by)


@_words.register
def _(payload: work.Closed) -> str:
    return gettext("处置结束：%(outcome)s", outcome=payload.outcome)


@_words.register
def _(payload: work.Reopened) -> str:
    return gettext("重新处置：%(reason)s", reason=payload.reason)


@_words.register
def _(payload: facts.PersonalKept) -> str:
    return gettext("个人信息继续保存：%(reason)s", reason=payload.reason)


@_words.register
def _(payload: facts.PersonalDestroyed) -> str:
    return gettext("个人信息已销毁：%(reason)s", reason=payload.reason)
