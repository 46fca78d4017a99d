"""Text in boxes: how wide it is, and how it is broken into lines."""

from __future__ import annotations

import re
import unicodedata

NARROW = 0.6
"""Width of a Latin letter in em: rather too wide, so that no text leaves its box."""
WIDE_KINDS = frozenset("WFA")
NOT_AT_THE_BEGINNING = frozenset("，。、；：？！）》」』”’…—%％")
NOT_AT_THE_END = frozenset("（《「『“‘")


def text_width(text: str) -> float:
    """Return the width of a text in em: wide East Asian characters count one, others 0.6.

    >>> text_width("死亡 3 人")
    4.8
    """
    return round(
        sum(1 if unicodedata.east_asian_width(c) in WIDE_KINDS else NARROW for c in text), 2
    )


def wrapped(text: str, width: float, most_lines: int) -> tuple[str, ...]:
    """Return the text as lines of at most ``width`` em; what does not fit ends in ``…``.

    English breaks at blanks, Chinese between any two characters that may be parted.

    >>> wrapped("居民委员会组织自救，先让人离开危险", 8, 2)
    ('居民委员会组织自', '救，先让人离开…')
    """
    lines: list[str] = []
    line = ""
    for piece in _pieces(text, width):
        if text_width((line + piece).rstrip()) <= width:
            line += piece
            continue
        if line.strip():
            lines.append(line.strip())
        line = piece.lstrip()
    if line.strip():
        lines.append(line.strip())
    if len(lines) > most_lines:
        last = lines[most_lines - 1]
        while text_width(last) > width - 1:
            last = last[:-1]
        lines = [*lines[: most_lines - 1], f"{last.rstrip()}…"]
    return tuple(lines)


def balanced(text: str, width: float, most_lines: int) -> tuple[str, ...]:
    """Return the text in as few lines as it needs, none much longer than the others.

    What stands behind a colon begins a line of its own where one line is not enough.

    >>> balanced("被困和下落不明人数：至少4人", 13, 4)
    ('被困和下落不明人数：', '至少4人')
    """
    if text_width(text) <= width:
        return (text,)
    before, colon, after = _parted(text)
    if colon and most_lines > 1:
        lines = (
            *balanced(before + colon, width, most_lines - 1),
            *balanced(after, width, most_lines - 1),
        )
        if len(lines) <= most_lines:
            return lines
    lines = wrapped(text, width, most_lines)
    narrower = width
    while narrower > 4 and not lines[-1].endswith("…"):
        narrower -= 0.5
        tried = wrapped(text, narrower, most_lines + 1)
        if len(tried) > len(lines):
            break
        lines = tried
    return lines


def _parted(text: str) -> tuple[str, str, str]:
    for colon in ("：", ": "):
        before, found, after = text.partition(colon)
        if found and before and after:
            return before, colon.rstrip(), after
    return text, "", ""


def _pieces(text: str, width: float) -> list[str]:
    """Return what must stay together: a word with its blank, a character with its punctuation."""
    found: list[str] = []
    for piece in re.findall(r"[!-~\u00a0-\u2010\u2100-\u2bff]+\s*|\s+|.", text):
        if found and (piece[0] in NOT_AT_THE_BEGINNING or found[-1][-1] in NOT_AT_THE_END):
            found[-1] += piece
        else:
            found.append(piece)
    return [part for piece in found for part in _cut(piece, width)]


def _cut(piece: str, width: float) -> list[str]:
    """Cut a word that is longer than a line."""
    parts: list[str] = []
    while text_width(piece.rstrip()) > width:
        size = len(piece)
        while text_width(piece[:size]) > width:
            size -= 1
        parts.append(piece[:size])
        piece = piece[size:]
    return [*parts, piece]
