"""Similar cases: near in type and figures, with the score of every part."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from canmou.casebase import (
    NearCase,
    PastCase,
    Situation,
    Span,
    load_cases,
    load_weights,
    nearest,
    situation_of,
)
from canmou.casebase.similarity import compare, figure_score, type_score

TYPES = Path(__file__).parents[1] / "knowledge" / "incident_types.yaml"


@pytest.fixture(scope="module")
def parents() -> dict[str, str | None]:
    tree = YAML(typ="safe", pure=True).load(TYPES.read_text(encoding="utf-8"))
    return {name: body.get("parent") for name, body in tree.items()}


@pytest.fixture(scope="module")
def cases() -> tuple[PastCase, ...]:
    return load_cases()


def ids(near: tuple[NearCase, ...]) -> list[str]:
    return [one.case.id for one in near]


def test_every_case_is_nearest_to_itself(
    cases: tuple[PastCase, ...], parents: dict[str, str | None]
) -> None:
    for case in cases:
        near = nearest(situation_of(case), cases, parents, count=3)
        assert near[0].score == 1.0
        assert case.id in ids(near)


def test_the_nearest_cases_of_a_school_fire_are_school_fires(
    cases: tuple[PastCase, ...], parents: dict[str, str | None]
) -> None:
    situation = Situation(
        incident_types=("fire_school",),
        figures={"deaths": Span(low=10, high=None), "injuries": Span(low=5, high=20)},
        month=6,
    )
    near = nearest(situation, cases, parents)
    assert {"2021-zhecheng-martial-arts-school-fire", "2024-fangcheng-yingcai-school-fire"} == set(
        ids(near)[:2]
    )
    assert len(near) == 5
    assert all(first.score >= second.score for first, second in pairwise(near))


def test_the_parts_add_up_to_the_score_and_say_what_differs(
    cases: tuple[PastCase, ...], parents: dict[str, str | None]
) -> None:
    situation = Situation(
        incident_types=("fire_residential",),
        figures={"deaths": Span(low=15, high=15), "trapped": Span(low=1, high=None)},
        province="江苏省",
        month=8,
    )
    near = next(
        one
        for one in nearest(situation, cases, parents, count=20)
        if one.case.id == "2024-nanjing-mingshangxiyuan-fire"
    )
    assert [one.name for one in near.parts] == ["type", "deaths", "trapped", "place", "season"]
    weights = sum(one.weight for one in near.parts)
    assert near.score == pytest.approx(
        sum(one.weight * one.score for one in near.parts) / weights, abs=1e-6
    )
    assert {"type", "deaths"} <= set(near.equal)
    assert {"season", "place"} == set(near.differs)
    trapped = near.parts[2]
    assert (load_weights().absent, "1..", "") == (trapped.score, trapped.mine, trapped.theirs)


def test_a_case_can_be_left_out(
    cases: tuple[PastCase, ...], parents: dict[str, str | None]
) -> None:
    one = cases[0]
    assert one.id not in ids(
        nearest(situation_of(one), cases, parents, count=200, without=frozenset({one.id}))
    )


def test_the_order_is_the_same_whatever_the_order_of_the_cases(
    cases: tuple[PastCase, ...], parents: dict[str, str | None]
) -> None:
    situation = Situation(incident_types=("earthquake",), figures={})
    forwards = ids(nearest(situation, cases, parents, count=200))
    assert forwards == ids(nearest(situation, cases[::-1], parents, count=200))


def test_types_of_different_categories_have_nothing_in_common(
    parents: dict[str, str | None],
) -> None:
    assert type_score("earthquake", "fire_school", parents) == 0.0
    near, far = (type_score("fire_school", other, parents) for other in ("fire", "gas_leak"))
    assert 0 < far < near < 1
    assert type_score("not_in_the_tree", "not_in_the_tree", parents) == 1.0
    assert type_score("not_in_the_tree", "fire", parents) == 0.0


def test_a_magnitude_is_compared_as_it_is() -> None:
    weights = load_weights()
    mine = Situation(incident_types=("earthquake",), figures={"magnitude": Span(low=6, high=6)})
    theirs = Situation(incident_types=("earthquake",), figures={"magnitude": Span(low=7, high=7)})
    assert compare(mine, theirs, {"earthquake": None}, weights)[1].score == 0.5


def test_a_range_upside_down_is_refused() -> None:
    with pytest.raises(ValueError, match="3"):
        Span(low=3, high=2)


spans = st.builds(
    lambda low, width: Span(low=low, high=None if width is None else low + width),
    st.integers(0, 10**8),
    st.one_of(st.none(), st.integers(0, 10**8)),
)


@given(spans, spans)
def test_figures_are_as_near_as_they_are_far_from_the_other_side(one: Span, other: Span) -> None:
    score = figure_score(one, other)
    assert 0.0 <= score <= 1.0
    assert score == pytest.approx(figure_score(other, one))
    assert figure_score(one, one) == 1.0


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_figure_that_lies_farther_away_is_never_nearer(a: int, b: int, c: int) -> None:
    low, middle, high = sorted((a, b, c))
    exact = {n: Span(low=n, high=n) for n in (low, middle, high)}
    assert figure_score(exact[low], exact[high]) <= figure_score(exact[low], exact[middle])
