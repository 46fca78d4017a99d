"""On which answers conclusions rest, and what a past case's value would change."""

from __future__ import annotations

from datetime import datetime

from canmou.engine import RuleBase, assess
from canmou.engine.explanation.contrast import contrast
from canmou.engine.explanation.ripple import rests_on
from canmou.engine.explanation.what_if import with_changes
from canmou.engine.facts import Facts

FACTS = Facts.model_validate(
    {
        "incident_types": ["production_safety_accident"],
        "status": "occurred",
        "on": "2026-11-01",
        "at": datetime(2026, 11, 1, 8),
        "learned_at": datetime(2026, 11, 1, 8),
        "answers": {"deaths": 3, "serious_injuries": 0, "direct_loss_cny": 0, "trapped": 2},
    }
)


def test_a_conclusion_rests_on_the_answers_of_its_proof(rulebase: RuleBase) -> None:
    result = assess(FACTS, rulebase)
    assert "deaths" in rests_on(result, "grade:production_safety_accident")
    assert "trapped" not in rests_on(result, "grade:production_safety_accident")
    assert frozenset() == rests_on(result, "duty:no-such|duty|")


def test_what_does_not_rest_on_an_answer_survives_without_it(rulebase: RuleBase) -> None:
    """Take an answer away: a certain duty that did not rest on it is still certain."""
    result = assess(FACTS, rulebase)
    after = assess(with_changes(FACTS, {"trapped": "unknown"}), rulebase)
    still = {d.key for d in after.duties if d.status == "certain"}
    for duty in result.duties:
        if duty.status == "certain" and duty.key not in still:
            assert "trapped" in rests_on(result, f"duty:{duty.key}"), duty.key


def test_contrast_is_a_fresh_assessment_of_the_mixed_facts(rulebase: RuleBase) -> None:
    found = contrast(FACTS, rulebase, "deaths", 10)
    assert ("III", "II") == (
        found.difference.overall_before.at_least, found.difference.overall_after.at_least,
    )  # fmt: skip
    assert found.matters
    mixed = assess(with_changes(FACTS, {"deaths": 10}), rulebase)
    was = {f.step: f.status for f in assess(FACTS, rulebase).firings}
    now = {f.step: f.status for f in mixed.firings}
    changed = {s for s in {*was, *now} if was.get(s) != now.get(s)}
    assert changed == {rule.step for rule in found.rules}


def test_a_difference_that_changes_no_rule_is_told_as_such(rulebase: RuleBase) -> None:
    found = contrast(FACTS, rulebase, "deaths", 4)
    assert not found.matters
    assert found.difference.is_empty
