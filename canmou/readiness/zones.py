"""Blocks and buildings as people write them: 3号楼, 3 号楼, 三号楼 and 3#楼 are one block."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

Rows = Sequence[Mapping[str, Any]]

DIGITS = {figure: str(value) for value, figure in enumerate("〇一二三四五六七八九")} | {
    "零": "0", "两": "2",
}  # fmt: skip
TENS = {"十": 10, "百": 100}
_NUMERAL = re.compile(f"[{''.join(DIGITS)}{''.join(TENS)}]+")


def zone_key(words: str) -> str:
    """Return what is the same for all ways of writing a block; empty for none.

    >>> {zone_key(words) for words in ("12号楼", " 12 号楼", "十二号楼", "１２＃楼")}
    {'12号楼'}
    >>> zone_key("一百零三栋A座")
    '103栋a座'
    """
    text = unicodedata.normalize("NFKC", words).casefold().replace("#", "号")
    text = "".join(c for c in text if not c.isspace() and unicodedata.category(c) != "Cf")
    return _NUMERAL.sub(lambda found: _figure(found[0]), text)


def row_zone(row: Mapping[str, Any]) -> str:
    """Return the block of a row of a register; empty where it names none."""
    return zone_key(str(row.get("zone") or ""))


def writings(*registers: Rows) -> dict[str, str]:
    """Return how each block is written, the first writing of each."""
    found: dict[str, str] = {}
    for rows in registers:
        for row in rows:
            found.setdefault(row_zone(row), str(row.get("zone") or "").strip())
    return found


def _figure(numeral: str) -> str:
    """Return a Chinese numeral in digits: by place (一〇二) or with ten and hundred (一百零二)."""
    if not set(numeral) & set(TENS):
        return "".join(DIGITS[c] for c in numeral)
    total = 0
    before: int | None = None
    for c in numeral:
        if c in TENS:
            total += (1 if before is None else before) * TENS[c]
            before = None
        else:
            before = int(DIGITS[c])
    return str(total + (before or 0))
