"""Events that say what is known: the first call, statements about measures, personal data."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar, Literal

from pydantic import Field, field_validator

from canmou.casebase.clock import beijing
from canmou.engine.records import Level, Record

StatementState = Literal["unverified", "verified", "disputed"]
Nature = Literal["alert", "occurred", "undetermined", "transferred", "routine"]
Path = tuple[str | int, ...]
"""Where a value stands inside the JSON of an event."""


class Place(Record):
    """Where it happened. ``detail`` (house, unit, room) is personal data."""

    province: str | None = None
    city: str | None = None
    county: str | None = None
    township: str | None = None
    community: str | None = None
    detail: str | None = None


class Caller(Record):
    """Who called and where to call back; personal data."""

    name: str | None = None
    number: str | None = None
    relation: str | None = None


class Payload(Record):
    """The content of an event. ``personal`` names the fields that can be destroyed later."""

    personal: ClassVar[tuple[Path, ...]] = ()

    @field_validator("*", mode="after")
    @classmethod
    def _beijing(cls, value: Any) -> Any:
        return beijing(value) if isinstance(value, datetime) else value

    def personal_paths(self) -> tuple[Path, ...]:
        """Return the places of personal data in this event."""
        return self.personal

    def as_json(self) -> dict[str, Any]:
        """Return the event as it is written into the log."""
        return self.model_dump(mode="json")


class OpenIncident(Payload):
    """接报登记: the first call. One type and one line are enough to start."""

    kind: Literal["opened"] = "opened"
    incident_types: tuple[str, ...] = Field(min_length=1)
    nature: Nature = "occurred"
    one_line: str = Field(min_length=1)
    status: str | None = None
    learned_at: datetime
    occurred_at: datetime | None = None
    place: Place = Place()
    caller: Caller | None = None
    office: str | None = None
    offline: bool = False
    personal: ClassVar[tuple[Path, ...]] = (("caller",), ("place", "detail"))


class FactsChange(Payload):
    """What is known about the incident as a whole, corrected; only the fields given change."""

    kind: Literal["facts_changed"] = "facts_changed"
    incident_types: tuple[str, ...] = ()
    nature: Nature = "occurred"
    one_line: str = ""
    status: str | None = None
    stage: Literal["initial", "final"] = "initial"
    learned_at: datetime | None = None
    occurred_at: datetime | None = None
    place: Place = Place()
    reason: str | None = None
    personal: ClassVar[tuple[Path, ...]] = (("place", "detail"),)

    def as_json(self) -> dict[str, Any]:
        """Return only the fields that were given: what is absent did not change."""
        return {"kind": self.kind, **self.model_dump(mode="json", exclude_unset=True)}

    @property
    def changed(self) -> frozenset[str]:
        """The names of the fields that change."""
        return frozenset(self.model_fields_set) - {"kind", "reason"}


class Answered(Payload):
    """A statement about a measure; one source replaces only what it said itself."""

    kind: Literal["answered"] = "answered"
    measure: str
    value: Any
    source: str | None = None
    time: datetime | None = None
    state: StatementState = "unverified"
    is_personal: bool = False

    def personal_paths(self) -> tuple[Path, ...]:
        """Return the answer itself where the measure is personal."""
        return (("value",),) if self.is_personal else ()


class Corrected(Answered):
    """更正: one statement replaced by another, with the reason."""

    kind: Literal["corrected"] = "corrected"  # type: ignore[assignment]  # tells the events apart
    statement: int
    reason: str


class Settled(Payload):
    """One value holds from now on; all other statements about the measure stay as history."""

    kind: Literal["settled"] = "settled"
    measure: str
    statement: int | None = None
    value: Any = None
    reason: str | None = None
    is_personal: bool = False

    def personal_paths(self) -> tuple[Path, ...]:
        """Return the value itself where the measure is personal."""
        return (("value",),) if self.is_personal else ()


class Withdrawn(Payload):
    """A statement taken back."""

    kind: Literal["withdrawn"] = "withdrawn"
    measure: str
    statement: int
    reason: str


class Assessed(Payload):
    """初步研判: what came out, in short; ``digest`` identifies the whole result."""

    kind: Literal["assessed"] = "assessed"
    release: str
    state: str
    at_least: Level | None = None
    at_most: Level | None = None
    duties: tuple[str, ...] = ()
    digest: str | None = None


class PersonalKept(Payload):
    """Personal data kept longer as evidence or for an inquiry (articles 84 and 85)."""

    kind: Literal["personal_kept"] = "personal_kept"
    reason: str
    until: date | None = None


class PersonalDestroyed(Payload):
    """Personal data destroyed after the incident (article 84)."""

    kind: Literal["personal_destroyed"] = "personal_destroyed"
    reason: str
    count: int
