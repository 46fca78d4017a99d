"""The seams between neighbouring levels: thresholds on the wrong side, and bounds that overlap."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from canmou.engine.proving.directions import direction_of
from canmou.engine.proving.findings import Finding
from canmou.engine.proving.rows import Bounds, bounds_of
from canmou.engine.proving.tables import LEVEL_OF_RANK, Table
from canmou.engine.records import Level, Text
from canmou.engine.rulebase.conditions import RANKS
from canmou.engine.rulebase.vocabulary import Measure
from canmou.engine.valuesets import Number


def seams(table: Table) -> tuple[list[Finding], frozenset[tuple[str, int]]]:
    """Return the findings at the seams, and the rows that they concern (as level and number)."""
    found: list[Finding] = []
    rows: set[tuple[str, int]] = set()
    for measure, bounds in _by_measure(table).items():
        record = table.prover.rulebase.measures[measure]
        for milder, worse in _neighbours(table, bounds):
            finding = _wrong_side(table, record, milder, worse) or _overlap(
                table, record, milder, worse
            )
            if finding is not None:
                found.append(finding)
                rows |= {(b.row.level, b.row.number) for b in (milder, worse)}
    return found, frozenset(rows)


def _by_measure(table: Table) -> dict[str, list[Bounds]]:
    found: dict[str, list[Bounds]] = {}
    for level in table.levels:
        for row in table.rows[level]:
            for measure, bounds in bounds_of(row).items():
                if measure in table.prover.rulebase.measures:
                    found.setdefault(measure, []).append(bounds)
    return dict(sorted(found.items()))


def _neighbours(table: Table, bounds: list[Bounds]) -> Iterator[tuple[Bounds, Bounds]]:
    """Yield rows of neighbouring levels that differ only in the bounds on one figure."""
    for one, other in itertools.combinations(bounds, 2):
        milder, worse = sorted((one, other), key=lambda b: RANKS[b.row.level])
        if milder.row.level == worse.row.level or milder.rest != worse.rest:
            continue
        between = [
            b for b in bounds
            if RANKS[milder.row.level] < RANKS[b.row.level] < RANKS[worse.row.level]
            and b.rest == milder.rest
        ]  # fmt: skip
        if not between:
            yield milder, worse


def _threshold(bounds: Bounds, upward: bool) -> tuple[Number, bool] | None:
    """Return where a row begins, seen in the direction in which it gets worse."""
    if upward:
        return None if bounds.low is None else (bounds.low, bounds.low_open)
    return None if bounds.high is None else (bounds.high, bounds.high_open)


def _end(bounds: Bounds, upward: bool) -> tuple[Number, bool] | None:
    return _threshold(bounds, not upward)


def _wrong_side(table: Table, measure: Measure, milder: Bounds, worse: Bounds) -> Finding | None:
    """Return that a milder level begins no earlier than the next, or one counts its own figure."""
    if direction_of(measure) == "none" or table.standard.not_monotone is not None:
        return None
    upward = direction_of(measure) == "higher"
    first, second = _threshold(milder, upward), _threshold(worse, upward)
    if first is None or second is None:
        return None
    if _begins_before(first, second, upward):
        return _apart(table, measure, milder, worse, upward)
    return _reversed(table, measure, milder, worse, upward)


def _begins_before(one: tuple[Number, bool], other: tuple[Number, bool], upward: bool) -> bool:
    if one[0] != other[0]:
        return one[0] < other[0] if upward else one[0] > other[0]
    return not one[1] and other[1]


def _reversed(
    table: Table, measure: Measure, milder: Bounds, worse: Bounds, upward: bool
) -> Finding | None:
    found = table.plainest(table.of(milder.row)) or table.plainest(table.of(worse.row))
    if found is None:
        return None
    filled = table.filled(found)
    came = LEVEL_OF_RANK.get(table.rank_in(filled) or 0, "below")
    words = {b.row.level: _words(b, upward) for b in (milder, worse)}
    low, high = milder.row.level, worse.row.level
    return table.finding(
        "wrong_side", _level(low),
        f"{measure.label.zh}的界线放反：{low} 级从 {words[low].zh} 起，更重的 {high} 级却从 "
        f"{words[high].zh} 起",
        f"thresholds of {measure.label.en} on the wrong side: level {low} begins at "
        f"{words[low].en}, the more serious {high} at {words[high].en}",
        table.witness(
            filled,
            Text(zh=f"{low} 级这一项成立，得出 {came}", en=f"row of {low} holds: {came} comes out"),
        ),
        milder.measure,
    )  # fmt: skip


def _apart(
    table: Table, measure: Measure, milder: Bounds, worse: Bounds, upward: bool
) -> Finding | None:
    """Return that one level counts the threshold itself (以上), its neighbour not (超过)."""
    first, second = _threshold(milder, upward), _threshold(worse, upward)
    if first is None or second is None or first[1] == second[1]:
        return None
    odd = milder if first[1] else worse
    value = (first if first[1] else second)[0]
    if value == 0:
        return None
    term = table.worlds.value(odd.measure)
    rest = [table.worlds.formula(c) for c in sorted(odd.rest, key=repr)]
    found = table.plainest(term == value, *rest)
    if found is None:
        return None
    filled = table.filled(found)
    came = LEVEL_OF_RANK.get(table.rank_in(filled) or 0, "below")
    level = odd.row.level
    return table.finding(
        "wrong_side", _level(level),
        f"{measure.label.zh}正好 {value} 时不算 {level} 级，而相邻一级含本数；核对原文是“以上”还是"
        "“超过”",
        f"{measure.label.en} of exactly {value} does not count as level {level}, while the "
        "neighbouring level includes its own figure; see whether the text includes it",
        table.witness(
            filled,
            Text(zh=f"正好 {value}，得出 {came}", en=f"exactly {value}: {came} comes out"),
        ),
        odd.measure,
    )  # fmt: skip


def _overlap(table: Table, measure: Measure, milder: Bounds, worse: Bounds) -> Finding | None:
    """Return that a row which ends somewhere reaches into the row of the next level."""
    upward = direction_of(measure) != "lower"
    end, begin = _end(milder, upward), _threshold(worse, upward)
    if end is None or begin is None or _threshold(milder, upward) is None:
        return None
    meet = end[0] > begin[0] if upward else end[0] < begin[0]
    if not meet and not (end[0] == begin[0] and not end[1] and not begin[1]):
        return None
    found = table.plainest(table.of(milder.row), table.of(worse.row))
    if found is None:
        return None
    filled = table.filled(found)
    came = LEVEL_OF_RANK.get(table.rank_in(filled) or 0, "below")
    low, high = milder.row.level, worse.row.level
    return table.finding(
        "overlap", _level(low),
        f"{low} 级与 {high} 级重叠：{measure.label.zh}为 {_given(filled, milder.measure)} 时"
        "两级都成立",
        f"levels {low} and {high} overlap: with {measure.label.en} at "
        f"{_given(filled, milder.measure)} both hold",
        table.witness(
            filled,
            Text(
                zh=f"{low} 级和 {high} 级的条件都成立，得出 {came}",
                en=f"the conditions of {low} and of {high} hold, {came} comes out",
            ),
        ),
        milder.measure,
    )  # fmt: skip


def _given(filled: dict[str, object], measure: str) -> object:
    answers = filled["answers"]
    return answers.get(measure, "?") if isinstance(answers, dict) else "?"


def _words(bounds: Bounds, upward: bool) -> Text:
    threshold = _threshold(bounds, upward)
    if threshold is None:
        return Text(zh="?", en="?")
    value, is_open = threshold
    sign = (">" if is_open else ">=") if upward else ("<" if is_open else "<=")
    return Text(zh=f"{sign} {value}", en=f"{sign} {value}")


def _level(level: str) -> Level:
    return level  # type: ignore[return-value]
