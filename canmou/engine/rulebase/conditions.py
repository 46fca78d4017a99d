"""Conditions as trees of frozen nodes, and their three-valued evaluation.

Every name has been checked against its type when the condition was parsed, so evaluation trusts it.

``condition_parser`` makes the trees; all names in them are those of the vocabulary.
``evaluate`` returns certain, open or impossible for value sets (DESIGN: reasoning): and = min,
or = max, not = mirror. ``unknown(x)`` and ``could(c)`` speak about what is known and may start
duties and questions, never a grade or a fact.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from canmou.engine.valuesets import (
    Certainty,
    Choices,
    Interval,
    Number,
    TypeSet,
    ValueSet,
)

Env = Mapping[str, ValueSet]
GRADE = "grade"
REPORTING_GRADE = "reporting_grade"
INCIDENT_TYPE = "incident_type"
STAGE = "stage"
STATUS = "status"
RANKS: dict[str, int] = {"below": 0, "IV": 1, "III": 2, "II": 3, "I": 4}
NOT_GRADED = -1


@dataclass(frozen=True, slots=True)
class Always:
    """Holds for every incident."""

    def evaluate(self, env: Env) -> Certainty:
        """Return certain."""
        return Certainty.CERTAIN


@dataclass(frozen=True, slots=True)
class Compare:
    """``name operator value`` for figures, ordered choices (by rank) and grades (by rank)."""

    name: str
    operator: str
    value: Number
    word: str | None = None

    def evaluate(self, env: Env) -> Certainty:
        """Return the state of the comparison."""
        return cast(Interval, env[self.name]).compare(self.operator, self.value)


@dataclass(frozen=True, slots=True)
class CompareOrdered:
    """``name operator choice`` for an ordered choice; ``above`` are the choices that satisfy it."""

    name: str
    operator: str
    word: str
    above: frozenset[str | bool]

    def evaluate(self, env: Env) -> Certainty:
        """Return the state of the comparison."""
        return cast(Choices, env[self.name]).among(self.above)


@dataclass(frozen=True, slots=True)
class CompareNames:
    """``name operator other`` for two figures."""

    name: str
    operator: str
    other: str

    def evaluate(self, env: Env) -> Certainty:
        """Return the state of the comparison."""
        other = cast(Interval, env[self.other])
        return cast(Interval, env[self.name]).compare_with(self.operator, other)


@dataclass(frozen=True, slots=True)
class Among:
    """``name is value`` and ``name in [values]`` for choices and yes/no names."""

    name: str
    values: frozenset[str | bool]

    def evaluate(self, env: Env) -> Certainty:
        """Return the state of the membership."""
        return cast(Choices, env[self.name]).among(self.values)


@dataclass(frozen=True, slots=True)
class TypeIs:
    """``incident_type is X``: one of the types lies at or below one of ``types``."""

    types: tuple[str, ...]
    leaves: frozenset[str]
    name: str = INCIDENT_TYPE

    def evaluate(self, env: Env) -> Certainty:
        """Return the state of the membership."""
        return cast(TypeSet, env[self.name]).among(self.leaves)


@dataclass(frozen=True, slots=True)
class Both:
    """All parts hold."""

    parts: tuple[Condition, ...]

    def evaluate(self, env: Env) -> Certainty:
        """Return the least of the parts' states."""
        state = Certainty.CERTAIN
        for part in self.parts:
            state = min(state, part.evaluate(env))
            if state is Certainty.IMPOSSIBLE:
                break
        return state


@dataclass(frozen=True, slots=True)
class Either:
    """At least one part holds."""

    parts: tuple[Condition, ...]

    def evaluate(self, env: Env) -> Certainty:
        """Return the greatest of the parts' states."""
        state = Certainty.IMPOSSIBLE
        for part in self.parts:
            state = max(state, part.evaluate(env))
            if state is Certainty.CERTAIN:
                break
        return state


@dataclass(frozen=True, slots=True)
class Negation:
    """The part does not hold."""

    part: Condition

    def evaluate(self, env: Env) -> Certainty:
        """Return the mirrored state."""
        return self.part.evaluate(env).negated()


@dataclass(frozen=True, slots=True)
class Unknown:
    """More than one value is possible."""

    name: str

    def evaluate(self, env: Env) -> Certainty:
        """Return certain or impossible, never open: it speaks about what is known."""
        return Certainty.IMPOSSIBLE if env[self.name].is_exact else Certainty.CERTAIN


@dataclass(frozen=True, slots=True)
class Could:
    """The part is not impossible."""

    part: Condition

    def evaluate(self, env: Env) -> Certainty:
        """Return certain or impossible, never open: it speaks about what is known."""
        possible = self.part.evaluate(env) is not Certainty.IMPOSSIBLE
        return Certainty.CERTAIN if possible else Certainty.IMPOSSIBLE


Atom = Always | Compare | CompareOrdered | CompareNames | Among | TypeIs | Unknown
Condition = Atom | Both | Either | Negation | Could


def atoms(condition: Condition) -> Iterator[Atom]:
    """Yield the atoms of a condition, from left to right."""
    if isinstance(condition, Both | Either):
        for part in condition.parts:
            yield from atoms(part)
    elif isinstance(condition, Negation | Could):
        yield from atoms(condition.part)
    else:
        yield condition


def names_read(condition: Condition) -> frozenset[str]:
    """Return the names that a condition reads."""
    found = set()
    for atom in atoms(condition):
        if not isinstance(atom, Always):
            found.add(atom.name)
        if isinstance(atom, CompareNames):
            found.add(atom.other)
    return frozenset(found)


def speaks_of_knowledge(condition: Condition) -> bool:
    """Whether ``unknown`` or ``could`` stands in the condition."""
    if isinstance(condition, Unknown | Could):
        return True
    if isinstance(condition, Both | Either):
        return any(speaks_of_knowledge(p) for p in condition.parts)
    return isinstance(condition, Negation) and speaks_of_knowledge(condition.part)


def hides_until_known(condition: Condition, *, denied: bool = False) -> bool:
    """Whether the condition is impossible for as long as nobody has asked: ``not unknown(x)``.

    ``denied`` tells that it stands under a negation.
    """
    if isinstance(condition, Unknown | Could):
        return denied
    if isinstance(condition, Both | Either):
        return any(hides_until_known(p, denied=denied) for p in condition.parts)
    return isinstance(condition, Negation) and hides_until_known(condition.part, denied=not denied)


def could_come_true(condition: Condition, env: Env) -> bool:
    """Whether more answers could make the condition hold: ``unknown`` and ``could`` included.

    Values that ``env`` leaves open may become any of theirs. Parts are looked at one by one, so two
    that exclude each other may both be taken for possible.
    """
    return _yet(condition, env) is not Certainty.IMPOSSIBLE


def _yet(condition: Condition, env: Env) -> Certainty:
    if isinstance(condition, Both):
        return min(_yet(part, env) for part in condition.parts)
    if isinstance(condition, Either):
        return max(_yet(part, env) for part in condition.parts)
    if isinstance(condition, Negation):
        return _yet(condition.part, env).negated()
    if isinstance(condition, Could):
        return _yet(condition.part, env)
    if isinstance(condition, Unknown):
        return Certainty.IMPOSSIBLE if env[condition.name].is_exact else Certainty.OPEN
    return condition.evaluate(env)


def waits_for(condition: Condition, env: Env) -> frozenset[str]:
    """Return the names whose values would decide an open condition."""
    if condition.evaluate(env) is not Certainty.OPEN:
        return frozenset()
    if isinstance(condition, Both | Either):
        return frozenset().union(*(waits_for(p, env) for p in condition.parts))
    if isinstance(condition, Negation):
        return waits_for(condition.part, env)
    return names_read(condition)


def renamed(condition: Condition, names: Mapping[str, str]) -> Condition:
    """Return the condition with measures replaced (deaths by dead_or_missing where both count)."""
    if isinstance(condition, Both):
        return Both(tuple(renamed(p, names) for p in condition.parts))
    if isinstance(condition, Either):
        return Either(tuple(renamed(p, names) for p in condition.parts))
    if isinstance(condition, Negation):
        return Negation(renamed(condition.part, names))
    if isinstance(condition, Could):
        return Could(renamed(condition.part, names))
    if isinstance(condition, Compare) and condition.name in names:
        return Compare(names[condition.name], condition.operator, condition.value, condition.word)
    return condition
