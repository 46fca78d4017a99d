"""Finding the type of an incident from what the caller says: words, pinyin or its initials."""

from __future__ import annotations

import re

from pypinyin import Style, lazy_pinyin

from canmou.engine import RuleBase
from canmou.engine.records import Record, Text

BEST = 8
IDLE = frozenset({"and", "the", "for", "with", "from", "other", "not", "there"})
"""So many types fit on a phone beside the keyboard."""


class TypeEntry(Record):
    """One type in the search: its words, and their pinyin and initials in lower case."""

    id: str
    label: Text
    category: str
    words: tuple[str, ...]
    latin: tuple[str, ...]


class TypeIndex:
    """All incident types of a rule base, searchable.

    A type is found by a word that it contains (``燃气`` in 燃气味), by a sentence that contains its
    word (``三楼有煤气味``), by pinyin (``ranqi``) or initials (``rqw``).
    """

    def __init__(self, rulebase: RuleBase) -> None:
        self.release = rulebase.release
        self.entries = tuple(_entry(rulebase, identifier) for identifier in rulebase.incident_types)

    def find(self, said: str, limit: int = BEST) -> tuple[TypeEntry, ...]:
        """Return the types that fit best, best first."""
        asked = "".join(said.lower().split())
        if not asked:
            return ()
        said_words = {word for word in re.findall(r"[a-z]{3,}", said.lower()) if word not in IDLE}
        scored = [
            (max(_score(asked, entry), _score_words(said_words, entry)), number)
            for number, entry in enumerate(self.entries)
        ]
        hits = sorted((-score, number) for score, number in scored if score > 0)
        return tuple(self.entries[number] for _, number in hits[:limit])


def _entry(rulebase: RuleBase, identifier: str) -> TypeEntry:
    kind = rulebase.incident_types[identifier]
    words = tuple(dict.fromkeys((kind.label.zh, *kind.synonyms)))
    latin: list[str] = [kind.label.en.lower(), identifier]
    for word in words:
        latin += ["".join(lazy_pinyin(word)), "".join(lazy_pinyin(word, style=Style.FIRST_LETTER))]
    return TypeEntry(
        id=identifier,
        label=kind.label,
        category=rulebase.ancestors(identifier)[-1],
        words=tuple(word.lower() for word in words),
        latin=tuple(dict.fromkeys(part.lower() for part in latin if part.isascii())),
    )


def _score_words(said: set[str], entry: TypeEntry) -> float:
    """Return how well English words fit: those of the label that were said, whatever the order."""
    of_type = set(re.findall(r"[a-z]{3,}", entry.label.en.lower())) - IDLE
    common = {w for w in of_type if any(w == s or (len(s) > 3 and w.startswith(s)) for s in said)}
    return 30 + 20 * len(common) / len(of_type) if common else 0


def _score(asked: str, entry: TypeEntry) -> float:
    """Return how well what was said fits: whole words before parts, words before pinyin."""
    best = 0.0
    for word in entry.words:
        if word == asked:
            best = max(best, 100)
        elif word in asked:
            best = max(best, 60 + len(word))
        elif asked in word:
            best = max(best, 50 + 10 * len(asked) / len(word))
    for part in entry.latin:
        squeezed = part.replace(" ", "")
        if squeezed == asked:
            best = max(best, 90)
        elif len(asked) >= 2 and squeezed.startswith(asked):
            best = max(best, 40 + 10 * len(asked) / len(squeezed))
        elif len(asked) >= 3 and asked in squeezed:
            best = max(best, 20 + 10 * len(asked) / len(squeezed))
    return best
