"""Registers: every one survives its spreadsheet, and every wrong cell is named."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from canmou.engine.records import Language
from canmou.readiness.registers import registers
from canmou.readiness.spreadsheets import export_sheet, import_sheet
from canmou.readiness.upkeep import expiring, stale
from tests.readiness_office import ROWS

TODAY = date(2026, 11, 22)
KNOWN = {"shelters.name": frozenset(str(r["name"]) for r in ROWS["shelters"])}


def test_the_rows_of_the_tests_fill_every_register() -> None:
    assert set(registers()) == set(ROWS)
    for name, rows in ROWS.items():
        assert all(set(registers()[name].columns) == set(row) for row in rows)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", list(ROWS))
def test_every_register_survives_its_spreadsheet(name: str, language: Language) -> None:
    """Written and read back, in both languages, nothing is lost and nothing is added."""
    register = registers()[name]
    read = import_sheet(register, export_sheet(register, ROWS[name], language), today=TODAY,
                        known=KNOWN)  # fmt: skip
    assert () == read.mistakes
    assert ROWS[name] == list(read.rows)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zl", "Zp")),
                min_size=1, max_size=30),
        min_size=1, max_size=5,
    )
)  # fmt: skip
def test_any_text_that_is_taken_survives(texts: list[str]) -> None:
    """Whatever the form accepts comes back from the spreadsheet as it was."""
    from canmou.readiness.cells import CellMistake, cell_value

    register = registers()["hazards"]
    base = ROWS["hazards"][0]
    rows: dict[Any, dict[str, Any]] = {}
    for text in texts:
        try:
            value = cell_value(register.columns["name"], text, TODAY)
        except CellMistake:
            continue
        if value is not None:
            rows.setdefault(register.key_of({"name": value}), {**base, "name": value})
    if rows:
        read = import_sheet(register, export_sheet(register, rows.values(), "zh"), today=TODAY)
        assert () == read.mistakes
        assert list(rows.values()) == list(read.rows)


def test_a_text_that_begins_with_a_sign_stays_a_text() -> None:
    """A name such as ``+86…`` or ``=)`` does not become a formula in the office's spreadsheet."""
    row = {**ROWS["hazards"][0], "place": "=)"}
    content = export_sheet(registers()["hazards"], [row], "zh")
    cell = load_workbook(io.BytesIO(content)).active["C2"]
    assert ("s", "=)") == (cell.data_type, cell.value)


def sheet(name: str, change: Callable[[Any], None]) -> bytes:
    """Return a right spreadsheet of two rows with one change."""
    book = load_workbook(io.BytesIO(export_sheet(registers()[name], ROWS[name][:2], "zh")))
    change(book.active)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def put(cell: str, value: Any) -> Callable[[Any], None]:
    """Return a change that puts a value into a cell."""

    def change(page: Any) -> None:
        page[cell].value = value
        if isinstance(value, int | float):
            page[cell].number_format = "General"

    return change


WRONG: list[tuple[str, str, Any, str]] = [
    # register, cell, value, what the message must hold
    ("people", "A2", None, "必须填"),
    ("people", "A2", "   ", "必须填"),
    ("people", "A2", "名" * 41, "最多 40 个字"),
    ("people", "A3", True, "TRUE/FALSE"),
    ("people", "A2", datetime(2026, 5, 1), "不是日期"),
    ("people", "E2", "1380000000a", "不像电话号码"),
    ("people", "E2", "13800000000,13800000001", "只写一个号码"),
    ("people", "E2", "1.38E+10", "科学计数"),
    ("people", "E2", 139.5, "小数"),
    ("people", "E2", "无", "不像电话号码"),
    ("people", "E2", True, "电话号码"),
    ("people", "G2", "老头", "可选"),
    ("people", "H2", "要人抚", "是不是“要人扶”"),
    ("people", "H3", None, "必须填"),
    ("people", "J2", None, "填了“帮扶人”就要填"),
    ("people", "K2", "社区活动中兴", "是不是“社区活动中心”"),
    ("people", "M2", "2026年13月1日", "没有"),
    ("people", "M2", "2026-02-30", "没有"),
    ("people", "M2", "去年", "不是完整的日期"),
    ("people", "M2", "2026-05", "不是完整的日期"),
    ("people", "M2", date(2027, 1, 1), "还没有到"),
    ("people", "M2", date(1899, 1, 1), "1990-01-01"),
    ("people", "M2", datetime(2026, 5, 1, 8, 30), "不写钟点"),
    ("people", "M2", 46143, "不是日期"),
    ("people", "M2", time(8, 30), "不是日期"),
    ("people", "M2", "=TODAY()", "公式"),
    ("people", "C2", "#REF!", "错误值"),
    ("people", "C2", "#N/A", "错误值"),
    ("shelters", "D2", "七十", "不是数字"),
    ("shelters", "D2", "70平方米", "不是数字"),
    ("shelters", "D2", 0, "不能小于 1"),
    ("shelters", "D2", -70, "不能小于 1"),
    ("shelters", "D2", 1e9, "不能大于"),
    ("shelters", "D2", "80%", "百分数"),
    ("shelters", "D2", "70-80", "不写范围"),
    ("shelters", "D2", "60到80", "不写范围"),
    ("shelters", "D2", date(2026, 1, 1), "不是日期"),
    ("shelters", "D2", True, "TRUE/FALSE"),
    ("shelters", "D2", "=A1*2", "公式"),
    ("shelters", "E2", 2.5, "整数"),
    ("shelters", "E2", "nan", "要写一个数"),
    ("shelters", "G2", "也许", "是”或“否"),
    ("drills", "G3", date(2026, 6, 1), "不能早于 2026-06-11"),
    ("drills", "F3", None, "没有写明怎么改的，不能算改完"),
    ("people", "K2", "体育场", "登记册里没有"),
    ("drills", "D2", 0, "不能小于 1"),
]


@pytest.mark.parametrize(("name", "cell", "value", "words"), WRONG)
def test_a_wrong_cell_is_named(name: str, cell: str, value: Any, words: str) -> None:
    """Nothing is taken over; the mistake names the cell, the column and what is allowed."""
    read = import_sheet(registers()[name], sheet(name, put(cell, value)), today=TODAY, known=KNOWN)
    assert () == read.rows
    assert [cell] == [one.cell for one in read.mistakes]
    assert words in read.mistakes[0].text.zh
    assert read.mistakes[0].column is not None
    assert read.mistakes[0].text.en


def test_there_are_thirty_kinds_of_wrong_cells() -> None:
    """Kinds, not cells: what is told is the same for two only if they are wrong in the same way."""
    kinds = set()
    for name, cell, value, _ in WRONG:
        content = sheet(name, put(cell, value))
        told = (
            import_sheet(registers()[name], content, today=TODAY, known=KNOWN).mistakes[0].text.zh
        )
        kinds.add(re.sub(r"“[^”]*”|[\d:.年月日-]+|可选：.*|REF!|N/A", "", told))
    assert 30 <= len(kinds), sorted(kinds)


@pytest.mark.parametrize(
    "value", [1380000, "0531-1234567", "12345", 13800000000.0, "１３８００００００００"]
)
def test_numbers_as_people_write_them_are_taken(value: Any) -> None:
    read = import_sheet(registers()["people"], sheet("people", put("E2", value)), today=TODAY,
                        known=KNOWN)  # fmt: skip
    assert () == read.mistakes


@pytest.mark.parametrize("value", ["2026年5月1日", "2026/5/1", "2026.05.01", date(2026, 5, 1)])
def test_dates_as_people_write_them_are_taken(value: Any) -> None:
    read = import_sheet(registers()["people"], sheet("people", put("M2", value)), today=TODAY,
                        known=KNOWN)  # fmt: skip
    assert () == read.mistakes
    assert "2026-05-01" == read.rows[0]["checked_on"]


def test_heads_that_are_wrong_are_named() -> None:
    """A column nobody knows, one that stands twice, one that is missing."""
    found = import_sheet(
        registers()["movers"], sheet("movers", put("A1", "片区或楼洞")), today=TODAY
    )
    assert "A1" == found.mistakes[0].cell
    assert "片区或楼栋" in found.mistakes[0].text.zh
    twice = import_sheet(registers()["movers"], sheet("movers", put("D1", "电话")), today=TODAY)
    assert ("D1", "写了两次") == (twice.mistakes[0].cell, twice.mistakes[0].text.zh[-4:])
    assert any("缺“片区或楼栋”" in one.text.zh for one in found.mistakes)


def test_a_row_that_stands_twice_is_named() -> None:
    content = export_sheet(registers()["movers"], ROWS["movers"] * 2, "zh")
    found = import_sheet(registers()["movers"], content, today=TODAY)
    assert ["A3"] == [one.cell for one in found.mistakes]
    assert "第 2 行和第 3 行重复" in found.mistakes[0].text.zh
    assert "rows 2 and 3" in found.mistakes[0].text.en


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("people", {"name": "王卧妹"}),
        ("people", {"home": "3-2-302"}),
        ("people", {"birth_year": 1960}),
        ("volunteers", {"phone": "13400000002"}),
        ("volunteers", {"skill": "first_aid"}),
        ("movers", {"name": "第二责任人"}),
        ("receivers", {"name": "夜班经理"}),
        ("hazards", {"zone": "4号楼"}),
        ("supplies", {"unit": "箱"}),
        ("drills", {"kind": "table"}),
    ],
)
def test_rows_of_real_life_stand_side_by_side(name: str, change: dict[str, Any]) -> None:
    """Two of one name in a house, one with two skills, two responsible for one block: no double."""
    row = ROWS[name][0]
    content = export_sheet(registers()[name], [row, {**row, **change}], "zh")
    found = import_sheet(registers()[name], content, today=TODAY, known=KNOWN)
    assert () == found.mistakes
    assert 2 == len(found.rows)


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2", b"PK\x03\x04 broken", b"x" * 2_100_000])
def test_what_is_no_spreadsheet_is_refused(content: bytes) -> None:
    found = import_sheet(registers()["people"], content, today=TODAY)
    assert 1 == len(found.mistakes)
    assert "" == found.mistakes[0].cell


def test_an_empty_sheet_says_so() -> None:
    kept = io.BytesIO()
    book = Workbook()
    book.save(kept)
    found = import_sheet(registers()["drills"], kept.getvalue(), today=TODAY)
    assert any("没有数据行" in one.text.zh or "缺" in one.text.zh for one in found.mistakes)


SINCE = date(2025, 11, 22)


def test_stale_entries() -> None:
    """Not checked since the last self-check, expired goods, findings without an end."""
    every = registers()
    water = ROWS["supplies"][0]
    assert "expired" == stale(every["supplies"], water, TODAY, SINCE)
    assert stale(every["supplies"], {**water, "expires_on": "2026-11-22"}, TODAY, SINCE) is None
    assert "unchecked" == stale(every["people"], {"checked_on": "2025-11-21"}, TODAY, SINCE)
    assert stale(every["people"], {"checked_on": "2025-11-22"}, TODAY, SINCE) is None
    assert stale(every["people"], {"checked_on": "1999-01-01"}, TODAY, None) is None
    drill = ROWS["drills"][0]
    assert "findings_open" == stale(every["drills"], drill, TODAY, SINCE)
    done = {**drill, "done_on": "2026-07-01"}
    assert "findings_open" == stale(every["drills"], done, TODAY, SINCE)
    closed = {**done, "done_about": "换了喇叭"}
    assert stale(every["drills"], closed, TODAY, SINCE) is None


def test_what_expires_stands_in_its_month() -> None:
    """Of a year, what is still good, once by name; what has expired already is not in it."""
    water = ROWS["supplies"][0]
    rows = [
        water,
        {**water, "expires_on": "2026-11-30"},
        {**water, "name": "饼干", "expires_on": "2026-12-01"},
        {**water, "name": "药品", "expires_on": "2026-12-31"},
        {**water, "name": "药品", "place": "北仓", "expires_on": "2026-12-05"},
        {**water, "name": "电池", "expires_on": "2027-12-05"},
    ]
    supplies = registers()["supplies"]
    assert {11: ("瓶装水",), 12: ("饼干", "药品")} == expiring(supplies, rows, 2026, TODAY)
    assert {12: ("电池",)} == expiring(supplies, rows, 2027, TODAY)
    assert {} == expiring(registers()["people"], ROWS["people"], 2026, TODAY)
