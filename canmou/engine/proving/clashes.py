"""What keeps a rule base from being loaded: one is to do and not to do the same, both at once."""

from __future__ import annotations

from collections.abc import Iterable

from canmou.engine.proving.contradictions import could_meet
from canmou.engine.proving.moments import EARLIEST
from canmou.engine.proving.pairs import Pair
from canmou.engine.proving.prover import PlaceOf, Prover
from canmou.engine.proving.solving import Undecided
from canmou.engine.records import Text
from canmou.engine.rulebase.errors import Mistake
from canmou.engine.rulebase.records import Rule
from canmou.engine.rulebase.rulebase import RuleBase


def clash_mistakes(pairs: Iterable[Pair], rulebase: RuleBase, place_of: PlaceOf) -> list[Mistake]:
    """Return a mistake for each of the pairs that can hold at once.

    Whatever derived names and grades say: a pair is told apart by its conditions, by ``excepts`` or
    by periods that do not meet. A pair that z3 cannot decide in time is left to ``canmou check``,
    which says so.
    """
    prover = Prover(rulebase, EARLIEST, place_of)
    found = []
    for one, other, kind, action in pairs:
        days = set(prover.calendar.holding(one)) & set(prover.calendar.holding(other))
        try:
            if not days or not could_meet(prover, one, other, kind):
                continue
        except Undecided:
            continue
        found.append(_told(prover, one, other, action))
    return found


def _told(prover: Prover, one: Rule, other: Rule, action: str) -> Mistake:
    there = prover.of_rule(one)
    return Mistake(
        code="clash",
        place=prover.of_rule(other),
        entry=other.id,
        message=Text(
            zh=f"与 {one.id}（{there.file}:{there.line}）冲突：对 {_party(one, other, action)}，"
            f"一条要 {action}，一条不得 {action}，而两条可以同时成立；写 excepts 或改条件",
            en=f"clashes with {one.id} ({there.file}:{there.line}): "
            f"{_party(one, other, action)} is to do and not to do {action}, and both can hold; "
            "write excepts or change a condition",
        ),
    )


def _party(one: Rule, other: Rule, action: str) -> str:
    """Return the party that both ask for the action."""
    asked = [
        {party for duty in rule.then if getattr(duty, "action", None) == action
         for party in getattr(duty, "by", ())}
        for rule in (one, other)
    ]  # fmt: skip
    return min(asked[0] & asked[1])
