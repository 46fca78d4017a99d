"""The levels of a standard against the grading sentences of the articles it cites."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from canmou.engine.clauses.grading import graded_figures
from canmou.engine.clauses.numerals import Figure
from canmou.engine.clauses.official import Paragraph
from canmou.engine.clauses.thresholds import Threshold, thresholds_of
from canmou.engine.records import Level, Text
from canmou.engine.rulebase.conditions import RANKS
from canmou.engine.rulebase.records import Standard
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.rulebase.vocabulary import DifferenceKind

FROM, UP_TO = (">=", ">"), ("<", "<=")


class Found(NamedTuple):
    """A difference before it is put in its place."""

    kind: DifferenceKind
    rule_says: Text
    text_says: str


def compared_levels(
    standard: Standard, paragraphs: Iterable[Paragraph], rulebase: RuleBase
) -> list[Found] | None:
    """Return the differences of a standard, or None where the text holds no grading sentence."""
    text = graded_figures(paragraphs)
    if not text:
        return None
    rules = {
        level: thresholds_of(rulebase.conditions[f"level:{standard.standard}:{level}"], rulebase)
        for level in standard.levels
    }
    everything = "".join(f.clause for figures in text.values() for f in figures)
    found: list[Found] = []
    for level in rules:
        found.extend(_level(level, rules, text, everything))
    return found


def _level(
    level: Level,
    rules: Mapping[Level, tuple[Threshold, ...]],
    text: Mapping[Level, list[Figure]],
    everything: str,
) -> Iterator[Found]:
    if not rules[level]:
        return  # a level that always holds, or rests on no figure
    figures = [f for f in text.get(level, []) if f.bound != "="]
    left = [f for f in figures if f.bound in FROM]
    for threshold in rules[level]:
        same = [f for f in figures if f.unit == threshold.unit and f.value == threshold.value]
        if any(f.bound == threshold.bound and _speaks_of(f, threshold, everything) for f in same):
            continue
        if threshold.any_at_all or _edge(threshold, level, rules):
            continue
        yield _unlike(level, threshold, same, left, everything)
    wanted = rules[level]
    for figure in left:
        if not any(
            t.unit == figure.unit and t.value == figure.value and t.bound == figure.bound
            and _speaks_of(figure, t, everything)
            for t in wanted
        ):  # fmt: skip
            yield Found("number", _none(level), f"{figure.clause}")
    for figure in figures:
        if figure.bound in UP_TO and not _is_next(figure, level, rules, everything):
            yield Found("bound", _none(level), f"{figure.clause}")


def _unlike(
    level: Level, threshold: Threshold, same: list[Figure], left: list[Figure], everything: str
) -> Found:
    """Return how a figure of the rule is unlike the text, beside the nearest figure of the text."""
    said = Text(zh=f"{level} 级 {threshold.said.zh}", en=f"level {level}: {threshold.said.en}")
    if same:
        return Found("bound", said, "；".join(dict.fromkeys(f.clause for f in same)))
    near = [f for f in left if f.unit == threshold.unit]
    meant = [f for f in near if threshold.words & _pairs(f.clause)] or near
    return Found("number", said, "；".join(dict.fromkeys(f.clause for f in meant)) or "—")


def _none(level: Level) -> Text:
    return Text(zh=f"{level} 级没有这个界限", en=f"level {level} has no such figure")


def _speaks_of(figure: Figure, threshold: Threshold, everything: str) -> bool:
    """Whether a figure is about the measure; always when the text never uses its words."""
    if threshold.words & _pairs(figure.clause):
        return True
    return not threshold.words & _pairs(everything)


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}


def _edge(threshold: Threshold, level: Level, rules: Mapping[Level, tuple[Threshold, ...]]) -> bool:
    """Whether an upper figure of a rule only marks where the next level begins."""
    return threshold.bound in UP_TO and any(
        t.measure == threshold.measure and t.value == threshold.value
        for other, list_ in rules.items()
        if RANKS[other] > RANKS[level]
        for t in list_
    )


def _is_next(
    figure: Figure, level: Level, rules: Mapping[Level, tuple[Threshold, ...]], everything: str
) -> bool:
    """Whether 以下 of a level is where a higher level begins, or stands in the rule itself."""
    return any(
        t.unit == figure.unit and t.value == figure.value and _speaks_of(figure, t, everything)
        for other, list_ in rules.items()
        for t in list_
        if (RANKS[other] > RANKS[level] and t.bound in FROM)
        or (other == level and t.bound in UP_TO)
    )
