"""The incidents that the product is judged by, with the shipped rules."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from canmou.engine import Assessment, Facts, RuleBase, assess
from canmou.engine.rulebase.records import Duty, duty_key

BELOW_COUNTY = {"public", "unit", "community", "township"}


def judge(rulebase: RuleBase, **given: Any) -> Assessment:
    return assess(Facts.model_validate({"status": "occurred", **given}), rulebase)


def kinds_now(result: Assessment) -> set[str]:
    return {d.kind for d in result.duties if d.act_now and d.modality != "may"}


def test_tianjin_2015_is_especially_serious_for_certain(rulebase):
    result = judge(
        rulebase,
        incident_types=["hazardous_chemical"],
        stage="final",
        on="2015-08-12",
        answers={
            "deaths": 165,
            "missing": 8,
            "serious_injuries": ">= 58",
            "direct_loss_cny": "68.66亿",
        },
    )
    assert (
        result.overall.state,
        result.overall.at_least,
        result.overall.at_most,
    ) == ("graded", "I", "I")


def test_at_least_three_dead_is_a_range_and_names_what_could_raise_it(rulebase):
    result = judge(
        rulebase,
        incident_types=["hazardous_chemical"],
        on="2026-11-01",
        answers={"deaths": ">= 3"},
    )
    assert (result.overall.at_least, result.overall.at_most) == ("III", "I")
    could_raise = {q.measure for q in result.open if "grade" in q.could_change}
    assert {"deaths", "serious_injuries", "direct_loss_cny"} <= could_raise


def test_two_dead_is_at_least_ordinary_and_fairly_serious_is_not_excluded(rulebase):
    result = judge(
        rulebase, incident_types=["hazardous_chemical"], on="2026-11-01", answers={"deaths": 2}
    )
    assert result.overall.at_least == "IV"
    assert result.overall.at_most in {"III", "II", "I"}


def test_an_earthquake_of_2019_is_judged_by_the_plan_of_2012(rulebase):
    result = judge(
        rulebase,
        incident_types=["earthquake"],
        stage="final",
        on="2019-06-17",
        answers={"magnitude": 6.0, "deaths": 13, "missing": 0},
    )
    standards = {g.standard for g in result.grades if g.use in {"grade", "initial"}}
    assert "earthquake_disaster_2012" in standards
    assert not {s for s in standards if s.endswith(("2006", "2025"))}
    assert result.overall.at_least == "III"


def test_the_earthquake_plan_of_2025_falls_back_and_says_so(rulebase):
    result = judge(
        rulebase,
        incident_types=["earthquake"],
        stage="final",
        on="2026-03-01",
        answers={"magnitude": 6.0, "deaths": 13, "missing": 0},
    )
    fallen_back = [g for g in result.grades if g.standard == "earthquake_disaster_2025"]
    assert [g.provisional for g in fallen_back] == [True]
    assert any(n.kind == "provisional" for n in result.notes)


def test_a_forest_fire_of_five_hectares_grades_differently_from_2026(rulebase):
    given = {
        "incident_types": ["forest_fire"],
        "stage": "final",
        "answers": {
            "forest_area_damaged_hectares": 5,
            "deaths": 0,
            "missing": 0,
            "serious_injuries": 0,
            "direct_loss_cny": 0,
        },
    }
    before = judge(rulebase, on="2025-12-31", **given)
    since = judge(rulebase, on="2026-01-01", **given)
    before_standards = {g.standard for g in before.grades if g.use == "grade"}
    since_standards = {g.standard for g in since.grades if g.use == "grade"}
    assert {"forest_fire_2008"} == before_standards
    assert {"forest_fire"} == since_standards
    assert ("III", "III") == (before.overall.at_least, before.overall.at_most)
    assert ("IV", "IV") == (since.overall.at_least, since.overall.at_most)


def test_a_plant_fire_that_pollutes_a_river_is_graded_by_three_standards(rulebase):
    result = judge(
        rulebase,
        incident_types=["fire_industrial", "environmental_pollution"],
        on="2026-09-01",
        answers={"deaths": 4},
    )
    standards = {g.standard for g in result.grades if g.use == "grade"}
    assert {
        "production_safety_accident",
        "fire_accident",
        "environmental_emergency",
    } <= standards


def test_a_mass_incident_is_not_graded_and_has_duties_and_clocks(rulebase):
    result = judge(
        rulebase, incident_types=["mass_incident"], on="2026-11-01", answers={"participants": 80}
    )
    assert result.overall.state == "not_graded"
    assert any(n.kind == "not_graded" for n in result.notes)
    assert "report" in kinds_now(result)
    assert any(d.kind == "report" and d.within for d in result.duties if d.act_now)


def test_a_public_health_incident_in_2026_rests_on_the_2025_law_first(rulebase):
    result = judge(
        rulebase, incident_types=["infectious_disease"], on="2026-05-01", answers={"cases": 12}
    )
    cited = {c.source for d in result.duties if d.act_now for c in d.cites}
    assert {"phe_law_2025", "infectious_disease_law_2025"} & cited
    fired = {f.rule for f in result.firings if f.status == "certain"}
    told_first = 0
    for duty in result.duties:
        alike = [
            rule.cites[0].source
            for rule in (rulebase.rules[r] for r in duty.rules if r in fired)
            for asked in rule.then
            if getattr(asked, "action", None) == duty.action and asked.modality == duty.modality
        ]
        if {"phe_law_2025", "erl2024"} <= set(alike):
            told_first += 1
            assert "erl2024" != duty.cites[0].source, duty.key
    assert told_first
    defeated = [f for f in result.firings if f.status == "defeated"]
    assert defeated, "the special laws displace rules of the general one"
    assert all(f.defeated_by for f in defeated)


def test_a_gas_leak_with_nothing_answered_shows_calls_keep_out_moving_and_report(rulebase):
    result = judge(rulebase, incident_types=["gas_leak"], on="2026-11-01")
    assert {"call", "keep_out", "move", "report"} <= kinds_now(result)
    card = rulebase.card_for("gas_leak")
    assert card is not None
    assert card.call
    assert card.do_not
    assert card.first


def test_twelve_boarders_vomiting_start_the_schools_clock_without_a_grade(rulebase):
    result = judge(
        rulebase,
        incident_types=["unexplained_illness"],
        on="2026-11-01",
        answers={"cases": 12, "outbreak_place": "school"},
    )
    clocks = [
        d
        for d in result.duties
        if d.by == ("school",) and d.kind == "report" and d.status == "certain" and d.within
    ]
    assert {2} <= {d.within.get("hours") for d in clocks}
    assert result.overall.at_least is None


def test_a_village_under_a_red_signal_may_move_people_before_any_order(rulebase):
    result = judge(
        rulebase,
        incident_types=["rainstorm_flood"],
        status="imminent",
        on="2026-07-20",
        answers={"rainstorm_signal": "red", "alert_declared": False},
    )
    moving = [
        d
        for d in result.duties
        if d.level in {"community", "township"} and d.kind == "move" and d.act_now
    ]
    assert moving


def test_nobody_below_county_level_is_told_to_declare_an_alert_or_requisition(rulebase):
    for name in rulebase.incident_types:
        for status in ("imminent", "occurred"):
            result = assess(
                Facts(
                    incident_types=(name,),
                    status=status,
                    on=date(2026, 11, 1),
                    answers={"people_in_danger": True},
                ),
                rulebase,
            )
            wrong = [
                (d.rule, d.by)
                for d in result.duties
                if d.action in {"declare_alert", "requisition"}
                and d.modality != "must_not"
                and rulebase.parties[d.by[0]].level in BELOW_COUNTY
            ]
            assert wrong == [], name


def test_a_limit_from_the_end_of_handling_has_a_date_once_that_is_known(rulebase):
    """Cyber incidents: the final report is due thirty days after handling is over."""
    given = {"incident_types": ["cyber_incident"], "status": "ended", "on": "2026-11-01"}
    ended = judge(rulebase, **given, answers={"ended_at": "2026-11-04 18:00"})
    for result, due in ((ended, datetime(2026, 12, 4, 18)), (judge(rulebase, **given), None)):
        (line,) = (d for d in result.duties if d.rule == "cyber-final-report-30-days")
        assert line.due == due


def test_no_limit_of_a_duty_is_lost_where_several_rules_ask_for_it(rulebase):
    """What keeps people safe stands on the line, whichever rule says it."""
    seen = 0
    for kind in ("gas_leak", "rainstorm_flood", "fire_residential", "undetermined"):
        for line in judge(rulebase, incident_types=[kind], on="2026-07-20").duties:
            for rule in line.rules:
                for duty in rulebase.rules[rule].then:
                    asks = isinstance(duty, Duty) and line.key == duty_key(duty, line.by[0])
                    if asks and line.by[0] in duty.by and duty.not_when:
                        clauses = duty.not_when.zh.split("；")
                        assert all(c in line.not_when.zh for c in clauses), (line.key, rule)
                        seen += 1
    assert seen > 40
