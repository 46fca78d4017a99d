"""experta's stock Rete on every shipped case: the engine fires the same, in the same order."""

from __future__ import annotations

import pytest

from canmou.casebase import load_cases
from canmou.engine import Facts
from canmou.engine.inference.run import run

GROUPS = 6
CASES = sorted(load_cases(), key=lambda case: (case.incident_types, case.date, case.id))


@pytest.mark.parametrize("group", range(GROUPS))
def test_every_case_fires_what_stock_rete_fires(rulebase, group):
    share = -(-len(CASES) // GROUPS)
    tried = CASES[group * share : (group + 1) * share]
    assert tried
    for case in tried:
        facts = Facts.model_validate(case.assess_input())
        quick, stock = (run(facts, rulebase, matcher=name).trace for name in ("index", "rete"))
        assert [(s.id, c) for s, c in stock.firings] == [(s.id, c) for s, c in quick.firings], (
            case.id
        )
        assert stock.env == quick.env, case.id
