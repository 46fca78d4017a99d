"""Why, why not, what if and smallest change: they are true of the rules, not only plausible."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from canmou.engine import Facts, RuleBase, assess
from canmou.engine.answers import AnswerError
from canmou.engine.explanation import (
    difference,
    proof,
    smallest_changes,
    what_if,
    why_not,
)
from canmou.engine.explanation.what_if import with_changes

RANK = {None: 0, "IV": 1, "III": 2, "II": 3, "I": 4}


def facts(**answers: Any) -> Facts:
    return Facts(
        incident_types=("hazardous_chemical",),
        status="occurred",
        on=date(2026, 11, 1),
        answers=answers,
    )


def level(rulebase: RuleBase, given: Facts, standard: str) -> str | None:
    return next(g.at_least for g in assess(given, rulebase).grades if g.standard == standard)


def test_the_smallest_change_really_flips_and_one_less_does_not(rulebase):
    given = facts(deaths=3, serious_injuries=0, injuries=0, direct_loss_cny=0)
    changes = smallest_changes(given, rulebase)
    by_measure = {
        c.changes[0].measure: c
        for c in changes
        if c.standard == "production_safety_accident" and c.direction == "worse"
    }
    deaths = by_measure["deaths"]
    assert (10, "II") == (deaths.changes[0].answer, deaths.level)
    assert "7" in deaths.sentence.zh
    before = level(rulebase, given, deaths.standard)
    at = level(rulebase, with_changes(given, {"deaths": 10}), deaths.standard)
    below = level(rulebase, with_changes(given, {"deaths": 9}), deaths.standard)
    assert RANK[at] > RANK[before]
    assert below == before


def test_every_smallest_change_cites_its_standard_and_flips(rulebase):
    given = facts(deaths=">= 1")
    for change in smallest_changes(given, rulebase):
        before = level(rulebase, given, change.standard)
        changed = with_changes(given, {c.measure: c.answer for c in change.changes})
        after = level(rulebase, changed, change.standard)
        lifted = RANK[after] > RANK[before]
        assert lifted if change.direction == "worse" else RANK[after] < RANK[before]
        assert change.cites


def test_why_not_names_the_conditions_that_failed(rulebase):
    given = facts(deaths=3, serious_injuries=2, injuries=5, direct_loss_cny=0)
    reasons = why_not(given, rulebase, "grade:production_safety_accident:II")
    assert 1 == len(reasons)
    told = " ".join(t.zh for t in reasons[0].failed)
    assert "死亡人数10人以上" in told
    assert "3人" in told
    assert not reasons[0].open
    assert reasons[0].cites


def test_why_not_names_what_is_still_open(rulebase):
    reasons = why_not(facts(deaths=3), rulebase, "grade:production_safety_accident:II")
    assert "直接经济损失" in " ".join(t.zh for t in reasons[0].open)


def test_what_if_is_the_difference_to_a_fresh_assessment(rulebase):
    given = facts(deaths=2)
    changes = {"deaths": 12}
    expected = difference(assess(given, rulebase), assess(with_changes(given, changes), rulebase))
    assert expected == what_if(given, rulebase, changes)
    assert "II" == expected.overall_after.at_least
    assert not expected.is_empty


def test_no_change_is_no_difference(rulebase):
    assert what_if(facts(deaths=2), rulebase, {"deaths": 2}).is_empty


def test_what_if_refuses_what_an_answer_may_not_be(rulebase):
    with pytest.raises(AnswerError):
        what_if(facts(deaths=2), rulebase, {"deaths": "很多"})


def test_without_the_answers_that_a_proof_ends_in_the_grade_is_no_longer_certain(rulebase):
    given = facts(deaths=31, missing=0)
    tree = proof(assess(given, rulebase), "grade:production_safety_accident")
    used = {n.key for n in leaves(tree) if n.kind == "answer"}
    assert "deaths" in used
    bare = facts(**{k: v for k, v in given.answers.items() if k not in used})
    assert level(rulebase, bare, "production_safety_accident") is None


def leaves(node: Any) -> list[Any]:
    if not node.children:
        return [node]
    return [leaf for child in node.children for leaf in leaves(child)]


def test_a_defeated_rule_stays_in_the_explanation(rulebase):
    result = assess(
        Facts(incident_types=("infectious_disease",), status="occurred", on=date(2026, 5, 1)),
        rulebase,
    )
    defeated = [f for f in result.firings if f.status == "defeated"]
    assert defeated
    named = {d for f in defeated for d in f.defeated_by}
    assert named <= set(rulebase.rules)


def test_an_unknown_conclusion_has_no_proof(rulebase):
    with pytest.raises(KeyError):
        proof(assess(facts(), rulebase), "duty:nothing|nobody|")
