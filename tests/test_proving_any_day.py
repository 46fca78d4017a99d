"""Two rules that never meet, asked once for all days, against brute force over days and worlds."""

from __future__ import annotations

from datetime import date
from random import Random

from canmou.engine import RuleBase
from canmou.engine.proving.contradictions import contradiction
from canmou.engine.proving.pairs import pairs
from canmou.engine.proving.prover import Prover
from canmou.engine.rulebase.condition_parser import parse
from canmou.engine.rulebase.vocabulary import InForce
from tests.random_tables import DAY, RandomRules, World, holds

PERIODS = [
    (None, None), ("2010-01-01", "2015-07-01"), ("2015-07-01", None), (None, "2013-01-01"),
    ("2013-01-01", "2021-01-01"), ("2021-01-01", None),
]  # fmt: skip
A_DAY_OF_EACH_STATE = [
    date(1990, 1, 1), date(2011, 1, 1), date(2014, 1, 1), date(2018, 1, 1), DAY,
]  # fmt: skip


class Dated:
    """Random duties in force for a time; some need the grade of a table that is dated too."""

    def __init__(self, seed: int) -> None:
        random = Random(seed)  # noqa: S311
        self.table = RandomRules(seed)
        self.periods = {
            name: InForce.model_validate(
                dict(zip(("from", "to"), random.choice(PERIODS), strict=True))
            )
            for name in ("s", *self.table.rules)
        }
        self.graded = {name for name in self.table.rules if random.random() < 0.4}
        base = self.table.rulebase()
        conditions = dict(base.conditions)
        for name in self.graded:
            text = f"({self.table.rules[name]['when']}) and grade >= IV"
            conditions[f"rule:{name}"] = parse(text, base)
        dated = {
            i: r.model_copy(update={"in_force": self.periods[i]}) for i, r in base.rules.items()
        }
        standard = base.standards["s"].model_copy(update={"in_force": self.periods["s"]})
        self.rulebase = RuleBase(
            measures=base.measures, incident_types=base.incident_types, parties=base.parties,
            actions=base.actions, sources=base.sources, relations=base.relations, rules=dated,
            standards={"s": standard}, conditions=conditions, release="dated",
        )  # fmt: skip

    def effective(self, rule: str, world: World, on: date, at: date) -> bool:
        """Return whether a rule holds for an incident of one day, assessed on another."""
        body = self.table.rules[rule]
        if not self.periods[rule].holds_on(at) or not holds(str(body["when"]))(world):
            return False
        graded = self.periods["s"].holds_on(on) and self.table.rank(world) >= 1
        if rule in self.graded and not graded:
            return False
        return not any(
            self.effective(other, world, on, at)
            for other, b in self.table.rules.items() if rule in list(b["excepts"])  # type: ignore[call-overload]
        )  # fmt: skip

    def meet(self, one: str, other: str) -> bool:
        """Return whether some world on some two days makes both rules hold."""
        days = A_DAY_OF_EACH_STATE
        return any(
            self.effective(one, world, on, at) and self.effective(other, world, on, at)
            for at in days for on in days if on <= at for world in self.table.worlds
        )  # fmt: skip


def test_rules_that_meet_on_no_day_are_those_of_brute_force():
    met = {True: 0, False: 0}
    for seed in range(400):
        dated = Dated(seed)
        prover = Prover(dated.rulebase, DAY)
        for pair in pairs(dated.rulebase.rules.values()):
            expected = dated.meet(pair[0].id, pair[1].id)
            assert (contradiction(prover, pair) is not None) == expected, (seed, pair)
            met[expected] += 1
    assert min(met.values()) >= 50, met
