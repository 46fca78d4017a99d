"""统计: incidents and cases by year, type, grade and place; agreement, overrides, clocks."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, render_template
from flask_babel import gettext
from flask_login import login_required

from canmou import casebase
from canmou.casebase import IncidentState, PastCase
from canmou.engine.explanation.phrases import can_be_judged, range_text
from canmou.engine.records import Level
from canmou.engine.wording import NOT_JUDGED
from canmou.webui.charts import bars
from canmou.webui.clock_counts import clock_counts
from canmou.webui.incident_pages import visible_offices
from canmou.webui.languages import told
from canmou.webui.pages.statistics import ChartGroup, Rate, StatisticsPage
from canmou.webui.review_views import agreement_of, latest
from canmou.webui.services import rulebase, services, store
from canmou.webui.statistics_counts import (
    agreed,
    by_year,
    counted,
    overridden,
)
from canmou.webui.template_words import grade_word

blueprint = Blueprint("statistics", __name__)
MOST_INCIDENTS = 1000
"""How many ended incidents are counted, the newest ones."""


@blueprint.get("/statistics")
@login_required
def overview() -> str:
    """Show what happened, how it was judged, and which time limits were kept."""
    offices = visible_offices()
    ended = casebase.closed_incidents(store(), offices=offices, limit=MOST_INCIDENTS)
    incidents = (*casebase.open_incidents(store(), offices=offices), *ended)
    cases = services().cases
    seen = {one.id for one in incidents}
    reviews = [r for r in casebase.reviews(store()) if r.incident in seen]
    last = [one for said in latest(reviews).values() for one in said.values()]
    counted_clocks = clock_counts().count(incidents)
    clocks = counted_clocks.clocks
    page = StatisticsPage(
        groups=(_incidents(incidents), _cases(cases)),
        rates=_rates(incidents, *agreed(last)),
        agreement=agreement_of(reviews),
        clocks=bars(
            gettext("本级的时限"),
            gettext("项"),
            (
                (gettext("按时办了"), clocks.kept),
                (gettext("办了但超时"), clocks.late),
                (gettext("过了时限没有办"), clocks.missed),
            ),
        ),
        counted=counted_clocks.over,
        left=counted_clocks.left,
        incidents=len(incidents),
        newest_only=len(ended) >= MOST_INCIDENTS,
        cases=len(cases),
    )
    return render_template("statistics.html", page=page)


def _incidents(found: Sequence[IncidentState]) -> ChartGroup:
    unit, rest = gettext("起"), gettext("其他")
    return ChartGroup(
        heading=gettext("本单位的事件"),
        hint=gettext("按接报时间；等级是最近一次研判，不是公布的等级。"),
        charts=(
            bars(gettext("按年"), unit, by_year(one.learned_at.year for one in found)),
            bars(
                gettext("按类型"),
                unit,
                counted((t for one in found for t in one.incident_types), _category, rest=rest),
            ),
            bars(gettext("按等级"), unit, counted(found, _judged, rest=rest)),
            bars(gettext("按地点"), unit, counted(found, _place, rest=rest)),
        ),
    )


def _cases(found: Sequence[PastCase]) -> ChartGroup:
    unit, rest = gettext("起"), gettext("其他")
    levels: tuple[Level, ...] = ("I", "II", "III", "IV")
    order = [*(grade_word(level) for level in levels), gettext("未公布等级")]
    return ChartGroup(
        heading=gettext("过去的案例"),
        hint=gettext("等级是公布的等级。"),
        charts=(
            bars(gettext("按年"), unit, by_year(one.date.year for one in found)),
            bars(
                gettext("按类型"),
                unit,
                counted((t for one in found for t in one.incident_types), _category, rest=rest),
            ),
            bars(gettext("按等级"), unit, counted(found, _official, order, rest)),
            bars(
                gettext("按地点"),
                unit,
                counted(found, lambda c: c.place.province or gettext("不详"), rest=rest),
            ),
        ),
    )


def _category(name: str) -> str:
    """Return the type one step below its category, so that the chart says something."""
    rules = rulebase()
    known = rules.type_id(name)
    if known is None:
        return gettext("性质待定")
    way = rules.ancestors(known)
    return told(rules.incident_types[way[-2] if len(way) > 1 else way[-1]].label)


def _judged(state: IncidentState) -> str:
    if not state.assessments:
        return told(NOT_JUDGED)
    last = state.assessments[-1].summary
    if can_be_judged(last.state, last.at_most) and last.at_least != last.at_most:
        return gettext("范围")
    return told(range_text(last))


def _place(state: IncidentState) -> str:
    place = state.place
    return place.community or place.township or place.county or gettext("不详")


def _official(case: PastCase) -> str:
    if case.official_grade is None:
        return gettext("未公布等级")
    return grade_word(case.official_grade)


def _rates(incidents: Sequence[IncidentState], agree: int, judged: int) -> tuple[Rate, ...]:
    graded = [
        found
        for state in incidents
        for report in state.reports
        if (found := overridden(state, report)) is not None
    ]
    calls = [c for state in incidents for c in state.calls if c.outcome is not None]
    corrected = sum(bool(state.corrections) for state in incidents)
    return (
        Rate(words=gettext("教员同意的结论"), part=agree, whole=judged),
        Rate(
            words=gettext("带班领导另定的等级"),
            part=sum(graded),
            whole=len(graded),
            note=gettext("报告里写的初判等级，不在当时研判的范围内"),
        ),
        Rate(
            words=gettext("呼出电话接通"),
            part=sum(c.outcome == "answered" for c in calls),
            whole=len(calls),
        ),
        Rate(words=gettext("有更正的事件"), part=corrected, whole=len(incidents)),
    )
