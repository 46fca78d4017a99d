"""Registers of a community: their columns, what is personal, who keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, Literal

from pydantic import Field, model_validator

from canmou.engine.records import Record, Text
from canmou.engine.rulebase.vocabulary import Modality
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


class Register(Record):
    """登记册: ``key`` columns tell rows apart; ``checked`` is the column of the last check."""

    label: Text
    row: Text
    key: tuple[str, ...]
    columns: dict[str, Column]
    checked: str | None = None
    expires: str | None = None
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
    """All registers."""

    registers: dict[str, Register]


@cache
def registers() -> dict[str, Register]:
    """Return the registers that ship, in the order of the file."""
    return read_record("registers.yaml", Registers).registers


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
