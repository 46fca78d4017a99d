"""The program of one slice: which rules, levels and closing steps run, and in which order.

A slice is what its release, dates, types, place, office and stage select.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from canmou.engine.inference.memory import Memory
from canmou.engine.rulebase.conditions import Condition
from canmou.engine.rulebase.records import Choose, Rule, Standard
from canmou.engine.valuesets import Certainty

StepKind = Literal["rule", "applies", "level", "choose"]
ClosingKind = Literal["fact", "standard", "overall", "reporting", "outcome"]


@dataclass(frozen=True)
class Step:
    """One production: fires certain or open when its condition is not impossible."""

    id: str
    kind: StepKind
    condition: Condition
    reads: tuple[str, ...]
    exceptions: tuple[str, ...]
    owner: str

    def unless_excepted(self, state: Certainty, states: Mapping[str, Certainty]) -> Certainty:
        """Return the state of a step whose condition has ``state``: exceptions lower it."""
        for exception in self.exceptions:
            state = min(state, states.get(exception, Certainty.IMPOSSIBLE).negated())
        return state


@dataclass(frozen=True)
class Closing:
    """The closing step of a name: declares exactly one fact, the value set of the name."""

    name: str
    kind: ClosingKind
    steps: tuple[str, ...]
    reads: tuple[str, ...] = ()


@dataclass(frozen=True)
class SliceKey:
    """What selects a slice of one rule base."""

    on: date
    at: date
    components: tuple[frozenset[str], ...]
    stage: str
    place: tuple[str, ...]
    office: str | None


@dataclass(frozen=True, eq=False)
class Program:
    """Steps and closings in the order of inference, and the names declared from outside.

    ``memory`` holds what was made of its runs, for as long as the inputs stay the same.
    """

    order: tuple[Step | Closing, ...]
    inputs: tuple[str, ...]
    rules: Mapping[str, Rule]
    standards: Mapping[str, Standard]
    chooses: Mapping[str, Choose]
    thresholds: Mapping[str, Standard]
    provisional: frozenset[str]
    missing_standards: tuple[str, ...]
    steps: Mapping[str, Step]
    closings: Mapping[str, Closing]
    memory: Memory = field(default_factory=Memory, repr=False)
