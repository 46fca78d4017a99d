"""Guidance: what is asked next, in which order, and what is no longer asked."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from canmou.engine import Facts, assess
from canmou.engine.guide import STEPS, guidance, next_questions


def facts(kind: str, **answers: Any) -> Facts:
    return Facts(incident_types=(kind,), status="occurred", on=date(2026, 11, 1), answers=answers)


def test_safety_is_asked_before_clocks_and_the_grade(rulebase):
    questions = [q for q in next_questions(facts("gas_leak"), rulebase) if not q.known_later]
    steps = [STEPS.index(q.step) for q in questions]
    assert steps == sorted(steps)
    assert "safety" == questions[0].step


def test_what_the_card_asks_comes_first_within_its_step(rulebase):
    card = rulebase.card_for("gas_leak")
    first = next_questions(facts("gas_leak"), rulebase)[0]
    assert first.measure in card.ask


def test_money_is_not_asked_in_the_first_hour(rulebase):
    given = facts("hazardous_chemical").model_copy(
        update={"learned_at": datetime(2026, 11, 1, 3, 0), "at": datetime(2026, 11, 1, 3, 10)}
    )
    now = {q.measure for q in next_questions(given, rulebase) if not q.known_later}
    later = {q.measure for q in next_questions(given, rulebase) if q.known_later}
    assert "direct_loss_cny" not in now
    assert "direct_loss_cny" in later


def test_an_answered_question_is_not_asked_again_even_if_not_known(rulebase):
    first = next_questions(facts("gas_leak"), rulebase)[0].measure
    for value in ("unknown", True):
        measure = rulebase.measures[first]
        answer = value if measure.type == "yes_no" or value == "unknown" else 1
        left = {q.measure for q in next_questions(facts("gas_leak", **{first: answer}), rulebase)}
        assert first not in left


def test_a_skipped_question_is_left_out(rulebase):
    first = next_questions(facts("gas_leak"), rulebase)[0].measure
    left = next_questions(facts("gas_leak"), rulebase, skipped=frozenset({first}))
    assert first not in {q.measure for q in left}


def test_every_question_says_which_rules_wait_for_it(rulebase):
    known = {*rulebase.rules, *rulebase.standards, *rulebase.chooses}
    for question in next_questions(facts("fire_residential"), rulebase):
        assert question.why
        assert set(question.why) <= known


def test_a_question_that_is_not_offered_can_change_no_grade(rulebase):
    """Exact for grades: the measures that grades wait for are among the open ones."""
    given = facts("hazardous_chemical", deaths=3)
    result = assess(given, rulebase)
    offered = {q.measure for q in result.open}
    for measure, value in (("magnitude", 8), ("participants", 5000), ("burned_area_hectares", 900)):
        assert measure not in offered
        changed = given.model_copy(update={"answers": {**given.answers, measure: value}})
        assert result.overall == assess(changed, rulebase).overall


def test_progress_counts_what_could_still_change_something(rulebase):
    begin = guidance(facts("gas_leak"), rulebase).progress
    assert 0 == begin.answered
    assert begin.remaining > 0
    after = guidance(facts("gas_leak", people_in_danger=True), rulebase).progress
    assert 1 == after.answered


def test_what_bounds_an_answer_that_is_not_known_is_asked(rulebase):
    """Nobody knows how many are seriously injured; all injured are two: ten are excluded."""
    given = facts("construction_collapse", deaths=9, serious_injuries="unknown",
                  direct_loss_cny=1000)  # fmt: skip
    assert "injuries" in {q.measure for q in guidance(given, rulebase).to_grade}
    bounded = given.model_copy(update={"answers": {**given.answers, "injuries": 2}})
    assert ("III", "III") == (
        assess(bounded, rulebase).overall.at_least, assess(bounded, rulebase).overall.at_most
    )  # fmt: skip
    assert not guidance(bounded, rulebase).to_grade


def test_guided_to_the_grade_needs_few_questions_and_never_stops_too_early(rulebase):
    """Each answer narrows the grade until it is the one that all facts of the case give."""
    full = facts("hazardous_chemical", deaths=165, missing=8, serious_injuries=58,
                 direct_loss_cny="68.66亿")  # fmt: skip
    final = assess(full, rulebase).overall
    answers: dict[str, Any] = {}
    while (now := assess(facts("hazardous_chemical", **answers), rulebase)).overall.at_least != (
        final.at_least
    ):
        left = guidance(facts("hazardous_chemical", **answers), rulebase, now).to_grade
        assert left, "stopped before the final grade"
        answers[left[0].measure] = full.answers.get(left[0].measure, "unknown")
    assert len(answers) <= 3
