"""Value sets: what they say of a condition holds for every value in them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from canmou.engine.valuesets import Certainty, Interval, interval

ends = st.integers(-4, 4)
intervals = st.builds(
    lambda a, b, lo, ho: interval(min(a, b), max(a, b), lo, ho, whole=True),
    ends,
    ends,
    st.booleans(),
    st.booleans(),
).filter(lambda i: not i.is_empty)
operators = st.sampled_from([">=", ">", "<=", "<"])
HOLDS = {
    ">=": lambda a, b: a >= b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    "<": lambda a, b: a < b,
}


def values(i: Interval) -> list[int]:
    return list(range(int(i.low), int(i.high) + 1))


def expected(truths: list[bool]) -> Certainty:
    if all(truths):
        return Certainty.CERTAIN
    return Certainty.OPEN if any(truths) else Certainty.IMPOSSIBLE


@given(intervals, operators, ends)
def test_a_comparison_is_certain_if_all_values_satisfy_it(known, operator, bound):
    truths = [HOLDS[operator](v, bound) for v in values(known)]
    assert expected(truths) == known.compare(operator, bound)


@given(intervals, operators, intervals)
def test_two_figures_are_compared_over_all_pairs(left, operator, right):
    truths = [HOLDS[operator](a, b) for a in values(left) for b in values(right)]
    assert expected(truths) == left.compare_with(operator, right)


@given(intervals, intervals)
def test_meeting_keeps_the_common_values_and_joining_keeps_them_all(one, other):
    both = one.meet(other)
    common = set(values(one)) & set(values(other))
    assert common == (set() if both.is_empty else set(values(both)))
    assert set(values(one)) | set(values(other)) <= set(values(one.join(other)))


def test_more_than_two_is_at_least_three_for_whole_numbers():
    assert interval(3, 9, whole=True) == interval(2, 9, low_open=True, whole=True)


def test_open_ends_count_for_figures_with_decimals():
    below_ten = interval(0, 10, high_open=True)
    assert Certainty.IMPOSSIBLE is below_ten.compare(">=", 10)
    assert Certainty.CERTAIN is below_ten.compare("<", 10)
    assert Certainty.OPEN is interval(0, 10).compare(">=", 10)
