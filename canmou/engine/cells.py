"""Cells: the parts of what is known of a measure within which no condition turns."""

from __future__ import annotations

import math
from collections.abc import Iterable

from canmou.engine.rulebase.conditions import Compare, Condition, atoms
from canmou.engine.valuesets import Choices, Interval, ValueSet, interval


def cells(known: ValueSet, name: str, conditions: Iterable[Condition]) -> tuple[ValueSet, ...]:
    """Return ``known`` cut at the thresholds that conditions compare ``name`` with, in order.

    Every condition on ``name`` alone is certain or impossible within a cell.
    """
    if isinstance(known, Choices):
        return tuple(Choices(frozenset({v})) for v in sorted(known.values, key=str))
    if not isinstance(known, Interval):
        return (known,)
    cuts = sorted(
        {
            float(atom.value)
            for condition in conditions
            for atom in atoms(condition)
            if isinstance(atom, Compare) and atom.name == name
        }
    )
    parts: list[Interval] = []
    low, low_open = known.low, known.low_open
    for cut in cuts:
        parts.append(interval(low, cut, low_open, True, known.whole))
        parts.append(interval(cut, cut, whole=known.whole))
        low, low_open = cut, True
    parts.append(interval(low, known.high, low_open, known.high_open, known.whole))
    inside = (part.meet(known) for part in parts)
    return tuple(part for part in inside if not part.is_empty)


def written(cell: ValueSet) -> str | bool | float:
    """Return a cell as an answer."""
    if isinstance(cell, Choices):
        return next(iter(cell.values))
    if not isinstance(cell, Interval):
        raise TypeError(cell)
    if cell.is_exact:
        return int(cell.low) if cell.whole else cell.low
    if not (cell.low_open or cell.high_open):
        return f"{cell.low!r}..{cell.high!r}"
    low = f"{'>' if cell.low_open else '>='} {cell.low!r}" if math.isfinite(cell.low) else ""
    high = f"{'<' if cell.high_open else '<='} {cell.high!r}" if math.isfinite(cell.high) else ""
    return " and ".join(bound for bound in (low, high) if bound)
