"""The year plan through its page: what was done stays, each clock once, earlier years."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from canmou.casebase import connect
from canmou.casebase.readiness_plans import PlannedTask, plan_task
from canmou.casebase.readiness_rounds import answer_round, start_round
from canmou.webui import timewords
from tests.readiness_office import HERE, folder, started, zhao  # noqa: F401 - fixtures
from tests.web_office import Person, app, database, furnished, rules  # noqa: F401 - fixtures

AT = datetime(2026, 11, 1, 9, 0)


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
    drills = started(zhao).replace("organisation", "drills")
    year = timewords.now().year

    def drill(day: str) -> None:
        zhao.post(drills, {"last_drill_on.moment": day})

    drill(f"{year - 2}-12-31")
    assert f"限 {year}-12-31" in zhao.get(f"{HERE}/plan").text
    assert f"限 {year}-12-31" not in zhao.get(f"{HERE}/plan?year={year + 1}").text
    drill(f"{year - 1}-03-01")
    assert f"限 {year + 1}-03-01" not in zhao.get(f"{HERE}/plan").text
    assert f"限 {year + 1}-03-01" in zhao.get(f"{HERE}/plan?year={year + 1}").text
    drill(f"{year - 5}-03-01")
    assert f"限 {year - 3}-03-01" in zhao.get(f"{HERE}/plan").text
    assert f"限 {year - 3}-03-01" not in zhao.get(f"{HERE}/plan?year={year + 1}").text


def test_a_clock_that_was_met_stays_when_the_day_moves(zhao: Person) -> None:
    """The drill held and ticked off; its new date moves the clock and the tick stays."""
    drills = started(zhao).replace("organisation", "drills")
    year = timewords.now().year
    zhao.post(drills, {"last_drill_on.moment": f"{year - 3}-03-01"})
    page = zhao.get(f"{HERE}/plan").text
    key = re.search(r'name="task" value="(clock:street_drill:[^"]+)"', page)
    assert key is not None
    zhao.post(f"{HERE}/plan", {"task": key[1], "month": "11", "done": "1", "note": "街道练过了"})
    zhao.post(drills, {"last_drill_on.moment": f"{year}-01-15"})
    page = zhao.get(f"{HERE}/plan").text
    for words in ("街道练过了", f"限 {year - 1}-03-01", "已办 1 项"):
        assert words in page


def test_what_no_text_sets_a_day_for_waits_for_the_community(zhao: Person) -> None:
    """A drill of last year: in this year's plan without a month, until somebody sets one."""
    drills = started(zhao).replace("organisation", "drills")
    year = timewords.now().year
    zhao.post(drills, {"last_drill_on.moment": f"{year - 1}-06-10"})
    page = zhao.get(f"{HERE}/plan").text
    assert f"社区演练（上次 {year - 1}-06-10）" in page
    assert "条文没有写多久一次" in page
    task = f"clock:community_drill:{year}"
    saved = zhao.post(f"{HERE}/plan", {"task": task, "month": "12"}).text
    assert saved.index("12 月") < saved.index("社区演练（上次")
    shown = zhao.get(f"{HERE}/plan-check").text
    for words in ("没有期限", "多久一次由社区自己定", f"上次 {year - 1}-06-10"):
        assert words in shown


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
