"""The changes that can be made to a condition, one at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace

from canmou.engine.mutation.records import MutantKind
from canmou.engine.rulebase.conditions import (
    RANKS,
    Always,
    Both,
    Compare,
    CompareNames,
    CompareOrdered,
    Condition,
    Could,
    Either,
    Negation,
)
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.valuesets import Number
from canmou.engine.wording import condition_text

LONGEST = 60
OTHER_SIDE = {">=": ">", ">": ">=", "<=": "<", "<": "<="}
_RANK_WORDS = {rank: word for word, rank in RANKS.items()}
_MEETS: dict[str, Callable[[int, int], bool]] = {
    ">=": lambda a, b: a >= b, ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b, "<": lambda a, b: a < b,
}  # fmt: skip
Change = tuple[MutantKind, str, Condition]


def changes_of(condition: Condition, rulebase: RuleBase) -> Iterator[Change]:
    """Yield every condition that differs in one thing, with the kind and words of the change."""
    seen = {condition}
    for kind, what, changed in _changes(condition, rulebase):
        if changed not in seen:
            seen.add(changed)
            yield kind, what, changed


def _changes(condition: Condition, rulebase: RuleBase) -> Iterator[Change]:
    if isinstance(condition, Both | Either):
        yield from _of_joined(condition, rulebase)
    elif isinstance(condition, Negation):
        yield "connective", f"去掉“非”：{_words(condition, rulebase)}", condition.part
        for kind, what, part in _changes(condition.part, rulebase):
            yield kind, what, Negation(part)
    elif isinstance(condition, Could):
        for kind, what, part in _changes(condition.part, rulebase):
            yield kind, what, Could(part)
    elif not isinstance(condition, Always):
        if isinstance(condition, Compare):
            yield from _of_figure(condition, rulebase)
        elif isinstance(condition, CompareOrdered):
            yield from _of_ordered(condition, rulebase)
        elif isinstance(condition, CompareNames):
            other = OTHER_SIDE.get(condition.operator)
            if other is not None:
                what = f"{condition.name} {condition.operator} → {other}"
                yield "operator", what, replace(condition, operator=other)
        yield "connective", f"加“非”：{_words(condition, rulebase)}", Negation(condition)


def _of_joined(condition: Both | Either, rulebase: RuleBase) -> Iterator[Change]:
    joined = type(condition)
    parts = condition.parts
    other: type[Both] | type[Either] = Either if joined is Both else Both
    turned = "且 → 或" if joined is Both else "或 → 且"
    yield "connective", f"{turned}：{_words(condition, rulebase)}", other(parts)
    for number, part in enumerate(parts):
        left = parts[:number] + parts[number + 1 :]
        dropped = f"去掉第 {number + 1} 个条件：{_words(part, rulebase)}"
        yield "connective", dropped, left[0] if len(left) == 1 else joined(left)
        for kind, what, changed in _changes(part, rulebase):
            yield kind, what, joined((*parts[:number], changed, *parts[number + 1 :]))


def _words(condition: Condition, rulebase: RuleBase) -> str:
    text = condition_text(condition, rulebase).zh
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _of_figure(condition: Compare, rulebase: RuleBase) -> Iterator[Change]:
    name, operator, value = condition.name, condition.operator, condition.value
    other = OTHER_SIDE.get(operator)
    measure = rulebase.measures.get(name)
    if measure is None:
        word = _RANK_WORDS.get(int(value))
        for rank in (int(value) - 1, int(value) + 1):
            if 1 <= rank <= RANKS["I"]:
                changed = replace(condition, value=rank, word=_RANK_WORDS[rank])
                yield "level", f"{name} {operator} {word} → {_RANK_WORDS[rank]}", changed
        if other is not None:
            changed = replace(condition, operator=other)
            yield "operator", f"{name} {operator} {word} → {other}", changed
        return
    step = step_of(value, measure.type == "whole_number")
    for new in (value + step, value - step, value * 10):
        if new != value:
            what = f"{name} {operator} {value:g} → {new:g}"
            yield "threshold", what, replace(condition, value=new, word=None)
    if other is not None:
        what = f"{name} {operator} {value:g} → {other}"
        yield "operator", what, replace(condition, operator=other)


def step_of(value: Number, whole: bool) -> Number:
    """Return one step of a threshold: one thing counted, or one in the second digit measured.

    >>> step_of(30, whole=True), step_of(50_000_000, whole=False), step_of(2, whole=False)
    (1, 1000000, 0.1)
    """
    if whole or value == 0:
        return 1
    exponent = math.floor(math.log10(abs(value))) - 1
    return 10**exponent if exponent >= 0 else round(10.0**exponent, -exponent)


def _of_ordered(condition: CompareOrdered, rulebase: RuleBase) -> Iterator[Change]:
    choices = list(rulebase.measures[condition.name].choices)
    here = choices.index(condition.word)

    def meeting(operator: str, word: str) -> Condition:
        limit = choices.index(word)
        above = frozenset(c for n, c in enumerate(choices) if _MEETS[operator](n, limit))
        return replace(condition, operator=operator, word=word, above=frozenset(above))

    for number in (here - 1, here + 1):
        if 0 <= number < len(choices):
            what = f"{condition.name} {condition.operator} {condition.word} → {choices[number]}"
            yield "level", what, meeting(condition.operator, choices[number])
    other = OTHER_SIDE.get(condition.operator)
    if other is not None:
        what = f"{condition.name} {condition.operator} {condition.word} → {other}"
        yield "operator", what, meeting(other, condition.word)
