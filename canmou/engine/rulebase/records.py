"""What stands in the rule files: one frozen record per form (DESIGN: rule files)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from canmou.engine.records import Level, Record, Text

Verified = Literal["text", "page", "no"]
"""How a rule was checked: in the text itself, on a page that quotes it, or not at all."""
Basis = Literal["law", "plan", "office", "practice"]
Modality = Literal["must", "may", "must_not", "should"]
StandardUse = Literal["grade", "initial", "reporting", "reference"]
DeadlineFrom = Literal["learned", "occurred", "level_decided", "previous_report"]
FindingKind = Literal[
    "gap", "overlap", "subsumed", "never_fires", "defeated", "not_monotone", "wrong_side", "clash",
    "never_asked", "never_used", "no_scenario", "no_rule_on_date", "stale_acceptance", "undecided",
]  # fmt: skip
"""What ``canmou check`` can find in rules that are written without mistakes."""


def _as_tuple(value: object) -> object:
    """Let one item stand where a list is allowed."""
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def _quoted(value: object) -> object:
    """Refuse an article that YAML has read as a number: ``9.10`` would become 9.1."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise ValueError(  # noqa: TRY004 - pydantic turns only ValueError into a message
            f'条款号须加引号 / put the article in quotes: article: "{value}"'
        )
    return value


Article = Annotated[str, BeforeValidator(_quoted)]
Names = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]


class InForce(Record):
    """The days on which a text holds; ``to`` is the first day on which it holds no more.

    ``from: unknown`` counts as in force and is shown as 未核实.
    """

    from_: date | Literal["unknown"] | None = Field(default=None, alias="from")
    to: date | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether ``day`` lies in the period."""
        if isinstance(self.from_, date) and day < self.from_:
            return False
        return self.to is None or day < self.to


class Acceptance(Record):
    """What the checker finds here and the file keeps on purpose, with the reason.

    ``about`` narrows it to one level, rule or measure; without it all findings of that kind.
    """

    finding: FindingKind
    about: str | None = None
    why: Text


Accepted = Annotated[tuple[Acceptance, ...], BeforeValidator(_as_tuple)]


class Source(Record):
    """依据: a text that rules cite.

    ``articles`` is how many articles it has; ``not_operational`` names those that ask nothing of
    anybody, with the reason.
    """

    title: Text
    kind: Literal["law", "regulation", "rule", "plan", "standard", "local", "office", "practice"]
    number: str | None = None
    issuer: Text | None = None
    in_force: InForce
    replaced_by: str | None = None
    verified: Verified = "no"
    area: str | None = None
    articles: int | None = None
    not_operational: dict[str, Text] = Field(default_factory=dict)
    note: Text | None = None
    accepts: Accepted = ()


class Cite(Record):
    """A place in a source, and in our own words what that place asks.

    ``differs`` says why the rule is meant to differ from the place in a figure, a time limit or a
    word; ``canmou law check`` lists such a difference with its reason.
    """

    source: str
    article: Article | None = None
    says: Text | None = None
    differs: Text | None = None


Cites = Annotated[tuple[Cite, ...], BeforeValidator(_as_tuple)]


class MeasureHelp(Record):
    """What counts and what does not, shown below a question."""

    counts: Text | None = None
    counts_not: Text | None = None


class Measure(Record):
    """要素: something that can be asked, observed or derived.

    ``range`` is an interval such as ``[0, ∞)``. ``worse`` says in which direction the matter gets
    more serious. ``choices`` are listed from least to most serious when ``ordered``.
    ``sum_of`` derives a figure from others; ``elapsed_since`` derives hours from a point in time,
    so that it grows by itself. ``derived`` names are concluded by rules and never asked.
    ``about: people`` figures may shorten a report clock while they are open.
    """

    label: Text
    question: Text | None = None
    type: Literal["whole_number", "number", "yes_no", "choice", "time"] = "whole_number"
    range: str = "[0, ∞)"
    unit: Text | None = None
    worse: Literal["higher", "lower", "none"] = "none"
    choices: dict[str, Text] = Field(default_factory=dict)
    ordered: bool = False
    known_by: Names = ()
    known_from: str = "PT0M"
    sum_of: Names = ()
    elapsed_since: str | None = None
    derived: bool = False
    about: Literal["people", "money", "thing"] = "thing"
    aliases: Names = ()
    help: MeasureHelp | None = None
    personal: bool = False
    accepts: Accepted = ()

    @model_validator(mode="after")
    def _complete(self) -> Measure:
        if self.type == "choice" and not self.choices:
            raise ValueError("choice 要素须列出 choices / a choice measure must list its choices")
        asked = not (self.sum_of or self.elapsed_since or self.derived)
        if asked and self.question is None:
            raise ValueError("须有 question / a measure that is asked needs a question")
        return self


class IncidentType(Record):
    """事件类型: a node of the tree of types; the four categories and ``everyday`` are its roots.

    ``graded`` false means that the law gives no grades (social safety, article 3).
    ``offline`` means that only time, place and 已线下报送 may be recorded here (state secrets).
    """

    label: Text
    parent: str | None = None
    aliases: Names = ()
    synonyms: Names = ()
    graded: bool = True
    offline: bool = False


class Party(Record):
    """责任单位: who acts. A role is resolved to one of ``may_be`` by who leads."""

    label: Text
    level: Literal[
        "public", "unit", "community", "township", "county", "city", "province", "nation", "any"
    ]
    role: bool = False
    may_be: Names = ()
    number: str | None = None
    aliases: Names = ()
    accepts: Accepted = ()


class Action(Record):
    """行动: what makes two duties the same; ``kind`` puts it in its place on the page.

    ``reaches`` is the party that a call of this kind reaches: once it has answered, the duty to
    call it is done.
    """

    label: Text
    kind: Literal[
        "call", "report", "keep_out", "move", "rescue", "care", "inform", "command",
        "supply", "protect", "record", "prevent", "recover", "hand_over",
    ]  # fmt: skip
    reaches: str | None = None
    accepts: Accepted = ()


class Within(Record):
    """A time limit: a figure or the word of the law, and from when it runs."""

    hours: float | None = None
    minutes: float | None = None
    days: float | None = None
    word: (
        Literal[
            "immediately", "promptly", "urgently", "simultaneously", "regularly",
            "at_any_time", "at_fixed_times", "daily", "after_response_ends",
        ]
        | None
    ) = None  # fmt: skip
    from_: DeadlineFrom = Field(default="learned", alias="from")

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
    reports); ``wait`` lists it under 可能需要 (grades, powers, compulsion).
    ``who_can`` and ``not_when`` are needed on every duty that can hurt.
    """

    duty: Text
    action: str
    by: Names
    to: Names = ()
    within: Within | None = None
    modality: Modality
    if_open: Literal["act", "wait"] = "wait"
    who_can: Text | None = None
    not_when: Text | None = None
    elements: tuple[Text, ...] = ()


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


class Located(Record):
    """A record that knows the file and line it was read from."""

    file: str = ""
    line: int = 0


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
    on_purpose: Text | None = None
    accepts: Accepted = ()

    @model_validator(mode="after")
    def _cited(self) -> Rule:
        if not self.cites:
            raise ValueError("每条规则须有 cites / every rule must cite a source")
        if not self.then:
            raise ValueError("then 不能为空 / a rule must conclude something")
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
    on_purpose: Text | None = None
    accepts: Accepted = ()


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


class Expectation(Record):
    """What must, may or must not come out of a scenario.

    ``grades`` and ``overall`` take a level (``III``), a range (``III..I``), ``below`` (below the
    lowest level), ``open``, ``not_graded`` or ``absent`` (the standard does not take part).
    ``duties`` are ids of rules that must be certain, ``possible`` that must be open,
    ``no_duties`` that must be neither.
    """

    overall: str | None = None
    grades: dict[str, str] = Field(default_factory=dict)
    duties: Names = ()
    possible: Names = ()
    no_duties: Names = ()
    facts: Names = ()
    no_facts: Names = ()
    lead: dict[Literal["authority", "department", "commander"], str] = Field(default_factory=dict)
    notes: Names = ()


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


class Relation(Located):
    """A relation between figures that narrows what is not known: ``a <= b`` or ``a = b + c``."""

    relation: str
    title: Text


RuleFileEntry = Rule | Standard | Choose | FirstMinute | Scenario | Relation
