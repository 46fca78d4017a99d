"""Citations with the titles of their sources."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import cast

from canmou.engine.assessment import Citation
from canmou.engine.records import Text
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.rulebase.vocabulary import Cite, Verified

_NUMBERED = re.compile(r"\d+(\.\d+){0,3}")
_DIGITS = "零一二三四五六七八九"


def citations(
    cites: Iterable[Cite], rulebase: RuleBase, verified: Verified
) -> tuple[Citation, ...]:
    """Return citations that can be shown without the rule base; kept with it once made."""
    listed = tuple(cites)
    key = (verified, *(id(c) for c in listed))
    kept = rulebase.citations_made.get(key)
    if kept is None:
        kept = rulebase.citations_made[key] = (listed, _made(listed, rulebase, verified))
    return cast("tuple[Citation, ...]", kept[1])


def _made(cites: tuple[Cite, ...], rulebase: RuleBase, verified: Verified) -> tuple[Citation, ...]:
    return tuple(citation(cite, rulebase, verified) for cite in cites)


def citation(cite: Cite, rulebase: RuleBase, verified: Verified) -> Citation:
    """Return one citation with the title of its source."""
    return Citation(
        source=cite.source,
        title=rulebase.sources[cite.source].title,
        article=_place(cite, rulebase),
        says=cite.says,
        differs=cite.differs.words if cite.differs else None,
        verified=verified,
    )


def _place(cite: Cite, rulebase: RuleBase) -> str | None:
    """Return the place cited; numbers in plans and standards are sections, not articles."""
    in_sections = rulebase.sources[cite.source].kind in {"plan", "standard", "practice", "office"}
    if in_sections and cite.article and _NUMBERED.fullmatch(cite.article):
        return f"§{cite.article}"
    return cite.article


def chinese_number(number: int) -> str:
    """Return a number below 10,000 in Chinese numerals.

    >>> chinese_number(106), chinese_number(73), chinese_number(12)
    ('一百零六', '七十三', '十二')
    """
    text, zero = "", False
    for factor, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, factor)
        if digit:
            text += ("零" if zero and text else "") + _DIGITS[digit] + word
            zero = False
        else:
            zero = True
    if text.startswith("一十"):
        text = text[1:]
    return text or "零"


def article_text(article: str | None) -> Text:
    """Return an article as it is read: ``"73.1.3"`` is 第七十三条第一款第（三）项.

    Places that are not numbers (sections of plans, annexes) are shown as written.

    >>> article_text("73.1.3").zh
    '第七十三条第一款第（三）项'
    """
    if not article:
        return Text(zh="", en="")
    if not _NUMBERED.fullmatch(article):
        return Text(zh=article, en=article)
    numbers = [int(n) for n in article.split(".")]
    zh = f"第{chinese_number(numbers[0])}条"
    en = f"art. {numbers[0]}"
    if len(numbers) > 1 and numbers[1]:
        zh += f"第{chinese_number(numbers[1])}款"
        en += f" para. {numbers[1]}"
    if len(numbers) > 2:
        zh += f"第（{chinese_number(numbers[2])}）项"
        en += f" item {numbers[2]}"
    return Text(zh=zh, en=en)


def cited_text(citation: Citation) -> Text:
    """Return a citation as one phrase, for sentences and node labels."""
    place = article_text(citation.article)
    zh_title = re.sub(r"^中华人民共和国", "", citation.title.zh)
    return Text(
        zh=f"《{zh_title}》{place.zh}",
        en=f"{citation.title.en}, {place.en}" if place.en else citation.title.en,
    )
