"""The base of all records, and the few words that every stage shares."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Language = Literal["zh", "en"]
Level = Literal["I", "II", "III", "IV"]
LEVELS: tuple[Level, ...] = ("I", "II", "III", "IV")
"""Levels from the most to the least serious (Emergency Response Law, article 3)."""


class Record(BaseModel):
    """A frozen record that refuses fields nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Record):
    """A text in both languages of the application."""

    zh: str
    en: str

    def in_(self, language: str) -> str:
        """Return the text in ``language``, Chinese unless English is asked for.

        >>> Text(zh="火灾", en="Fire").in_("en")
        'Fire'
        """
        return self.en if language.startswith("en") else self.zh
