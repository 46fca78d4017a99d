"""The base of all records, and the few words that every stage shares."""

from __future__ import annotations

from collections.abc import Iterable
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


def in_a_row(texts: Iterable[Text | None]) -> Text | None:
    """Return texts as one, each told once; None when there is none.

    >>> in_a_row([Text(zh="不进屋", en="stay out"), None, Text(zh="不进屋", en="stay out")]).zh
    '不进屋'
    """
    told: list[Text] = []
    for text in texts:
        if text is not None and not any(text.zh in one.zh for one in told):
            told.append(text)
    if not told:
        return None
    return Text(zh="；".join(t.zh for t in told), en="; ".join(t.en for t in told))
