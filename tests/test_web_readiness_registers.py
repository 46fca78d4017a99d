"""Registers and the moving list through their pages: roles, personal data, spreadsheets."""

from __future__ import annotations

import io
import re
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook

from canmou.casebase import connect
from canmou.casebase.readiness_registers import register_log, register_rows
from canmou.casebase.readiness_rounds import close_round, reopen_round, rounds, start_round
from canmou.readiness.registers import registers
from canmou.readiness.spreadsheets import export_sheet
from canmou.webui import timewords
from tests.readiness_office import HERE, ROWS, folder, started, zhao  # noqa: F401 - fixtures
from tests.web_office import Person, app, database, furnished, rules, token  # noqa: F401 - fixtures


@pytest.mark.parametrize(
    ("who", "page", "people"),
    [("zhao", 200, True), ("wang", 200, True), ("li", 200, True), ("zhou", 200, False),
     ("sun", 200, False), ("qian", 200, False), ("guan", 200, False), ("wu", 404, False)],
)  # fmt: skip
def test_who_sees_personal_data(
    app: Flask, folder: Path, who: str, page: int, people: bool
) -> None:
    """The community and the office directly above; not the county, a trainer, another street."""
    person = Person(app, who)
    answer = person.get(f"{HERE}/registers/people", page)
    assert people is ("王卧床" in answer.text)
    assert people is ("13700000002" in answer.text)
    sheet = person.client.get(f"{HERE}/registers/people.xlsx")
    assert (200 if people else 403 if page == 200 else 404) == sheet.status_code
    form = person.client.get(f"{HERE}/registers/people/row/4")
    assert (200 if people else 403 if page == 200 else 404) == form.status_code


def test_opening_personal_data_is_written_down(app: Flask, zhao: Person, folder: Path) -> None:
    """The register, its spreadsheet, one row, the moving list: who and which; the office sees."""
    zhao.get(f"{HERE}/registers/people")
    zhao.get(f"{HERE}/registers/people.xlsx")
    number = re.findall(r"people/row/(\d+)", zhao.get(f"{HERE}/registers/people").text)[1]
    zhao.get(f"{HERE}/registers/people/row/{number}")
    with connect(database(folder)) as store:
        log = [x for x in register_log(store, "xingfu", "people") if x.act == "viewed"]
    assert ["打开一条", "登记册页面", "导出表格", "登记册页面"] == [line.note for line in log]
    assert (int(number), None) == (log[0].row, log[1].row)
    assert 4 == log[1].number
    assert {"zhao"} == {line.author for line in log}
    incident = zhao.take_call(types=["rainstorm_flood"], one_line="暴雨", place="1号楼")
    zhao.get(f"{incident}/moving")
    shown = Person(app, "li").get(f"{HERE}/registers").text
    for words in ("谁看过个人信息", "赵网格", f"第 {number} 号", "打开一条", "转移名单"):
        assert words in shown
    with connect(database(folder)) as store:
        for name in ("people", "movers", "receivers", "volunteers", "shelters", "hazards"):
            assert "转移名单" in str(register_log(store, "xingfu", name)[0].note)
    assert "谁看过个人信息" not in Person(app, "zhou").get(f"{HERE}/registers").text


def test_personal_data_stand_apart_and_are_destroyed(app: Flask, folder: Path) -> None:
    """Only a duty leader; the other columns stay, and no byte of a name is left in the file."""
    wang = Person(app, "wang")
    path = f"{HERE}/registers/people"
    wang.post(f"{path}/destroy", {"reason": "清理"}, status=403, page=path)
    li = Person(app, "li")
    refused = li.post(f"{path}/destroy", {"reason": " "}, page=path)
    assert "请写明为什么销毁" in refused.text
    li.post(f"{path}/destroy", {"reason": "演练数据"}, page=path)
    with connect(database(folder)) as store:
        rows = register_rows(store, "xingfu", "people", personal=True)
        assert ["1号楼", "3号楼", "3号楼", "6号楼"] == [row.values["zone"] for row in rows]
        assert not any("name" in row.values for row in rows)
    for file in folder.glob("canmou.sqlite3*"):
        assert "王卧床".encode() not in file.read_bytes()


def test_a_row_is_added_changed_and_removed(zhao: Person) -> None:
    """Mistakes come back at their field with what was typed; then it is kept."""
    path = f"{HERE}/registers/movers"
    typed = {"zone": "1号楼", "name": "蒋楼长", "phone": "abc", "stand_in": "沈后备",
             "stand_in_phone": "", "checked_on": "2026-10-10"}  # fmt: skip
    wrong = zhao.post(f"{path}/row", typed, status=422)
    assert "不像电话号码" in wrong.text
    assert "填了“后备”就要填这一格" in wrong.text
    assert "蒋楼长" in wrong.text
    right = {**typed, "phone": "13300000009", "stand_in_phone": "13300000008"}
    assert "蒋楼长" in zhao.post(f"{path}/row", right).text
    twice = zhao.post(f"{path}/row", right, status=422)
    assert "和登记册第 2 条重复" in twice.text
    number = re.findall(rf"{path}/row/(\d+)", zhao.get(path).text)[-1]
    zhao.post(f"{path}/row/{number}", {**right, "name": "蒋新"})
    assert "蒋新" in zhao.get(path).text
    zhao.post(f"{path}/row/{number}/remove", {}, page=f"{path}/row/{number}")
    assert "蒋新" not in zhao.get(path).text


def test_a_spreadsheet_goes_out_and_comes_in(zhao: Person, folder: Path) -> None:
    """A wrong cell is named and nothing changes; a right file replaces the register."""
    path = f"{HERE}/registers/people"
    content = zhao.client.get(f"{path}.xlsx").data
    book = load_workbook(io.BytesIO(content))
    assert "王卧床" in [cell.value for cell in book.active["A"]]
    book.active["E2"].value = "不知道"
    kept = io.BytesIO()
    book.save(kept)

    def send(data: bytes, status: int) -> str:
        sheet = (io.BytesIO(data), "people.xlsx")
        page = zhao.client.get(path)
        answer = zhao.client.post(
            f"{path}/import", data={"csrf_token": token(page), "sheet": sheet},
            content_type="multipart/form-data", follow_redirects=True,
        )  # fmt: skip
        assert status == answer.status_code
        return answer.text

    refused = send(kept.getvalue(), 422)
    assert "<strong>E2</strong>" in refused
    assert "王卧床" in refused
    one = export_sheet(registers()["people"], ROWS["people"][:1], "zh")
    assert "已导入 1 行" in send(one, 200)
    with connect(database(folder)) as store:
        assert 1 == len(register_rows(store, "xingfu", "people", personal=False))


def test_a_finding_is_not_closed_without_what_was_done(zhao: Person) -> None:
    path = f"{HERE}/registers/drills/row"
    typed = {"held_on": "2026-05-01", "subject": "叫应", "kind": "alarm", "people": "9",
             "findings": "喇叭不响", "done_about": "", "done_on": "2026-05-03"}  # fmt: skip
    assert "没有写明怎么改的，不能算改完" in zhao.post(path, typed, status=422).text
    zhao.post(path, {**typed, "done_about": "换了喇叭"})


def test_a_rainstorm_in_the_community_lists_whom_to_move(app: Flask, zhao: Person) -> None:
    """In order, with helper, place and capacity left; the county sees numbers only."""
    incident = zhao.take_call(types=["rainstorm_flood"], one_line="暴雨，地库进水", place="1号楼")
    page = zhao.get(f"{incident}/moving").text
    names = ["王卧床", "李轮椅", "张能走"]
    assert sorted(names, key=page.index) == names
    for words in ("陈志愿", "13700000002", "小学体育馆", "安排后还剩 1 个位置", "沈楼长",
                  "“1号楼”没有转移责任人"):  # fmt: skip
        assert words in page
    assert f"{incident}/moving" in zhao.get(f"{incident}/result").text
    assert "王卧床" in Person(app, "wang").get(f"{incident}/moving").text
    county = Person(app, "zhou").get(f"{incident}/moving").text
    assert "王卧床" not in county
    assert "含个人信息" in county


def test_without_registers_the_list_says_what_is_missing(app: Flask) -> None:
    zhao = Person(app, "zhao")
    incident = zhao.take_call(types=["rainstorm_flood"], one_line="暴雨", place="1号楼")
    page = zhao.get(f"{incident}/moving").text
    assert "“需要帮助的人”登记册是空的" in page
    assert "“避难场所”登记册是空的" in page


def test_entries_are_held_against_the_last_self_check(zhao: Person, folder: Path) -> None:
    """The day it began, once it has been ended or that of a later year begun; no months of ours."""
    people, plan = f"{HERE}/registers/people", f"{HERE}/plan"
    assert "没有核对" not in zhao.get(people).text
    assert "做完一次自查以后" in zhao.get(f"{HERE}/registers").text
    with connect(database(folder)) as store:
        one = start_round(store, "xingfu", 2025, author="zhao", at=datetime(2025, 11, 3, 9, 0))
        assert "没有核对" not in zhao.get(people).text
        close_round(store, one.id, author="zhao", at=datetime(2025, 11, 20, 9, 0))
    assert 1 == zhao.get(people).text.count("上次自查以来没有核对")
    assert "从上次自查（2025-11-03 开始）" in zhao.get(f"{HERE}/registers").text
    assert "需要帮助的人：1 条从上次自查以来没有核对" in zhao.get(plan).text
    assert "条文没有写多久核对一次" in zhao.get(plan).text
    with connect(database(folder)) as store:
        reopen_round(store, one.id)
    assert "没有核对" not in zhao.get(people).text
    started(zhao)
    page = zhao.get(people).text
    assert 1 == page.count("上次自查以来没有核对")
    button = re.findall(rf'action="({people}/row/\d+/checked)"', page)
    assert 1 == len(button)
    after = zhao.post(button[0], {}, page=people).text
    assert "没有核对" not in after
    assert f"{timewords.now():%Y-%m-%d}" in after
    assert "李轮椅" in after
    assert "从上次自查以来没有核对" not in zhao.get(plan).text


def test_only_those_who_keep_a_register_say_that_a_row_was_checked(
    app: Flask, zhao: Person, folder: Path
) -> None:
    with connect(database(folder)) as store:
        one = start_round(store, "xingfu", 2025, author="zhao", at=datetime(2025, 11, 3, 9, 0))
        close_round(store, one.id, author="zhao", at=datetime(2025, 11, 20, 9, 0))
        number = register_rows(store, "xingfu", "people", personal=False)[2].id
        drill = register_rows(store, "xingfu", "drills", personal=False)[0].id
    people = f"{HERE}/registers/people"
    sun = Person(app, "sun")
    assert "/checked" not in sun.get(people).text
    sun.post(f"{people}/row/{number}/checked", {}, 403, page=people)
    zhao.post(f"{HERE}/registers/drills/row/{drill}/checked", {}, 404, page=people)


def test_a_street_incident_asks_which_community(app: Flask, folder: Path) -> None:
    """The office above chooses the community where the place does not name one."""
    wang = Person(app, "wang")
    incident = wang.take_call(types=["rainstorm_flood"], one_line="暴雨", place="东路")
    assert "不知道是哪个社区" in wang.get(f"{incident}/moving").text
    assert "王卧床" in wang.get(f"{incident}/moving?office=xingfu").text


def test_a_county_looks_at_its_communities_and_changes_nothing(app: Flask, folder: Path) -> None:
    zhao, zhou = Person(app, "zhao"), Person(app, "zhou")
    started(zhao)
    overview = zhou.get("/readiness/").text
    assert "幸福社区" in overview
    page = zhou.get(f"{HERE}/check")
    refused = zhou.client.post(f"{HERE}/check/start", data={"csrf_token": token(page)})
    assert 403 == refused.status_code
    with connect(database(folder)) as store:
        assert 1 == len(rounds(store, "xingfu"))
