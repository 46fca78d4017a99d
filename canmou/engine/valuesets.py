"""Value sets: what is known of a measure is the set of values that it may still have.

Intervals with open or closed ends, or finite sets of choices. Comparing a set with a value gives
one of three states: certain (all values satisfy it), impossible (none does), open.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

Number = int | float


class Certainty(IntEnum):
    """The state of a condition. ``and`` is the minimum, ``or`` the maximum (Kleene's logic)."""

    IMPOSSIBLE = 0
    OPEN = 1
    CERTAIN = 2

    def negated(self) -> Certainty:
        """Return the state of the opposite condition."""
        return Certainty(2 - self)


def of_all(some: bool, every: bool) -> Certainty:
    """Return the state when ``some`` value satisfies a condition, and when ``every`` one does."""
    if not some:
        return Certainty.IMPOSSIBLE
    return Certainty.CERTAIN if every else Certainty.OPEN


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval of numbers; whole-number intervals are kept with closed ends.

    >>> interval(2, math.inf, low_open=True, whole=True)
    Interval(low=3, high=inf, low_open=False, high_open=True, whole=True)
    """

    low: Number
    high: Number
    low_open: bool = False
    high_open: bool = False
    whole: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether no value is left: the statements contradict each other."""
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))

    @property
    def is_exact(self) -> bool:
        """Whether exactly one value is left."""
        return self.low == self.high and not self.is_empty

    def meet(self, other: Interval) -> Interval:
        """Return the values in both intervals."""
        low, low_open = max((self.low, self.low_open), (other.low, other.low_open))
        high, closed = min((self.high, not self.high_open), (other.high, not other.high_open))
        return interval(low, high, low_open, not closed, self.whole or other.whole)

    def join(self, other: Interval) -> Interval:
        """Return the smallest interval that holds both: statements that differ widen the set."""
        low, low_open = min((self.low, self.low_open), (other.low, other.low_open))
        high, closed = max((self.high, not self.high_open), (other.high, not other.high_open))
        return interval(low, high, low_open, not closed, self.whole and other.whole)

    def compare(self, operator: str, value: Number) -> Certainty:
        """Return the state of ``self operator value``."""
        if operator == ">=":
            some = self.high > value or (self.high == value and not self.high_open)
            return of_all(some, self.low >= value)
        if operator == ">":
            return of_all(
                self.high > value, self.low > value or (self.low == value and self.low_open)
            )
        if operator in {"<=", "<"}:
            return self.compare(">" if operator == "<=" else ">=", value).negated()
        inside = self.meet(Interval(value, value))
        return of_all(not inside.is_empty, self.is_exact and self.low == value)

    def compare_with(self, operator: str, other: Interval) -> Certainty:
        """Return the state of ``self operator other`` for two figures that are not tied."""
        if operator in {">=", ">"}:
            strict = operator == ">"
            highest_pair = self.high > other.low or (
                not strict and self.high == other.low and not self.high_open and not other.low_open
            )
            lowest_pair = (
                self.low > other.high
                or (self.low == other.high and (self.low_open or other.high_open))
                or (not strict and self.low == other.high)
            )
            return of_all(highest_pair, lowest_pair)
        return self.compare_with(">" if operator == "<=" else ">=", other).negated()

    def contains(self, value: Number) -> bool:
        """Whether ``value`` may still be the one."""
        return self.compare("=", value) is not Certainty.IMPOSSIBLE


def interval(
    low: Number,
    high: Number,
    low_open: bool = False,
    high_open: bool = False,
    whole: bool = False,
) -> Interval:
    """Return an interval, whole-number ends moved to whole numbers."""
    if whole:
        if math.isfinite(low):
            low, low_open = (math.floor(low) + 1 if low_open else math.ceil(low)), False
        if math.isfinite(high):
            high, high_open = (math.ceil(high) - 1 if high_open else math.floor(high)), False
    if low == -math.inf:
        low_open = True
    if high == math.inf:
        high_open = True
    return Interval(low, high, low_open, high_open, whole)


@dataclass(frozen=True, slots=True)
class Choices:
    """A finite set of values: choice ids, or True and False."""

    values: frozenset[str | bool]

    @property
    def is_empty(self) -> bool:
        """Whether no value is left."""
        return not self.values

    @property
    def is_exact(self) -> bool:
        """Whether exactly one value is left."""
        return len(self.values) == 1

    def meet(self, other: Choices) -> Choices:
        """Return the values in both sets."""
        return Choices(self.values & other.values)

    def join(self, other: Choices) -> Choices:
        """Return the values in either set."""
        return Choices(self.values | other.values)

    def among(self, wanted: frozenset[str | bool]) -> Certainty:
        """Return the state of "is one of ``wanted``"."""
        return of_all(bool(self.values & wanted), self.values <= wanted)


@dataclass(frozen=True, slots=True)
class TypeSet:
    """The types of an incident: one or more, each known as the set of leaves that it may be."""

    components: tuple[frozenset[str], ...]

    is_empty = False

    @property
    def is_exact(self) -> bool:
        """Whether every type is known."""
        return all(len(c) == 1 for c in self.components)

    def among(self, leaves: frozenset[str]) -> Certainty:
        """Return the state of "one of the types lies below", for the leaves below a type."""
        states = [of_all(bool(c & leaves), c <= leaves) for c in self.components]
        return max(states, default=Certainty.IMPOSSIBLE)


ValueSet = Interval | Choices | TypeSet

YES = Choices(frozenset({True}))
NO = Choices(frozenset({False}))
YES_OR_NO = Choices(frozenset({True, False}))


def yes_no(state: Certainty) -> Choices:
    """Return the value set of a derived yes/no name in a state."""
    return (NO, YES_OR_NO, YES)[state]


def choices(values: Iterable[str | bool]) -> Choices:
    """Return the finite set of ``values``."""
    return Choices(frozenset(values))
