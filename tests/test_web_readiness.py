"""The pages of readiness through their forms: roles, personal data, mistakes, files, year plan."""

from __future__ import annotations

import html
import io
import re
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook

from canmou.casebase import connect
from canmou.casebase.readiness_plans import PlannedTask, plan_task
from canmou.casebase.readiness_registers import register_log, register_rows
from canmou.casebase.readiness_rounds import answer_round, rounds, start_round
from canmou.readiness.registers import registers
from canmou.readiness.spreadsheets import export_sheet
from canmou.webui import timewords
from tests.readiness_office import ROWS, fill_registers
from tests.web_office import (  # noqa: F401
    Person,
    app,
    database,
    furnished,
    rules,
    token,
)

HERE = "/readiness/xingfu"
AT = datetime(2026, 11, 1, 9, 0)


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


def test_a_half_open_self_check_is_kept_and_gives_gaps(zhao: Person) -> None:
    """Two answers on a screen, one left open: kept, shown again, and a gap with its article."""
    first = started(zhao)
    zhao.post(first, {"ready_leading_group.choice": "done", "ready_fire_manager.choice": "not_done",
                      "source": "party", "stop": "1"})  # fmt: skip
    again = zhao.get(first).text
    assert re.search(r'name="ready_fire_manager.choice" value="not_done" checked', again)
    assert '<option value="party" selected>' in again
    result = zhao.get(first.rsplit("/", 1)[0] + "/result").text
    assert "定消防安全管理人" in result
    assert "第三十二条" in result
    assert "已答 2 题" in result


def test_every_gap_says_why(app: Flask, zhao: Person) -> None:
    """Each gap, open ones too, opens its reasons: answer and giver, rule, article."""
    first = started(zhao)
    zhao.post(first, {"ready_fire_manager.choice": "not_done", "source": "committee"})
    result = zhao.get(first.rsplit("/", 1)[0] + "/result").text
    links = re.findall(r'href="([^"]+/why\?of=[^"]+)"', result)
    assert len(links) > 30
    certain = zhao.get(next(link for link in links if "ready_fire_manager" in link)).text
    for words in ("<svg", "定消防安全管理人", "没有", "第三十二条", "同样的理由，用文字说"):
        assert words in certain
    assert "尚不清楚（是）" not in certain
    boxes = re.findall(r'href="([^"]+node=answer[^"]+)"', certain)
    box = next(html.unescape(b) for b in boxes if "node=answer%3Aready_fire_manager" in b
               or "node=answer:ready_fire_manager" in b)  # fmt: skip
    panel = zhao.get(box).text
    for words in ("赵网格", "居（村）委会", "更正回答"):
        assert words in panel
    waiting = zhao.get(next(link for link in links if "ready_contacts" in link)).text
    for words in ("还要弄清", "去回答"):
        assert words in waiting
    assert "更正回答" not in Person(app, "zhou").get(box).text
    gone = zhao.get(links[0].split("?")[0] + "?of=duty:nothing").text
    assert "这一项现在不缺了" in gone


def test_an_impossible_answer_comes_back_at_its_question(zhao: Person) -> None:
    first = started(zhao)
    page = zhao.post(first, {"ready_leading_group.choice": "perhaps"}, status=422).text
    assert 'id="ready_leading_group-mistake"' in page


def test_a_closed_self_check_is_not_changed(zhao: Person) -> None:
    """Nothing is written into a closed round; reopened it goes on."""
    first = started(zhao)
    base = first.rsplit("/", 1)[0]
    zhao.post(f"{base}/close", {}, page=f"{base}/result")
    refused = zhao.post(
        first, {"ready_leading_group.choice": "done"}, status=409, page=f"{base}/result"
    )
    assert "已经结束" in refused.text
    zhao.post(f"{base}/close", {"reopen": "1"}, page=f"{base}/result")
    zhao.post(first, {"ready_leading_group.choice": "done"})


def test_the_year_before_stands_beside(zhao: Person, folder: Path) -> None:
    with connect(database(folder)) as store:
        old = start_round(store, "xingfu", 2020, author="zhao", at=AT)
        answer_round(store, old.id, {"ready_fire_manager": "not_done", "ready_contacts": "done"},
                     source=None, author="zhao", at=AT)  # fmt: skip
    first = started(zhao)
    assert "上一次：没有" in zhao.get(first).text
    zhao.post(first, {"ready_fire_manager.choice": "done", "ready_contacts.choice": "not_done"})
    result = zhao.get(first.rsplit("/", 1)[0] + "/result").text
    assert "和 2020 年比" in result
    assert re.search(r"新出现 <span class=\"number\">1</span>", result)
    assert re.search(r"已补上 <span class=\"number\">1</span>", result)
    totals = re.findall(r"合计</th>(.*?)</tr>", result)
    assert 3 == len(totals)
    assert all(re.search(r"</td><td class=\"number\">\d+%", line) for line in totals)


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


def test_weights_by_comparison_are_used_only_when_they_fit(zhao: Person) -> None:
    """A contradiction is told where; a consistent set is used by the profile."""
    path = f"{HERE}/weights/bruneau"
    names = ("robustness", "redundancy", "resourcefulness", "rapidity")
    pairs = [f"{a}:{b}" for i, a in enumerate(names) for b in names[i + 1 :]]
    part = zhao.post(path, {pairs[0]: "3"})
    assert "还差 5 对" in part.text
    circle = zhao.post(path, dict(zip(pairs, ("9", "1/9", "1", "9", "1", "9"), strict=True)))
    assert "比较前后矛盾" in circle.text
    assert "应约为" in circle.text
    assert "最不合群的一对" in circle.text
    good = zhao.post(path, dict(zip(pairs, ("2", "4", "4", "2", "2", "1"), strict=True)))
    assert "一致性比例 0.000" in good.text
    first = started(zhao)
    result = zhao.get(first.rsplit("/", 1)[0] + "/result").text
    assert "权重来自本社区的两两比较" in result
    assert "一致性比例 0.000" in result
    zhao.post(path, {pairs[0]: "12"}, status=422)


def test_a_risk_is_placed_and_says_what_the_law_asks(zhao: Person) -> None:
    path = f"{HERE}/risks/new"
    assert "请选事件类型" in zhao.post(path, {"name": "北坡"}, status=422).text
    typed = {"name": "加油站泄漏", "incident_type": "gas_leak", "place": "hazardous_unit",
             "likelihood": "2", "changed": "false", "deaths.kind": "exact", "deaths.exact": "12",
             "serious_injuries.exact": "0", "direct_loss_cny.exact": "0"}  # fmt: skip
    shown = zhao.post(path, typed).text
    for article in (
        "第三十三条第一款",
        "第三十三条第二款",
        "第三十五条",
        "第三十六条",
        "第六十二条",
    ):
        assert article in shown
    links = [html.unescape(x) for x in re.findall(r'href="([^"]+/why\?of=[^"]+)"', shown)]
    assert len(links) > 5
    grade = zhao.get(next(link for link in links if link.endswith("of=grade"))).text
    for words in ("<svg", "死亡人数", "回到这个风险"):
        assert words in grade
    duty = zhao.get(next(link for link in links if "risk_hazardous_unit" in link)).text
    assert "第三十六条" in duty
    assert "现在没有这个结论了" in zhao.get(links[0].split("?")[0] + "?of=duty:no").text
    matrix = zhao.get(f"{HERE}/risks").text
    assert "加油站泄漏" in matrix
    assert "英国国家风险登记册" in matrix


def test_a_hazard_leads_to_its_risk(app: Flask, zhao: Person) -> None:
    """From the row to the form with name, type and place filled in; nothing of other registers."""
    page = zhao.get(f"{HERE}/registers/hazards").text
    links = re.findall(rf'href="({HERE}/risks/new\?hazard=\d+)"', page)
    assert 3 == len(links)
    form = zhao.get(links[0]).text
    assert 'value="北坡"' in form
    assert '<option value="landslide" selected>' in form
    assert '<option value="public_area" selected>' in form
    person = re.findall(r"people/row/(\d+)", zhao.get(f"{HERE}/registers/people").text)[0]
    zhao.get(f"{HERE}/risks/new?hazard={person}", 404)
    assert "?hazard=" not in Person(app, "zhou").get(f"{HERE}/registers/hazards").text


def test_the_plan_check_asks_what_article_28_asks(zhao: Person) -> None:
    """Answers, a file with headings, the gaps and the clock of the next review."""
    path = f"{HERE}/plan-check"
    assert "请先开始今年的自查" in zhao.get(path).text
    started(zhao)
    saved = zhao.post(path, {"ready_plan.choice": "done", "plan_has_recovery.choice": "not_done",
                             "plan_dated.moment": "2020-05-01"})  # fmt: skip
    assert "在预案里写明事后恢复与重建措施" in saved.text
    assert "第二十八条第一款" in saved.text
    assert "2023-05-01" in saved.text
    more = zhao.post(path, {"ready_plan.choice": "done", "plan_card.choice": "not_done",
                            "plan_moving.choice": "not_done"}).text  # fmt: skip
    for words in ("山东省突发事件应对条例", "第十三条第五款", "（凭记忆）", "未核实"):
        assert words in more
    text = "一、组织指挥\n二、监测预警\n三、应急保障\n".encode()
    page = zhao.client.get(path)
    answer = zhao.client.post(
        f"{path}/file", data={"csrf_token": token(page), "plan": (io.BytesIO(text), "预案.txt")},
        content_type="multipart/form-data",
    )  # fmt: skip
    assert "可能对应的标题：一、组织指挥" in answer.text
    assert "没有找到相应的字" in answer.text


def test_the_year_plan_keeps_month_and_what_was_done(zhao: Person) -> None:
    first = started(zhao)
    zhao.post(first, {"ready_contacts.choice": "not_done", "ready_fire_manager.choice": "not_done"})
    page = zhao.get(f"{HERE}/plan").text
    assert "还没有定月份" in page
    assert "应急物资：1 条已过期" in page
    key = re.search(r'name="task" value="(gap:[^"]*ready_contacts[^"]*)"', page)
    assert key is not None
    saved = zhao.post(
        f"{HERE}/plan", {"task": key[1], "month": "12", "done": "1", "note": "都试过了"}
    )
    assert "12 月" in saved.text
    assert "都试过了" in saved.text
    assert "已办 1 项" in saved.text
    assert "已办，自查的回答还没有更正" in saved.text
    again = zhao.post(f"{HERE}/plan", {"task": "register:supplies:expired", "done": "1"})
    assert "办过，登记册里还有" in again.text


def test_what_was_done_stays_in_the_plan(zhao: Person) -> None:
    """The answer put right, the gap gone: what was done keeps its words, party and article."""
    first = started(zhao)
    zhao.post(first, {"ready_fire_manager.choice": "not_done"})
    page = zhao.get(f"{HERE}/plan").text
    key = re.search(r'name="task" value="(gap:[^"]*ready_fire_manager[^"]*)"', page)
    assert key is not None
    zhao.post(f"{HERE}/plan", {"task": key[1], "month": "11", "done": "1", "note": "聘了魏师傅"})
    zhao.post(first, {"ready_fire_manager.choice": "done"})
    after = zhao.get(f"{HERE}/plan").text
    for words in ("聘了魏师傅", "定消防安全管理人", "第三十二条", "现在已不缺", "已办 1 项"):
        assert words in after
    saved = zhao.post(f"{HERE}/plan", {"task": key[1], "month": "11", "done": "1", "note": "魏二"})
    assert "定消防安全管理人" in saved.text
    assert "魏二" in saved.text
    zhao.post(f"{HERE}/plan", {"task": key[1], "month": "11"})
    assert "定消防安全管理人" not in zhao.get(f"{HERE}/plan").text


def test_a_clock_stands_once_in_the_year_of_its_day(zhao: Person) -> None:
    """This December's clock is not in next year's plan; one that ran out stands in this one."""
    started(zhao)
    path = f"{HERE}/plan-check"
    year = timewords.now().year
    zhao.post(path, {"ready_plan.choice": "done", "plan_dated.moment": f"{year - 3}-12-31"})
    assert f"限 {year}-12-31" in zhao.get(f"{HERE}/plan").text
    assert f"限 {year}-12-31" not in zhao.get(f"{HERE}/plan?year={year + 1}").text
    zhao.post(path, {"ready_plan.choice": "done", "plan_dated.moment": f"{year - 2}-03-01"})
    assert f"限 {year + 1}-03-01" not in zhao.get(f"{HERE}/plan").text
    assert f"限 {year + 1}-03-01" in zhao.get(f"{HERE}/plan?year={year + 1}").text
    zhao.post(path, {"ready_plan.choice": "done", "plan_dated.moment": f"{year - 6}-03-01"})
    assert f"限 {year - 3}-03-01" in zhao.get(f"{HERE}/plan").text
    assert f"限 {year - 3}-03-01" not in zhao.get(f"{HERE}/plan?year={year + 1}").text


def test_a_clock_that_was_met_stays_when_the_day_moves(zhao: Person) -> None:
    """The plan reviewed and ticked off; its new date moves the clock and the tick stays."""
    started(zhao)
    path = f"{HERE}/plan-check"
    year = timewords.now().year
    zhao.post(path, {"ready_plan.choice": "done", "plan_dated.moment": f"{year - 4}-03-01"})
    key = re.search(r'name="task" value="(clock:plan_review:[^"]+)"', zhao.get(f"{HERE}/plan").text)
    assert key is not None
    zhao.post(f"{HERE}/plan", {"task": key[1], "month": "11", "done": "1", "note": "评估过了"})
    zhao.post(path, {"ready_plan.choice": "done", "plan_dated.moment": f"{year}-01-15"})
    page = zhao.get(f"{HERE}/plan").text
    for words in ("评估过了", f"限 {year - 1}-03-01", "已办 1 项"):
        assert words in page


def test_last_year_can_be_opened_and_not_changed(zhao: Person, folder: Path) -> None:
    """What was planned and done then stands there, with a way to it and no form."""
    last = timewords.now().year - 1
    with connect(database(folder)) as store:
        old = start_round(store, "xingfu", last, author="zhao", at=AT)
        answer_round(store, old.id, {"ready_fire_manager": "not_done"}, source=None,
                     author="zhao", at=AT)  # fmt: skip
        plan_task(
            store, "xingfu", last,
            PlannedTask(task="clock:x:1", done_at=AT, done_by="zhao", note="练过了", month=6),
            author="zhao", at=AT,
        )  # fmt: skip
    assert f"{HERE}/plan?year={last}" in zhao.get(f"{HERE}/plan").text
    page = zhao.get(f"{HERE}/plan?year={last}").text
    for words in ("只能看", "定消防安全管理人", "没有记办理", "练过了", "6 月"):
        assert words in page
    assert 'name="task"' not in page
    refused = zhao.post(f"{HERE}/plan", {"task": "clock:x:1", "year": last}, page=f"{HERE}/plan")
    assert "不能再改" in refused.text
    assert "练过了" in zhao.get(f"{HERE}/plan?year={last}").text


def test_what_is_planned_this_year_is_not_planned_again(zhao: Person) -> None:
    """A gap with a month of this year is not in next year's plan; the others are."""
    first = started(zhao)
    zhao.post(first, {"ready_contacts.choice": "not_done", "ready_fire_manager.choice": "not_done"})
    following = f"{HERE}/plan?year={timewords.now().year + 1}"
    assert "ready_contacts" in zhao.get(following).text
    key = re.search(r'value="(gap:[^"]*ready_contacts[^"]*)"', zhao.get(f"{HERE}/plan").text)
    assert key is not None
    zhao.post(f"{HERE}/plan", {"task": key[1], "month": "12"})
    assert "ready_contacts" not in zhao.get(following).text
    assert "ready_fire_manager" in zhao.get(following).text


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
