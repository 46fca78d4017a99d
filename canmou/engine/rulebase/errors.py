"""Mistakes in rule files: each says where, what, what is allowed and what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from canmou.engine.records import Record, Text


class Place(Record):
    """A place in a rule file, counted from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Mistake(Record):
    """One mistake: a stable ``code`` for tests, the place, and the message in both languages.

    What only ``follows`` from another mistake (a rule that cannot be read is missing wherever it
    is named) goes away with that one and is not told.
    """

    code: str
    place: Place
    entry: str = ""
    message: Text
    follows: bool = False

    def in_(self, language: str) -> str:
        """Return ``file:line:column: entry: message``."""
        middle = f" {self.entry}:" if self.entry else ""
        return f"{self.place}:{middle} {self.message.in_(language)}"

    def __str__(self) -> str:
        return f"{self.in_('zh')} / {self.message.en}"


class RuleBaseError(Exception):
    """Base of all errors of this package."""


class RuleErrors(RuleBaseError):  # noqa: N818 - it stands for several
    """The rule files hold mistakes; all mistakes of a run are in ``mistakes``."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(m) for m in self.mistakes))


class ConditionError(RuleBaseError):
    """A condition cannot be read or names something unknown; ``column`` counts from 1."""

    def __init__(self, code: str, message: Text, column: int = 1) -> None:
        self.code, self.message, self.column = code, message, column
        super().__init__(f"{message.zh} / {message.en}")


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name most like ``name``, or None.

    >>> nearest("people_at_rsk", ["people_at_risk", "deaths"])
    'people_at_risk'
    """
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def unknown_name(kind: Text, name: str, known: Iterable[str], where: str) -> Text:
    """Return the message for a name that is not in the vocabulary, with the nearest known one."""
    near = nearest(name, known)
    zh = f"未知{kind.zh} “{name}”"
    en = f'unknown {kind.en} "{name}"'
    if near:
        zh += f"，是否为 “{near}”？"
        en += f', did you mean "{near}"?'
    return Text(
        zh=f"{zh if near else zh + chr(12290)}可用的见 {where}",
        en=f"{en if near else en + chr(46)} See {where} for what is allowed",
    )
