"""What is known about one incident at one moment: the input of an assessment."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from canmou.engine.records import Record


class Statement(Record):
    """One statement about a measure: who said it, when, and whether it is verified.

    ``value`` is written as officers and files write it: ``3``, ``">= 3"``, ``"10..20"``,
    ``68.66亿``, ``true``, a choice id, a list of choice ids, or ``unknown``.
    """

    value: Any
    source: str | None = None
    time: datetime | None = None
    state: Literal["unverified", "verified", "disputed"] = "unverified"


class Facts(Record):
    """The facts of one incident.

    ``incident_types`` may name several types; a name that is not a leaf, or ``undetermined``
    (性质待定), stands for all the leaves it may be. ``on`` is the day it happened (which law grades
    it), ``at`` the moment of assessment (duties and clocks; the start of ``on`` when absent).
    ``learned_at`` is when the office learned of it: report clocks run from there. ``stage`` is
    ``final`` when the figures are those of the inquiry.
    """

    incident_types: tuple[str, ...] = ()
    status: str | None = None
    stage: Literal["initial", "final"] = "initial"
    on: date
    at: datetime | None = None
    learned_at: datetime | None = None
    place: dict[str, str | None] = Field(default_factory=dict)
    office: str | None = None
    answers: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _one_type(cls, data: Any) -> Any:
        if isinstance(data, dict) and "incident_type" in data:
            data = dict(data)
            one = data.pop("incident_type")
            many = data.get("incident_types") or []
            data["incident_types"] = [*many, *(one if isinstance(one, list) else [one])]
        return data

    @field_validator("at", "learned_at", mode="before")
    @classmethod
    def _day_as_moment(cls, value: Any) -> Any:
        if isinstance(value, date) and not isinstance(value, datetime):
            return datetime(value.year, value.month, value.day)
        return value

    @property
    def moment(self) -> datetime:
        """The moment of assessment, the start of ``on`` when none was given."""
        if self.at is not None:
            return self.at.replace(tzinfo=None)
        return datetime(self.on.year, self.on.month, self.on.day)
