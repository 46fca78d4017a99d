"""The words that templates share: texts, times, levels, states."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from flask_babel import gettext

from canmou.engine.assembling.citations import article_text
from canmou.engine.assessment import Citation
from canmou.engine.duty_words import MODALITIES, limit_text
from canmou.engine.explanation.phrases import BASES, level_text
from canmou.engine.records import Level
from canmou.webui.languages import current, listed, told
from canmou.webui.official_wording import official_lines
from canmou.webui.timewords import ago_words, left_words, moment_words, now


def grade_word(level: Level | None) -> str:
    """Return the word for a grade of severity; None is below the lowest."""
    return told(level_text(level))


def response_word(level: Level | None) -> str:
    """Return the word for the level of a response."""
    return told(level_text(level, "response"))


def modality_word(modality: str) -> str:
    """Return 必须, 可以, 不得 or 建议."""
    return told(MODALITIES[modality])


def basis_word(basis: str) -> str:
    """Return what a duty rests on."""
    return told(BASES[basis])


def limit_words(within: dict[str, Any] | None) -> str:
    """Return the time limit of a duty as the text gives it: a figure, or the word of the law."""
    return told(limit_text(within))


def from_words(within: dict[str, Any] | None) -> str:
    """Return from when a time limit runs."""
    start = (within or {}).get("from") or (within or {}).get("from_")
    return {
        "learned": gettext("从接报算起"),
        "occurred": gettext("从事发算起"),
        "ended": gettext("从处置结束算起"),
        "level_decided": gettext("从定级算起"),
        "previous_report": gettext("从上次报告算起"),
    }.get(str(start), "")


def article_words(article: str | None) -> str:
    """Return the place in a text: ``第七十三条第一款第（三）项``."""
    return told(article_text(article))


def cited(cite: Citation) -> str:
    """Return a place with the text it stands in: ``《安全生产法》第八十三条第二款``."""
    title, place = told(cite.title), article_words(cite.article)
    return f"《{title}》{place}" if current() == "zh" else ", ".join(filter(None, (title, place)))


def cited_together(cites: Iterable[Citation]) -> str:
    """Return places one after the other, the title of a text once: ``《甲法》第一条、第三条``."""
    places: dict[str, list[Citation]] = {}
    for cite in cites:
        places.setdefault(cite.source, []).append(cite)
    between, apart = ("、", "；") if current() == "zh" else (", ", "; ")
    return apart.join(
        between.join((cited(first), *(article_words(c.article) for c in more)))
        for first, *more in places.values()
    )


def iso(moment: datetime) -> str:
    """Return a moment for a ``datetime`` attribute, with the offset of Beijing."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}+08:00"


FILTERS: dict[str, Callable[..., Any]] = {
    "told": told,
    "listed": listed,
    "moment": moment_words,
    "ago": lambda moment: ago_words(moment, now()),
    "left": lambda due: left_words(due, now()),
    "grade_word": grade_word,
    "response_word": response_word,
    "modality_word": modality_word,
    "basis_word": basis_word,
    "limit_words": limit_words,
    "from_words": from_words,
    "article_words": article_words,
    "cited": cited,
    "official_lines": official_lines,
    "late": lambda due: due <= now(),
    "iso": iso,
}
