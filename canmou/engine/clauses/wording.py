"""Time limits and modality of a duty against the sentence that it carries out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from canmou.engine.clauses.numerals import Figure, figures_in
from canmou.engine.clauses.sentences import Sentence, clause_for
from canmou.engine.clauses.standards import Found
from canmou.engine.records import Text
from canmou.engine.rulebase.records import Duty, Rule, Within
from canmou.engine.rulebase.rulebase import RuleBase

LIMIT_WORDS = {
    "immediately": "立即|立刻|马上|即时|当场|即刻|即行|随即|当即|必须即",
    "promptly": "及时|适时|不得拖延|按照国家有关规定",
    "urgently": "迅速|紧急|第一时间|优先",
    "as_soon_as_possible": "尽快|尽早|抓紧|赶快",
    "simultaneously": "同时|同步|并",
    "regularly": "定期",
    "at_any_time": "随时",
    "at_fixed_times": "定时|定期",
    "daily": "每日|每天|逐日|日报",
    "after_response_ends": "结束后|终止后|解除后|后",
}
_CLEAR_LIMIT = "立即|立刻|马上|即时|当场|及时|尽快|迅速|第一时间"
"""What sets a limit wherever it stands; 紧急, 同时, 定期 also say other things."""
_OWN_LIMIT = (
    "立即|立刻|马上|当场|及时|尽快|迅速|赶快|抓紧|第一时间"
    r"|[0-9一二三四五六七八九十两半]+个?(?:小时|分钟|日|天|个月)"
)
_SAYS = {
    "must_not": "不得|禁止(?!或者限制)|严禁|不准|不能|不许|只能|方可|未经",
    "may": "可以|有权|鼓励|一项或者多项|支持|提倡",
    "must": "应当|必须|须|应|负责|由|不得|义务|承担|履行|按照|依照|依法|组织|做好",
}
_CLEARLY = {
    "must_not": (
        "不得|禁止(?!或者限制)|严禁|不准|不许|只能|方可|未经"
        "|不能(?![^，；。]*的(?:[，；。]|$))"  # 不能…的 is a condition
    ),
    "may": "可以(?!预警)|有权|鼓励|一项或者多项|提倡",
    "must": "应当(?!转移的)|必须|须|(?<![供反相适响])应(?![急对当])|负责(?!人)|不得|义务",
}
_ASIDE = re.compile(r"必要时可以[^，。]*")
"""What may be done besides, in the middle of what must be done."""
_TOLD_BESIDES = re.compile(r"(?:^|同时|并)[^，]*(?:报|通知|备案)")
"""What must be told once something was done that may be done: 可以…，同时报告…"""
_WORDS = {"must_not": ("不得", "must not"), "may": ("可以", "may"), "must": ("必须", "must")}
_SHORT = 80


def limit_differences(
    duty: Duty, rule: Rule, meant: tuple[Sentence, ...], whole: str, rulebase: RuleBase
) -> Iterator[Found]:
    """Yield where the time limit of a duty is not that of its sentence, or of the whole place.

    A word at what is only advised is advice too, and so is a limit marked as advised: neither
    stands for the text; where the text does set a limit, that is missing then.
    """
    if duty.within is None or duty.within.advised:
        if meant and all(_sets_limit_for(duty, rule, s, rulebase) for s in meant):
            yield Found("deadline", Text(zh="没有时限", en="no time limit"), short(meant[0].whole))
    elif duty.within.in_hours is not None:
        yield from _figure(duty.within.in_hours, whole)
    elif duty.modality != "should":
        yield from _word(duty.within, meant, whole)


def modality_difference(
    duty: Duty, meant: tuple[Sentence, ...], whole: str, rulebase: RuleBase
) -> Iterator[Found]:
    """Yield that a duty binds more or less than its sentence, or than the whole place.

    For what is forbidden the whole place counts: a text forbids in one sentence what it asks in
    another.
    """
    words = _SAYS.get(duty.modality)
    if words is None:
        return
    zh, en = _WORDS[duty.modality]
    if duty.modality == "must_not" and re.search(words, whole):
        return
    binding = [found for s in meant if (found := _binding(duty, s, rulebase))]
    if not re.search(words, whole):
        yield Found("modality", Text(zh=zh, en=en), short(whole))
    elif binding and all(duty.modality not in found for found in binding):
        yield Found("modality", Text(zh=zh, en=en), short(meant[0].whole))


def _binding(duty: Duty, sentence: Sentence, rulebase: RuleBase) -> set[str]:
    """Return how the part that speaks of a duty binds: by the last word up to it, or the next."""
    clause = clause_for(duty, sentence, rulebase)
    before, _, after = sentence.text.partition(clause) if clause else ("", "", sentence.text)
    own = _modalities(clause)
    if own:
        return own
    so_far = sentence.opening + before
    if duty.modality != "may":
        so_far = _ASIDE.sub("", so_far)
    words = [
        (match.start(), modality)
        for modality, pattern in _CLEARLY.items()
        for match in re.finditer(pattern, so_far)
    ]
    if not words:
        return _modalities(after)
    last = max(words)[1]
    if last == "may" and _TOLD_BESIDES.search(clause):
        return {"may", "must"}
    return {last}


def _modalities(text: str) -> set[str]:
    return {modality for modality, words in _CLEARLY.items() if re.search(words, text)}


def _figure(hours: float, whole: str) -> Iterator[Found]:
    times = _times(whole)
    if not any(abs(float(f.value) - hours) < 1e-6 for f in times):
        shown = "；".join(dict.fromkeys(f.clause for f in times)) or "—"
        yield Found("deadline", Text(zh=f"{hours:g} 小时", en=f"{hours:g} h"), shown)


def _word(within: Within, meant: tuple[Sentence, ...], whole: str) -> Iterator[Found]:
    word = within.word or ""
    said = Text(zh=word, en=word)
    if not re.search(LIMIT_WORDS[word], whole):
        yield Found("word", said, short(whole))
    elif meant and all(_says_another(word, sentence) for sentence in meant):
        yield Found("word", said, short(meant[0].whole))


def _says_another(word: str, sentence: Sentence) -> bool:
    """Whether a sentence sets a limit, and not by this word."""
    if re.search(LIMIT_WORDS[word], sentence.whole):
        return False
    return bool(re.search(_CLEAR_LIMIT, sentence.whole) or _times(sentence.text))


def _sets_limit_for(duty: Duty, rule: Rule, sentence: Sentence, rulebase: RuleBase) -> bool:
    """Whether a sentence sets a limit for a duty that has none.

    The part of the sentence that speaks of the duty sets it; or the sentence does, and the rule's
    own words speak of a limit too.
    """
    duties = sum(isinstance(c, Duty) for c in rule.then)
    own = duty.duty.zh
    if duties == 1:
        own += rule.title.zh + "".join(c.says.zh for c in rule.cites if c.says)
    if _sets_limit(clause_for(duty, sentence, rulebase)):
        return True
    return bool(re.search(_OWN_LIMIT, own)) and _sets_limit(sentence.whole)


def _sets_limit(text: str) -> bool:
    return bool(re.search(_CLEAR_LIMIT, text)) or any(f.bound == "<=" for f in _times(text))


def _times(text: str) -> list[Figure]:
    return [f for f in figures_in(text) if f.unit == "小时"]


def short(text: str) -> str:
    """Return the beginning of a text, as much as a line can show."""
    return text if len(text) <= _SHORT else f"{text[:_SHORT]}…"
