"""One question as a page shows it: controls, sources, what was said before, why it is asked."""

from __future__ import annotations

from flask import request, url_for
from flask_babel import gettext

from canmou.casebase import IncidentState, StatementOf
from canmou.engine.explanation.phrases import range_text
from canmou.engine.outcomes import outcomes
from canmou.engine.rulebase.records import Duty
from canmou.engine.rulebase.vocabulary import Measure
from canmou.webui.accounts import names_of_people
from canmou.webui.answers import entry_of, statement_text
from canmou.webui.languages import listed, told
from canmou.webui.pages.questions import (
    Entry,
    OutcomeView,
    QuestionView,
    StatementView,
    WhyView,
)
from canmou.webui.services import Assessed, rulebase

MOST_REASONS = 8
MOST_DUTIES = 3


def source_words() -> dict[str, str]:
    """Return the words for those who may know something."""
    return {
        "caller": gettext("来电人"),
        "scene": gettext("现场人员"),
        "hospital": gettext("医院"),
        "department": gettext("主管部门"),
        "inquiry": gettext("调查组"),
        "other": gettext("其他人"),
    }


def question_view(
    state: IncidentState, made: Assessed, name: str, entry: Entry | None, mistake: str | None
) -> QuestionView:
    """Return one question; ``entry`` is what was typed if it comes back with a mistake."""
    measure = rulebase().measures[name]
    said = state.answers.get(name)
    standing = said.standing if said else ()
    if entry is None:
        entry = _kept_entry(state, name, measure, standing)
    return QuestionView(
        name=name,
        measure=measure,
        entry=entry,
        sources=_sources(measure),
        mistake=mistake,
        standing=tuple(_statement(name, one) for one in standing),
        history=tuple(
            _statement(name, one) for one in (said.statements if said else ()) if one.ended
        ),
        differ=said.differ if said else False,
        contradiction=next(
            (
                note.text
                for note in made.assessment.notes
                if note.kind == "contradiction" and name in note.measures
            ),
            None,
        ),
        why=_why(made, name),
        outcomes_url=url_for("questions.ask", incident=state.id, measure=name, outcomes="1")
        if any(q.measure == name for q in made.assessment.open)
        else None,
        outcomes=_outcomes(made, name) if request.args.get("outcomes") else (),
    )


def _outcomes(made: Assessed, name: str) -> tuple[OutcomeView, ...]:
    """Return what each answer to a question would bring."""
    rules = rulebase()
    found = outcomes(made.facts, rules, name, made.assessment)
    return tuple(
        OutcomeView(
            answer=statement_text(name, one.answer, rules),
            grade=told(range_text(one.overall)),
            duties=tuple(duty.text for duty in one.duties_now[:MOST_DUTIES]),
            more=max(len(one.duties_now) - MOST_DUTIES, 0),
            clocks=tuple(change.text for change in one.difference.clocks if change.after),
        )
        for one in found
    )


def _kept_entry(
    state: IncidentState, name: str, measure: Measure, standing: tuple[StatementOf, ...]
) -> Entry:
    if name == "status" and state.status:
        return Entry(choice=state.status)
    if name == "occurred_at" and state.occurred_at:
        return Entry(moment=f"{state.occurred_at:%Y-%m-%dT%H:%M}")
    if standing:
        return entry_of(standing[-1], measure)
    return Entry(source=_sources(measure)[0][0])


def _sources(measure: Measure) -> tuple[tuple[str, str], ...]:
    """Return who may have said it, those first who are likely to know."""
    words = source_words()
    order = [k for k in (*measure.known_by, *words) if k in words]
    return tuple((key, words[key]) for key in dict.fromkeys(order))


def _statement(name: str, one: StatementOf) -> StatementView:
    words = source_words()
    states = {
        "verified": gettext("已核实"),
        "unverified": gettext("待核实"),
        "disputed": gettext("有出入"),
    }
    return StatementView(
        number=one.number,
        text=statement_text(name, one.value, rulebase()),
        source=words.get(one.source or "", one.source or gettext("未写明")),
        state=states[one.state],
        by=names_of_people().get(one.author, one.author),
        at=one.time,
    )


def _why(made: Assessed, name: str) -> tuple[WhyView, ...]:
    """Return the rules that wait for an answer and what they could change."""
    waiting = next((q for q in made.assessment.open if q.measure == name), None)
    if waiting is None:
        return ()
    return tuple(_reason(identifier) for identifier in waiting.why[:MOST_REASONS])


def _reason(identifier: str) -> WhyView:
    rules = rulebase()
    url = url_for("library.rule", rule=identifier)
    if identifier in rules.rules:
        rule = rules.rules[identifier]
        duties = [told(c.duty) for c in rule.then if isinstance(c, Duty)]
        return WhyView(
            rule=identifier, title=rule.title, changes=listed(duties, stops=True), url=url
        )
    if identifier in rules.standards:
        title = rules.standards[identifier].title
        return WhyView(rule=identifier, title=title, changes=gettext("事件分级"), url=url)
    return WhyView(
        rule=identifier, title=rules.chooses[identifier].choose.title, changes="", url=url
    )
