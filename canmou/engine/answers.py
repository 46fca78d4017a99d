"""Answers: from what officers and files write to value sets, and the narrowing between figures."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache, reduce
from typing import Any, cast

from canmou.engine.facts import Facts, Statement
from canmou.engine.records import Record, Text
from canmou.engine.rulebase.condition_parser import parse_number
from canmou.engine.rulebase.errors import nearest
from canmou.engine.rulebase.rulebase import RuleBase, Tie
from canmou.engine.rulebase.vocabulary import Measure
from canmou.engine.valuesets import (
    YES_OR_NO,
    Choices,
    Interval,
    Number,
    ValueSet,
    choices,
    interval,
)

UNKNOWN = frozenset({"unknown", "尚不清楚", "不清楚", "不知道", "未知", ""})
TRUE = frozenset({"true", "是", "yes", "有", "y"})
FALSE = frozenset({"false", "否", "no", "没有", "无", "n"})
EPOCH = datetime(1970, 1, 1)
MOST_RELATION_ROUNDS = 8
_NUMBER = r"(-?[\d,，]+(?:\.\d+)?\s*[万亿%]?)\s*(?:人|元|个|小时|天|毫米|公顷|亩|户|间|℃|度|级)?"
_BOUND = re.compile(
    rf"^(>=|<=|>|<|≥|≤|至少|不少于|至多|不超过|超过|多于|少于|不足|大于|小于|=)\s*{_NUMBER}$"
)
_RANGE = re.compile(rf"^{_NUMBER}\s*(?:\.\.|…|~|～|至|到)\s*{_NUMBER}$")
_PLAIN = re.compile(rf"^{_NUMBER}$")
_AND = re.compile(r"\s*(?:\band\b|且)\s*")
_OPERATOR = {
    "≥": ">=", "至少": ">=", "不少于": ">=", "≤": "<=", "至多": "<=", "不超过": "<=",
    "超过": ">", "多于": ">", "大于": ">", "少于": "<", "不足": "<", "小于": "<",
}  # fmt: skip


class AnswerError(ValueError):
    """An answer cannot be used; ``text`` says what was given and what is allowed.

    ``no_figure`` says that it is no figure at all: a form explains its own ways to write one.
    """

    def __init__(self, text: Text, measure: str | None = None, no_figure: bool = False) -> None:
        self.text, self.measure, self.no_figure = text, measure, no_figure
        super().__init__(f"{text.zh} / {text.en}")


class Contradiction(Record):
    """Answers that cannot all be true; nothing is concluded from them."""

    measures: tuple[str, ...]
    text: Text


def whole_range(measure: Measure) -> ValueSet:
    """Return everything a measure may be: what is known of it when nobody has answered."""
    if measure.type == "yes_no":
        return YES_OR_NO
    if measure.type == "choice":
        return choices(measure.choices)
    if measure.type == "time":
        return interval(-math.inf, math.inf)
    return parse_range(measure.range, measure.type == "whole_number")


@lru_cache(maxsize=512)
def parse_range(text: str, whole: bool) -> Interval:
    """Return the interval that ``[0, ∞)`` writes.

    >>> parse_range("[0, 100]", whole=False)
    Interval(low=0, high=100, low_open=False, high_open=False, whole=False)
    """
    found = re.fullmatch(r"\s*([\[(])\s*(\S+)\s*,\s*(\S+?)\s*([\])])\s*", text)
    if found is None:
        raise ValueError(f'range 写成 "[0, ∞)" 的样子，不是 "{text}" / write a range like "[0, ∞)"')
    ends = [{"∞": math.inf, "-∞": -math.inf}.get(end) for end in (found[2], found[3])]
    low, high = (
        end if end is not None else parse_number(raw)
        for end, raw in zip(ends, (found[2], found[3]), strict=True)
    )
    return interval(low, high, found[1] == "(", found[4] == ")", whole)


def parse_answer(measure: Measure, raw: Any) -> ValueSet:
    """Return the set of values that an answer leaves possible. Raises AnswerError."""
    if isinstance(raw, str):
        raw = raw.strip()
    if raw is None or (isinstance(raw, str) and raw.lower() in UNKNOWN):
        return whole_range(measure)
    if measure.type == "yes_no":
        return _yes_no(measure, raw)
    if measure.type == "choice":
        return _choice(measure, raw)
    if measure.type == "time":
        return _time(measure, raw)
    return _figure(measure, raw)


def _refuse(
    measure: Measure, raw: Any, zh: str, en: str, *, no_figure: bool = False
) -> AnswerError:
    return AnswerError(
        Text(
            zh=f"“{measure.label.zh}” 不能是 “{raw}”：{zh}",
            en=f'"{measure.label.en}" cannot be "{raw}": {en}',
        ),
        no_figure=no_figure,
    )


def _yes_no(measure: Measure, raw: Any) -> Choices:
    if isinstance(raw, bool):
        return choices([raw])
    word = str(raw).lower()
    if word in TRUE:
        return choices([True])
    if word in FALSE:
        return choices([False])
    raise _refuse(measure, raw, "请答 是、否 或 尚不清楚", "answer yes, no or not known")


def _choice(measure: Measure, raw: Any) -> Choices:
    found = []
    for item in raw if isinstance(raw, list | tuple | set | frozenset) else [raw]:
        word = str(item)
        bound = word[:2] if measure.ordered and word[:2] in {">=", "<="} else ""
        word = word.removeprefix(bound).strip()
        match = next(
            (c for c, label in measure.choices.items() if word in {c, label.zh, label.en}), None
        )
        if match is None:
            near = nearest(word, measure.choices)
            raise _refuse(
                measure,
                raw,
                (f"是否为 “{near}”？" if near else "")
                + "可选 " + "、".join(f"{c}（{t.zh}）" for c, t in measure.choices.items()),
                (f'did you mean "{near}"? ' if near else "")
                + "choose from " + ", ".join(measure.choices),
            )  # fmt: skip
        ranked = list(measure.choices)
        place = ranked.index(match)
        found += {">=": ranked[place:], "<=": ranked[: place + 1]}.get(bound, [match])
    return choices(found)


def _time(measure: Measure, raw: Any) -> Interval:
    try:
        if isinstance(raw, datetime):
            moment = raw
        elif isinstance(raw, date):
            moment = datetime(raw.year, raw.month, raw.day)
        else:
            moment = datetime.fromisoformat(str(raw))
    except ValueError as error:
        raise _refuse(
            measure, raw, "时间写成 2026-11-22 03:14", "write a time as 2026-11-22 03:14"
        ) from error
    seconds = (moment.replace(tzinfo=None) - EPOCH).total_seconds()
    return interval(seconds, seconds)


def _figure(measure: Measure, raw: Any) -> Interval:
    whole = measure.type == "whole_number"
    allowed = cast(Interval, whole_range(measure))
    found: Interval | None = None
    if isinstance(raw, bool):
        pass
    elif isinstance(raw, int | float):
        if math.isfinite(raw):
            found = Interval(raw, raw)
    elif isinstance(raw, str):
        found = _written_figure(raw)
    unit = measure.unit.zh if measure.unit else ""
    if found is None:
        raise _refuse(
            measure,
            raw,
            f"请写数字（{unit}），例如 3、>= 3、10..20、1.5亿，或 unknown（尚不清楚）",
            "write a figure such as 3, >= 3, 10..20, 1.5亿, or unknown",
            no_figure=True,
        )
    if whole and found.low == found.high and found.low != math.floor(found.low):
        raise _refuse(measure, raw, "只能是整数", "must be a whole number")
    made = interval(found.low, found.high, found.low_open, found.high_open, whole)
    if found.low > found.high or made.is_empty:
        raise _refuse(measure, raw, "范围的前一个数要小于后一个数", "the range is upside down")
    within = made.meet(allowed)
    if within.is_empty or (math.isfinite(found.low) and not allowed.contains(found.low)
                           and not found.low_open):  # fmt: skip
        raise _refuse(
            measure, raw, f"允许的范围是 {measure.range}", f"the allowed range is {measure.range}"
        )
    return within


def _written_figure(raw: str) -> Interval | None:
    """Return the interval that text writes, or None; ``约 10`` has no bounds and is refused.

    >>> _written_figure(">= 1亿 and < 5亿")
    Interval(low=100000000, high=500000000, low_open=False, high_open=True, whole=False)
    """
    parts = [_one_figure(part) for part in _AND.split(raw)]
    known = [part for part in parts if part is not None]
    return reduce(Interval.meet, known) if len(known) == len(parts) else None


def _one_figure(raw: str) -> Interval | None:
    if match := _PLAIN.match(raw):
        value = parse_number(match[1])
        return Interval(value, value)
    if match := _BOUND.match(raw):
        operator = _OPERATOR.get(match[1], match[1])
        value = parse_number(match[2])
        if operator == "=":
            return Interval(value, value)
        if operator in {">=", ">"}:
            return Interval(value, math.inf, operator == ">", True)
        return Interval(-math.inf, value, True, operator == "<")
    if match := _RANGE.match(raw):
        low, high = parse_number(match[1]), parse_number(match[2])
        return Interval(low, high)
    return None


def statements_of(raw: Any) -> tuple[Statement, ...]:
    """Return the statements that an answer consists of: one value, or several that may differ."""
    if isinstance(raw, Statement):
        return (raw,)
    if isinstance(raw, dict):
        if "statements" in raw:
            return tuple(Statement.model_validate(s) for s in raw["statements"])
        return (Statement.model_validate(raw),)
    return (Statement(value=raw),)


def answer_set(measure: Measure, raw: Any) -> ValueSet:
    """Return the value set of an answer; statements that differ widen it until they are settled."""
    found: ValueSet | None = None
    for statement in statements_of(raw):
        value = statement.value
        if value is None or (isinstance(value, str) and value.strip().lower() in UNKNOWN):
            continue
        known = parse_answer(measure, value)
        if found is None:
            found = known
        elif isinstance(found, Interval):
            found = found.join(cast(Interval, known))
        else:
            found = cast(Choices, found).join(cast(Choices, known))
    return found if found is not None else whole_range(measure)


def value_sets(
    facts: Facts, rulebase: RuleBase, names: Iterable[str]
) -> tuple[dict[str, ValueSet], tuple[Contradiction, ...]]:
    """Return what is known of every measure in ``names`` and of those they rest on.

    Relations and sums narrow the sets. Answers that contradict each other are reported and
    taken as not known. Raises AnswerError with the measure for an answer that cannot be read.
    """
    measures = rulebase.measures
    known: dict[str, ValueSet] = {}
    for name in _with_sources(names, rulebase):
        measure = measures[name]
        if measure.elapsed_since is not None and name not in facts.answers:
            known[name] = _elapsed(measure, facts, measures)
            continue
        try:
            known[name] = answer_set(measure, facts.answers.get(name))
        except AnswerError as error:
            raise AnswerError(error.text, name) from error
    ties = [t for t in rulebase.ties if t[0] in known and all(p in known for p in t[2])]
    contradictions: list[Contradiction] = []
    while True:
        narrowed, broken = _narrow(known, ties)
        if broken is None:
            return narrowed, tuple(contradictions)
        labels = [measures[m].label for m in broken]
        contradictions.append(
            Contradiction(
                measures=broken,
                text=Text(
                    zh=f"回答互相矛盾：{'、'.join(t.zh for t in labels)}；核实之前不据此得出结论",
                    en=f"These answers contradict each other: {', '.join(t.en for t in labels)}; "
                    "nothing is concluded from them until they are settled",
                ),
            )
        )
        for name in broken:
            known[name] = whole_range(measures[name])


def _with_sources(names: Iterable[str], rulebase: RuleBase) -> list[str]:
    """Return the measures to be known, with those in the same sums and relations."""
    todo = [n for n in names if n in rulebase.measures and not rulebase.measures[n].derived]
    found: set[str] = set()
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo.extend(rulebase.tied_with.get(name, frozenset()) - found)
    return sorted(found)


def _narrow(
    known: Mapping[str, ValueSet], ties: list[Tie]
) -> tuple[dict[str, ValueSet], tuple[str, ...] | None]:
    """Return the sets narrowed by bounds, or the measures of the tie that leaves nothing."""
    sets = dict(known)
    for _ in range(MOST_RELATION_ROUNDS):
        before = dict(sets)
        for left, operator, parts in ties:
            total = cast(Interval, sets[left])
            figures = [cast(Interval, sets[p]) for p in parts]
            low: Number = sum(f.low for f in figures)
            high: Number = sum(f.high for f in figures)
            bound_low = low if operator == "=" else -math.inf
            total = total.meet(interval(bound_low, high))
            sets[left] = total
            for name, figure in zip(parts, figures, strict=True):
                others_high = sum(f.high for n, f in zip(parts, figures, strict=True) if n != name)
                others_low = sum(f.low for n, f in zip(parts, figures, strict=True) if n != name)
                lowest = total.low - others_high if math.isfinite(others_high) else -math.inf
                highest = total.high - others_low if operator == "=" else math.inf
                sets[name] = figure.meet(interval(lowest, highest))
            if any(s.is_empty for s in (total, *(sets[p] for p in parts))):
                return sets, (left, *parts)
        if sets == before:
            break
    return sets, None


def _elapsed(measure: Measure, facts: Facts, measures: Mapping[str, Measure]) -> ValueSet:
    """Return the hours since a point in time, at the moment of assessment."""
    start = measures[cast(str, measure.elapsed_since)]
    since = cast(Interval, answer_set(start, facts.answers.get(cast(str, measure.elapsed_since))))
    now = (facts.moment - EPOCH).total_seconds()
    whole = cast(Interval, whole_range(measure))
    if not math.isfinite(since.low):
        return whole
    hours = max((now - since.high) / 3600, 0), max((now - since.low) / 3600, 0)
    return whole.meet(interval(hours[0], hours[1]))


def moment_of(seconds: float) -> datetime:
    """Return the point in time that a time measure's number stands for."""
    return EPOCH + timedelta(seconds=seconds)
