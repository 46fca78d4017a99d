"""Backtest: what agrees, what differs and why, and what cannot be compared."""

from __future__ import annotations

from datetime import date

import pytest
from rich.console import Console

from canmou.casebase import (
    Backtest,
    CasePlace,
    CaseSource,
    Figures,
    Outcome,
    PastCase,
    Verdict,
    backtest,
    backtest_table,
    load_cases,
    summary,
)
from canmou.engine import RuleBase, assess
from canmou.engine.facts import Facts
from canmou.engine.records import Level, Text

WORDS = Text(zh="某事故", en="An accident")


def case(grade: Level | None, **more: object) -> PastCase:
    base = PastCase(
        id="2020-some-accident", name=WORDS, date=date(2020, 1, 1), place=CasePlace(),
        incident_types=("fire",), category="accident_disaster",
        figures=Figures(stage="final", measures={"deaths": 3}), official_grade=grade,
        what_happened=WORDS, response=(), lessons=(), sources=(CaseSource(title="记录"),),
        verified="no",
    )  # fmt: skip
    return PastCase.model_validate({**base.model_dump(), **more})


def verdict(at_least: Level | None, at_most: Level | None, state: str = "graded") -> Verdict:
    outcome = Outcome(state=state, at_least=at_least, at_most=at_most)
    return Verdict(overall=outcome, standards={"fire": outcome})


def run(one: PastCase, answer: Verdict) -> Backtest:
    return backtest([one], lambda _: answer)


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (verdict("III", "III"), "point"),
        (verdict("III", "I"), "range"),
        (verdict("IV", "I"), "miss"),  # in the range, but not its lower end
        (verdict("II", "I"), "miss"),
        (verdict("III", "IV"), "miss"),  # the range ends below
        (verdict(None, "I", "open"), "miss"),
        (verdict(None, None, "below_lowest"), "miss"),
        (verdict(None, None, "not_graded"), "not_comparable"),
        (Verdict(overall=Outcome(state="open", at_most="I"), standards={}), "not_comparable"),
    ],
)
def test_a_grade_agrees_if_it_is_the_lower_end_of_the_range(answer: Verdict, result: str) -> None:
    assert [result] == [one.result for one in run(case("III"), answer).compared]


def test_a_case_without_a_published_grade_is_never_assessed() -> None:
    def refuse(_: PastCase) -> Verdict:
        raise AssertionError

    (one,) = backtest([case(None)], refuse).compared
    assert (one.result, one.reason) == ("not_comparable", "no_official_grade")


@pytest.mark.parametrize(
    "more",
    [
        {"grade_stage": "initial"},
        {
            "grade_as_of": date(2020, 1, 1),
            "figures": {"stage": "final", "as_of": date(2020, 1, 5), "measures": {}},
        },
    ],
)
def test_a_grade_of_another_stage_is_not_compared(more: dict[str, object]) -> None:
    (one,) = run(case("I", **more), verdict("I", "I")).compared
    assert one.reason == "other_stage"


def test_a_case_that_names_its_standard_is_compared_under_that_one() -> None:
    answer = Verdict(
        overall=Outcome(state="graded", at_least="I", at_most="I"),
        standards={"other": Outcome(state="graded", at_least="III", at_most="III")},
    )
    assert len(run(case("III", grade_standard="other"), answer).points) == 1
    assert len(run(case("III", grade_standard="absent"), answer).not_comparable) == 1


def test_a_grade_under_a_text_that_no_rule_file_holds_is_not_compared() -> None:
    plan = Text(zh="某州抗旱预案", en="a prefecture's drought plan")
    (one,) = run(case("I", grade_under=plan.model_dump()), verdict("I", "I")).compared
    assert one.reason == "other_text"


def test_agreement_counts_only_what_can_be_compared() -> None:
    answers = iter([verdict("III", "III"), verdict("III", "I"), verdict("IV", "IV")])
    result = backtest([case("III")] * 3 + [case(None)], lambda _: next(answers))
    assert (result.comparable, len(result.not_comparable)) == (3, 1)
    assert result.agreement == pytest.approx(200 / 3)
    assert len(result.unexplained) == 1
    assert "66.7%" in summary(result).zh
    assert backtest([case(None)], lambda _: verdict("I", "I")).agreement is None


def test_the_table_lists_the_misses_with_their_reason() -> None:
    why = Text(zh="按另一标准公布", en="published under another standard")
    result = run(case("II", explanations=why.model_dump()), verdict("IV", "III"))
    console = Console(width=200, record=True)
    console.print(backtest_table(result, "en", everything=True))
    printed = console.export_text()
    for words in ("2020-some-accident", "IV..III", why.en, "disagrees"):
        assert words in printed


def test_a_verdict_is_read_from_the_json_of_an_assessment() -> None:
    outcome = {"state": "graded", "at_least": "III", "at_most": "I"}
    answer = Verdict.of_json({"overall": outcome, "grades": [{"standard": "fire", **outcome}]})
    assert "III..I" == str(answer.overall) == str(answer.standards["fire"])


def test_the_shipped_rules_agree_with_the_published_grades(rulebase: RuleBase) -> None:
    """At least 97 % of the comparable cases; a miss, or a graded case left out, says why."""

    def judge(one: PastCase) -> Verdict:
        made = assess(Facts.model_validate(one.assess_input()), rulebase)
        return Verdict.of_json(made.model_dump(mode="json"))

    result = backtest(load_cases(), judge)
    assert result.agreement is not None
    assert result.agreement >= 97, summary(result).en
    assert result.unexplained == ()
    assert result.comparable >= 70
    left_out = [one for one in result.not_comparable if one.official is not None]
    assert [one.case for one in left_out if one.explanation is None] == []
