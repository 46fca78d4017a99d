"""Which figures of a text belong to which level: grading sentences read into levels."""

from __future__ import annotations

import re
from collections.abc import Iterable

from canmou.engine.clauses.numerals import Figure, figures_in, plain
from canmou.engine.clauses.official import Paragraph
from canmou.engine.records import Level

LEVEL_WORDS: dict[Level, str] = {
    "I": "特别重大|特别严重|特大|Ⅰ级|I级|红色|一级",
    "II": "重大|严重|大型|Ⅱ级|II级|橙色|二级",
    "III": "较大|较重|中型|中度|Ⅲ级|III级|黄色|三级",
    "IV": "一般|轻度|小型|Ⅳ级|IV级|蓝色|四级",
}
_ANY = "|".join(f"(?P<{level}>{words})" for level, words in LEVEL_WORDS.items())
_HEAD = re.compile(
    rf"^(?:\([一二三四五六七八九十]+\))?(?:{_ANY})"
    r"(?=[^，。；]{0,8}?(?:事故|事件|灾害|火灾|火情|灾情|干旱|疫情|险情|预警|响应|[：:]|是指))"
)
_TAIL = re.compile(rf"(?:为|属于|是)(?:{_ANY})[^，。：:；;]{{0,10}}[。：:；;]?$")
_NAMED = re.compile(rf"(?<![上下本同])(?:{_ANY})")


def level_of(segment: str) -> Level | None:
    """Return the level that a sentence or item defines.

    >>> level_of("（二）重大事故，是指……"), level_of("造成3人以下死亡的，为一般事故。")
    ('II', 'IV')
    """
    text = plain(segment)
    match = _HEAD.match(text) or _TAIL.search(text)
    return _which(match) if match else None


def levels_named(text: str) -> dict[Level, set[str]]:
    """Return the levels that a text names, each with what follows it: 以上, 以下 or nothing.

    >>> sorted(levels_named("特别重大、重大事故逐级上报；较大以上的……").items())
    [('I', {''}), ('II', {''}), ('III', {'以上'})]
    """
    sentence = plain(text)
    found: dict[Level, set[str]] = {}
    for match in _NAMED.finditer(sentence):
        after = re.match(r"[^，。：；、]{0,8}?(?:\([^)]*\))?(以上|以下)", sentence[match.end() :])
        level = _which(match)
        found.setdefault(level, set()).add(after[1] if after else "")
    return found


def graded_figures(paragraphs: Iterable[Paragraph]) -> dict[Level, list[Figure]]:
    """Return the figures of each level; an item without a level has that of its opening."""
    found: dict[Level, list[Figure]] = {}
    for paragraph in paragraphs:
        above = level_of(paragraph.opening)
        if above is not None:
            found.setdefault(above, []).extend(figures_in(paragraph.opening))
        for _, item in paragraph.items:
            level = level_of(item) or above
            if level is not None:
                found.setdefault(level, []).extend(figures_in(item))
    return {level: figures for level, figures in found.items() if figures}


def _which(match: re.Match[str]) -> Level:
    return next(level for level in LEVEL_WORDS if match[level])
