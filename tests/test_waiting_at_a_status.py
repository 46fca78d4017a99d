"""A duty done while its condition is open may wait at some values of the status (``waits_at``)."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from canmou.engine import Facts, assess, load_rulebase
from canmou.engine.rulebase.errors import RuleBaseError
from canmou.engine.rulebase.scenarios import run_scenarios

BASE = Path(__file__).parent / "knowledge" / "base"
STATUS = """status:
  label: {zh: 状态, en: Status}
  question: {zh: 什么状态？, en: Which status?}
  type: choice
  choices:
    occurred: {zh: 已发生, en: Has happened}
    controlled: {zh: 已控制, en: Under control}
    ended: {zh: 结束, en: Over}
"""
RULE = """- id: call-out
  title: {{zh: 叫人撤, en: Call people out}}
  basis: law
  verified: text
  cites: {{source: law_a, article: "3"}}
  when: status is_not ended and people_at_risk
  then: {{duty: {{zh: 叫人撤, en: Call people out}}, action: move_people, by: county,
         modality: must, {open}}}
"""


def written(folder: Path, open_: str) -> Path:
    """Return rules in which calling people out is open in the way given."""
    return changed(folder, RULE.format(open=open_))


def changed(folder: Path, rule: str) -> Path:
    """Return rules with a status to answer and one rule more."""
    there = folder / "rules"
    shutil.copytree(BASE, there)
    with (there / "measures" / "all.yaml").open("a", encoding="utf-8") as measures:
        measures.write(STATUS)
    (there / "more.yaml").write_text(rule, encoding="utf-8")
    return there


@pytest.mark.parametrize(
    ("status", "at_risk", "expected"),
    [
        ("occurred", "unknown", "done as if it held"),
        ("controlled", "unknown", "possible"),
        (None, "unknown", "done as if it held"),
        (["controlled", "occurred"], "unknown", "done as if it held"),
        ("controlled", True, "certain"),
        ("ended", "unknown", "nothing"),
        ("controlled", False, "nothing"),
    ],
)
def test_under_control_nobody_is_called_out_until_someone_is_known_to_be_at_risk(
    status, at_risk, expected, tmp_path
):
    rules = load_rulebase(written(tmp_path, "if_open: act, waits_at: [controlled]"))
    answers = {"people_at_risk": at_risk} | ({} if status is None else {"status": status})
    facts = Facts(incident_types=("fire",), on=date(2026, 11, 1), answers=answers)
    found = [d for d in assess(facts, rules).duties if d.rule == "call-out"]
    told = {(): "nothing"}.get(tuple(found)) or (
        "certain" if found[0].status == "certain"
        else "done as if it held" if found[0].act_now else "possible"
    )  # fmt: skip
    assert told == expected


def test_correcting_the_status_changes_whether_the_duty_waits(tmp_path):
    """One rule base, one answer after the other: what was worked out before is not shown again."""
    rules = load_rulebase(written(tmp_path, "if_open: act, waits_at: [controlled]"))
    now = []
    for status in ("occurred", "controlled", "occurred"):
        facts = Facts(incident_types=("fire",), on=date(2026, 11, 1), answers={"status": status})
        now += [d.act_now for d in assess(facts, rules).duties if d.rule == "call-out"]
    assert now == [True, False, True]


GOES_ON = """- id: rescue-goes-on
  title: {zh: 还在抢救, en: Rescue goes on}
  basis: practice
  verified: "no"
  cites: {source: law_a}
  when: status is occurred or (status is controlled and people_at_risk)
  then: {conclude: rescue_goes_on}
"""
FACT = """rescue_goes_on:
  label: {zh: 还在抢救, en: Rescue goes on}
  type: yes_no
  derived: true
"""


def test_once_rescue_is_known_to_go_on_a_duty_no_longer_waits_for_its_other_questions(tmp_path):
    rule = RULE.format(open="if_open: act, waits_at: [controlled]")
    rule = rule.replace("status is_not ended and people_at_risk", "rescue_goes_on and deaths >= 1")
    there = changed(tmp_path, rule + GOES_ON)
    with (there / "measures" / "all.yaml").open("a", encoding="utf-8") as measures:
        measures.write(FACT)
    rules = load_rulebase(there)

    def told(**answers: object) -> list[tuple[str, bool]]:
        facts = Facts(incident_types=("fire",), on=date(2026, 11, 1), answers=answers)
        return [(d.status, d.act_now) for d in assess(facts, rules).duties if d.rule == "call-out"]

    assert told(status="occurred") == [("possible", True)]
    assert told(status="controlled") == [("possible", False)]
    assert told(status="controlled", deaths=1) == [("possible", False)]
    assert told(status="controlled", people_at_risk=True) == [("possible", True)]
    assert told(status="controlled", people_at_risk=True, deaths=1) == [("certain", True)]
    assert told(status="controlled", people_at_risk=False) == []


@pytest.mark.parametrize(
    ("open_", "says"),
    [
        ("if_open: act, waits_at: [contained]", "contained"),
        ("if_open: wait, waits_at: [controlled]", "waits_at goes with if_open: act"),
    ],
)
def test_a_status_nobody_knows_or_that_changes_nothing_is_told(open_, says, tmp_path):
    with pytest.raises(RuleBaseError, match=says):
        load_rulebase(written(tmp_path, open_))


@pytest.mark.parametrize(
    ("when", "hidden"),
    [
        ("people_at_risk and not unknown(people_at_risk)", True),
        ("status is occurred or (people_at_risk and not unknown(people_at_risk))", True),
        ("people_at_risk and not could(status is ended)", True),
        ("people_at_risk and unknown(status)", False),
        ("could(people_at_risk)", False),
        ("not (people_at_risk and not unknown(people_at_risk))", False),
    ],
)
def test_what_is_done_at_once_is_never_hidden_until_somebody_has_asked(when, hidden, tmp_path):
    rule = RULE.format(open="if_open: act").replace("status is_not ended and people_at_risk", when)
    there = changed(tmp_path, rule)
    if not hidden:
        assert "call-out" in load_rulebase(there).rules
        return
    with pytest.raises(RuleBaseError, match="hides a duty with if_open: act"):
        load_rulebase(there)


@pytest.mark.parametrize(
    ("incident_type", "rule"),
    [
        ("fire_hospital", "practice-fire-institution-moves-level"),
        ("fire_residential", "practice-fire-call-residents"),
        ("fire_commercial", "practice-fire-call-people-out"),
        ("forest_fire", "practice-fire-retreat"),
        ("coal_mine", "practice-county-mine-help"),
        ("flood", "flood34-move-people"),
        ("landslide", "geohazard29-move-people"),
        ("typhoon", "metreg36-move-when-urgent"),
        ("earthquake", "desk-moves-people"),
        ("earthquake", "desk-committee-calls-fire-rescue"),
        ("road_traffic", "desk-makes-sure-help-is-called"),
    ],
)
def test_at_a_plain_under_control_the_shipped_calls_and_moves_wait(incident_type, rule, rulebase):
    def asked(status: str, **answers: object) -> set[tuple[str, bool]]:
        facts = Facts(
            incident_types=(incident_type,), status=status, on=date(2026, 11, 1), answers=answers
        )
        return {(d.status, d.act_now) for d in assess(facts, rulebase).duties if d.rule == rule}

    assert {now for _, now in asked("occurred")} == {True}
    assert asked("controlled") == {("possible", False)}
    assert asked("controlled", people_in_danger=True) == {("certain", True)}
    assert asked("ended") == set()


@pytest.mark.parametrize(
    ("incident_type", "rule"),
    [("water_traffic", "maritime-law76-search"), ("building_collapse", "order708-team-joins")],
)
def test_under_control_with_somebody_missing_the_search_is_listed_before_the_place_is_known(
    incident_type, rule, rulebase
):
    def now(**answers: object) -> bool:
        facts = Facts(
            incident_types=(incident_type,), status="controlled", on=date(2026, 11, 1),
            answers=answers,
        )  # fmt: skip
        found = assess(facts, rulebase).duties
        return any(d.act_now for d in found if d.rule == rule and d.modality != "must_not")

    assert not now()
    assert now(missing=1)


@pytest.mark.parametrize(
    ("status", "expect", "complaint"),
    [
        ("occurred", "acted_on", None),
        ("occurred", "waiting", "应为 call-out waiting，得出 acted_on"),
        ("controlled", "waiting", None),
        ("controlled", "acted_on", "应为 call-out acted_on，得出 waiting"),
        ("controlled", "possible", None),
        ("ended", "waiting", "应为 call-out open，得出 不出现"),
    ],
)
def test_a_scenario_tells_what_is_acted_on_from_what_only_waits(
    status, expect, complaint, tmp_path
):
    there = written(tmp_path, "if_open: act, waits_at: [controlled]")
    (there / "scenarios_waiting.yaml").write_text(
        f"""- name: {{zh: 不知道有没有人有危险, en: Not known whether anybody is in danger}}
  incident_types: [fire]
  status: {status}
  expect: {{{expect}: [call-out]}}
""",
        encoding="utf-8",
    )
    rules = load_rulebase(there)
    ours = [s for s in rules.scenarios if s.expect and "call-out" in s.expect.rules]
    failures = [str(f) for f in run_scenarios(rules, ours)]
    assert [complaint in f for f in failures] == ([] if complaint is None else [True]), failures
