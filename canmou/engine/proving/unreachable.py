"""Levels and rows of a table that never decide anything: impossible, or covered by others."""

from __future__ import annotations

from collections.abc import Iterator

import z3

from canmou.engine.proving.findings import Finding
from canmou.engine.proving.prover import Prover
from canmou.engine.proving.rows import Row
from canmou.engine.proving.solving import Found
from canmou.engine.proving.tables import LEVEL_OF_RANK, Table, moments_of
from canmou.engine.proving.witnesses import nothing_known
from canmou.engine.records import Level, Text
from canmou.engine.rulebase.conditions import RANKS
from canmou.engine.rulebase.records import Standard


def unreachable(
    prover: Prover, standard: Standard, passed_over: frozenset[tuple[str, int]] = frozenset()
) -> Iterator[Finding]:
    """Yield the levels and rows that no incident ever reaches.

    ``passed_over`` are rows, as level and number, of which another check has told already.
    """
    moments = tuple(moments_of(prover, standard))
    if not moments:
        yield _never_in_force(prover, standard)
        return
    tables = [Table(prover, standard, moment) for moment in moments]
    if not any(t.possible() for t in tables):
        yield _never_applies(tables[0])
        return
    for level in tables[0].levels:
        rank = RANKS[level]
        if not any(t.possible(t.rank() == rank) for t in tables):
            rows = tables[0].rows[level]
            if not passed_over.issuperset((level, row.number) for row in rows):
                yield _level(tables, level)
        elif len(tables[0].rows[level]) > 1:
            yield from _rows(tables, level, passed_over)


def _never_in_force(prover: Prover, standard: Standard) -> Finding:
    return Finding(
        kind="never_fires",
        place=prover.of_standard(standard),
        entry=standard.standard,
        message=Text(
            zh="没有一天在施行：它的施行日期与所引依据的施行日期没有重合",
            en="is in force on no day: its period and those of its sources do not meet",
        ),
    )


def _never_applies(table: Table) -> Finding:
    filled = nothing_known(table.moment)
    return table.finding(
        "never_fires", None,
        "applies 的条件永远不能成立，这个标准从不适用",
        "the condition in applies can never hold: the standard never applies",
        table.witness(
            filled,
            Text(
                zh="什么都不知道时仍不得出这个标准的等级" if table.rank_in(filled) is None
                else "不得出这个标准的等级",
                en="even when nothing is known, this standard gives no level",
            ),
        ),
    )  # fmt: skip


def _level(tables: list[Table], level: Level) -> Finding:
    """Return that a level is never the outcome: impossible, or a higher level always holds too."""
    for table in tables:
        step = table.worlds.condition_of(f"level:{table.id}:{level}")
        found = table.plainest(step)
        if found is not None:
            return _covered_level(table, level, found)
    table = tables[0]
    rows = "；".join(table.row_text(r).zh for r in table.rows[level])
    found = _as_far_as_possible(table, table.rows[level][0])
    filled = table.filled(found) if found else nothing_known(table.moment)
    return table.finding(
        "never_fires", level,
        f"{level} 级的条件永远不能成立：{rows}",
        f"the condition of level {level} can never hold",
        table.witness(filled, Text(zh=f"得不出 {level} 级", en=f"does not give level {level}")),
    )  # fmt: skip


def _covered_level(table: Table, level: Level, found: Found) -> Finding:
    filled = table.filled(found)
    higher = LEVEL_OF_RANK.get(table.rank_in(filled) or 0, "?")
    return table.finding(
        "subsumed", level,
        f"{level} 级的条件成立时，{higher} 级也总成立，所以永远得不出 {level} 级",
        f"whenever level {level} holds level {higher} holds too: {level} is never the outcome",
        table.witness(
            filled,
            Text(
                zh=f"{level} 级的条件成立，却得出 {higher} 级",
                en=f"level {level} holds, yet level {higher} comes out",
            ),
        ),
    )  # fmt: skip


def _rows(
    tables: list[Table], level: Level, passed_over: frozenset[tuple[str, int]]
) -> Iterator[Finding]:
    idle: set[int] = set()
    for row in reversed(tables[0].rows[level]):
        if (level, row.number) in passed_over:
            continue
        if any(t.possible(*decides(t, level, row, idle)) for t in tables):
            continue
        idle.add(row.number)
        yield _idle_row(tables, level, row)


def decides(table: Table, level: Level, row: Row, idle: set[int]) -> list[object]:
    """Return that a row holds, and nothing else that leads to its level or above."""
    others = [r for r in table.rows[level] if r.number != row.number and r.number not in idle]
    same = next(r for r in table.rows[level] if r.number == row.number)
    higher = [v for v in table.levels if RANKS[v] > RANKS[level]]
    return [
        table.of(same),
        *(z3.Not(table.of(r)) for r in others),
        *(z3.Not(table.worlds.step(f"level:{table.id}:{v}")) for v in higher),
    ]


def _idle_row(tables: list[Table], level: Level, row: Row) -> Finding:
    about = f"{level}.{row.number}"
    for table in tables:
        same = next(r for r in table.rows[level] if r.number == row.number)
        found = table.plainest(table.of(same))
        if found is None:
            continue
        text, filled = table.row_text(same), table.filled(found)
        rank = table.rank_in(filled) or RANKS[level]
        came = LEVEL_OF_RANK[rank]
        why_zh = f"{came} 级也总成立" if rank > RANKS[level] else "同级的其他各项也总有一项成立"
        why_en = f"level {came}" if rank > RANKS[level] else "another row of the same level"
        return table.finding(
            "subsumed", level,
            f"{level} 级第 {row.number} 项（{text.zh}）没有作用：它成立时，{why_zh}",
            f"row {row.number} of level {level} ({text.en}) decides nothing: whenever it holds, "
            f"{why_en} holds too",
            table.witness(
                filled,
                Text(
                    zh=f"这一项成立，得出 {came} 级；去掉这一项也一样",
                    en=f"the row holds and level {came} comes out, with or without the row",
                ),
            ),
            about,
        )  # fmt: skip
    table = tables[0]
    text = table.row_text(row)
    found = _as_far_as_possible(table, row)
    filled = table.filled(found) if found else nothing_known(table.moment)
    return table.finding(
        "never_fires", level,
        f"{level} 级第 {row.number} 项永远不能成立：{text.zh}",
        f"row {row.number} of level {level} can never hold: {text.en}",
        table.witness(filled, Text(zh="这一项不成立", en="the row does not hold")),
        about,
    )  # fmt: skip


def _as_far_as_possible(table: Table, row: Row) -> Found | None:
    """Return the world in which the parts of a row hold from the left as far as they can."""
    kept: list[object] = []
    for part in row.parts:
        formula = table.worlds.formula(part)
        if table.possible(*kept, formula):
            kept.append(formula)
    return table.plainest(*kept)
