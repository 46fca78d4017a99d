"""What the reasoning promises, on random layered rule programs against every completion."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from canmou.engine import assess
from canmou.engine.inference.run import run
from tests.random_rules import build, completions, facts, oracle, partial_answers, programs

RANK = {None: 0, "IV": 1, "III": 2, "II": 3, "I": 4}
THOROUGH = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@THOROUGH
@given(programs(), partial_answers)
def test_what_is_certain_or_impossible_stays_so_under_every_completion(rules, answers):
    base = build(rules)
    known = {f.name: f.state for f in assess(facts(answers), base).facts}
    for complete in completions(answers):
        truth = oracle(rules, complete)
        for name, state in known.items():
            if state == "certain":
                assert truth[name], (name, complete)
            if state == "impossible":
                assert not truth[name], (name, complete)


@THOROUGH
@given(programs(), partial_answers)
def test_complete_answers_leave_nothing_open_and_agree_with_plain_logic(rules, answers):
    base = build(rules)
    for complete in list(completions(answers))[:12]:
        found = {f.name: f.state for f in assess(facts(dict(complete)), base).facts}
        expected = {n: "certain" if v else "impossible" for n, v in oracle(rules, complete).items()}
        assert expected == found


monotone_levels = st.fixed_dictionaries(
    {
        level: st.lists(
            st.sampled_from(
                ["m0 >= 1", "m0 >= 2", "m1 >= 1", "m1 >= 2", "m2 >= 2", "b0", "b0 and m2 >= 1",
                 "b1 and (m0 >= 1 or m1 >= 2)"]
            ),
            min_size=1,
            max_size=3,
        ).map(" or ".join)
        for level in ("I", "II", "III", "IV")
    }
)  # fmt: skip


@THOROUGH
@given(monotone_levels, partial_answers)
def test_every_completion_lies_in_the_range_and_each_end_is_reached(levels, answers):
    base = build({}, levels)
    shown = assess(facts(answers), base).overall
    low, high = RANK[shown.at_least], RANK[shown.at_most]
    reached = set()
    for complete in completions(answers):
        exact = assess(facts(dict(complete)), base).overall
        assert exact.at_least == exact.at_most
        assert low <= RANK[exact.at_least] <= high
        reached.add(RANK[exact.at_least])
    assert {low, high} == {min(reached), max(reached)}


@THOROUGH
@given(monotone_levels, partial_answers, st.sampled_from(["m0", "m1", "m2"]))
def test_a_worse_figure_never_lowers_a_grade(levels, answers, measure):
    base = build({}, levels)
    before = assess(facts({**answers, measure: 1}), base).overall
    after = assess(facts({**answers, measure: 2}), base).overall
    assert RANK[before.at_least] <= RANK[after.at_least]
    assert RANK[before.at_most] <= RANK[after.at_most]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(programs(), st.lists(partial_answers, min_size=1, max_size=5))
def test_the_compiled_matcher_fires_what_stock_rete_fires_in_the_same_order(rules, incidents):
    """Also after other incidents: what changed is enough to know."""
    base = build(rules)
    for answers in incidents:
        quick = run(facts(answers), base, matcher="index").trace
        stock = run(facts(answers), base, matcher="rete").trace
        assert [(s.id, c) for s, c in stock.firings] == [(s.id, c) for s, c in quick.firings]
        assert stock.env == quick.env
        assert stock.states == quick.states
