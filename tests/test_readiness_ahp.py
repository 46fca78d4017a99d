"""AHP against published worked examples, and how contradictions are told."""

from __future__ import annotations

from fractions import Fraction

import pytest

from canmou.readiness.ahp import ACCEPTED, NotAMatrix, matrix_of, weigh


def matrix(*rows: str) -> tuple[tuple[float, ...], ...]:
    """Return a matrix written as in print."""
    return tuple(tuple(float(Fraction(value)) for value in row.split()) for row in rows)


HOUSE = matrix(
    "1 5 3 7 6 6 1/3 1/4",
    "1/5 1 1/3 5 3 3 1/5 1/7",
    "1/3 3 1 6 3 4 6 1/5",
    "1/7 1/5 1/6 1 1/3 1/4 1/7 1/8",
    "1/6 1/3 1/3 3 1 1/2 1/5 1/6",
    "1/6 1/3 1/4 4 2 1 1/5 1/6",
    "3 5 1/6 7 5 5 1 1/2",
    "4 7 5 8 6 6 2 1",
)
"""Saaty, How to make a decision, EJOR 48 (1990): buying a house, eight criteria."""
DRINKS = matrix(
    "1 9 5 2 1 1 1/2",
    "1/9 1 1/3 1/9 1/9 1/9 1/9",
    "1/5 3 1 1/3 1/4 1/3 1/9",
    "1/2 9 3 1 1/2 1 1/3",
    "1 9 4 2 1 2 1/2",
    "1 9 3 1 1/2 1 1/3",
    "2 9 9 3 2 3 1",
)
"""Saaty, Decision making with the AHP, Int. J. Services Sciences 1 (2008): drinks in the US."""


def test_weights_and_ratio_of_the_house_example() -> None:
    """Published: these weights, λmax 9.669, CI 0.238, CR 0.169."""
    found = weigh(HOUSE)
    expected = (0.173, 0.054, 0.188, 0.018, 0.031, 0.036, 0.167, 0.333)
    assert expected == tuple(round(w, 3) for w in found.weights)
    assert 9.669 == round(found.largest_eigenvalue, 3)
    assert 0.238 == round(found.consistency_index, 3)
    assert 0.169 == round(found.consistency_ratio, 3)


def test_weights_and_ratio_of_the_drinks_example() -> None:
    """Published: these weights, CR 0.022; a matrix that is accepted has no contradictions."""
    found = weigh(DRINKS)
    assert (0.177, 0.019, 0.042, 0.116, 0.190, 0.129, 0.327) == tuple(
        round(w, 3) for w in found.weights
    )
    assert 0.022 == round(found.consistency_ratio, 3)
    assert found.consistent
    assert () == found.contradictions
    assert found.suggestion is None


def test_an_inconsistent_matrix_is_told_where() -> None:
    """In the house example neighbourhood (3rd) over general condition (7th) stands out."""
    found = weigh(HOUSE)
    assert found.consistency_ratio > ACCEPTED
    worst = found.contradictions[0]
    assert worst.implied == pytest.approx(worst.first_over_second * worst.second_over_third)
    assert worst.factor > 5
    assert found.suggestion is not None
    assert (2, 6, 6.0) == (
        found.suggestion.first,
        found.suggestion.second,
        found.suggestion.given,
    )
    better = [list(row) for row in HOUSE]
    better[2][6], better[6][2] = found.suggestion.fitting, 1 / found.suggestion.fitting
    assert weigh(better).consistency_ratio < found.consistency_ratio


def test_a_circle_is_a_contradiction() -> None:
    """A over B, B over C, C over A cannot all hold."""
    found = weigh(matrix_of(3, {(0, 1): 3.0, (1, 2): 3.0, (0, 2): 1 / 3}))
    assert not found.consistent
    triple = found.contradictions[0]
    assert (0, 1, 2, 9.0) == (triple.first, triple.second, triple.third, triple.implied)


def test_equal_judgements_give_equal_weights() -> None:
    """All ones: equal weights, ratio 0."""
    found = weigh(matrix_of(4, {(i, j): 1.0 for i in range(4) for j in range(i + 1, 4)}))
    assert [0.25] * 4 == [pytest.approx(w) for w in found.weights]
    assert 0 == pytest.approx(found.consistency_ratio, abs=1e-9)


@pytest.mark.parametrize(
    "wrong", [((1.0, 2.0), (2.0, 1.0)), ((1.0, -1.0), (-1.0, 1.0)), ((1.0, 2.0),), ()]
)
def test_what_is_no_comparison_is_refused(wrong: tuple[tuple[float, ...], ...]) -> None:
    with pytest.raises(NotAMatrix):
        weigh(wrong)


def test_a_missing_judgement_is_refused() -> None:
    with pytest.raises(NotAMatrix):
        matrix_of(3, {(0, 1): 2.0})
