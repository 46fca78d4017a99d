"""How far the rules cover a source, article by article."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Literal

from canmou.engine.records import Record, Text, in_a_row
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.rulebase.vocabulary import Cite

CoverageState = Literal["covered", "in_part", "not_operational", "missing"]
COVERAGE_WORDS: dict[CoverageState, Text] = {
    "covered": Text(zh="有规则", en="covered"),
    "in_part": Text(zh="部分有规则", en="in part"),
    "not_operational": Text(zh="没有要谁去办的事", en="not operational"),
    "missing": Text(zh="没有规则", en="missing"),
}


class ArticleCoverage(Record):
    """One article of a source, and what rests on it.

    ``state``: covered by rules or standards; in part, where the source says of one of its places
    that it asks nothing of anybody here; not operational, where it says so of the whole article;
    missing. ``reason`` is what the source says. ``carries_out`` are the duties of the article that
    rules and groups name.
    """

    source: str
    article: str
    state: CoverageState
    rules: tuple[str, ...] = ()
    standards: tuple[str, ...] = ()
    carries_out: tuple[str, ...] = ()
    reason: Text | None = None


def coverage(rulebase: RuleBase, source: str | None = None) -> tuple[ArticleCoverage, ...]:
    """Return the coverage of a source, or of all sources that anything cites.

    Articles without rules are listed where the source says how many articles it has.
    """
    names = [source] if source is not None else sorted(rulebase.sources)
    return tuple(line for name in names for line in _of_source(rulebase, name))


def _of_source(rulebase: RuleBase, source: str) -> list[ArticleCoverage]:
    groups = [c.choose for c in rulebase.chooses.values()]
    rules = _by_article(
        source,
        [(r.id, r.cites) for r in rulebase.rules.values()],
        [(g.group, g.cites) for g in groups],
    )
    standards = _by_article(source, [(s.standard, s.cites) for s in rulebase.standards.values()])
    duties: dict[str, set[str]] = {}
    named = [r.carries_out for r in rulebase.rules.values()] + [g.carries_out for g in groups]
    for duty in itertools.chain.from_iterable(named if source == "erl2024" else ()):
        duties.setdefault(_number_of_duty(duty), set()).add(duty)
    record = rulebase.sources[source]
    numbers = [str(n) for n in range(1, (record.articles or 0) + 1)]
    others = sorted((set(rules) | set(standards)) - set(numbers))
    idle: dict[str, dict[str, Text]] = {}
    for place, reason in record.not_operational.items():
        idle.setdefault(_number(place), {})[place] = reason
    return [
        ArticleCoverage(
            source=source,
            article=number,
            state=_state(number in rules or number in standards, number in idle),
            rules=tuple(rules.get(number, ())),
            standards=tuple(standards.get(number, ())),
            carries_out=tuple(sorted(duties.get(number, ()))),
            reason=in_a_row(idle.get(number, {}).values()),
        )
        for number in (*numbers, *others)
    ]


def _by_article(
    source: str, *entries: Iterable[tuple[str, tuple[Cite, ...]]]
) -> dict[str, dict[str, None]]:
    """Return the entries that cite a source, by the number of the article."""
    found: dict[str, dict[str, None]] = {}
    for name, cites in itertools.chain(*entries):
        for cite in cites:
            if cite.source == source:
                found.setdefault(_number(cite.article), {})[name] = None
    return found


def _state(covered: bool, excused: bool) -> CoverageState:
    if covered:
        return "in_part" if excused else "covered"
    return "not_operational" if excused else "missing"


def _number(article: str | None) -> str:
    """Return the article's number without paragraph and item.

    >>> _number("73.1.3")
    '73'
    """
    return (article or "—").split(".")[0] if (article or "")[:1].isdigit() else (article or "—")


def _number_of_duty(duty: str) -> str:
    """Return the article of a duty of the matrix: ``erl73.1.3a`` is of article 73."""
    return duty.removeprefix("erl").split(".")[0].rstrip("abcdefgh")
