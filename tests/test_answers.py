"""Answers: how they are read, what is refused, how differing and contradicting ones are handled."""

from __future__ import annotations

from datetime import date

import pytest

from canmou.engine import AnswerError, Facts, assess
from canmou.engine.answers import answer_set, parse_answer, value_sets
from canmou.engine.rulebase.vocabulary import Measure
from canmou.engine.valuesets import Interval, choices

WORDS = {"zh": "人数", "en": "People"}
PEOPLE = Measure.model_validate(
    {"label": WORDS, "question": WORDS, "unit": {"zh": "人", "en": "p"}}
)
MONEY = Measure.model_validate({"label": WORDS, "question": WORDS, "type": "number"})
SHARE = Measure.model_validate(
    {"label": WORDS, "question": WORDS, "type": "number", "range": "[0, 100]"}
)
SWITCH = Measure.model_validate({"label": WORDS, "question": WORDS, "type": "yes_no"})
SIGNAL = Measure.model_validate(
    {
        "label": WORDS, "question": WORDS, "type": "choice", "ordered": True,
        "choices": {"blue": {"zh": "蓝", "en": "Blue"}, "red": {"zh": "红", "en": "Red"}},
    }
)  # fmt: skip
TIME = Measure.model_validate({"label": WORDS, "question": WORDS, "type": "time"})


@pytest.mark.parametrize(
    ("measure", "raw", "low", "high"),
    [
        (PEOPLE, 3, 3, 3),
        (PEOPLE, ">= 3", 3, float("inf")),
        (PEOPLE, "> 2", 3, float("inf")),
        (PEOPLE, "至少 3 人", 3, float("inf")),
        (PEOPLE, "< 3", 0, 2),
        (PEOPLE, "10..20", 10, 20),
        (PEOPLE, "10到20", 10, 20),
        (PEOPLE, "unknown", 0, float("inf")),
        (PEOPLE, "尚不清楚", 0, float("inf")),
        (MONEY, "68.66亿", 6_866_000_000, 6_866_000_000),
        (MONEY, "1.5万", 15_000, 15_000),
    ],
)
def test_an_answer_becomes_the_set_of_values_it_leaves_possible(measure, raw, low, high):
    known = parse_answer(measure, raw)
    assert isinstance(known, Interval)
    assert (low, high) == (known.low, known.high)


@pytest.mark.parametrize(
    ("raw", "known"),
    [(">= blue", {"blue", "red"}), (">= 红", {"red"}), ("<= blue", {"blue"}), ("red", {"red"})],
)
def test_an_ordered_choice_may_be_at_least_or_at_most(raw, known):
    assert choices(known) == parse_answer(SIGNAL, raw)


@pytest.mark.parametrize(
    ("measure", "raw"),
    [
        (PEOPLE, "很多"), (PEOPLE, "约10"), (PEOPLE, 2.5), (PEOPLE, "2.5"), (PEOPLE, -1),
        (PEOPLE, ">= -1"), (PEOPLE, "20..10"), (PEOPLE, True), (PEOPLE, "三人"),
        (PEOPLE, "3;drop"), (PEOPLE, [1, 2]), (PEOPLE, float("nan")), (PEOPLE, "1e9x"),
        (SHARE, 101), (SHARE, "50..120x"), (SWITCH, "也许"), (SWITCH, 2), (SIGNAL, "green"),
        (SIGNAL, ["red", "pink"]), (TIME, "昨天夜里"), (TIME, "2026-13-40"), (MONEY, "1亿5千"),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_refused_with_what_is_allowed(measure, raw):
    with pytest.raises(AnswerError) as refused:
        parse_answer(measure, raw)
    assert measure.label.zh in refused.value.text.zh
    assert str(raw) in refused.value.text.zh
    assert measure.label.en in refused.value.text.en


def test_statements_that_differ_widen_the_answer_until_settled():
    both = answer_set(
        PEOPLE,
        {"statements": [{"value": 3, "source": "群众"}, {"value": 5, "source": "派出所"}]},
    )
    assert (both.low, both.high) == (3, 5)


def test_somebody_who_does_not_know_adds_nothing():
    one = answer_set(PEOPLE, {"statements": [{"value": "unknown"}, {"value": 5}]})
    assert (one.low, one.high) == (5, 5)


def facts(**answers: object) -> Facts:
    return Facts(
        incident_types=("hazardous_chemical",),
        status="occurred",
        on=date(2026, 11, 1),
        answers=answers,
    )


def test_a_sum_narrows_its_parts_and_the_parts_narrow_the_sum(rulebase):
    known, wrong = value_sets(facts(dead_or_missing=10, deaths=3), rulebase, ["missing"])
    assert not wrong
    assert (known["missing"].low, known["missing"].high) == (7, 7)
    known, _ = value_sets(facts(deaths=3, missing=">= 2"), rulebase, ["dead_or_missing"])
    assert known["dead_or_missing"].low == 5


def test_serious_injuries_never_exceed_the_injured(rulebase):
    known, _ = value_sets(facts(injuries=12), rulebase, ["serious_injuries"])
    assert known["serious_injuries"].high == 12


def test_contradicting_answers_are_noted_and_nothing_is_concluded_from_them(rulebase):
    result = assess(facts(injuries=2, serious_injuries=60, deaths=1), rulebase)
    notes = [n for n in result.notes if n.kind == "contradiction"]
    assert {"injuries", "serious_injuries"} <= set(notes[0].measures)
    assert result.overall.at_least == "IV"


def test_an_unknown_measure_is_refused_with_the_nearest_known_one(rulebase):
    with pytest.raises(AnswerError, match="deaths"):
        assess(facts(deths=3), rulebase)


def test_a_derived_name_cannot_be_answered(rulebase):
    with pytest.raises(AnswerError):
        assess(facts(urgent=True), rulebase)
