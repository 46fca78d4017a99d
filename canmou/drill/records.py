"""What a drill is made of: a scenario with its injects, what a trainee did and judged."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field, model_validator

from canmou.engine.records import Level, Record, Text

OfficeLevel = Literal["community", "township", "county"]
Mode = Literal["tabletop", "blind"]
"""桌面推演: announced, and the clock can be moved on. 双盲: unannounced, in real time."""

GradeChoice = Literal["I", "II", "III", "IV", "below", "open", "not_graded"]


class Inject(Record):
    """Something that comes in ``minute`` minutes after the start.

    ``facts`` is news with the figures in it, ``order`` an order from above (``who`` gives it),
    ``call`` news without figures. ``answers`` are written as in ``canmou assess``.
    """

    minute: float = Field(ge=0)
    kind: Literal["facts", "order", "call"] = "facts"
    who: Text
    says: Text
    answers: dict[str, Any] = Field(default_factory=dict)
    due_minutes: float | None = None

    @model_validator(mode="after")
    def _fits(self) -> Inject:
        if self.answers and self.kind != "facts":
            raise ValueError("只有 facts 可以带 answers / only facts carry answers")
        if self.due_minutes is not None and self.kind != "order":
            raise ValueError("只有 order 有回报期限 / only an order has a time to report back")
        return self


class Silence(Record):
    """Calls that nobody answers: those to ``party`` from one minute until another, or for good.

    ``instead`` is the act that counts as reaching it all the same: somebody is sent there.
    """

    party: str
    from_minute: float = Field(default=0, ge=0)
    until_minute: float | None = None
    instead: str | None = None


class Contact(Record):
    """Somebody who can be called beside the parties of the rules: a named village, a second post.

    ``must_reach`` counts in the 叫应 rate.
    """

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    label: Text
    must_reach: bool = True


class Temptation(Record):
    """A harmful act in the words in which it tempts; ``action`` is what the rules forbid."""

    action: str
    text: Text


class Official(Record):
    """What was published about a past case; all absent for an invented scenario."""

    grade: Level | None = None
    lead: Text | None = None
    did: tuple[Text, ...] = ()
    source: Text | None = None


class Scenario(Record):
    """演练脚本: how it begins, what comes in when, who does not answer, what tempts.

    ``on`` is the day whose law holds, today when absent. ``level`` is the office that is drilled.
    ``telephone_target_minutes`` is an aim of the drill, used only where no rule gives a figure.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: Text
    goals: tuple[Text, ...] = ()
    level: OfficeLevel = "township"
    minutes: float = Field(default=30, gt=0)
    telephone_target_minutes: float = Field(default=10, gt=0)
    incident_types: tuple[str, ...] = Field(min_length=1)
    status: str | None = None
    nature: Literal["alert", "occurred", "undetermined"] = "occurred"
    on: date | None = None
    caller: Text
    opening: Text
    place: Text
    answers: dict[str, Any] = Field(default_factory=dict)
    injects: tuple[Inject, ...] = ()
    silences: tuple[Silence, ...] = ()
    contacts: tuple[Contact, ...] = ()
    temptations: tuple[Temptation, ...] = ()
    official: Official | None = None
    case: str | None = None


class CallMade(Record):
    """One call of the trainee, in minutes since the start."""

    party: str
    minute: float
    answered: bool | None


class Judgement(Record):
    """What the trainee judges before the system shows its own. ``facts`` are yes, no or open."""

    facts: dict[str, Literal["yes", "no", "open"]] = Field(default_factory=dict)
    authority: str | None = None
    department: str | None = None
    grade: GradeChoice


class Performance(Record):
    """What a trainee did: calls and acts in their order, the report, the judgement."""

    calls: tuple[CallMade, ...] = ()
    acts: tuple[tuple[str, float], ...] = ()
    report_minute: float | None = None
    elements: frozenset[str] = frozenset()
    judgement: Judgement


class Skip(Record):
    """Time that was skipped in a 桌面推演: from then on the drill is ``minutes`` further."""

    at: datetime
    minutes: float
