"""Slices: incidents that select the same rules share one compiled program."""

from datetime import date, datetime, timedelta

from canmou.engine import Facts
from canmou.engine.inference.compiling import compile_slice, turning_days
from canmou.engine.inference.programs import program_for
from canmou.engine.inference.run import slice_key

FIRE = Facts(incident_types=("forest_fire",), status="occurred", on=date(2025, 12, 30))


def program_on(facts, rulebase):
    return program_for(rulebase, slice_key(facts, rulebase))


def moved(facts, **changes):
    return facts.model_copy(update=changes)


def test_the_next_day_has_the_same_program_until_the_law_changes(rulebase):
    first = program_on(FIRE, rulebase)
    assert first is program_on(moved(FIRE, on=date(2025, 12, 31)), rulebase)
    assert first is not program_on(moved(FIRE, on=date(2026, 1, 1)), rulebase)


def test_places_share_a_program_unless_a_rule_is_for_one_of_them(rulebase):
    here, there, with_rules = (
        {"province": "湖南省", "county": "甲县"},
        {"province": "湖南省", "county": "乙县"},
        {"province": "河北省", "county": "乙县"},
    )
    first = program_on(moved(FIRE, place=here), rulebase)
    assert first is program_on(moved(FIRE, place=there), rulebase)
    assert first is not program_on(moved(FIRE, place=with_rules), rulebase)


def test_a_shared_program_is_the_one_that_the_day_itself_would_select(rulebase):
    """On each side of every day on which the law changes."""
    for turn in turning_days(rulebase)[-12:]:
        for day in (turn - timedelta(days=1), turn, turn + timedelta(days=1)):
            facts = moved(FIRE, on=day, learned_at=datetime(day.year, day.month, day.day, 3))
            key = slice_key(facts, rulebase)
            own, shared = compile_slice(rulebase, key), program_for(rulebase, key)
            assert list(own.steps) == list(shared.steps)
            assert list(own.standards) == list(shared.standards)
            assert own.thresholds == shared.thresholds
