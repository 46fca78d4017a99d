"""At which statuses of an incident a rule can hold, whatever else is answered."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from canmou.engine import RuleBase, assess, load_rulebase
from canmou.engine.statuses import StatusesOfRules
from tests.test_shipped_rules_properties import incidents

BASE = Path(__file__).parent / "knowledge" / "base"
TODAY = date(2026, 11, 1)
BEFORE = ["possible", "more_likely", "imminent"]
STATUS = [*BEFORE, "occurred", "controlled", "ended", "ruled_out"]


@pytest.fixture(scope="module")
def of_rules(rulebase: RuleBase) -> StatusesOfRules:
    return StatusesOfRules(rulebase)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), status=st.sampled_from(STATUS))
def test_what_comes_up_at_a_status_is_among_those_told(
    rulebase: RuleBase, of_rules: StatusesOfRules, data: st.DataObject, status: str
) -> None:
    facts = data.draw(incidents(rulebase)).model_copy(update={"status": status, "on": TODAY})
    fired = [f.rule for f in assess(facts, rulebase).firings if f.status != "defeated"]
    for name in [n for n in fired if n in rulebase.rules]:
        assert status in of_rules.of(rulebase.rules[name], TODAY), name


@pytest.mark.parametrize(
    ("rule", "statuses"),
    [
        ("order493-unit-head-reports-1h", {"occurred", "controlled"}),
        # nothing comes up before somebody has counted the injured: that counts as open here
        ("bp-start-triage", {"occurred", "controlled"}),
        # in force until 2024 only: by the law of those days
        ("erl2007-45-move-people", {*BEFORE, "occurred", "controlled"}),
        # one place's plan, one office's rules
        ("example-village-move-river", {*BEFORE, "occurred", "controlled"}),
    ],
)
def test_the_law_and_the_place_are_those_of_the_rule(
    rulebase: RuleBase, of_rules: StatusesOfRules, rule: str, statuses: set[str]
) -> None:
    assert set(of_rules.of(rulebase.rules[rule], TODAY)) == statuses


def test_without_a_question_about_the_status_there_is_nothing_to_tell() -> None:
    rulebase = load_rulebase(BASE)
    rule = next(iter(rulebase.rules.values()))
    assert StatusesOfRules(rulebase).of(rule, TODAY) == ()
