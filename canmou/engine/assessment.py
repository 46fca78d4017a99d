"""初步研判: the result of one assessment, self-contained, as plain data (DESIGN: contracts)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from canmou.engine.records import Level, Record, Text
from canmou.engine.rulebase.records import Within
from canmou.engine.rulebase.vocabulary import Basis, Modality, StandardUse, Verified

GradeState = Literal["graded", "below_lowest", "not_graded", "open"]
Status = Literal["certain", "possible"]


class Citation(Record):
    """A citation with the title of its source, so that it can be shown again years later.

    ``differs`` says where the rule is meant to differ from the place cited.
    """

    source: str
    title: Text
    article: str | None = None
    says: Text | None = None
    differs: Text | None = None
    verified: Verified


class Grade(Record):
    """The grade by one standard, as a range. None as a level means below the lowest level.

    ``reads`` are the measures that its levels compare.
    """

    standard: str
    title: Text
    kind: Literal["severity", "response", "signal"]
    use: StandardUse
    state: GradeState
    at_least: Level | None
    at_most: Level | None
    applies: Status
    provisional: bool = False
    verified: Verified
    cites: tuple[Citation, ...]
    because: Text
    waits_for: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()


class Overall(Record):
    """The overall grade: the highest of the standards that grade; ``initial`` if it is a 初判."""

    state: GradeState
    at_least: Level | None
    at_most: Level | None
    initial: bool = False
    standards: tuple[str, ...] = ()
    because: Text


class DutyLine(Record):
    """One duty, merged over the rules that ask for it. ``key`` is what a tick belongs to.

    ``must_waits_for`` names what decides whether a duty that is only advised is a must as well.
    """

    key: str
    rule: str
    rules: tuple[str, ...]
    action: str
    kind: str
    text: Text
    also: tuple[Text, ...] = ()
    by: tuple[str, ...]
    by_label: Text
    resolved: tuple[str, ...]
    level: str
    to: tuple[str, ...]
    to_label: Text | None
    within: dict[str, Any] | None
    due: datetime | None = None
    modality: Modality
    basis: Basis
    status: Status
    act_now: bool
    waits_for: tuple[str, ...]
    must_waits_for: tuple[str, ...] = ()
    who_can: Text | None = None
    not_when: Text | None = None
    elements: tuple[Text, ...] = ()
    group: str | None = None
    verified: Verified
    cites: tuple[Citation, ...]

    @property
    def limit_hours(self) -> float | None:
        """The time limit in hours; None without one, or where the law gives only a word."""
        return Within.model_validate(self.within).in_hours if self.within else None

    @property
    def chief_cites(self) -> tuple[Citation, ...]:
        """Where there is room for few: a limit may stand in the second article of a rule."""
        return self.cites[:3]


class Group(Record):
    """A list of which the leading government takes at least ``at_least`` items."""

    group: str
    title: Text
    at_least: int
    by: str
    status: Status
    items: tuple[str, ...]
    cites: tuple[Citation, ...]


class LeadPart(Record):
    """One part of the lead with the parties it may be."""

    part: Literal["authority", "department", "commander"]
    party: str
    label: Text
    status: Status
    rule: str
    cites: tuple[Citation, ...]


class LeadResult(Record):
    """领导机关、牵头部门、现场指挥: each with the parties it is or may be."""

    authority: tuple[LeadPart, ...] = ()
    department: tuple[LeadPart, ...] = ()
    commander: tuple[LeadPart, ...] = ()


class OpenQuestion(Record):
    """A measure that could still change the result, and what it could change."""

    measure: str
    label: Text
    why: tuple[str, ...]
    could_change: tuple[Literal["safety", "clock", "lead", "grade", "duty"], ...]


class Condition(Record):
    """A condition with the values it was tried on: the tree behind a firing."""

    text: Text
    state: Literal["certain", "open", "impossible"]
    kind: Literal["atom", "all", "any", "not", "could"] = "atom"
    name: str | None = None
    value: Text | None = None
    parts: tuple[Condition, ...] = ()


class Firing(Record):
    """依据链: one rule or level that held or may hold, in the order of inference."""

    number: int
    rule: str
    step: str
    title: Text
    kind: Literal["rule", "level"]
    status: Literal["certain", "open", "defeated"]
    conclusions: tuple[str, ...]
    condition: Condition
    inputs: tuple[str, ...]
    waits_for: tuple[str, ...]
    defeated_by: tuple[str, ...] = ()
    file: str
    line: int
    verified: Verified
    cites: tuple[Citation, ...]


class Answered(Record):
    """An answer as it entered the reasoning, with its statements.

    A sum names its parts in ``derived_from``, with their labels and what is known of them.
    """

    measure: str
    label: Text
    value: Text
    statements: tuple[dict[str, Any], ...] = ()
    derived_from: tuple[str, ...] = ()
    parts: tuple[Text, ...] = ()


class Fact(Record):
    """A derived name and what is known of it."""

    name: str
    label: Text
    state: Literal["certain", "open", "impossible"]


class Clash(Record):
    """A duty to do and a duty not to do the same."""

    action: str
    by: str
    to: tuple[str, ...]
    do: str
    do_not: str
    status: Status


class GrowthClock(Record):
    """The next moment at which a figure that grows by itself changes a result."""

    measure: str
    label: Text
    threshold: float
    at: datetime


class Note(Record):
    """A sentence about the assessment: contradictions, missing place, fallback, and the like."""

    kind: Literal["contradiction", "place", "provisional", "no_standard", "not_graded", "rule"]
    text: Text
    measures: tuple[str, ...] = ()
    cites: tuple[Citation, ...] = ()


class Assessment(Record):
    """初步研判 for one set of answers at one moment under one release."""

    on: date
    at: datetime
    release: str
    stage: Literal["initial", "final"]
    incident_types: tuple[str, ...]
    overall: Overall
    grades: tuple[Grade, ...]
    signals: tuple[Grade, ...]
    lead: LeadResult
    duties: tuple[DutyLine, ...]
    groups: tuple[Group, ...] = ()
    open: tuple[OpenQuestion, ...]
    firings: tuple[Firing, ...]
    facts: tuple[Fact, ...] = ()
    answers: tuple[Answered, ...] = ()
    clashes: tuple[Clash, ...]
    growth: tuple[GrowthClock, ...] = ()
    notes: tuple[Note, ...]
    facts_given: dict[str, Any] = Field(default_factory=dict)
