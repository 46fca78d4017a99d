"""What rests on what in a program: the steps and names that an answer may reach."""

from __future__ import annotations

from collections.abc import Mapping

from canmou.engine.inference.program import Program, Step
from canmou.engine.rulebase.rulebase import RuleBase


def reached(program: Program, rulebase: RuleBase) -> Mapping[str, frozenset[str]]:
    """Return, for each name from outside, the steps and names whose outcome may rest on it.

    A sum rests on its parts and hours on the moment that they run from, as the questions behind an
    open figure are those of its parts.
    """
    inputs: dict[str, set[str]] = {}

    def behind(name: str) -> set[str]:
        """Return the names from outside on which a name rests; all names before it are known."""
        known = inputs.get(name)
        if known is None:
            known = inputs[name] = {name}
            measure = rulebase.measures.get(name)
            if measure is not None:
                for part in (*measure.sum_of, *filter(None, (measure.elapsed_since,))):
                    known |= behind(part)
        return known

    for item in program.order:
        names = set(item.reads) if isinstance(item, Step) else {*item.reads, *item.steps}
        found = set().union(*(behind(name) for name in names)) if names else set()
        inputs[item.id if isinstance(item, Step) else item.name] = found
    turned: dict[str, set[str]] = {}
    for name, resting_on in inputs.items():
        for one in resting_on:
            turned.setdefault(one, set()).add(name)
    return {name: frozenset(found) for name, found in turned.items()}
