"""An imported text by article, paragraph and item."""

from __future__ import annotations

import json
import re
from datetime import date
from functools import cached_property
from pathlib import Path

from canmou.engine.clauses.numerals import plain
from canmou.engine.records import Record
from canmou.engine.rulebase.law_text import chinese_to_int

_ITEM = re.compile(r"^\s*[（(]([一二三四五六七八九十百]+)[）)]\s*")
_STARTS = re.compile(r"自(\d{4})年(\d{1,2})月(\d{1,2})日起(?:施行|实施|执行)")
_BELOW = re.compile(r"“?以下”?[^。“]{0,12}?(不包括|不含|包括|含)本数")
_BOTH = re.compile(r"以上[”、，,“]+以下[”、，,“以内]*[^。]{0,8}?(包括|均含|含)本数")


class Paragraph(Record):
    """A paragraph: its opening sentence and its items by number, in the order of the text."""

    opening: str
    items: tuple[tuple[int, str], ...] = ()

    def item(self, number: int) -> str | None:
        """Return the item of that number."""
        return next((text for n, text in self.items if n == number), None)

    @property
    def lines(self) -> tuple[str, ...]:
        """Return the paragraph as it is read."""
        return (self.opening, *(text for _, text in self.items))


class Place(Record):
    """What a citation points at: the lines, and what is missing if it points at nothing."""

    lines: tuple[str, ...] = ()
    paragraphs: tuple[Paragraph, ...] = ()
    missing: str | None = None


class OfficialText:
    """One imported text."""

    def __init__(self, source: str, articles: dict[str, list[str]]) -> None:
        self.source, self.raw = source, articles

    @cached_property
    def articles(self) -> dict[str, tuple[Paragraph, ...]]:
        """The paragraphs of each article."""
        return {number: _paragraphs(lines) for number, lines in self.raw.items()}

    @cached_property
    def starts(self) -> date | None:
        """The day from which the text says it holds, when it says so."""
        found = [
            m for lines in self.raw.values() for x in lines for m in _STARTS.finditer(plain(x))
        ]
        return date(*map(int, found[-1].groups())) if found else None

    @cached_property
    def below_includes(self) -> bool | None:
        """Whether 以下 includes the number itself; None where the text does not say."""
        whole = "".join(plain(x) for lines in self.raw.values() for x in lines)
        if _BOTH.search(whole):
            return True
        found = _BELOW.search(whole)
        return None if found is None else found[1] in {"包括", "含"}

    def place(self, article: str) -> Place:
        """Return what ``"73.1.3"`` points at: article, paragraph, item."""
        number, *rest = article.split(".")
        paragraphs = self.articles.get(number)
        if paragraphs is None:
            return Place(missing="article")
        if not rest or not rest[0].isdigit() or rest[0] == "0":
            return Place(lines=tuple(x for p in paragraphs for x in p.lines), paragraphs=paragraphs)
        if int(rest[0]) > len(paragraphs):
            return Place(missing="paragraph")
        chosen = paragraphs[int(rest[0]) - 1]
        if len(rest) < 2 or not rest[1].isdigit():
            return Place(lines=chosen.lines, paragraphs=(chosen,))
        item = chosen.item(int(rest[1]))
        if item is None:
            return Place(missing="item")
        narrowed = Paragraph(opening=chosen.opening, items=((int(rest[1]), item),))
        return Place(lines=narrowed.lines, paragraphs=(narrowed,))


def _paragraphs(lines: list[str]) -> tuple[Paragraph, ...]:
    found: list[tuple[str, list[tuple[int, str]]]] = []
    for line in lines:
        match = _ITEM.match(line)
        if match and found:
            found[-1][1].append((chinese_to_int(match[1]), line))
        elif not found and match:
            found.append(("", [(chinese_to_int(match[1]), line)]))
        else:
            found.append((line, []))
    return tuple(Paragraph(opening=o, items=tuple(i)) for o, i in found)


def official_text(instance: Path, source: str) -> OfficialText | None:
    """Return an imported text, None where the office has not imported it."""
    path = instance / "law" / f"{source}.json"
    if not path.is_file():
        return None
    return OfficialText(source, json.loads(path.read_text(encoding="utf-8")))


def official_texts(instance: Path) -> dict[str, OfficialText]:
    """Return all texts imported into an instance folder."""
    folder = instance / "law"
    found = {}
    for path in sorted(folder.glob("*.json")):
        text = official_text(instance, path.stem)
        if text is not None:
            found[path.stem] = text
    return found
