"""Time limits, levels, figures and modality of a rule against the articles it cites."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from canmou.engine.clauses.grading import levels_named
from canmou.engine.clauses.numerals import Figure, figures_in, plain
from canmou.engine.clauses.standards import FROM, Found
from canmou.engine.clauses.thresholds import grades_of, thresholds_of
from canmou.engine.records import Level, Text
from canmou.engine.rulebase.conditions import RANKS
from canmou.engine.rulebase.records import Duty, Rule, Within
from canmou.engine.rulebase.rulebase import RuleBase

_BY_RANK: dict[int, Level] = {4: "I", 3: "II", 2: "III", 1: "IV"}
_LIMIT_WORDS = {
    "immediately": "立即|立刻|马上|即时|当场|即刻|即行|随即|必须即",
    "promptly": "及时|适时|尽快|尽早|不得拖延|按照国家有关规定",
    "urgently": "迅速|尽快|紧急|尽早|第一时间|优先|立即",
    "simultaneously": "同时|同步|并",
    "regularly": "定期",
    "at_any_time": "随时|及时",
    "at_fixed_times": "定时|定期",
    "daily": "每日|每天|逐日|日报",
    "after_response_ends": "结束后|终止后|解除后|后",
}
_SAYS = {
    "must_not": "不得|禁止|严禁|不准|不能|不许|只能|方可|未经",
    "may": "可以|有权|鼓励|一项或者多项",
    "must": "应当|必须|须|应|负责|由|不得|义务|承担|履行|按照|依照|依法|组织|做好",
}
_WORDS = {"must_not": ("不得", "must not"), "may": ("可以", "may"), "must": ("必须", "must")}


def compared_rule(
    rule: Rule, lines: tuple[str, ...], rulebase: RuleBase, below_includes: bool | None = None
) -> Iterator[Found]:
    """Yield the differences between a rule and the lines that it cites."""
    figures = [f for line in lines for f in figures_in(line)]
    whole = plain("".join(lines))
    for duty in rule.then:
        if isinstance(duty, Duty):
            yield from _duty(duty, figures, whole)
    yield from _grades(rule, whole, rulebase)
    yield from _figures(rule, figures, rulebase, below_includes)


def _duty(duty: Duty, figures: list[Figure], whole: str) -> Iterator[Found]:
    if duty.within is not None:
        yield from _limit(duty.within, figures, whole)
    words = _SAYS.get(duty.modality)
    if words is not None and not re.search(words, whole):
        zh, en = _WORDS[duty.modality]
        yield Found("modality", Text(zh=zh, en=en), _short(whole))


def _limit(within: Within, figures: list[Figure], whole: str) -> Iterator[Found]:
    hours = within.in_hours
    if hours is None:
        word = within.word or ""
        if not re.search(_LIMIT_WORDS[word], whole):
            yield Found("word", Text(zh=word, en=word), _short(whole))
        return
    times = [f for f in figures if f.unit == "小时"]
    if not any(abs(float(f.value) - hours) < 1e-6 for f in times):
        shown = "；".join(dict.fromkeys(f.clause for f in times)) or "—"
        yield Found("deadline", Text(zh=f"{hours:g} 小时", en=f"{hours:g} h"), shown)


def _grades(rule: Rule, whole: str, rulebase: RuleBase) -> Iterator[Found]:
    """Compare the levels a rule waits for with those that the text names."""
    named = levels_named(whole)
    if not named:
        return
    for least, most in set(grades_of(rulebase.conditions[f"rule:{rule.id}"]).values()):
        if least <= RANKS["IV"] and most <= RANKS["below"]:
            continue
        level = _BY_RANK.get(least)
        if level is None:
            continue
        said = Text(zh=f"等级 {level} 以上", en=f"level {level} or above")
        if level not in named:
            yield Found(
                "level", said, "、".join(f"{k}{'/'.join(sorted(v))}" for k, v in named.items())
            )
        elif named[level] == {"以下"} and most < least:
            yield Found("bound", said, _short(whole))


def _figures(
    rule: Rule, figures: list[Figure], rulebase: RuleBase, below_includes: bool | None
) -> Iterator[Found]:
    """Compare the figures of the condition, those apart that only ask that there be some."""
    for threshold in thresholds_of(rulebase.conditions[f"rule:{rule.id}"], rulebase):
        if threshold.any_at_all:
            continue
        same = [
            f for f in figures
            if f.unit == threshold.unit and abs(f.value - threshold.value) < Decimal("0.000001")
        ]  # fmt: skip
        if not same:
            near = [f.clause for f in figures if f.unit == threshold.unit]
            yield Found("number", threshold.said, "；".join(dict.fromkeys(near)) or "—")
        elif not any(_same_side(f.bound, threshold.bound, below_includes) for f in same):
            yield Found("bound", threshold.said, "；".join(dict.fromkeys(f.clause for f in same)))


def _same_side(text: str, rule: str, below_includes: bool | None) -> bool:
    if text == "=":
        return True
    if text in FROM or rule in FROM:
        return text == rule
    if text == "<" and below_includes is not False:
        return rule in ("<", "<=") if below_includes is None else rule == "<="
    return text == rule


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:80]}…"
