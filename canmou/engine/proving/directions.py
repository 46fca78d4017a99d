"""Grading that gets milder as the matter gets worse: gaps and grading that is not monotone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, cast

import z3

from canmou.engine.proving.findings import Finding
from canmou.engine.proving.solving import plainest, together
from canmou.engine.proving.tables import Table, outcome
from canmou.engine.proving.worlds import Worlds
from canmou.engine.records import Text
from canmou.engine.rulebase.conditions import RANKS
from canmou.engine.rulebase.vocabulary import FindingKind, Measure

Direction = Literal["higher", "lower", "none"]


def direction_of(measure: Measure) -> Direction:
    """Return in which direction a measure gets worse; ordered choices get worse upward."""
    if measure.type == "choice":
        return "higher" if measure.ordered and measure.worse != "lower" else (
            "lower" if measure.ordered else "none"
        )  # fmt: skip
    return measure.worse


def milder_when_worse(table: Table) -> Iterator[Finding]:
    """Yield where the outcome falls although nothing got better.

    Below every level it is a gap, else grading is not monotone. A table that says why it is not
    monotone is asked only for gaps between two figures that have a level.
    """
    if table.standard.not_monotone is None:
        told = list(_falls(table, "gap")) + list(_falls(table, "not_monotone"))
        yield from told
        if any(f.kind == "gap" for f in told):
            return
    yield from _holes(table)


def can_fall(table: Table, kind: FindingKind) -> bool:
    """Tell whether the outcome can fall although nothing got better: to none (gap) or to milder."""
    names = _named(table)
    one, other = table.worlds, table.second("'")
    return together([one, other], _fall_formulas(table, names, names, kind), table.names)


def _falls(table: Table, kind: FindingKind) -> Iterator[Finding]:
    if not can_fall(table, kind):
        return
    names = _named(table)
    found_any = False
    for name in names:
        pair = _fall(table, names, [name], kind)
        if pair is not None:
            found_any = True
            yield _told(table, pair, name, kind)
    if not found_any:
        pair = _fall(table, names, names, kind)
        if pair is not None:
            yield _told(table, pair, None, kind)


def _named(table: Table) -> list[str]:
    """Return the measures on which the outcome rests, without those only tied to them."""
    measures = table.prover.rulebase.measures
    table.rank()
    return sorted(n for n in table.names & table.worlds.read if not measures[n].sum_of)


def _fall(
    table: Table, names: list[str], moving: list[str], kind: FindingKind
) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Return two incidents: the second no better in ``moving``, equal in the rest, yet milder."""
    worlds = [table.worlds, table.second("'")]
    formulas = _fall_formulas(table, names, moving, kind)
    if not together(worlds, formulas, table.names):
        return None
    found = plainest(worlds, formulas, table.names, not table.alone)
    return (table.filled(found[0]), table.filled(found[1])) if found else None


def _fall_formulas(
    table: Table, names: list[str], moving: list[str], kind: FindingKind
) -> list[Any]:
    one, other = table.worlds, table.second("'")
    measures = table.prover.rulebase.measures
    formulas = [_no_better(one, other, n, measures[n], n in moving) for n in names]
    before, after = table.rank(one), table.rank(other)
    formulas += [table.applies(one), table.applies(other), before > after, before >= 1]
    formulas.append(after == 0 if kind == "gap" else after >= 1)
    return formulas + [one.leaf(leaf) == other.leaf(leaf) for leaf in list(one.leaves)]


def _no_better(one: Worlds, other: Worlds, name: str, measure: Measure, moves: bool) -> Any:
    before, after = one.value(name), other.value(name)
    direction = direction_of(measure)
    if not moves or direction == "none":
        return before == after
    if measure.type == "yes_no":
        return z3.Implies(before, after) if direction == "higher" else z3.Implies(after, before)
    return after >= before if direction == "higher" else after <= before


def _told(
    table: Table, pair: tuple[dict[str, Any], dict[str, Any]], name: str | None, kind: FindingKind
) -> Finding:
    milder, worse = pair
    first, second = table.rank_in(milder), table.rank_in(worse)
    measure = table.prover.rulebase.measures[name] if name else None
    change = _change(pair, name, measure)
    level = next((v for v in table.levels if RANKS[v] == first), None)
    shows = Text(
        zh=f"{change.zh}，反而从“{outcome(first).zh}”变成“{outcome(second).zh}”",
        en=f'{change.en}: "{outcome(first).en}" becomes "{outcome(second).en}"',
    )
    if kind == "gap":
        zh = f"中间有空档：{change.zh}，没有一级适用"
        en = f"there is a gap: {change.en}, and no level applies"
    else:
        zh, en = f"情况更重，等级反而更轻：{shows.zh}", f"worse, yet a milder level: {shows.en}"
    witness = table.witness(worse, shows, milder)
    return table.finding(kind, level, zh, en, witness, name or "")


def _change(
    pair: tuple[dict[str, Any], dict[str, Any]], name: str | None, measure: Measure | None
) -> Text:
    if name is None or measure is None:
        return Text(zh="几项同时更重", en="several answers get worse together")
    values = [_value(filled, name, measure) for filled in pair]
    return Text(
        zh=f"{measure.label.zh}由 {values[0].zh} 变为 {values[1].zh}",
        en=f"{measure.label.en} from {values[0].en} to {values[1].en}",
    )


def _value(filled: dict[str, Any], name: str, measure: Measure) -> Text:
    value = filled.get("status") if name == "status" else filled["answers"].get(name)
    if measure.type == "choice" and value in measure.choices:
        return measure.choices[cast(str, value)]
    if isinstance(value, bool):
        return Text(zh="是" if value else "否", en="yes" if value else "no")
    return Text(zh=str(value), en=str(value))


def _holes(table: Table) -> Iterator[Finding]:
    """Yield figures without direction between two others that have a level."""
    rulebase = table.prover.rulebase
    names = _named(table)
    second, third = table.second("'"), table.second("''")
    ranks = [table.rank(w) for w in (table.worlds, second, third)]
    free = table.standard.not_monotone is not None
    for name in names:
        measure = rulebase.measures[name]
        if measure.type in {"yes_no", "choice"} or not (free or measure.worse == "none"):
            continue
        worlds = (table.worlds, second, third)
        values = [w.value(name) for w in worlds]
        formulas = [
            w.value(other) == table.worlds.value(other)
            for w in (second, third) for other in names if other != name
        ]  # fmt: skip
        formulas += [table.applies(w) for w in worlds]
        formulas += [values[0] < values[1], values[1] < values[2]]
        formulas += [ranks[0] >= 1, ranks[1] == 0, ranks[2] >= 1]
        formulas += [
            table.worlds.leaf(leaf) == w.leaf(leaf)
            for w in (second, third) for leaf in list(table.worlds.leaves)
        ]  # fmt: skip
        if not together(worlds, formulas, table.names):
            continue
        found = plainest(worlds, formulas, table.names, not table.alone)
        if found is None:
            continue
        low, hole = table.filled(found[0]), table.filled(found[1])
        values_of = [_value(table.filled(f), name, measure) for f in found]
        label = measure.label
        yield table.finding(
            "gap", None,
            f"中间有空档：{label.zh}为 {values_of[0].zh} 和 {values_of[2].zh} 时都有等级，"
            f"为 {values_of[1].zh} 时没有",
            f"there is a gap: {label.en} {values_of[0].en} and {values_of[2].en} have a level, "
            f"{values_of[1].en} has none",
            table.witness(hole, outcome(table.rank_in(hole)), low),
            name,
        )  # fmt: skip
