"""What each answer would bring: true of a fresh assessment, complete, and on the page."""

from __future__ import annotations

from datetime import date

import pytest

from canmou.engine import Facts, assess
from canmou.engine.answers import answer_set
from canmou.engine.explanation.what_if import with_changes
from canmou.engine.outcomes import outcomes
from tests.web_office import Person, app, furnished, rules, wang  # noqa: F401

CHEMICAL = Facts(incident_types=("hazardous_chemical",), status="occurred", on=date(2026, 11, 1))


def test_deaths_are_cut_where_the_levels_are_and_all_answers_are_covered(rulebase):
    found = outcomes(CHEMICAL, rulebase, "deaths")
    said = [one.answer for one in found]
    assert 0 == said[0]
    assert {">= 30", "10..29"} <= {str(answer) for answer in said}
    levels = [one.overall.at_least for one in found]
    assert [None, "IV", "III", "II", "I"] == list(dict.fromkeys(levels))


@pytest.mark.parametrize("deaths", [0, 1, 2, 3, 9, 10, 29, 30, 300])
def test_every_answer_brings_what_its_range_says(rulebase, deaths):
    found = outcomes(CHEMICAL, rulebase, "deaths")

    def holds(answer):
        text = str(answer)
        if text.startswith(">="):
            return deaths >= int(text[3:])
        low, _, high = text.partition("..")
        return int(low) <= deaths <= int(high or low)

    (one,) = [o for o in found if holds(o.answer)]
    exact = assess(with_changes(CHEMICAL, {"deaths": deaths}), rulebase)
    assert one.overall.at_least == exact.overall.at_least
    certain = {d.key for d in exact.duties if d.status == "certain"}
    assert {d.key for d in one.duties_now} <= certain


def test_yes_and_no_are_told_for_a_yes_no_question(rulebase):
    found = outcomes(CHEMICAL, rulebase, "danger_continues")
    assert [False, True] == [one.answer for one in found]


def test_page_tells_what_each_answer_would_bring_when_asked(wang: Person):
    incident = wang.take_call()
    page = wang.get(f"{incident}/questions/trapped").text
    assert "每种回答会带来什么" in page
    assert "<caption>" not in page
    shown = wang.get(f"{incident}/questions/trapped?outcomes=1").text
    assert "<caption>每种回答会带来什么" in shown
    assert "1人" in shown


def test_the_end_of_the_questions_names_what_was_answered_by_a_range(wang: Person):
    incident = wang.take_call()
    wang.answer(incident, "trapped", kind="at_least", at_least="1")
    for _ in range(80):
        answer = wang.get(f"{incident}/questions")
        if "/questions/" not in answer.request.path:
            break
        wang.get(f"{incident}/questions?skip={answer.request.path.rsplit('/', 1)[1]}")
    assert "答得还不确切" in answer.text
    assert f"{incident}/questions/trapped" in answer.text


@pytest.mark.parametrize("yuan", [0, 9_999_999, 10_000_000, 49_999_999.5, 50_000_000, 2e8])
def test_ranges_of_money_keep_both_their_ends(rulebase, yuan):
    """Half-open ranges of a figure that need not be whole are judged from end to end."""
    found = outcomes(CHEMICAL, rulebase, "direct_loss_cny")
    loss = rulebase.measures["direct_loss_cny"]
    (one,) = [o for o in found if answer_set(loss, o.answer).contains(yuan)]
    exact = assess(with_changes(CHEMICAL, {"direct_loss_cny": yuan}), rulebase)
    assert one.overall.at_least == exact.overall.at_least
    assert one.overall.at_most == exact.overall.at_most
