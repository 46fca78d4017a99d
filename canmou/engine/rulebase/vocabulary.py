"""The words of the rule files as records: sources, measures, types, parties, actions, citations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from canmou.engine.records import Record, Text

Verified = Literal["text", "page", "no"]
"""How a rule was checked: in the text itself, on a page that quotes it, or not at all."""
Basis = Literal["law", "plan", "office", "practice"]
Modality = Literal["must", "may", "must_not", "should"]
StandardUse = Literal["grade", "initial", "reporting", "reference"]
DeadlineFrom = Literal["learned", "occurred", "ended", "level_decided", "previous_report"]
BEGINS: Mapping[str, str] = {"occurred": "occurred_at", "ended": "ended_at"}
"""Measures of the moment from which a time limit runs."""
DifferenceKind = Literal[
    "no_such_place", "outside_force", "number", "bound", "level", "deadline", "word",
    "modality", "articles", "dates",
]  # fmt: skip
"""In what a rule may differ from the text it cites."""
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
    anybody here, or places in them (``"81"``, ``"19.1"``), with the reason. ``before`` are the
    general laws that this special one comes before: where both ask for the same, it is told first.
    """

    title: Text
    kind: Literal["law", "regulation", "rule", "plan", "standard", "local", "office", "practice"]
    number: str | None = None
    issuer: Text | None = None
    in_force: InForce
    replaced_by: str | None = None
    before: Names = ()
    verified: Verified = "no"
    area: str | None = None
    articles: int | None = None
    not_operational: dict[str, Text] = Field(default_factory=dict)
    note: Text | None = None
    accepts: Accepted = ()


class Differs(Text):
    """Why a rule is meant to differ from the place it cites.

    ``about`` names the kinds of difference that this explains to ``canmou law check``; any other
    difference at the same place is still found. Without it the words are for the reader alone.
    """

    about: Annotated[tuple[DifferenceKind, ...], BeforeValidator(_as_tuple)] = ()

    @property
    def words(self) -> Text:
        """The reason alone."""
        return Text(zh=self.zh, en=self.en)


class Cite(Record):
    """A place in a source, and in our own words what that place asks.

    ``differs`` says why the rule is meant to differ from the place in a figure, a time limit or a
    word; ``canmou law check`` lists such a difference with its reason.
    """

    source: str
    article: Article | None = None
    says: Text | None = None
    differs: Differs | None = None


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


class Located(Record):
    """A record that knows the file and line it was read from."""

    file: str = ""
    line: int = 0
