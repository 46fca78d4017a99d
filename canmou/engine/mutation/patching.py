"""A program with one condition replaced, without compiling the slice again.

A changed condition reads no name that the old one did not, so that the order stays right.
"""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from canmou.engine.inference.memory import Memory
from canmou.engine.inference.program import Program, Step
from canmou.engine.rulebase.conditions import Both, Condition, renamed

WITH_MISSING = {"deaths": "dead_or_missing"}


def patched(program: Program, key: str, old: Condition, new: Condition) -> Program | None:
    """Return the program with the condition of ``key`` replaced, None if it has no such step."""
    changes = _steps(program, key, old, new)
    if not changes:
        return None
    return replace(
        program,
        order=tuple(changes.get(i.id, i) if isinstance(i, Step) else i for i in program.order),
        steps={**program.steps, **changes},
        memory=Memory(),
    )


def _steps(program: Program, key: str, old: Condition, new: Condition) -> dict[str, Step]:
    kind, _, rest = key.partition(":")
    found: dict[str, Step] = {}
    if kind == "level":
        table, level = rest.rsplit(":", 1)
        for identifier, thresholds in program.thresholds.items():
            step = program.steps.get(f"level:{identifier}:{level}")
            if thresholds.standard == table and step is not None:
                applies, before = cast(Both, step.condition).parts
                after = new if before == old else renamed(new, WITH_MISSING)
                found[step.id] = replace(step, condition=Both((applies, after)))
        return found
    step = program.steps.get(key)
    if step is None:
        return found
    found[key] = replace(step, condition=new)
    if kind == "applies":
        for other in program.steps.values():
            if other.kind == "level" and other.owner == rest:
                _, condition = cast(Both, other.condition).parts
                found[other.id] = replace(other, condition=Both((new, condition)))
    return found
