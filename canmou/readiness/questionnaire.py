"""The yearly self-check: its sections, and the six subjects of community governance."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from canmou.engine.records import Record, Text
from canmou.readiness.data_files import read_record

ABOVE = "above"
"""The list of what is asked of the levels above; no subject of the community itself."""


class Section(Record):
    """A screen of questions; ``measures`` are ids of the vocabulary, in the order of asking."""

    label: Text
    measures: tuple[str, ...]


class Subject(Record):
    """A subject of community governance and the parties of the rules that stand for it."""

    label: Text
    parties: tuple[str, ...]


class Questionnaire(Record):
    """The self-check as a whole."""

    sections: dict[str, Section]
    subjects: dict[str, Subject]

    @property
    def measures(self) -> tuple[str, ...]:
        """All measures that the self-check asks, each once."""
        return tuple(dict.fromkeys(m for s in self.sections.values() for m in s.measures))

    def section_of(self, measure: str) -> str | None:
        """Return the section in which a measure is asked."""
        return next((k for k, s in self.sections.items() if measure in s.measures), None)

    def subjects_of(self, parties: Iterable[str]) -> tuple[str, ...]:
        """Return the subjects that a duty of these parties belongs to."""
        wanted = set(parties)
        return tuple(k for k, s in self.subjects.items() if wanted & set(s.parties))


@cache
def questionnaire() -> Questionnaire:
    """Return the self-check that ships."""
    return read_record("questionnaire.yaml", Questionnaire)
