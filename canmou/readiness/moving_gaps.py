"""What is missing for moving people: empty registers, blocks that fit nothing, people alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from canmou.engine.records import Text
from canmou.readiness.plurals import count_of
from canmou.readiness.registers import iso_day, registers
from canmou.readiness.shelters import capacity
from canmou.readiness.zones import Rows, row_zone, writings, zone_key


def what_is_missing(
    rows: Mapping[str, Rows],
    hazards: Rows,
    since: date | None,
    *,
    without_helper: int,
    without_shelter: int,
) -> tuple[Text, ...]:
    """Return what is missing, ``hazards`` being the registered ones that matter now.

    ``since`` is the day on which the last finished self-check began.
    """
    found = [*_empty(rows, hazards), *_blocks(rows, hazards)]
    if without_helper:
        found.append(
            Text(
                zh=f"{without_helper} 人没有帮扶人",
                en=count_of(without_helper, "person has no helper", "people have no helper"),
            )
        )
    if without_shelter:
        found.append(
            Text(
                zh=f"{without_shelter} 人还没有去处",
                en=count_of(without_shelter, "person has", "people have") + " no place to go",
            )
        )
    unmeasured = [s for s in rows["shelters"] if capacity(s).unknown]
    if unmeasured:
        zh = "、".join(f"“{s['name']}”" for s in unmeasured)
        en = ", ".join(f'"{s["name"]}"' for s in unmeasured)
        found.append(
            Text(
                zh=f"{zh}的厕位或供水没有登记，容量没有算进去，可能偏多：先问清",
                en=f"toilets or water of {en} are not registered and not counted: ask first, the"
                " capacity may be smaller",
            )
        )
    found += _unchecked(rows, since)
    return tuple(found)


def _unchecked(rows: Mapping[str, Rows], since: date | None) -> Iterator[Text]:
    """Tell how much of what is rung up and gone to nobody has checked."""
    days = [
        day
        for name in ("people", "shelters", "movers")
        for row in rows[name]
        if (day := iso_day(row.get(registers()[name].checked or "")))
        and (since is None or day < since)
    ]
    if not days:
        return
    oldest = min(days)
    if since is None:
        yield Text(
            zh=f"还没有做完过自查，登记没有通盘核对过（最早的一条是 {oldest} 核对的）："
            "先打电话核实",
            en="no self-check has been finished, so the entries were never gone through (the"
            f" oldest was checked on {oldest}): ring up first",
        )
    else:
        number = count_of(len(days), "entry was", "entries were")
        yield Text(
            zh=f"{len(days)} 条登记从上次自查（{since} 开始）以来没有核对（最早的一条是 {oldest}"
            " 核对的）：先打电话核实",
            en=f"{number} not checked since the last self-check, which began on {since} (the oldest"
            f" was checked on {oldest}): ring up first",
        )


def _empty(rows: Mapping[str, Rows], hazards: Rows) -> Iterator[Text]:
    for name, register in registers().items():
        if name in rows and not rows[name]:
            yield Text(
                zh=f"“{register.label.zh}”登记册是空的：现在要另外问清",
                en=f'the register "{register.label.en}" is empty: find out now',
            )
    if rows["hazards"] and not hazards:
        yield Text(
            zh="登记册里没有这类事件会威胁的风险点：名单不分片区，按全部登记人员排",
            en="no registered hazard fits this incident: the list is not sorted by block",
        )


def _blocks(rows: Mapping[str, Rows], hazards: Rows) -> Iterator[Text]:
    """Tell of threatened blocks without mover or people, and of blocks only people name."""
    written = writings(rows["hazards"], rows["people"])
    covered = {row_zone(mover) for mover in rows["movers"]}
    lived_in = [row_zone(person) for person in rows["people"]]
    for block in dict.fromkeys(row_zone(hazard) for hazard in hazards):
        words = written[block]
        if block not in covered:
            yield Text(
                zh=f"片区“{words}”没有转移责任人", en=f'block "{words}" has no person responsible'
            )
        if lived_in and block not in lived_in:
            yield Text(
                zh=f"受威胁的片区“{words}”没有登记一个人：问清是没有人，还是片区写法不同",
                en=f'nobody is registered in the threatened block "{words}": ask whether nobody'
                " lives there or the block is written differently",
            )
    if not hazards:
        return
    used = covered | {row_zone(hazard) for hazard in rows["hazards"]}
    used |= {zone_key(str(one.get("place") or "")) for one in rows["receivers"]}
    for block in dict.fromkeys(lived_in):
        if block not in used:
            count = lived_in.count(block)
            yield Text(
                zh=f"“{written[block]}”登记了 {count} 人，"
                "但没有风险点、转移责任人或预警接收人用这个片区名：核对写法",
                en=count_of(count, "person is", "people are")
                + f' registered in "{written[block]}", a block that no hazard, person responsible'
                " or receiver names: check how it is written",
            )
