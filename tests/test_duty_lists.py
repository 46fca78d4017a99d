"""What one desk reads first: for typical incidents short, urgent first, nothing twice."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import NamedTuple

import pytest

from canmou.casebase.state import IncidentState, Place
from canmou.engine import Facts, RuleBase, assess
from canmou.engine.assessment import DutyLine
from canmou.engine.rulebase.records import Duty
from canmou.webui.duties import DutyBook
from canmou.webui.result import AT_FIRST

NIGHT = datetime(2026, 11, 22, 3, 0)
PLACE = {"province": "山东省", "city": "济南市", "county": "历下区"}
LEVELS = ("community", "township", "county")
SAVING = ("call", "keep_out", "move", "rescue", "care")


class Incident(NamedTuple):
    """An incident as it is known in the first minute, and what a community reads first."""

    type: str
    status: str
    answers: dict[str, object]
    first: frozenset[str]


def incident(type_: str, first: str, status: str = "occurred", **answers: object) -> Incident:
    return Incident(type_, status, answers, frozenset(first.split()))


INCIDENTS = {
    "gas leak": incident("gas_leak", "operate_ignition_sources call_fire keep_out move_people"),
    "fire in a flat": incident("fire_residential", "call_fire keep_out move_people"),
    "collapse": incident(
        "building_collapse", "call_fire keep_out move_people blind_rescue", trapped=">= 1"
    ),
    "chemical leak": incident("hazardous_chemical", "call_fire keep_out move_people pour_water"),
    "group vomiting": incident("unexplained_illness", "call_ambulance report_incident"),
    "red signal": incident(
        "rainstorm_flood", "enter_danger_area call_out keep_out", "imminent", rainstorm_signal="red"
    ),
    "earthquake": incident("earthquake", "blind_rescue move_people call_ambulance"),
    "landslide": incident(
        "landslide", "keep_out move_people call_fire", "imminent", danger_signs_seen=True
    ),
    "forest fire": incident("forest_fire", "fight_wildfire call_fire"),
    "typhoon": incident("typhoon", "call_out move_people", "imminent", typhoon_signal="orange"),
    "snow": incident("snow_disaster", "move_people", "imminent"),
    "lift": incident("lift_entrapment", "pry_lift_doors call_maintenance call_fire"),
    "missing child": incident("missing_child", "call_police search_missing"),
    "wage gathering": incident("wage_gathering", "use_police_powers provoke_crowd call_police"),
    "threat to jump": incident("suicide_threat", "agitate_person grab_person call_police"),
    "undetermined": incident(
        "undetermined", "blind_rescue call_ambulance call_fire call_police call_duty_leader"
    ),
    "coach": incident("road_traffic", "call_ambulance call_police keep_out", injuries=">= 5"),
    "school canteen": incident("food_poisoning", "call_ambulance report_incident"),
    "infectious disease": incident("infectious_disease", "call_ambulance report_incident"),
    "water pollution": incident("environmental_pollution", "keep_out call_ambulance"),
    "run on a lender": incident("financial_incident", "provoke_crowd call_police"),
    "power cut": incident("power_outage", "blind_rescue call_ambulance call_fire"),
}


def lines(rulebase: RuleBase, what: Incident, level: str) -> list[DutyLine]:
    """Return what the desk of a level must do now, in the order of the page."""
    facts = Facts(
        incident_types=(what.type,), status=what.status, on=NIGHT.date(), at=NIGHT,
        learned_at=NIGHT, place=PLACE, answers=what.answers,
    )  # fmt: skip
    state = IncidentState(
        id="x", office="desk", opened_at=NIGHT, opened_by="wang", nature="occurred",
        incident_types=(what.type,), status=what.status, one_line="来电", learned_at=NIGHT,
        occurred_at=None, place=Place(), caller=None, holder="wang", last=1, last_at=NIGHT,
    )  # fmt: skip
    book = DutyBook(assess(facts, rulebase), state, level, rulebase, {}, NIGHT)
    return [v.duty for v in book.now("mine") if v.duty.action != "ask_upper_level"]


@pytest.mark.parametrize("name", INCIDENTS)
def test_list_of_a_level_is_short_before_it_is_unfolded(rulebase: RuleBase, name: str) -> None:
    """25 lines are read at most; community and township need no fold when the type is known."""
    assert AT_FIRST <= 25
    for level in LEVELS[:2] if INCIDENTS[name].type != "undetermined" else ():
        found = lines(rulebase, INCIDENTS[name], level)
        assert 1 <= len(found) <= AT_FIRST, level


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", INCIDENTS)
def test_no_action_stands_twice_for_the_same_party(
    rulebase: RuleBase, name: str, level: str
) -> None:
    found = lines(rulebase, INCIDENTS[name], level)
    asked = Counter(
        (line.action, line.to, line.modality == "must_not", party)
        for line in found
        for party in set(line.by)
    )
    assert [key for key, times in asked.items() if times > 1] == []


@pytest.mark.parametrize("name", INCIDENTS)
def test_first_five_lines_hold_what_saves_lives(rulebase: RuleBase, name: str) -> None:
    """Who reads no further has been told what kills, whom to call, and to keep or lead people off.

    Nothing that is to be done at a desk stands before what is to be done for people.
    """
    found = lines(rulebase, INCIDENTS[name], "community")
    first = {line.action for line in found[:5]}
    assert INCIDENTS[name].first <= first, [line.text.en for line in found[:5]]
    kinds = [line.kind in SAVING or line.kind == "report" for line in found[:5]]
    assert all(kinds[:4])


@pytest.mark.parametrize("name", INCIDENTS)
def test_the_county_reads_what_to_order_at_once_before_what_to_write(
    rulebase: RuleBase, name: str
) -> None:
    """Forces and the response cannot wait for the desk; reports have clocks of their own."""
    found = [line for line in lines(rulebase, INCIDENTS[name], "county") if line.group is None]
    reports = [n for n, line in enumerate(found) if line.kind == "report"]
    orders = [
        n
        for n, line in enumerate(found)
        if line.action in {"mobilise_forces", "start_response"} and line.modality == "must"
    ]
    if INCIDENTS[name].type != "undetermined":
        assert max(orders, default=-1) < min(reports), [line.text.zh for line in found]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", INCIDENTS)
def test_what_kills_stands_before_everything_else(
    rulebase: RuleBase, name: str, level: str
) -> None:
    """Deadly prohibitions lead the list; while the type is open only those that fit most types."""
    found = lines(rulebase, INCIDENTS[name], level)
    deadly = [line.modality == "must_not" and line.kind in SAVING for line in found[:AT_FIRST]]
    if INCIDENTS[name].type != "undetermined":
        assert deadly == sorted(deadly, reverse=True)


def test_advice_that_may_be_a_must_says_what_decides_it(rulebase: RuleBase):
    told = 0
    for what in INCIDENTS.values():
        facts = Facts(
            incident_types=(what.type,), status=what.status, on=NIGHT.date(), at=NIGHT,
            learned_at=NIGHT, place=PLACE, answers=what.answers,
        )  # fmt: skip
        for line in assess(facts, rulebase).duties:
            musts = {
                rule
                for rule in line.rules
                for duty in rulebase.rules[rule].then
                if isinstance(duty, Duty) and duty.modality == "must"
                and (duty.action, set(duty.to)) == (line.action, set(line.to))
                and set(duty.by) & set(line.by)
            }  # fmt: skip
            open_must = line.modality in {"should", "may"} and bool(musts)
            assert open_must or not line.must_waits_for, line.rules
            if len(rulebase.leaves(what.type)) == 1:  # else a must may wait for the type alone
                assert open_must == bool(line.must_waits_for), line.rules
            told += bool(line.must_waits_for)
    assert told >= 5


NOBODY_TO_CALL_FOR = {
    "lift", "missing child", "threat to jump", "forest fire", "wage gathering", "run on a lender",
}  # fmt: skip
"""Everyday calls name the number, at a wildfire the law has the township send for the brigades,
and a peaceful crowd threatens nobody."""


@pytest.mark.parametrize("level", LEVELS[1:])
@pytest.mark.parametrize(
    "name",
    [n for n in INCIDENTS if INCIDENTS[n].status == "occurred" and n not in NOBODY_TO_CALL_FOR],
)
def test_desk_that_takes_the_call_itself_is_told_to_have_help_called(
    rulebase: RuleBase, name: str, level: str
) -> None:
    """The township and the county too: among the first lines is that 119, 120 or 110 is called."""
    actions = [line.action for line in lines(rulebase, INCIDENTS[name], level)[:4]]
    assert "call_emergency_services" in actions
