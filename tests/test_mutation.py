"""Mutation of the rules: what the scenarios catch, and that the short way is right."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from canmou.cli import main
from canmou.engine import Facts, RuleBase, load_rulebase
from canmou.engine.inference.run import run
from canmou.engine.mutation import Mutant, mutate
from canmou.engine.mutation.conditions import changes_of
from canmou.engine.mutation.judging import Judge, variant
from canmou.engine.mutation.making import mutants_of
from canmou.engine.mutation.reasons import Reasons
from canmou.engine.mutation.recorded import record
from canmou.engine.mutation.replaying import replayed
from canmou.engine.rulebase.condition_parser import parse
from canmou.engine.rulebase.records import Rule, Standard
from canmou.engine.rulebase.scenarios import incident_facts, run_scenarios
from canmou.engine.rulebase.vocabulary import Source

DAY = date(2026, 11, 1)
BASE = Path(__file__).parent / "knowledge" / "base"
RULES = """- standard: fires
  title: {zh: 火灾分级, en: Grading of fires}
  kind: severity
  use: grade
  verified: text
  cites: {source: law_a, article: "5"}
  applies: incident_type is fire
  levels: {II: deaths >= 10, III: deaths >= 3}
- id: county-leads
  title: {zh: 较大的县里管, en: The county leads from III}
  basis: law
  verified: text
  cites: {source: law_a, article: "6"}
  when: grade >= III
  then: {lead: {authority: county}}
- id: stay-out
  title: {zh: 不进, en: Stay out}
  basis: law
  verified: text
  cites: {source: law_a, article: "7"}
  in_force: {from: 2024-05-01}
  when: incident_type is fire and (water is river or people_at_risk)
  then: {duty: {zh: 不进, en: Out}, action: enter, by: committee, modality: must_not,
         within: {hours: 1}}
- id: rescuers-enter
  title: {zh: 无人受困也可进, en: May enter}
  basis: law
  verified: text
  cites: {source: law_a, article: "8"}
  when: deaths >= 5
  excepts: stay-out
  then: {duty: {zh: 进, en: In}, action: move_people, by: county, modality: may}
"""
SCENARIOS = """- name: {zh: 火灾分级的界限, en: The limits of the grades}
  standard: fires
  examples:
    - {given: {deaths: 10}, level: II}
    - {given: {deaths: 9}, level: III}
    - {given: {deaths: 3}, level: III}
    - {given: {deaths: 2}, level: below}
- name: {zh: 死三人县里管，要转移, en: Three dead}
  incident_types: fire
  answers: {deaths: 3, people_at_risk: true, water: well}
  expect:
    duties: [move-people, stay-out]
    no_duties: [rescuers-enter]
    facts: urgent
    lead: {authority: county}
- name: {zh: 死五人可以进, en: Five dead}
  incident_types: fire
  answers: {deaths: 5, people_at_risk: true, water: river}
  expect: {duties: rescuers-enter, no_duties: stay-out}
- name: {zh: 当天起施行, en: From that day}
  incident_types: fire
  on: 2024-05-01
  answers: {deaths: 0, people_at_risk: false, water: river}
  expect: {duties: stay-out, no_facts: urgent, no_duties: move-people}
- name: {zh: 前一天不施行, en: Not the day before}
  incident_types: fire
  on: 2024-04-30
  answers: {deaths: 0, people_at_risk: false, water: river}
  expect: {no_duties: stay-out}
- name: {zh: 何时不进, en: When to stay out}
  rule: stay-out
  holds:
    - {incident_type: fire, water: river}
    - {incident_type: fire, people_at_risk: true, water: well}
  holds_not:
    - {incident_type: gas, water: river}
    - {incident_type: fire, water: well}
- name: {zh: 谁做, en: Who}
  asks:
    stay-out: committee must_not 1h
    move-people: committee must
"""


def knowledge(folder: Path, scenarios: str = SCENARIOS) -> Path:
    there = folder / "rules"
    shutil.copytree(BASE, there)
    (there / "fires.yaml").write_text(RULES, encoding="utf-8")
    (there / "scenarios.yaml").write_text(scenarios, encoding="utf-8")
    return there


@pytest.fixture(scope="module")
def fires(tmp_path_factory: pytest.TempPathFactory) -> RuleBase:
    """A small rule base with scenarios."""
    return load_rulebase(knowledge(tmp_path_factory.mktemp("fires")))


def changed(rulebase: RuleBase, mutant: Mutant) -> RuleBase:
    """Return the rule base with the change made, the long way."""
    if mutant.key is not None:
        return variant(rulebase, conditions={**rulebase.conditions, mutant.key: mutant.condition})
    kinds = {Rule: "rules", Standard: "standards", Source: "sources"}
    field = kinds[type(mutant.record)]
    return variant(rulebase, **{field: {**getattr(rulebase, field), mutant.entry: mutant.record}})


def test_the_scenarios_hold_on_the_rules_as_they_are(fires: RuleBase) -> None:
    assert list(run_scenarios(fires, fires.scenarios)) == []


def test_a_change_is_caught_exactly_when_running_all_scenarios_finds_it(fires: RuleBase) -> None:
    judge = Judge(record(fires))
    mutants = list(mutants_of(fires, lambda file: True))
    assert {m.kind for m in mutants} == {
        "threshold", "operator", "level", "party", "deadline", "date", "modality", "connective",
    }  # fmt: skip
    for mutant in mutants:
        long_way = any(run_scenarios(changed(fires, mutant), fires.scenarios))
        assert judge.caught(mutant) == long_way, mutant


def test_a_sample_of_the_shipped_rules_is_judged_as_by_running_the_scenarios(
    rulebase: RuleBase,
) -> None:
    part = "accident_disaster/gas/"
    few = tuple(s for s in rulebase.scenarios if part in s.file)
    small = variant(rulebase, scenarios=few)
    judge = Judge(record(small))
    mutants = list(mutants_of(small, lambda file: part in file))[::40]
    for mutant in mutants:
        long_way = any(run_scenarios(changed(small, mutant), few))
        assert judge.caught(mutant) == long_way, mutant


def test_a_run_without_the_engine_is_the_run_of_the_engine(rulebase: RuleBase) -> None:
    incidents = [s for s in rulebase.scenarios if s.expect is not None][::60]
    for scenario in incidents:
        engine = run(incident_facts(scenario), rulebase)
        plain = replayed(incident_facts(scenario), rulebase)
        assert engine.trace.states == plain.trace.states
        assert {n: engine.trace.env[n] for n in plain.program.closings} == {
            n: plain.trace.env[n] for n in plain.program.closings
        }


def test_the_changes_of_a_condition_differ_in_one_thing(fires: RuleBase) -> None:
    condition = parse("deaths >= 3 and not (water is river)", fires)
    found = [(kind, what) for kind, what, _ in changes_of(condition, fires)]
    assert ("threshold", "deaths >= 3 → 4") in found
    assert ("threshold", "deaths >= 3 → 30") in found
    assert ("operator", "deaths >= 3 → >") in found
    assert ("connective", "去掉第 2 个条件：并非：水源为河") in found
    assert any(what.startswith("且 → 或：") for _, what in found)
    assert len(found) == len(set(found))


def test_survivors_are_listed_and_samples_repeat(tmp_path: Path) -> None:
    bare = load_rulebase(knowledge(tmp_path, SCENARIOS.split("- name: {zh: 谁做")[0]))
    score = mutate(bare, DAY, processes=1)
    assert score.made == score.possible == score.caught + len(score.survivors)
    assert any(s.kind == "party" and s.entry == "stay-out" for s in score.survivors)
    one, two = (mutate(bare, DAY, sample=10, seed=4, processes=1) for _ in range(2))
    assert one == two
    assert one.made == 10


def test_a_change_that_changes_no_result_is_proved_to_be_equivalent(tmp_path: Path) -> None:
    told = RULES.replace("{II: deaths >= 10, III: deaths >= 3}",
                         "{II: deaths >= 10, III: deaths >= 3 and deaths < 10}")  # fmt: skip
    folder = knowledge(tmp_path)
    (folder / "fires.yaml").write_text(told, encoding="utf-8")
    rulebase = load_rulebase(folder)
    reasons = Reasons(rulebase, DAY)
    found = {
        m.what: reasons.of(m) for m in mutants_of(rulebase, lambda file: True) if m.entry == "fires"
    }
    same = {what for what, why in found.items() if why.equivalent}
    assert "III：deaths < 10 → 11" in same
    assert "III：deaths < 10 → <=" in same
    assert "III：去掉第 2 个条件：死亡人数不足10人" in same
    assert "III：deaths < 10 → 9" not in same
    assert "III：deaths >= 3 → 4" not in same


def test_the_example_of_a_survivor_comes_out_otherwise_under_the_change(fires: RuleBase) -> None:
    reasons = Reasons(fires, DAY)
    mutants = [m for m in mutants_of(fires, lambda file: True) if m.condition is not None]
    shown = 0
    for mutant in mutants:
        example = reasons.of(mutant).example
        if example is None:
            continue
        facts = Facts.model_validate(example)
        before, after = (run(facts, rules) for rules in (fires, changed(fires, mutant)))
        assert before.trace.states != after.trace.states, mutant
        shown += 1
    assert shown > 30


def test_the_command_prints_the_score(tmp_path: Path) -> None:
    rules = str(knowledge(tmp_path))
    done = CliRunner().invoke(main, ["--knowledge", rules, "mutate", "--json"])
    score = json.loads(done.stdout)
    assert score["made"] == score["caught"] + len(score["survivors"])
    assert done.exit_code == (1 if score["survivors"] else 0)
    done = CliRunner().invoke(main, ["mutate", f"{rules}/fires.yaml", "--sample", "5"])
    assert "changes caught" in done.output
