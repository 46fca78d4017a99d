"""The score of a drill: what was done against what the rules expect of the office."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from canmou.casebase import load_cases
from canmou.drill.elements import asked_elements, element_kinds, kinds_of
from canmou.drill.expected import Expected, ExpectedCall, ExpectedDuty, ExpectedLead, expected
from canmou.drill.from_case import scenario_of
from canmou.drill.loading import SCENARIOS, ScenarioError, load_scenarios, problems_of
from canmou.drill.menu import menu
from canmou.drill.parting import first_parting
from canmou.drill.records import (
    CallMade,
    Inject,
    Judgement,
    Official,
    Performance,
    Scenario,
    Silence,
    Skip,
    Temptation,
)
from canmou.drill.scoring import (
    call_order,
    choices_of,
    duties,
    elements,
    grade,
    harm,
    lead,
    reached,
    score,
    telephone,
)
from canmou.drill.situation import facts_of
from canmou.drill.timeline import answers, due_injects, minute_of, to_next
from canmou.engine import RuleBase, assess
from canmou.engine.assessment import Assessment
from canmou.engine.explanation.phrases import range_text
from canmou.engine.records import Text

AT = datetime(2026, 11, 1, 8)
T = Text(zh="x", en="x")
READY = {one.id: one for one in load_scenarios()}


def duty(action: str) -> ExpectedDuty:
    return ExpectedDuty(key=f"{action}|residents_committee|", action=action, text=T)


WANTED = Expected(
    calls=(
        ExpectedCall(party="fire_rescue", label=T),
        ExpectedCall(party="medical_emergency", label=T, when=T),
        ExpectedCall(party="gas_company", label=T),
        ExpectedCall(party="duty_leader", label=T),
    ),
    must_reach=("fire_rescue", "gas_company", "duty_leader", "village_3"),
    limit_minutes=10,
    limit_from_rule=False,
    limit_cites=(),
    elements=(),
    first=(duty("keep_out"), duty("move_people")),
    asked_actions=frozenset({"keep_out", "move_people", "guide_rescuers"}),
    forbidden=(duty("blind_rescue"), duty("return_early")),
    authority=ExpectedLead(possible=("county_government",)),
    department=ExpectedLead(certain=("gas_department",)),
    facts={"urgent": "yes"},
    fact_labels={"urgent": T},
    grade_state="open",
    at_least="IV",
    at_most="II",
    grade=T,
)
SCENARIO = Scenario(
    id="x", title=T, incident_types=("gas_leak",), caller=T, opening=T, place=T,
    silences=(Silence(party="gas_company", until_minute=4),
              Silence(party="village_3", instead="search_door_to_door")),
    temptations=(Temptation(action="blind_rescue", text=T),
                 Temptation(action="return_early", text=T)),
)  # fmt: skip


def made(*parties: str, answered: bool = True) -> tuple[CallMade, ...]:
    return tuple(CallMade(party=p, minute=n, answered=answered) for n, p in enumerate(parties))


def did(*acts: str, **more: object) -> Performance:
    judged = more.pop("judgement", None) or Judgement(grade="open", department="gas_department")
    given = {"acts": tuple((a, 1.0) for a in acts), "judgement": judged, **more}
    return Performance.model_validate(given)


@pytest.mark.parametrize(
    ("parties", "value"),
    [
        (("fire_rescue", "gas_company", "duty_leader"), 1),
        (("gas_company", "fire_rescue", "duty_leader"), 2 / 3),
        (("fire_rescue",), 2 / 3),
        (("duty_leader",), 0),
        ((), 0),
        (("fire_rescue", "medical_emergency", "gas_company", "duty_leader"), 1),
        (("medical_emergency", "fire_rescue", "gas_company", "duty_leader"), 5 / 6),
        (("media", "fire_rescue", "gas_company", "gas_company", "duty_leader"), 1),
    ],
)
def test_call_order_counts_the_pairs_of_the_card(parties: tuple[str, ...], value: float) -> None:
    """A conditional call counts only where it was made; other calls do not disturb."""
    assert pytest.approx(value, abs=1e-3) == call_order(made(*parties), WANTED).score


def test_telephone_report_in_time_late_and_never() -> None:
    assert [1, 1, 0.5, 0, 0] == [telephone(m, 10).score for m in (0, 10, 15, 20, None)]


def test_reached_needs_an_answer_or_the_act_that_stands_for_it() -> None:
    calls = (*made("fire_rescue", "duty_leader"), *made("gas_company", "village_3", answered=False))
    alone = reached(did(calls=calls), WANTED, SCENARIO)
    assert (0.5, ("gas_company", "village_3")) == (alone.score, alone.bad)
    sent = reached(did("search_door_to_door", calls=calls), WANTED, SCENARIO)
    assert (0.75, ("gas_company",)) == (sent.score, sent.bad)


def test_missing_elements_harmful_acts_and_first_duties() -> None:
    part = elements(frozenset({"time", "place", "loss"}), ["time", "place", "people", "time"])
    assert (pytest.approx(2 / 3, abs=1e-3), ("people",)) == (part.score, part.bad)
    assert elements(frozenset(), []).score is None
    acts = (("blind_rescue", 2.0), ("keep_out", 1.0))
    part = harm(acts, SCENARIO.temptations, WANTED)
    assert (0.5, ("blind_rescue",), ("return_early",)) == (part.score, part.bad, part.good)
    assert 0.5 == duties(acts, WANTED).score, "a forbidden act counts as harm, not twice"
    assert 1 == duties((("keep_out", 1.0), ("move_people", 2.0)), WANTED).score
    everything = [(a, 1.0) for a in ("keep_out", "move_people", "guide_rescuers", "dance", "sing")]
    assert 0.5 == duties(everything, WANTED).score, "ordering everything is no way to win"


def test_what_no_rule_forbids_is_no_harm() -> None:
    part = harm((("dance", 1.0),), (Temptation(action="dance", text=T),), WANTED)
    assert part.score is None


def test_lead_and_grade_where_nothing_is_certain() -> None:
    def judged(**said: object) -> Performance:
        return did(judgement=Judgement.model_validate({"grade": "open", **said}))

    assert 1 == lead(judged(department="gas_department"), WANTED).score
    half = judged(department="gas_department", authority="county_government")
    assert 0.75 == lead(half, WANTED).score
    assert 0 == lead(judged(authority="city_government"), WANTED).score
    assert [1, 1, 1, 0, 0, 0] == [
        grade(g, WANTED, None).score for g in ("IV", "III", "II", "I", "below", "open")
    ]
    nothing = WANTED.model_copy(update={"at_least": None, "at_most": "I"})
    assert [1, 0] == [grade(g, nothing, None).score for g in ("open", "I")]
    ungraded = WANTED.model_copy(update={"grade_state": "not_graded"})
    assert [1, 0] == [grade(g, ungraded, None).score for g in ("not_graded", "open")]
    assert [1, 0] == [grade(g, WANTED, Official(grade="I")).score for g in ("I", "III")]


def test_total_weighs_only_what_could_be_scored() -> None:
    perfect = did(
        "keep_out", "move_people", "search_door_to_door",
        calls=made("fire_rescue", "gas_company", "duty_leader"), report_minute=3,
        judgement=Judgement(grade="III", department="gas_department", facts={"urgent": "yes"}),
    )  # fmt: skip
    wanted = WANTED.model_copy(update={"asked_actions": frozenset(
        {"keep_out", "move_people", "search_door_to_door"})})  # fmt: skip
    found = score(perfect, wanted, SCENARIO)
    assert (100, None) == (found.total, found.part("elements").score)
    assert "grade" == found.parts[-1].id, "the grade comes last"
    worse = score(did("blind_rescue", "return_early"), WANTED, SCENARIO)
    assert worse.total < 15


def test_choices_are_comparable_items() -> None:
    items = choices_of(did("keep_out"), ["keep_out", "dance"], ["time"])
    assert {"act:keep_out": "yes", "act:dance": "no", "element:time": "no"} == items


# -- the clock ------------------------------------------------------------------------------------


def test_clock_with_skipped_time() -> None:
    skips = [Skip(at=datetime(2026, 11, 1, 8, 2), minutes=5)]
    assert 1 == minute_of(datetime(2026, 11, 1, 8, 1), AT, skips)
    assert 8 == minute_of(datetime(2026, 11, 1, 8, 3), AT, skips)
    injects = [Inject(minute=m, who=T, says=T) for m in (5, 2, 9)]
    assert (1, 0) == due_injects(injects, 5)
    assert (4, None) == (to_next(injects, 5), to_next(injects, 9))


def test_silence_ends_or_lasts() -> None:
    assert not answers(SCENARIO, "gas_company", 3.9)
    assert answers(SCENARIO, "gas_company", 4)
    assert not answers(SCENARIO, "village_3", 60)
    assert answers(SCENARIO, "fire_rescue", 0)


# -- the drills that ship -------------------------------------------------------------------------


def situation(scenario: Scenario, rulebase: RuleBase) -> tuple[Assessment, Expected]:
    result = assess(facts_of(scenario, scenario.injects, AT), rulebase)
    return result, expected(result, rulebase, scenario, range_text(result.overall))


def test_six_drills_ship() -> None:
    assert {
        "gas-leak-before-the-blast", "red-signal-one-village-silent", "twelve-boarders-ill",
        "two-hours-in-a-lift-and-a-missing-child", "worker-on-a-tower-crane", "network-down",
    } == set(READY)  # fmt: skip


@pytest.mark.parametrize("name", sorted(READY))
def test_shipped_drill_fits_the_rules(name: str, rulebase: RuleBase) -> None:
    """Its names are known, every temptation is forbidden by a rule, there is enough to do."""
    scenario = READY[name]
    assert () == problems_of(scenario, rulebase)
    _, wanted = situation(scenario, rulebase)
    forbidden = {d.action for d in wanted.forbidden}
    assert {t.action for t in scenario.temptations} <= forbidden
    assert len(wanted.first) >= 3
    assert {s.instead for s in scenario.silences} - {None} <= wanted.asked_actions
    acts = [item.action for item in menu(*situation_parts(scenario, rulebase))]
    assert {d.action for d in wanted.first} | {t.action for t in scenario.temptations} <= set(acts)
    assert len(acts) == len(set(acts))
    assert set(acts) - wanted.asked_actions - forbidden, "some acts are beside the point"


def situation_parts(
    scenario: Scenario, rulebase: RuleBase
) -> tuple[Assessment, RuleBase, Scenario, Expected]:
    result, wanted = situation(scenario, rulebase)
    return result, rulebase, scenario, wanted


def test_every_past_case_makes_a_drill(rulebase: RuleBase) -> None:
    for case in load_cases():
        scenario = scenario_of(case, rulebase)
        assert () == problems_of(scenario, rulebase), case.id
        told = {name for inject in scenario.injects for name in inject.answers}
        assert {rulebase.measure_id(n) for n in case.figures.measures} == told
        assert scenario.official is not None
        assert case.official_grade == scenario.official.grade


def test_elements_of_rules_are_known_by_their_words() -> None:
    compound = Text(zh="时间、地点、信息来源", en="time, place, source")
    assert {"time", "place", "source"} == kinds_of(compound)
    assert {"people"} == kinds_of(Text(zh="死亡、受伤、失踪人数", en="dead, injured, missing"))
    assert {"course"} == kinds_of(Text(zh="其他", en="other")), "nothing asked for is left out"
    assert len(element_kinds()) == len({kind.id for kind in element_kinds()})
    assert () == asked_elements(())


def test_first_parting_is_the_first_step_seen_differently(rulebase: RuleBase) -> None:
    scenario = READY["gas-leak-before-the-blast"]
    result, wanted = situation(scenario, rulebase)
    acts = tuple((d.action, 1.0) for d in wanted.first)
    right = Judgement(grade="open", department="gas_department", facts=dict(wanted.facts))
    done = Performance(acts=acts, judgement=right)
    assert first_parting(result, wanted, done, score(done, wanted, scenario)) is None
    wrong = Performance(
        acts=(*acts[1:], ("return_early", 2.0)),
        judgement=Judgement(grade="I", department="fire_rescue", facts={"urgent": "no"}),
    )
    found = first_parting(result, wanted, wrong, score(wrong, wanted, scenario))
    assert found is not None
    steps = {c: f.number for f in reversed(result.firings) for c in f.conclusions}
    differing = [
        f"duty:{wanted.first[0].key}", "lead:department:gas_department", "fact:urgent",
        *(f"duty:{d.key}" for d in wanted.forbidden if d.action == "return_early"),
    ]  # fmt: skip
    assert found.firing == min(steps[c] for c in differing if c in steps)


def test_a_wrong_drill_file_is_told_with_its_place(tmp_path: Path, rulebase: RuleBase) -> None:
    folder = tmp_path
    (folder / "bad.yaml").write_text("id: other\ntitle: {zh: x, en: x}\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"bad\.yaml: incident_types"):
        load_scenarios(folder)
    text = (SCENARIOS / "network-down.yaml").read_text(encoding="utf-8")
    (folder / "bad.yaml").write_text(text.replace("id: network-down", "id: bad"), encoding="utf-8")
    bad = load_scenarios(folder)[0].model_copy(
        update={"answers": {"deathz": 1, "deaths": "many"}, "silences": (Silence(party="nobody"),)}
    )
    told = " ".join(problems_of(bad, rulebase))
    assert "deathz" in told
    assert "deaths" in told
    assert "nobody" in told
