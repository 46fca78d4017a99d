"""转移名单: who first, with whom, where to, who calls whom; and what is missing."""

from __future__ import annotations

from datetime import date

import pytest

from canmou.engine import RuleBase
from canmou.readiness.moving import MovingList, kinds_threatening, moving_list
from canmou.readiness.registers import registers
from canmou.readiness.shelters import capacity
from tests.readiness_office import ROWS

TODAY = date(2026, 11, 22)
NONE: dict[str, list[dict[str, object]]] = {
    name: []
    for name in ("hazards", "people", "shelters", "movers", "receivers", "volunteers", "supplies")
}


@pytest.fixture
def rainstorm(rulebase: RuleBase) -> MovingList:
    """The list in a rainstorm."""
    return moving_list(kinds_threatening(["rainstorm_flood"], rulebase), ROWS, TODAY)


def test_a_rainstorm_lists_the_threatened_slowest_first(rainstorm: MovingList) -> None:
    """Carried, wheelchair, on foot; somebody elsewhere waits."""
    assert ["王卧床", "李轮椅", "张能走"] == [one.person["name"] for one in rainstorm.now]
    assert ["赵别处"] == [one.person["name"] for one in rainstorm.later]
    assert [1, 2, 3, 4] == [one.place for one in (*rainstorm.now, *rainstorm.later)]
    assert {"北坡", "地下车库"} == {h["name"] for h in rainstorm.hazards}
    assert ("北坡",) == rainstorm.now[0].hazards


def test_each_has_helper_place_and_capacity_left(rainstorm: MovingList) -> None:
    """The hall takes two by its floor; the centre is threatened; the old hall is for the walker."""
    carried, wheelchair, walker = rainstorm.now
    assert ("陈志愿", "13700000002") == (
        carried.person["helper"],
        carried.person["helper_phone"],
    )
    assert ("小学体育馆", 1) == (carried.shelter and carried.shelter["name"], carried.left_after)
    assert ("小学体育馆", 0) == (
        wheelchair.shelter and wheelchair.shelter["name"],
        wheelchair.left_after,
    )
    assert "街道礼堂" == (walker.shelter and walker.shelter["name"])
    used = {use.shelter["name"]: use for use in rainstorm.shelters}
    assert used["社区活动中心"].threatened
    assert (40, 10, 2, 28) == (
        used["街道礼堂"].capacity.people,
        used["街道礼堂"].capacity.taken,
        used["街道礼堂"].assigned,
        used["街道礼堂"].left,
    )


def test_who_calls_whom_and_what_is_missing(rainstorm: MovingList) -> None:
    block = next(b for b in rainstorm.calls if b.block == "3号楼")
    assert ["沈楼长"] == [one["name"] for one in block.movers]
    assert ["王卧床"] == [p["name"] for p in block.helped]
    assert ["李轮椅"] == [p["name"] for p in block.without_helper]
    told = "；".join(text.zh for text in rainstorm.missing)
    for words in ("“1号楼”没有转移责任人", "1 人没有帮扶人"):
        assert words in told


def test_entries_are_held_against_the_last_self_check(rulebase: RuleBase) -> None:
    """The day it began, not a number of months; without one the list says that there was none."""
    kinds = kinds_threatening(["rainstorm_flood"], rulebase)
    never = "；".join(text.zh for text in moving_list(kinds, ROWS, TODAY).missing)
    assert "还没有做完过自查" in never
    assert "最早的一条是 2025-01-01 核对的" in never
    found = moving_list(kinds, ROWS, TODAY, date(2025, 11, 3)).missing
    assert any(
        "1 条登记从上次自查（2025-11-03 开始）以来没有核对（最早的一条是 2025-01-01" in text.zh
        for text in found
    )
    assert any(text.en.startswith("1 entry was not checked since") for text in found)
    fresh = moving_list(kinds, ROWS, TODAY, date(2025, 1, 1)).missing
    assert not any("自查" in text.zh for text in fresh)


def test_who_can_help_and_what_to_take(rainstorm: MovingList) -> None:
    """Volunteers by skill, asked for those without a helper; goods in date; what is missing."""
    assert [("转移搬运", ["幸福救援队"])] == [
        (skill.zh, [v["name"] for v in able]) for skill, able in rainstorm.helping.by_skill
    ]
    assert ["手电"] == [one["name"] for one in rainstorm.helping.goods]
    assert [(), ("幸福救援队",), ()] == [
        tuple(v["name"] for v in one.could_ask) for one in rainstorm.now
    ]
    told = "；".join(text.zh for text in rainstorm.missing)
    for words in ("2 人要抬或要轮椅，物资登记册里没有标明用于搬抬的器材", "1 种物资已过期"):
        assert words in told


def test_helpers_of_the_block_come_first_and_minors_are_left_out(rulebase: RuleBase) -> None:
    team = ROWS["volunteers"][0]
    rows = {
        **ROWS,
        "volunteers": [
            team,
            {**team, "name": "三号楼的小伙子", "zone": "三号楼", "people": 2},
            {**team, "name": "中学生", "adult": False},
        ],
        "supplies": [{**ROWS["supplies"][1], "name": "担架", "use": "carrying"}],
    }
    found = moving_list(kinds_threatening(["rainstorm_flood"], rulebase), rows, TODAY)
    assert ["三号楼的小伙子", "幸福救援队"] == [v["name"] for v in found.helping.by_skill[0][1]]
    assert ["三号楼的小伙子", "幸福救援队"] == [v["name"] for v in found.now[1].could_ask]
    told = "；".join(text.zh for text in found.missing)
    assert "1 支志愿者不全是成年人" in told
    assert "要抬或要轮椅" not in told


def test_a_block_may_have_two_persons_responsible(rulebase: RuleBase) -> None:
    second = {**ROWS["movers"][0], "name": "沈副楼长", "phone": "13300000011"}
    rows = {**ROWS, "movers": [*ROWS["movers"], second]}
    found = moving_list(kinds_threatening(["rainstorm_flood"], rulebase), rows, TODAY)
    block = next(b for b in found.calls if b.block == "3号楼")
    assert ["沈楼长", "沈副楼长"] == [one["name"] for one in block.movers]


def test_what_is_not_known_of_a_shelter_is_told(rainstorm: MovingList) -> None:
    """A capacity by floor alone is not given as if water and toilets were known."""
    used = {use.shelter["name"]: use.capacity.unknown for use in rainstorm.shelters}
    assert {"社区活动中心": ("water",), "小学体育馆": (), "街道礼堂": ("water",)} == used
    told = "；".join(text.zh for text in rainstorm.missing)
    assert "“社区活动中心”、“街道礼堂”的厕位或供水没有登记" in told
    assert ("toilets", "water") == capacity({"floor_area": 35}).unknown


@pytest.mark.parametrize("written", ["3 号楼", "三号楼", "３号楼", "3#楼", " 三 号 楼 "])
def test_a_block_written_differently_is_the_same_block(rulebase: RuleBase, written: str) -> None:
    """Nobody threatened waits because the block is written in another way."""
    people = [
        {**row, "zone": written if row["zone"] == "3号楼" else row["zone"]}
        for row in ROWS["people"]
    ]
    found = moving_list(
        kinds_threatening(["rainstorm_flood"], rulebase), {**ROWS, "people": people}, TODAY
    )
    assert ["王卧床", "李轮椅", "张能走"] == [one.person["name"] for one in found.now]
    block = next(b for b in found.calls if b.block == "3号楼")
    assert block.movers
    assert 1 == len(block.helped)


def test_blocks_that_fit_nothing_are_missing(rulebase: RuleBase) -> None:
    """People in a block that nobody else names, and a threatened block without people."""
    people = [
        {**row, "zone": "东区三栋" if row["zone"] == "3号楼" else row["zone"]}
        for row in ROWS["people"]
    ]
    found = moving_list(
        kinds_threatening(["rainstorm_flood"], rulebase), {**ROWS, "people": people}, TODAY
    )
    told = "；".join(text.zh for text in found.missing)
    assert "“东区三栋”登记了 2 人" in told
    assert "受威胁的片区“3号楼”没有登记一个人" in told
    assert "受威胁的片区“1号楼”没有登记" not in told


def test_without_registers_it_says_what_is_missing(rulebase: RuleBase) -> None:
    found = moving_list(kinds_threatening(["rainstorm_flood"], rulebase), NONE, TODAY)
    assert () == found.now
    told = "；".join(text.zh for text in found.missing)
    for name in NONE:
        assert f"“{registers()[name].label.zh}”登记册是空的" in told


def test_nobody_is_sent_where_there_is_no_room(rulebase: RuleBase) -> None:
    """A wheelchair is not sent up steps, nobody into a full or threatened shelter."""
    rows = {**ROWS, "shelters": [ROWS["shelters"][0], ROWS["shelters"][2]]}
    found = moving_list(kinds_threatening(["rainstorm_flood"], rulebase), rows, TODAY)
    assert [None, None, "街道礼堂"] == [one.shelter and one.shelter["name"] for one in found.now]
    why = found.now[0].why_no_shelter
    assert why is not None
    assert "轮椅进不去" in why.zh
    assert any("2 人还没有去处" in text.zh for text in found.missing)


def test_other_incidents_matter_for_other_hazards(rulebase: RuleBase) -> None:
    """Chemicals threaten the block at the station; an outbreak threatens no registered hazard."""
    chemical = moving_list(kinds_threatening(["hazardous_chemical"], rulebase), ROWS, TODAY)
    assert ["加油站"] == [h["name"] for h in chemical.hazards]
    assert frozenset() == kinds_threatening(["infectious_disease"], rulebase)
    nobody = moving_list(frozenset(), ROWS, TODAY)
    assert any("没有这类事件会威胁的风险点" in text.zh for text in nobody.missing)
    assert len(ROWS["people"]) == len(nobody.now)


@pytest.mark.parametrize(
    ("row", "people", "tightest"),
    [
        ({"floor_area": 35}, 10, "floor"),
        ({"floor_area": 34.9}, 9, "floor"),
        ({"floor_area": 350, "toilets": 2}, 40, "toilets"),
        ({"floor_area": 350, "toilets": 20, "water_litres_day": 149}, 9, "water"),
        ({"floor_area": 350, "toilets": 0}, 0, "toilets"),
    ],
)
def test_capacity_by_the_sphere_figures(row: dict[str, float], people: int, tightest: str) -> None:
    """3.5 m² each, a toilet for 20, 15 litres a day: the tightest known figure counts."""
    found = capacity(row)
    assert (people, tightest) == (found.people, found.tightest)
    assert 0 == capacity({**row, "taken": 1000}).left
