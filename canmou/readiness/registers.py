"""Registers of a community: their columns, what is personal, what is stale."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, Literal

from pydantic import Field, model_validator

from canmou.engine.records import Record, Text
from canmou.engine.rulebase.vocabulary import Modality
from canmou.readiness.clocks import months_after
from canmou.readiness.data_files import read_record

ColumnType = Literal["text", "phone", "whole", "number", "date", "yes_no", "choice"]
Row = dict[str, Any]
"""The values of a row by column; dates as ISO text, so that they can be kept as JSON."""


class Column(Record):
    """One column. ``max`` is a length for text, a bound for figures.

    ``past`` dates may not lie ahead; ``needed_with`` names a column beside which this one must be
    filled, and ``needed_says`` what is told where it is not; ``refers`` names ``register.column``
    where the value must stand; ``not_before`` a date column that may not be later.
    """

    label: Text
    type: ColumnType
    required: bool = False
    personal: bool = False
    min: float | None = None
    max: float | None = None
    choices: dict[str, Text] = Field(default_factory=dict)
    past: bool = False
    needed_with: str | None = None
    needed_says: Text | None = None
    refers: str | None = None
    not_before: str | None = None


class Upkeep(Record):
    """Who puts stale entries right, and by what text: a source of the rule base."""

    party: str
    modality: Modality
    source: str
    article: str | None = None
    says: Text


class Figures(Record):
    """After how long an entry is stale, and how early goods are said to expire.

    ``own_choice`` says that no source gives these figures.
    """

    stale_months: int
    soon_months: int
    own_choice: Text

    def told(self) -> Text:
        """Return what is to be said of the figures."""
        figures = {"stale": self.stale_months, "soon": self.soon_months}
        return Text(
            zh=self.own_choice.zh.format(**figures), en=self.own_choice.en.format(**figures)
        )


class Register(Record):
    """登记册: ``key`` columns tell rows apart; ``checked`` is the column of the last check."""

    label: Text
    row: Text
    key: tuple[str, ...]
    columns: dict[str, Column]
    checked: str | None = None
    expires: str | None = None
    stale_months: int | None = None
    upkeep: Upkeep

    @model_validator(mode="after")
    def _known(self) -> Register:
        named = {*self.key, self.checked, self.expires} - {None}
        if not named <= set(self.columns):
            raise ValueError(f"未知的列 / unknown columns: {sorted(map(str, named))}")
        return self

    @property
    def personal(self) -> frozenset[str]:
        """The columns that hold personal data."""
        return frozenset(name for name, column in self.columns.items() if column.personal)

    def key_words(self) -> Text:
        """Return the columns that tell rows apart, in words."""
        labels = [self.columns[name].label for name in self.key]
        return Text(zh="、".join(one.zh for one in labels), en=", ".join(one.en for one in labels))

    def key_of(self, row: Mapping[str, Any]) -> tuple[str, ...]:
        """Return what tells a row from others."""
        return tuple(str(row.get(name) or "").strip().casefold() for name in self.key)


class Registers(Record):
    """All registers, and the figures they share."""

    figures: Figures
    registers: dict[str, Register]


@cache
def _shipped() -> Registers:
    return read_record("registers.yaml", Registers)


def registers() -> dict[str, Register]:
    """Return the registers that ship, in the order of the file."""
    return _shipped().registers


def figures() -> Figures:
    """Return the figures by which entries are stale."""
    return _shipped().figures


Stale = Literal["unchecked", "expired", "expiring", "findings_open"]


def stale(register: Register, row: Mapping[str, Any], today: date) -> Stale | None:
    """Return why an entry can no longer be relied on, or None."""
    expires = iso_day(row.get(register.expires or ""))
    if expires is not None and expires < today:
        return "expired"
    checked = iso_day(row.get(register.checked or ""))
    stale_months = register.stale_months or figures().stale_months
    if checked is not None and months_after(checked, stale_months) < today:
        return "unchecked"
    if expires is not None and expires < months_after(today, figures().soon_months):
        return "expiring"
    closed = row.get("done_on") and row.get("done_about")
    if "findings" in register.columns and row.get("findings") and not closed:
        return "findings_open"
    return None


def iso_day(value: Any) -> date | None:
    """Return the day that a kept value names."""
    if not isinstance(value, str) or not value:
        return None
    try:
        return datetime.fromisoformat(value).date()
    except ValueError:
        return None


def value_words(column: Column, value: Any, language: str) -> str:
    """Return a kept value as it is read and written in spreadsheets."""
    if value is None or value == "":
        return ""
    if column.type == "yes_no":
        yes, no = ("是", "否") if language == "zh" else ("yes", "no")
        return yes if value else no
    if column.type == "choice":
        return column.choices[value].in_(language) if value in column.choices else str(value)
    if column.type in {"whole", "number"}:
        return f"{value:g}" if isinstance(value, float) else str(value)
    return str(value)
