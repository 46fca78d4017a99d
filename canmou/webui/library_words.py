"""Words of the rule library: periods, uses of standards, levels that scenarios expect."""

from __future__ import annotations

from flask_babel import gettext

from canmou.engine.records import Level, Text
from canmou.engine.rulebase.records import Standard
from canmou.engine.rulebase.vocabulary import InForce
from canmou.engine.wording import BELOW, LEVEL_NAMES, NOT_GRADED, NOT_JUDGED
from canmou.webui.languages import told


def period_words(period: InForce) -> str:
    """Return the days on which a text holds."""
    if period.from_ == "unknown":
        begin = gettext("施行日期未核实")
    elif period.from_ is None:
        begin = gettext("没有注明施行日期")
    else:
        begin = gettext("%(day)s 起", day=period.from_.isoformat())
    if period.to is None:
        return begin
    return gettext("%(begin)s，%(end)s 停止", begin=begin, end=period.to.isoformat())


def use_words(standard: Standard) -> str:
    """Return what the levels of a standard are used for."""
    return {
        "grade": gettext("用来定事件等级"),
        "initial": gettext("初判用，知道后果等级后不再用"),
        "reporting": gettext("只用来决定报告时限"),
        "reference": gettext("只供查对"),
    }[standard.use]


def level_word(standard: Standard, level: Level, usual: str) -> str:
    """Return the word of a level: that of the standard, or the usual one."""
    label = standard.level_labels.get(level)
    return usual if label is None else told(label)


def level_text(expected: str, standard: Standard) -> Text:
    """Return what a scenario expects of a standard, in words."""
    words = {
        "below": BELOW,
        "open": NOT_JUDGED,
        "not_graded": NOT_GRADED,
        "absent": Text(zh="不适用", en="does not apply"),
    }
    if expected in words:
        return words[expected]
    names: dict[str, Text] = {**LEVEL_NAMES, **dict(standard.level_labels.items())}
    low, _, high = expected.partition("..")
    least = names.get(low, Text(zh=low, en=low))
    if not high:
        return least
    most = names.get(high, Text(zh=high, en=high))
    return Text(zh=f"{least.zh}至{most.zh}", en=f"{least.en} to {most.en}")
