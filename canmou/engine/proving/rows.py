"""The rows of a table of levels, and the bounds that they set on each figure."""

from __future__ import annotations

from dataclasses import dataclass

from canmou.engine.rulebase.conditions import (
    Both,
    Compare,
    Condition,
    Either,
)
from canmou.engine.valuesets import Number


@dataclass(frozen=True)
class Row:
    """One way to reach a level: ``number`` counts from 1 within the level."""

    level: str
    number: int
    condition: Condition

    @property
    def parts(self) -> tuple[Condition, ...]:
        """The parts that must hold together."""
        return _flat(self.condition)


@dataclass(frozen=True)
class Bounds:
    """The bounds that a row sets on one figure; ``rest`` are its other parts."""

    row: Row
    measure: str
    low: Number | None
    low_open: bool
    high: Number | None
    high_open: bool
    rest: frozenset[Condition]


def _flat(condition: Condition) -> tuple[Condition, ...]:
    if isinstance(condition, Both):
        return tuple(p for part in condition.parts for p in _flat(part))
    return (condition,)


def rows_of(level: str, condition: Condition) -> tuple[Row, ...]:
    """Return the rows of a level: the alternatives of its condition."""
    found: list[Condition] = []

    def split(part: Condition) -> None:
        if isinstance(part, Either):
            for one in part.parts:
                split(one)
        else:
            found.append(part)

    split(condition)
    return tuple(Row(level, number, part) for number, part in enumerate(found, start=1))


def bounds_of(row: Row) -> dict[str, Bounds]:
    """Return the bounds of a row by figure."""
    parts = row.parts
    found = {}
    for measure in {p.name for p in parts if isinstance(p, Compare) and p.word is None}:
        low: tuple[Number, bool] | None = None
        high: tuple[Number, bool] | None = None
        rest = []
        for part in parts:
            if not isinstance(part, Compare) or part.name != measure:
                rest.append(part)
            elif part.operator in {">=", ">"}:
                new = (part.value, part.operator == ">")
                low = new if low is None else max(low, new)
            else:
                bound = (part.value, part.operator == "<")
                if high is None or (bound[0], not bound[1]) < (high[0], not high[1]):
                    high = bound
        found[measure] = Bounds(
            row, measure,
            low[0] if low else None, low[1] if low else False,
            high[0] if high else None, high[1] if high else False,
            frozenset(rest),
        )  # fmt: skip
    return found
