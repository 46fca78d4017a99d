"""Figures in a legal sentence: number, unit, and on which side of it the rule holds.

Numbers may be written 30, 5000万, １．５亿, 三十, 一亿, 百分之三十 or 半; units are brought to one
base (元, 小时, 公顷 …) so that they compare with the figures of the rules.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Literal

from canmou.engine.records import Record

Bound = Literal[">=", ">", "<=", "<", "="]

UNITS: dict[str, tuple[str, Decimal]] = {
    "元": ("元", Decimal(1)),
    "人": ("人", Decimal(1)),
    "例": ("人", Decimal(1)),
    "名": ("人", Decimal(1)),
    "户": ("户", Decimal(1)),
    "个": ("个", Decimal(1)),
    "辆": ("辆", Decimal(1)),
    "公顷": ("公顷", Decimal(1)),
    "亩": ("公顷", Decimal(1) / 15),
    "平方公里": ("公顷", Decimal(100)),
    "平方千米": ("公顷", Decimal(100)),
    "小时": ("小时", Decimal(1)),
    "分钟": ("小时", Decimal(1) / 60),
    "日": ("小时", Decimal(24)),
    "天": ("小时", Decimal(24)),
    "个月": ("小时", Decimal(720)),
    "年": ("小时", Decimal(8760)),
    "兆瓦": ("兆瓦", Decimal(1)),
    "千瓦": ("兆瓦", Decimal("0.001")),
    "公里": ("公里", Decimal(1)),
    "千米": ("公里", Decimal(1)),
    "毫米": ("毫米", Decimal(1)),
    "米": ("米", Decimal(1)),
    "吨": ("吨", Decimal(1)),
    "级": ("级", Decimal(1)),
    "头": ("头", Decimal(1)),
    "%": ("%", Decimal(1)),
}
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}
_ARABIC = r"\d+(?:\.\d+)?(?:[百千万亿]+)?"
_CHINESE = "[零〇一二三四五六七八九十百千万亿两半]+(?:点[零〇一二三四五六七八九]+)?"
_UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
_FIGURE = re.compile(
    rf"(?P<before>不超过|不高于|不多于|不大于|超过|大于|高于|多于|不少于|不低于|不小于|至少|不足|未满"
    rf"|不满|小于|低于|少于|不到|未达到|达到|满)?"
    rf"(?<![第零〇一二三四五六七八九十百千万亿\d.])"
    rf"(?:(?P<percent>百分之)(?P<share>{_ARABIC}|{_CHINESE})"
    rf"|(?P<number>{_ARABIC}|{_CHINESE})(?:余|多|个|周)?(?P<unit>{_UNIT})(?P<tail>民币|次)?)"
    r"(?P<aside>\([^)]{0,8}\))?(?:及|或者|或)?(?P<after>以上|以下|以内|之内|内)?"
)
_BEFORE: dict[str, Bound] = {
    "超过": ">", "大于": ">", "高于": ">", "多于": ">",
    "不少于": ">=", "不低于": ">=", "不小于": ">=", "至少": ">=", "达到": ">=", "满": ">=",
    "不足": "<", "未满": "<", "不满": "<", "小于": "<", "低于": "<", "少于": "<", "不到": "<",
    "未达到": "<", "不超过": "<=", "不高于": "<=", "不多于": "<=", "不大于": "<=",
}  # fmt: skip
_AFTER: dict[str, Bound] = {"以上": ">=", "以下": "<", "以内": "<=", "之内": "<=", "内": "<="}
_LIMITS = re.compile(r"[，。；：、,;:]|或者|(?<=的)或")


class Figure(Record):
    """A figure in the base of its unit; ``clause`` is the part of the sentence it stands in."""

    value: Decimal
    unit: str
    bound: Bound
    words: str
    clause: str


def number_of(text: str) -> Decimal:
    """Return the number that arabic or Chinese numerals write.

    >>> number_of("三十"), number_of("一亿"), number_of("5000万"), number_of("1.5亿")
    (Decimal('30'), Decimal('100000000'), Decimal('50000000'), Decimal('150000000'))
    >>> number_of("二千五百万"), number_of("半"), number_of("十五"), number_of("三点五")
    (Decimal('25000000'), Decimal('0.5'), Decimal('15'), Decimal('3.5'))
    """
    if text == "半":
        return Decimal("0.5")
    whole, _, fraction = text.partition("点")
    total = section = Decimal(0)
    digits = ""
    for character in whole:
        if character.isdigit() or character == ".":
            digits += character
        elif character in _DIGITS:
            digits = str(_DIGITS[character])
        elif character in _SMALL:
            section += Decimal(digits or 1) * _SMALL[character]
            digits = ""
        elif character in _LARGE:
            total = (total + section + Decimal(digits or 0)) * _LARGE[character]
            section, digits = Decimal(0), ""
    total += section + Decimal(digits or 0)
    if fraction:
        total += Decimal("0." + "".join(str(_DIGITS[c]) for c in fraction))
    return total.normalize().quantize(Decimal(1)) if total == int(total) else total


def plain(text: str) -> str:
    """Return a sentence with full-width digits, brackets and blanks made plain.

    >>> plain("死亡　３０人（含）")
    '死亡30人(含)'
    """
    kept = "".join(
        unicodedata.normalize("NFKC", c) if "０" <= c <= "９" or c in "．％（）" else c
        for c in text
    )
    return re.sub(r"[\s　]+", "", kept)


def figures_in(text: str) -> tuple[Figure, ...]:
    """Return the figures of a sentence from left to right.

    >>> [(str(f.value), f.unit, f.bound) for f in figures_in("死亡三十人以上，或者损失不足1亿元的")]
    [('30', '人', '>='), ('100000000', '元', '<')]
    """
    sentence = plain(text)
    found = []
    for match in _FIGURE.finditer(sentence):
        if match["percent"]:
            value, unit = number_of(match["share"]), "%"
        else:
            if match["number"] in {"万", "千", "百", "亿"} or match["tail"] == "次":
                continue
            base, factor = UNITS[match["unit"]]
            value, unit = number_of(match["number"]) * factor, base
        if not match["percent"] and _is_date_or_rank(sentence, match):
            continue
        bound = _AFTER.get(match["after"] or "") or _BEFORE.get(match["before"] or "", "=")
        found.append(
            Figure(
                value=value,
                unit=unit,
                bound=bound,
                words=match[0],
                clause=_clause(sentence, match.start(), match.end()),
            )
        )
    return tuple(found)


def _is_date_or_rank(sentence: str, match: re.Match[str]) -> bool:
    """Whether a figure is part of a date (2007年6月1日) or of a rank (一级)."""
    around = sentence[max(0, match.start() - 2) : match.start()]
    if match["unit"] == "年" and len(match["number"]) == 4:
        return True
    if match["unit"] == "级" and match["number"] in "一二三四":
        return True
    return match["unit"] == "日" and around.endswith("月")


def _clause(sentence: str, start: int, end: int) -> str:
    begin = max((m.end() for m in _LIMITS.finditer(sentence, 0, start)), default=0)
    stop = next((m.start() for m in _LIMITS.finditer(sentence, end)), len(sentence))
    return sentence[begin:stop]
