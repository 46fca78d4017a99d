"""What guidance promises, on random rule bases against every completion."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from canmou.engine import assess
from canmou.engine.guide import STEPS, next_questions, still_open
from tests.random_rules import (
    FIGURES,
    HIGHEST,
    LAYERS,
    NAMES_PER_LAYER,
    SWITCHES,
    build,
    completions,
    conditions,
    derived,
    facts,
    partial_answers,
    programs,
)

NAMES = [derived(layer, n) for layer in range(LAYERS) for n in range(NAMES_PER_LAYER)]
LEVELS = ("I", "II", "III", "IV")
ENOUGH = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def values(measure):
    return [True, False] if measure in SWITCHES else list(range(HIGHEST + 1))


def shown(base, answers):
    """What an officer would notice: grade, lead, duties with their limits."""
    result = assess(facts(answers), base)
    return (
        result.overall.state,
        result.overall.at_least,
        result.overall.at_most,
        [(d.key, d.status, d.within) for d in result.duties],
        result.lead,
    )


@ENOUGH
@given(
    programs(),
    st.fixed_dictionaries({level: conditions(NAMES) for level in LEVELS}),
    st.lists(conditions(NAMES), min_size=1, max_size=3),
    partial_answers,
)
def test_a_question_that_is_not_offered_can_change_nothing(program, levels, duties, answers):
    base = build(program, levels, duties)
    offered = {q.measure for q in still_open(facts(answers), base)}
    for measure in (*FIGURES, *SWITCHES):
        if measure in offered:
            continue
        possible = list(completions(answers))
        own = {c[measure] for c in possible}
        for complete in possible[::5]:
            found = [shown(base, {**complete, measure: value}) for value in sorted(own)]
            assert all(one == found[0] for one in found), (measure, complete)


@ENOUGH
@given(st.fixed_dictionaries({level: conditions([]) for level in LEVELS}), partial_answers)
def test_for_the_grade_a_question_is_offered_exactly_when_it_can_matter(levels, answers):
    base = build({}, levels)
    offered = {q.measure for q in still_open(facts(answers), base)}
    possible = list(completions(answers))
    for measure in (*FIGURES, *SWITCHES):
        by_others: dict[tuple[object, ...], set[object]] = {}
        for complete in possible:
            others = tuple(v for m, v in complete.items() if m != measure)
            by_others.setdefault(others, set()).add(
                assess(facts(dict(complete)), base).overall.at_least
            )
        matters = any(len(levels_reached) > 1 for levels_reached in by_others.values())
        assert matters == (measure in offered), measure


@ENOUGH
@given(programs(), st.lists(conditions(NAMES), min_size=1, max_size=3), partial_answers)
def test_the_first_question_is_never_dominated(program, duties, answers):
    """No other question is known as early, decides something earlier, and stands later."""
    base = build(program, None, duties)
    questions = next_questions(facts(answers), base)
    for other in questions[1:]:
        first = questions[0]
        assert first.known_later <= other.known_later
        if first.known_later == other.known_later:
            assert STEPS.index(first.step) <= STEPS.index(other.step)
