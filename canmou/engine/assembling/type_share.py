"""How far a duty speaks of what an incident of an open type may be."""

from __future__ import annotations

from canmou.engine.inference.run import Run
from canmou.engine.rulebase.conditions import INCIDENT_TYPE, Both, Condition, Either, TypeIs
from canmou.engine.valuesets import TypeSet

UNKNOWN_SITUATION = "unknown_situation"
NARROW = 0.2
"""Below this share of the possible types a duty stands after those that fit most of them."""


def open_types(done: Run) -> frozenset[str]:
    """Return the leaves that the incident may be while its type is open, else nothing."""
    types = done.trace.env.get(INCIDENT_TYPE)
    if not isinstance(types, TypeSet) or types.is_exact:
        return frozenset()
    return frozenset().union(*types.components)


def type_share(condition: Condition, leaves: frozenset[str]) -> float:
    """Return for which share of the possible types a condition can hold.

    What is asked in an unknown situation fits every incident whose type is open.

    >>> type_share(TypeIs(("gas_leak",), frozenset({"gas_leak"})), frozenset({"gas_leak", "fire"}))
    0.5
    """
    if not leaves:
        return 1.0
    if isinstance(condition, TypeIs):
        if UNKNOWN_SITUATION in condition.leaves:
            return 1.0
        return len(condition.leaves & leaves) / len(leaves)
    if isinstance(condition, Both):
        return min(type_share(part, leaves) for part in condition.parts)
    if isinstance(condition, Either):
        return max(type_share(part, leaves) for part in condition.parts)
    return 1.0
