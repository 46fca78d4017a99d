"""The figures that a condition compares with, in the base units of the texts."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import cast

from canmou.engine.clauses.numerals import UNITS, Bound
from canmou.engine.records import Record, Text
from canmou.engine.rulebase.conditions import (
    GRADE,
    RANKS,
    REPORTING_GRADE,
    Both,
    Compare,
    Condition,
    Could,
    Either,
    Negation,
)
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.rulebase.vocabulary import Measure

_TURNED: dict[str, Bound] = {">=": "<", ">": "<=", "<=": ">", "<": ">="}
_SYMBOLS = {">=": "≥", ">": "＞", "<=": "≤", "<": "＜", "=": "="}
_EMPTY_WORDS = frozenset({
    "人数", "数量", "总数", "累计", "最大", "最高", "目前", "现在", "是否", "情况", "以及", "其中",
    "多少", "估计", "时间", "小时", "达到", "的人",
})  # fmt: skip


class Threshold(Record):
    """A figure of a rule: ``measure operator value``, the value in the base of its unit."""

    measure: str
    label: Text
    value: Decimal
    unit: str
    bound: Bound
    words: frozenset[str]
    any_at_all: bool

    @property
    def said(self) -> Text:
        """Return it as a phrase."""
        figure = f"{self.value:f}".rstrip("0").rstrip(".") if "." in f"{self.value:f}" else ""
        figure = figure or f"{self.value:f}"
        sign = _SYMBOLS[self.bound]
        return Text(
            zh=f"{self.label.zh} {sign} {figure}{self.unit}",
            en=f"{self.label.en} {sign} {figure}",
        )


def thresholds_of(condition: Condition, rulebase: RuleBase) -> tuple[Threshold, ...]:
    """Return the figures of a condition from left to right; grades are left out."""
    found = []
    for name, operator, value in _compared(condition, False):
        measure = rulebase.measures.get(name)
        if measure is None:
            continue
        base, factor = UNITS.get(measure.unit.zh if measure.unit else "", ("", Decimal(1)))
        found.append(
            Threshold(
                measure=name,
                label=measure.label,
                value=(Decimal(str(value)) * factor).normalize(),
                unit=base or (measure.unit.zh if measure.unit else ""),
                bound=operator,
                words=nouns_of(measure),
                any_at_all=_any_at_all(measure, operator, value),
            )
        )
    return tuple(found)


def grades_of(condition: Condition) -> dict[str, tuple[int, int]]:
    """Return the ranks that a condition wants of each grade it reads, as (least, most)."""
    found: dict[str, tuple[int, int]] = {}
    for name, operator, value in _compared(condition, False):
        if name not in (GRADE, REPORTING_GRADE) and not name.startswith(f"{GRADE}("):
            continue
        low, high = found.get(name, (RANKS["I"], RANKS["below"]))
        rank = int(value)
        least = rank + (operator == ">") if operator in (">=", ">") else low
        most = rank - (operator == "<") if operator in ("<=", "<") else high
        found[name] = (min(low, least), max(high, most))
    return found


def nouns_of(measure: Measure) -> frozenset[str]:
    """Return the pairs of characters by which a text is seen to speak of a measure."""
    names = [measure.label.zh, *(a for a in measure.aliases if not a.isascii())]
    pairs = {name[i : i + 2] for name in names for i in range(len(name) - 1)}
    return frozenset(p for p in pairs if p not in _EMPTY_WORDS and not p.isascii())


def _any_at_all(measure: Measure, operator: str, value: float) -> bool:
    """Whether a figure only asks that there be some: one whole thing, or more than none."""
    whole = measure.type == "whole_number"
    return (operator == ">=" and value == 1 and whole) or (operator == ">" and value == 0) or (
        operator in ("<=", "<") and value <= 1 and whole
    )  # fmt: skip


def _compared(condition: Condition, turned: bool) -> Iterator[tuple[str, Bound, float]]:
    if isinstance(condition, Both | Either):
        for part in condition.parts:
            yield from _compared(part, turned)
    elif isinstance(condition, Negation):
        yield from _compared(condition.part, not turned)
    elif isinstance(condition, Could):
        yield from _compared(condition.part, turned)
    elif isinstance(condition, Compare):
        operator = _TURNED[condition.operator] if turned else condition.operator
        yield condition.name, cast(Bound, operator), cast(float, condition.value)
