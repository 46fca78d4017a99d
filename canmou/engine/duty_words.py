"""Words for how a duty binds and within what time."""

from __future__ import annotations

from typing import Any, cast

from inflection import singularize

from canmou.engine.records import Text

MODALITIES = {
    "must": Text(zh="必须", en="must"),
    "may": Text(zh="可以", en="may"),
    "must_not": Text(zh="不得", en="must not"),
    "should": Text(zh="建议", en="should"),
}
_LIMIT_WORDS = {
    "immediately": Text(zh="立即", en="immediately"),
    "promptly": Text(zh="及时", en="promptly"),
    "urgently": Text(zh="迅速", en="urgently"),
    "as_soon_as_possible": Text(zh="尽快", en="as soon as possible"),
    "simultaneously": Text(zh="同时", en="at the same time"),
    "regularly": Text(zh="定期", en="regularly"),
    "at_any_time": Text(zh="随时", en="at any time"),
    "at_fixed_times": Text(zh="定时", en="at fixed times"),
    "daily": Text(zh="每日", en="daily"),
    "after_response_ends": Text(zh="响应终止后", en="after the response ends"),
}
_UNITS = {
    "minutes": Text(zh="{} 分钟内", en="within {} min"),
    "hours": Text(zh="{} 小时内", en="within {} h"),
    "days": Text(zh="{} 日内", en="within {} days"),
}


def limit_text(within: dict[str, Any] | None) -> Text | None:
    """Return a time limit as the rule gives it: a figure, or the word of the law.

    One that the text does not set and we advise is told as advice.

    >>> limit_text({"hours": 1.0, "from": "learned"}).zh
    '1 小时内'
    >>> limit_text({"word": "immediately", "advised": True}).zh
    '宜立即'
    """
    if not within:
        return None
    if within.get("advised"):
        limit = cast(Text, _limit(within))
        return Text(zh=f"宜{limit.zh}", en=f"{limit.en} (advised)")
    return _limit(within)


def _limit(within: dict[str, Any]) -> Text | None:
    if within.get("word"):
        return _LIMIT_WORDS[within["word"]]
    for unit, phrase in _UNITS.items():
        if within.get(unit) is not None:
            figure = f"{within[unit]:g}"
            en = phrase.en.format(figure)
            return Text(zh=phrase.zh.format(figure), en=singularize(en) if figure == "1" else en)
    return None
