"""The rules of the rule files as records: duties, rules, standards, groups, first-minute cards."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from canmou.engine.records import Level, Record, Text
from canmou.engine.rulebase.vocabulary import (
    Accepted,
    Basis,
    Cites,
    DeadlineFrom,
    InForce,
    Located,
    Modality,
    Names,
    StandardUse,
    Verified,
    _as_tuple,
)


class Within(Record):
    """A time limit: a figure or the word of the law, and from when it runs.

    ``advised`` marks a limit that the text does not set and we advise: 宜立即, never 立即.
    """

    hours: float | None = None
    minutes: float | None = None
    days: float | None = None
    word: (
        Literal[
            "immediately", "urgently", "promptly", "as_soon_as_possible", "simultaneously",
            "regularly", "at_any_time", "at_fixed_times", "daily", "after_response_ends",
        ]
        | None
    ) = None  # fmt: skip
    from_: DeadlineFrom = Field(default="learned", alias="from")
    advised: Literal[True] | None = None

    @model_validator(mode="after")
    def _one_limit(self) -> Within:
        given = [v for v in (self.hours, self.minutes, self.days, self.word) if v is not None]
        if len(given) != 1:
            raise ValueError("hours、minutes、days、word 只能写一个 / give exactly one limit")
        return self

    @property
    def in_hours(self) -> float | None:
        """The limit in hours, or None where the law gives only a word."""
        if self.hours is not None:
            return self.hours
        if self.minutes is not None:
            return self.minutes / 60
        return self.days * 24 if self.days is not None else None


class Duty(Record):
    """任务: what a rule asks of a party.

    ``if_open: act`` shows it at once while its condition is open (rescue, keeping out, calls,
    reports); ``wait`` lists it under 可能需要 (grades, powers, compulsion). ``waits_at`` names the
    values of ``status`` at which a duty of the first kind waits too, until a derived name in its
    condition that goes back to the status is certain (``rescue_goes_on``): under control nobody is
    called or moved until people are known to be in danger.
    ``who_can`` and ``not_when`` are needed on every duty that can hurt.
    """

    duty: Text
    action: str
    by: Names
    to: Names = ()
    within: Within | None = None
    modality: Modality
    if_open: Literal["act", "wait"] = "wait"
    waits_at: Names = ()
    who_can: Text | None = None
    not_when: Text | None = None
    elements: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _acts_elsewhere(self) -> Duty:
        if self.waits_at and self.if_open == "wait":
            raise ValueError(
                "waits_at 只和 if_open: act 一起写，if_open: wait 在哪个状态都等 / "
                "waits_at goes with if_open: act; if_open: wait waits at every status"
            )
        return self

    def advises_its_limit_twice(self, basis: Basis) -> bool:
        """Tell whether the limit is marked as advice though the whole duty is advice."""
        advised = self.within is not None and self.within.advised is not None
        return advised and (basis == "practice" or self.modality == "should")


def duty_key(duty: Duty, party: str) -> str:
    """Return what a tick belongs to: action, party and object (and whether it is forbidden)."""
    target = ",".join(sorted(duty.to))
    return f"{duty.action}|{party}|{target}" + ("|not" if duty.modality == "must_not" else "")


class FactConclusion(Record):
    """A derived yes/no name that holds when the rule does."""

    conclude: str


class Lead(Record):
    """Who leads: the leading government, the lead department, the on-scene commander."""

    authority: str | None = None
    department: str | None = None
    commander: str | None = None


class LeadConclusion(Record):
    """One or more of the three parts of the lead."""

    lead: Lead


class NoteConclusion(Record):
    """A sentence for the officer that asks for no action (why something is or is not graded)."""

    note: Text


Conclusion = Duty | FactConclusion | LeadConclusion | NoteConclusion


class Rule(Located):
    """规则: condition, conclusions, citation, dates in force."""

    id: str
    title: Text
    basis: Basis
    verified: Verified
    cites: Cites
    carries_out: Names = ()
    liability: Cites = ()
    when: str = "always"
    then: Annotated[tuple[Conclusion, ...], BeforeValidator(_as_tuple)]
    excepts: Names = ()
    in_force: InForce | None = None
    area: str | None = None
    office: str | None = None
    accepts: Accepted = ()

    @model_validator(mode="after")
    def _cited(self) -> Rule:
        if not self.cites:
            raise ValueError("每条规则须有 cites / every rule must cite a source")
        if not self.then:
            raise ValueError("then 不能为空 / a rule must conclude something")
        if any(isinstance(c, Duty) and c.advises_its_limit_twice(self.basis) for c in self.then):
            raise ValueError(
                "advised 只写在法律、预案的必须、可以、不得上；建议和良好做法的时限本来就是建议 / "
                "advised is for what law or plan demands; the limits of practice are advice anyway"
            )
        return self


class Counting(Record):
    """What a standard counts: within how many days, and whether the missing count as dead."""

    within_days: int | None = None
    with_missing: Literal["never", "initial", "always"] = "never"


class Standard(Located):
    """标准: a table of levels under one source. The highest level whose condition holds counts."""

    standard: str
    kind: Literal["severity", "response", "signal"]
    use: StandardUse
    title: Text
    cites: Cites
    verified: Verified
    level_verified: dict[Level, Verified] = Field(default_factory=dict)
    applies: str = "always"
    counts: dict[str, Counting] = Field(default_factory=dict)
    levels: dict[Level, str] = Field(default_factory=dict)
    level_labels: dict[Level, Text] = Field(default_factory=dict)
    excepts: Names = ()
    not_monotone: Text | None = None
    falls_back_on: str | None = None
    consequence: str | None = None
    in_force: InForce | None = None
    area: str | None = None
    aliases: Names = ()
    note: Text | None = None
    accepts: Accepted = ()

    @property
    def starts_clocks(self) -> bool:
        """Whether its level decides on report clocks (``reporting_grade``) and on nothing else."""
        return self.use == "reporting" and self.kind == "severity"


class ChooseBody(Record):
    """At least ``at_least`` of the rules ``items`` (Emergency Response Law, arts 67, 73, 74)."""

    group: str
    title: Text
    at_least: int = 1
    by: str
    when: str = "always"
    cites: Cites
    carries_out: Names = ()
    items: Names


class Choose(Located):
    """A group of duties of which the leading government takes at least some."""

    choose: ChooseBody


class Call(Record):
    """A telephone call on the first-minute card."""

    party: str
    number: str | None = None
    when: Text | None = None


class FirstMinute(Located):
    """第一分钟卡: what is on the screen before any question is asked."""

    incident_type: str
    title: Text | None = None
    call: tuple[Call, ...]
    do_not: tuple[Text, ...]
    first: tuple[Text, ...]
    ask: Names
    hand_over: Text | None = None
    cites: Cites


class Relation(Located):
    """A relation between figures that narrows what is not known: ``a <= b`` or ``a = b + c``."""

    relation: str
    title: Text
