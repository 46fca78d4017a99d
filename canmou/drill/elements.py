"""What a report can tell: a short list to choose from, and what the rules ask of it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from canmou.engine.assessment import Citation, DutyLine
from canmou.engine.records import Record, Text

OTHERWISE = "course"
FILE = Path(__file__).with_name("elements.yaml")


class ElementKind(Record):
    """One thing that a report can tell, and the words by which it is known in a rule."""

    id: str
    label: Text
    words: tuple[str, ...]


class Asked(Record):
    """A kind of element that the rules ask for: in their words, with the place."""

    kind: str
    names: tuple[Text, ...]
    cites: tuple[Citation, ...]


@cache
def element_kinds() -> tuple[ElementKind, ...]:
    """Return the kinds of elements in the order of a report."""
    found = YAML(typ="safe", pure=True).load(FILE.read_text(encoding="utf-8"))
    return tuple(ElementKind.model_validate(one) for one in found)


def kinds_of(name: Text) -> frozenset[str]:
    """Return the kinds that an element of a rule belongs to; the account of it where none fits.

    >>> sorted(kinds_of(Text(zh="时间、地点、信息来源", en="time, place, source")))
    ['place', 'source', 'time']
    """
    found = frozenset(k.id for k in element_kinds() if any(w in name.zh for w in k.words))
    return found or frozenset({OTHERWISE})


def asked_elements(duties: Iterable[DutyLine]) -> tuple[Asked, ...]:
    """Return what some report duties ask for by kind, in the order of a report."""
    names: dict[str, dict[str, Text]] = {}
    cites: dict[str, dict[tuple[str, str | None], Citation]] = {}
    for duty in duties:
        for element in duty.elements:
            for kind in kinds_of(element):
                names.setdefault(kind, {})[element.zh] = element
                for cite in duty.cites[:1]:
                    cites.setdefault(kind, {})[(cite.source, cite.article)] = cite
    return tuple(
        Asked(
            kind=k.id,
            names=tuple(names[k.id].values()),
            cites=tuple(cites.get(k.id, {}).values()),
        )
        for k in element_kinds()
        if k.id in names
    )
