"""The smallest change against brute force over all answers of small random rule bases."""

from __future__ import annotations

import itertools

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from canmou.engine import assess
from canmou.engine.explanation import smallest_changes
from tests.random_rules import (
    FIGURES,
    HIGHEST,
    LAYERS,
    NAMES_PER_LAYER,
    SWITCHES,
    build,
    conditions,
    derived,
    facts,
    partial_answers,
    programs,
)

RANK = {None: 0, "IV": 1, "III": 2, "II": 3, "I": 4}
NAMES = [derived(layer, n) for layer in range(LAYERS) for n in range(NAMES_PER_LAYER)]
levels = st.fixed_dictionaries({level: conditions(NAMES) for level in ("I", "II", "III", "IV")})
ENOUGH = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def rank(base, answers):
    grades = assess(facts(answers), base).grades
    return RANK[grades[0].at_least] if grades else None


def start(answers, measure):
    """The lower end of what is known of a figure."""
    given = answers.get(measure)
    if isinstance(given, str):
        return int(given[3:]) if given.startswith(">=") else 0
    return given if given is not None else 0


def distance(answers, measure, value):
    if measure in SWITCHES:
        return 1
    return abs(value - start(answers, measure))


def tries(answers, measure):
    """Every answer that a measure may be given instead of what is known."""
    values = [True, False] if measure in SWITCHES else list(range(HIGHEST + 1))
    return [v for v in values if v != answers.get(measure) or measure not in answers]


@ENOUGH
@given(programs(), levels, partial_answers)
def test_no_nearer_answer_flips_and_none_that_flips_is_missed(program, levels, answers):
    base = build(program, levels)
    now = rank(base, answers)
    found = smallest_changes(facts(answers), base)
    single = {(c.changes[0].measure, c.direction): c for c in found if len(c.changes) == 1}
    for measure in (*FIGURES, *SWITCHES):
        for way in ("worse", "milder"):
            flips = [
                distance(answers, measure, value)
                for value in tries(answers, measure)
                if (after := rank(base, {**answers, measure: value})) is not None
                and (after > now if way == "worse" else after < now)
            ]
            told = single.get((measure, way))
            assert bool(flips) == (told is not None), (measure, way)
            if told is not None:
                answer = told.changes[0].answer
                assert min(flips) == distance(answers, measure, answer)
                assert RANK[told.level] == rank(base, {**answers, measure: answer})


@ENOUGH
@given(programs(), levels, partial_answers)
@example(
    program={
        f"r{layer}-{number}-0": {"when": "b0", "conclude": derived(layer, number), "excepts": []}
        for layer in range(LAYERS)
        for number in range(NAMES_PER_LAYER)
    }
    | {"r1-1-0": {"when": "not (m2 >= 1)", "conclude": "d1_1", "excepts": ["r2-0-0"]}},
    levels={
        "I": "m0 < 0", "II": "not ((b1) or (d2_0))",
        "III": "not ((not (b1)) or (not (m2 >= 1)))", "IV": "m0 >= 0",
    },
    answers={},
)  # fmt: skip
def test_pairs_are_told_where_no_single_measure_lifts_and_none_is_nearer(program, levels, answers):
    base = build(program, levels)
    now = rank(base, answers)
    found = [c for c in smallest_changes(facts(answers), base) if c.direction == "worse"]
    pairs = [c for c in found if len(c.changes) == 2]
    assert not pairs or len(pairs) == len(found)
    if found and not pairs:
        return
    flipping: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for one, other in itertools.combinations(sorted((*FIGURES, *SWITCHES)), 2):
        for first, second in itertools.product(tries(answers, one), tries(answers, other)):
            after = rank(base, {**answers, one: first, other: second})
            if after is not None and after > now:
                place = (distance(answers, one, first), distance(answers, other, second))
                flipping.setdefault((one, other), []).append(place)
    told: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for change in pairs:
        first, second = change.changes
        place = (
            distance(answers, first.measure, first.answer),
            distance(answers, second.measure, second.answer),
        )
        told.setdefault((first.measure, second.measure), []).append(place)
    if now == 4:
        assert not told
        return
    assert set(flipping) == set(told)
    for names, places in told.items():
        for place in places:
            assert place in flipping[names]
            nearer = [
                f for f in flipping[names] if f != place and f[0] <= place[0] and f[1] <= place[1]
            ]
            assert not nearer
