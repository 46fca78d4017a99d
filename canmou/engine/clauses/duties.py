"""Time limits, levels, figures and modality of a rule against the articles it cites."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from canmou.engine.clauses.grading import levels_named
from canmou.engine.clauses.numerals import Figure, figures_in, plain
from canmou.engine.clauses.official import Paragraph
from canmou.engine.clauses.sentences import sentences_for, sentences_of
from canmou.engine.clauses.standards import FROM, Found
from canmou.engine.clauses.thresholds import grades_of, thresholds_of
from canmou.engine.clauses.wording import limit_differences, modality_difference, short
from canmou.engine.records import Level, Text
from canmou.engine.rulebase.conditions import RANKS
from canmou.engine.rulebase.records import Duty, Rule
from canmou.engine.rulebase.rulebase import RuleBase

_BY_RANK: dict[int, Level] = {4: "I", 3: "II", 2: "III", 1: "IV"}


def compared_rule(
    rule: Rule,
    places: tuple[tuple[Paragraph, ...], ...],
    rulebase: RuleBase,
    below_includes: bool | None = None,
) -> Iterator[Found]:
    """Yield the differences between a rule and the places that it cites."""
    lines = [line for paragraphs in places for p in paragraphs for line in p.lines]
    figures = [f for line in lines for f in figures_in(line)]
    whole = plain("".join(lines))
    sentences = [sentences_of(paragraphs) for paragraphs in places]
    for duty in rule.then:
        if isinstance(duty, Duty):
            meant = tuple(m for s in sentences for m in sentences_for(duty, rule, s, rulebase))
            yield from limit_differences(duty, rule, meant, whole, rulebase)
            yield from modality_difference(duty, meant, whole, rulebase)
    yield from _grades(rule, whole, rulebase)
    yield from _figures(rule, figures, rulebase, below_includes)


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
            yield Found("bound", said, short(whole))


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
