"""The checker agrees with brute force over every complete incident of 2,000 random tables."""

from __future__ import annotations

import itertools

import pytest

from canmou.engine.proving.checks import Scope, prove
from canmou.engine.proving.directions import can_fall
from canmou.engine.proving.prover import Prover
from canmou.engine.proving.rows import rows_of
from canmou.engine.proving.rules import can_hold, holds_alone
from canmou.engine.proving.tables import Table
from canmou.engine.proving.unreachable import decides
from canmou.engine.proving.witnesses import assessed, rank_by, status_of
from tests.random_tables import DAY, LEVELS, RandomRules, holds, no_better

TABLES = 2000
PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
def test_the_checker_agrees_with_brute_force_both_ways(part):
    for seed in range(part, TABLES, PARTS):
        random = RandomRules(seed)
        prover = Prover(random.rulebase(), DAY)
        assert _levels_by_force(random) == _levels_proved(random, prover), seed
        assert _rules_by_force(random) == _rules_proved(random, prover), seed


def _levels_by_force(random: RandomRules) -> dict[str, object]:
    ranks = [(world, random.rank(world)) for world in random.worlds]
    falls = [
        after for (one, before), (other, after) in itertools.product(ranks, ranks)
        if before > after and before >= 1 and no_better(other, one)
    ]  # fmt: skip
    return {
        "reached": {v for v in random.levels if any(r == 4 - LEVELS.index(v) for _, r in ranks)},
        "gap": 0 in falls,
        "not_monotone": any(after >= 1 for after in falls),
    }


def _levels_proved(random: RandomRules, prover: Prover) -> dict[str, object]:
    table = _table(prover)
    return {
        "reached": {
            v for v in random.levels if table.possible(table.rank() == 4 - LEVELS.index(v))
        },
        "gap": can_fall(table, "gap"),
        "not_monotone": can_fall(table, "not_monotone"),
    }


def _table(prover: Prover) -> Table:
    standard = prover.rulebase.standards["s"]
    moment = prover.calendar.first(standard)
    assert moment is not None
    return Table(prover, standard, moment)


def _rules_by_force(random: RandomRules) -> dict[str, object]:
    effective = {r: [random.effective(r, w) for w in random.worlds] for r in random.rules}
    return {
        "holds": {r for r, states in effective.items() if any(states)},
        "alone": {
            (one, other) for one, other in itertools.combinations(random.rules, 2)
            if any(a and not b for a, b in zip(effective[one], effective[other], strict=True))
        },
    }  # fmt: skip


def _rules_proved(random: RandomRules, prover: Prover) -> dict[str, object]:
    rules = prover.rulebase.rules
    moment = prover.calendar.first(*rules.values())
    assert moment is not None
    return {
        "holds": {r for r in rules if can_hold(prover, rules[r], moment)},
        "alone": {
            (one, other) for one, other in itertools.combinations(rules, 2)
            if holds_alone(prover, rules[one], [rules[other]], moment)
        },
    }  # fmt: skip


def test_rows_that_decide_nothing_are_those_of_brute_force():
    for seed in range(TABLES, TABLES + 200):
        random = RandomRules(seed)
        prover = Prover(random.rulebase(), DAY)
        table = _table(prover)
        for level in random.levels:
            rows = rows_of(level, prover.rulebase.conditions[f"level:s:{level}"])
            for row in rows:
                proved = table.possible(*decides(table, level, row, set()))
                assert proved == _decides_by_force(random, prover, level, row.number), (seed, row)


def _decides_by_force(random: RandomRules, prover: Prover, level: str, number: int) -> bool:
    texts = _rows_of_text(random.levels[level])
    higher = [random.levels[v] for v in random.levels if LEVELS.index(v) < LEVELS.index(level)]
    others = [t for n, t in enumerate(texts, start=1) if n != number]
    return any(
        holds(texts[number - 1])(w) and not any(holds(t)(w) for t in (*others, *higher))
        for w in random.worlds
    )


def _rows_of_text(text: str) -> list[str]:
    """Return the alternatives of a condition by counting brackets, not by parsing it."""
    depth = 0
    for position, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0 and text[position + 1 :].startswith(" or "):
            left, right = text[: position + 1], text[position + 5 :]
            return _rows_of_text(left[1:-1]) + _rows_of_text(right[1:-1])
    return [text]


def test_every_witness_of_random_tables_reproduces_in_assess():
    kinds = set()
    for seed in range(60):
        random = RandomRules(seed)
        rulebase = random.rulebase()
        for finding in prove(Prover(rulebase, DAY), Scope(rulebase)):
            witness = finding.witness
            if witness is None or finding.entry not in {"s", *random.rules}:
                continue
            kinds.add(finding.kind)
            result = assessed(witness.incident, rulebase)
            if finding.kind in {"clash", "overlap", "subsumed"} and finding.entry != "s":
                both = {status_of(result, finding.entry), status_of(result, finding.about)}
                assert both == {"certain"}, (seed, finding)
            elif finding.kind == "defeated":
                assert status_of(result, finding.entry) == "defeated", (seed, finding)
            elif finding.kind in {"gap", "not_monotone"}:
                before = rank_by(witness.beside or {}, "s", False, rulebase)
                after = rank_by(witness.incident, "s", False, rulebase)
                assert before is not None and after is not None and before > after, (seed, finding)
    assert {"gap", "not_monotone", "clash", "subsumed", "defeated"} <= kinds
