"""One incident, end to end: the way through the code, to be read as an introduction.

A neighbour smells gas on the stairs at three in the morning. Half of the facts are missing.
"""

from __future__ import annotations

from datetime import datetime

from canmou.engine import Facts, assess
from canmou.engine.explanation import difference, proof, smallest_changes
from canmou.engine.guide import next_questions


def test_a_smell_of_gas_at_three_in_the_morning(rulebase):
    # The caller knows little: a smell of gas, people in the building. Nobody knows how many.
    call = Facts(
        incident_types=("gas_leak",),
        status="occurred",
        on=datetime(2026, 11, 22).date(),
        at=datetime(2026, 11, 22, 3, 14),
        learned_at=datetime(2026, 11, 22, 3, 14),
        answers={"people_in_danger": True},
    )

    # Before any question: whom to call, what not to do, what to do first.
    card = rulebase.card_for("gas_leak")
    assert card is not None
    assert {"fire_rescue", "gas_company"} <= {c.party for c in card.call}
    assert card.do_not

    # The first assessment: what the community and the sub-district do now; no grade yet.
    first = assess(call, rulebase)
    assert first.overall.at_least is None
    now = [d for d in first.duties if d.act_now and d.level in {"community", "township"}]
    assert {"report"} <= {d.kind for d in now}
    assert all(d.cites for d in now)

    # The next question is one that decides whether people are moved or kept out.
    question = next_questions(call, rulebase, first)[0]
    assert question.step == "safety"
    assert question.why

    # The gas explodes; the hospital reports at least three dead: a correction, a new run.
    later = call.model_copy(
        update={
            "incident_types": ("gas_explosion",),
            "answers": {**call.answers, "deaths": ">= 3", "happened_at_unit": True}
            if "happened_at_unit" in rulebase.measures
            else {**call.answers, "deaths": ">= 3"},
        }
    )
    second = assess(later, rulebase)
    changed = difference(first, second)
    assert not changed.is_empty

    # Every duty explains itself down to answers and articles.
    tree = proof(second, f"duty:{second.duties[0].key}")
    assert tree.children

    # And the officer sees what would change the grade.
    for change in smallest_changes(later, rulebase):
        assert change.cites
