"""A community with registers, as the tests of readiness use it: three homes in danger."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from canmou.casebase import connect
from canmou.casebase.readiness_registers import replace_rows
from canmou.casebase.store import Store
from canmou.readiness.registers import registers
from tests.web_office import Person, database

AT = datetime(2026, 11, 1, 9, 0)
DAY = "2026-10-01"

ROWS: dict[str, list[dict[str, Any]]] = {
    "hazards": [
        {"name": "北坡", "kind": "landslide", "place": "3号楼后", "zone": "3号楼",
         "watcher": "钱网格", "phone": "13800000001", "measure": "汛期每天看",
         "state": "open", "checked_on": DAY},
        {"name": "地下车库", "kind": "rainstorm_flood", "place": "小区南门", "zone": "1号楼",
         "watcher": "孙物业", "phone": "13800000002", "measure": None, "state": "in_work",
         "checked_on": DAY},
        {"name": "加油站", "kind": "chemical", "place": "东街", "zone": "8号楼",
         "watcher": "周站长", "phone": "13800000003", "measure": None,
         "state": "open", "checked_on": DAY},
    ],
    "people": [
        {"name": "张能走", "birth_year": 1950, "zone": "1号楼", "home": "1-1-101",
         "reach": "13900000001",
         "reach_otherwise": None, "need": "old", "mobility": "walks", "helper": "刘邻居",
         "helper_phone": "13700000001", "shelter": "社区活动中心", "note": None, "checked_on": DAY},
        {"name": "王卧床", "birth_year": 1938, "zone": "3号楼", "home": "3-2-301",
         "reach": None,
         "reach_otherwise": "敲门，女儿住隔壁", "need": "sick", "mobility": "stretcher",
         "helper": "陈志愿", "helper_phone": "13700000002", "shelter": "小学体育馆",
         "note": "带氧气瓶", "checked_on": DAY},
        {"name": "李轮椅", "birth_year": 1971, "zone": "3号楼", "home": "3-1-102",
         "reach": "13900000003",
         "reach_otherwise": None, "need": "disabled", "mobility": "wheelchair", "helper": None,
         "helper_phone": None, "shelter": None, "note": None, "checked_on": "2025-01-01"},
        {"name": "赵别处", "birth_year": None, "zone": "6号楼", "home": "6-1-101",
         "reach": "13900000004",
         "reach_otherwise": None, "need": "old_alone", "mobility": "helped", "helper": "何邻居",
         "helper_phone": "13700000004", "shelter": None, "note": None, "checked_on": DAY},
    ],
    "shelters": [
        {"name": "社区活动中心", "place": "幸福路1号", "zone": "1号楼", "floor_area": 70,
         "toilets": 4, "water_litres_day": None, "step_free": True, "holder": "吴管理",
         "phone": "13600000001", "taken": None, "checked_on": DAY},
        {"name": "小学体育馆", "place": "学府路2号", "zone": None, "floor_area": 7, "toilets": 20,
         "water_litres_day": 5000, "step_free": True, "holder": "郑校长", "phone": "13600000002",
         "taken": 0, "checked_on": DAY},
        {"name": "街道礼堂", "place": "文东路9号", "zone": None, "floor_area": 350, "toilets": 2,
         "water_litres_day": None, "step_free": False, "holder": "冯馆长", "phone": "0531-12345678",
         "taken": 10, "checked_on": DAY},
    ],
    "supplies": [
        {"name": "瓶装水", "use": "food", "quantity": 200, "unit": "瓶",
         "place": "居委会仓库",
         "expires_on": "2026-10-15", "holder": "褚站长", "phone": "13500000001", "checked_on": DAY},
        {"name": "手电", "use": "light", "quantity": 30, "unit": "支", "place": "居委会仓库",
         "expires_on": None, "holder": "褚站长", "phone": "13500000001", "checked_on": DAY},
    ],
    "volunteers": [
        {"name": "幸福救援队", "kind": "organisation", "skill": "moving", "zone": None,
         "people": 12, "adult": True, "insured": True, "phone": "13400000001", "checked_on": DAY},
    ],
    "movers": [
        {"zone": "3号楼", "name": "沈楼长", "phone": "13300000001", "stand_in": "韩支委",
         "stand_in_phone": "13300000002", "checked_on": DAY},
    ],
    "receivers": [
        {"place": "幸福商场", "name": "杨经理", "phone": "13200000001", "way": "broadcast",
         "checked_on": DAY},
    ],
    "drills": [
        {"held_on": "2026-06-10", "subject": "汛期转移", "kind": "field", "people": 60,
         "findings": "三号楼的喇叭听不见", "done_about": None, "done_on": None},
        {"held_on": "2026-06-11", "subject": "夜间叫应", "kind": "alarm", "people": 12,
         "findings": "两人电话不通", "done_about": "改了电话", "done_on": "2026-06-20"},
    ],
}  # fmt: skip


def fill_registers(store: Store, office: str, *names: str) -> None:
    """Put the rows into the registers of an office, into all of them by default."""
    for name in names or ROWS:
        replace_rows(
            store, office, name, ROWS[name], registers()[name].personal, author="zhao", at=AT
        )


HERE = "/readiness/xingfu"


@pytest.fixture
def folder(app: Flask, tmp_path: Path) -> Path:
    """The office with registers in its community."""
    with connect(database(tmp_path)) as store:
        fill_registers(store, "xingfu")
    return tmp_path


@pytest.fixture
def zhao(app: Flask, folder: Path) -> Person:
    """The duty officer of the community."""
    return Person(app, "zhao")


def started(zhao: Person) -> str:
    """Start the self-check; return the path of its first screen."""
    answer = zhao.post(f"{HERE}/check/start", {}, page=f"{HERE}/check")
    return answer.request.path
