"""Self-check, weights, risks and plan check through their forms: mistakes, years, reasons."""

from __future__ import annotations

import html
import io
import re
from datetime import datetime
from pathlib import Path

from flask import Flask

from canmou.casebase import connect
from canmou.casebase.readiness_rounds import answer_round, start_round
from tests.readiness_office import HERE, folder, started, zhao  # noqa: F401 - fixtures
from tests.web_office import Person, app, database, furnished, rules, token  # noqa: F401 - fixtures

AT = datetime(2026, 11, 1, 9, 0)


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
    """Answers, a file with headings, the gaps, and that no text sets the next review."""
    path = f"{HERE}/plan-check"
    assert "请先开始今年的自查" in zhao.get(path).text
    started(zhao)
    saved = zhao.post(path, {"ready_plan.choice": "done", "plan_has_recovery.choice": "not_done",
                             "plan_dated.moment": "2020-05-01"})  # fmt: skip
    assert "在预案里写明事后恢复与重建措施" in saved.text
    assert "第二十八条第一款" in saved.text
    assert "上次 2020-05-01" in saved.text
    assert "条文没有写多久一次" in saved.text
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
