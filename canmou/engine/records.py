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


def _clauses(text: Text) -> list[Text]:
    """Return the clauses of a text where both languages have the same number, else the whole."""
    zh, en = text.zh.split("；"), text.en.split("; ")
    if len(zh) != len(en):
        return [text]
    return [Text(zh=z, en=e) for z, e in zip(zh, en, strict=True)]


def in_a_row(texts: Iterable[Text | None]) -> Text | None:
    """Return texts as one, each clause told once; None when there is none.

    >>> in_a_row([Text(zh="不进屋；退远", en="stay out; farther off"), None,
    ...           Text(zh="不进屋；不点火", en="stay out; no flame")]).zh
    '不进屋；退远；不点火'
    """
    told: list[Text] = []
    for clause in (c for text in texts if text is not None for c in _clauses(text)):
        if not any(clause.zh in one.zh for one in told):
            told.append(clause)
    if not told:
        return None
    return Text(zh="；".join(t.zh for t in told), en="; ".join(t.en for t in told))
