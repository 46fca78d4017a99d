"""情景 as records: incidents and tables with what must come out of them."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from canmou.engine.records import Record, Text
from canmou.engine.rulebase.vocabulary import Located, Names


class Expectation(Record):
    """What must, may or must not come out of a scenario.

    ``grades`` and ``overall`` take a level (``III``), a range (``III..I``), ``below`` (below the
    lowest level), ``open``, ``not_graded`` or ``absent`` (the standard does not take part).
    ``duties`` are ids of rules that must be certain, ``possible`` that must be open,
    ``no_duties`` that must be neither. ``acted_on`` are open rules of which some duty is done as
    if they held (先按可能情形办), ``waiting`` open rules of which none is (可能需要).
    """

    overall: str | None = None
    grades: dict[str, str] = Field(default_factory=dict)
    duties: Names = ()
    possible: Names = ()
    acted_on: Names = ()
    waiting: Names = ()
    no_duties: Names = ()
    facts: Names = ()
    no_facts: Names = ()
    lead: dict[Literal["authority", "department", "commander"], str] = Field(default_factory=dict)
    notes: Names = ()

    @property
    def open(self) -> frozenset[str]:
        """The rules that must be open."""
        return frozenset((*self.possible, *self.acted_on, *self.waiting))

    @property
    def rules(self) -> frozenset[str]:
        """All rules of which something is expected."""
        return self.open.union(self.duties, self.no_duties)


class Example(Record):
    """One line of a threshold table: answers and the level that must come out."""

    given: dict[str, object]
    level: str
    stage: Literal["initial", "final"] = "final"


class Scenario(Located):
    """情景: a sentence a policy officer can call true or false, and the incident that shows it.

    One of four: a whole incident with ``expect``; ``standard`` with ``examples``, where every
    measure that is not given has its mildest value (``others: least``) or is not known; ``rule``
    with the cases in which its condition ``holds`` and ``holds_not``, looked at alone (the rule may
    also be a standard, whose ``applies`` is meant, or a group); or tables written from the text of
    the law: ``asks`` (who must do what by when, for each rule) and ``in_force`` (from when until
    when, for each source, rule or standard).
    """

    name: Text
    incident_types: Names = ()
    status: str | None = None
    stage: Literal["initial", "final"] = "initial"
    on: date = date(2026, 11, 1)
    at: str | None = None
    place: dict[str, str] = Field(default_factory=dict)
    office: str | None = None
    answers: dict[str, object] = Field(default_factory=dict)
    expect: Expectation | None = None
    standard: str | None = None
    examples: tuple[Example, ...] = ()
    others: Literal["least", "unknown"] = "least"
    rule: str | None = None
    holds: tuple[dict[str, object], ...] = ()
    holds_not: tuple[dict[str, object], ...] = ()
    asks: dict[str, Names] = Field(default_factory=dict)
    in_force: dict[str, str] = Field(default_factory=dict)
