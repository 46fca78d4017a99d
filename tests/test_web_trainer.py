"""What a trainer sees of an incident: ripple, similar cases, replay, statistics."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask_login import login_user

from canmou import casebase
from canmou.casebase.agreement import agreement
from canmou.webui import similar
from canmou.webui.accounts import Account
from canmou.webui.charts import bars, line
from canmou.webui.clock_counts import ClockCounts
from canmou.webui.services import store
from canmou.webui.statistics_counts import Clocks, by_year, clock_result, counted, rank
from tests.web_office import Person, app, furnished, li, rules, wang  # noqa: F401

AT = datetime(2026, 11, 1, 8)


@pytest.fixture
def sun(app: Flask) -> Person:
    """A trainer."""
    return Person(app, "sun")


def tick_of(page: str, text: str) -> str:
    """Return the key of the first duty that can be ticked and says ``text``."""
    found = re.search(rf'<p class="duty-text">[^<]*{text}.*?name="key" value="([^"]+)"', page, re.S)
    assert found is not None
    return found[1]


def test_a_correction_shows_what_was_done_on_its_ground_and_how_to_take_it_back(
    wang: Person,
) -> None:
    incident = wang.take_call(types=["building_collapse"], one_line="三楼塌了一角")
    wang.answer(incident, "trapped", kind="exact", exact="2")
    result = wang.get(f"{incident}/result").text
    key = tick_of(result, "打119求救")
    wang.post(f"{incident}/ticks", {"key": key, "back": f"{incident}/result"},
              page=f"{incident}/result")  # fmt: skip
    page = wang.answer(incident, "trapped", kind="exact", exact="0", how="correct")
    assert "凭这个回答办的" in page.text
    ended = wang.post(
        f"{incident}/facts",
        {"types": ["building_collapse"], "status": "ruled_out", "one_line": "三楼塌了一角",
         "learned_at": "", "reason": "误报"},
    )  # fmt: skip
    assert "不再要求" in ended.text
    message = re.search(r"<textarea[^>]*readonly>([^<]+)</textarea>", ended.text)
    assert message is not None, "a message to take it back is suggested"
    for words in ("【更正】", "幸福小区3号楼", "已排除", "打119求救", "请复述", "王值班"):
        assert words in message[1]


def test_similar_cases_try_each_difference_and_remember_it(
    wang: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident = wang.take_call()
    wang.answer(incident, "injuries", kind="exact", exact="4")
    page = wang.get(f"{incident}/similar").text
    assert "吉林松原" in page
    assert "条规则的结果会变" in page or "不改变任何规则的结果" in page

    def not_again(*_: object) -> None:
        raise AssertionError("the same contrast is not run twice")

    monkeypatch.setattr(similar, "contrast", not_again)
    assert "吉林松原" in wang.get(f"{incident}/similar").text


def test_similar_page_leaves_the_rest_for_a_click(
    wang: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(similar, "MOST_RUNS", 1)
    incident = wang.take_call()
    wang.answer(incident, "injuries", kind="exact", exact="4")
    page = wang.get(f"{incident}/similar").text
    assert "还没有换" in page
    more = re.search(r'href="([^"]+case=[^"]+)"', page)
    assert more is not None
    after = wang.get(more[1].split("#")[0]).text
    assert after.count("还没有换") < page.count("还没有换")


def test_replay_puts_steps_and_log_on_one_line(wang: Person, sun: Person) -> None:
    """A step stands after the answer that brought it, calls and orders between them."""
    incident = wang.take_call()
    wang.post(f"{incident}/calls", {"party": "fire_rescue", "number": "119"},
              page=f"{incident}/first-minute")  # fmt: skip
    wang.answer(incident, "deaths", kind="exact", exact="3")
    wang.post(f"{incident}/orders", {"order_from": "县总值班室", "order_text": "核实人数"},
              page=f"{incident}/log")  # fmt: skip
    page = sun.get(f"{incident}/replay?of=grade:production_safety_accident")
    items = re.findall(r'<li class="line-(\w+)[^"]*" data-box.*?</li>', page.text, re.S)
    texts = re.findall(r'<li class="line-\w+[^"]*" data-box(.*?)</li>', page.text, re.S)

    def place(words: str, kind: str) -> int:
        return next(n for n, (k, t) in enumerate(zip(items, texts, strict=True))
                    if k == kind and words in t)  # fmt: skip

    call, death = place("拨打", "call"), place("死亡人数", "fact")
    graded, order = place("“生产安全事故分级：较大”成立", "firing"), place("核实人数", "order")
    assert call < death < graded < order
    early = sun.get(f"{incident}/replay?of=grade:production_safety_accident&step={call + 1}").text
    assert re.search(r'class="node [^"]*later"', early), "what comes later is faded"
    assert 'aria-current="step"' in early
    late = sun.get(f"{incident}/replay?of=grade:production_safety_accident&step={len(items)}").text
    assert not re.search(r'class="node [^"]*later"', late)


def test_statistics_count_incidents_cases_clocks_and_overrides(wang: Person, sun: Person) -> None:
    for _ in range(2):
        incident = wang.take_call()
    wang.post(f"{incident}/calls", {"party": "fire_rescue", "number": "119"},
              page=f"{incident}/first-minute")  # fmt: skip
    page = sun.get("/statistics").text
    assert "2 起事件、145 个案例" in page
    for words in ("按年", "按类型", "按等级", "按地点", "过了时限没有办", "带班领导另定的等级",
                  "<svg", "文东街道", "燃气事故"):  # fmt: skip
        assert words in page
    figures = re.findall(r'<th scope="row">([^<]+)</th><td class="number">([^<]+)</td>', page)
    assert ("燃气事故", "2") in figures, "each chart has its numbers as a table"


def test_clocks_are_counted_over_all_incidents_and_each_page_goes_on(
    app: Flask, wang: Person, li: Person
) -> None:
    """What an ended incident gave is kept, so that no time at all is enough the next time."""
    incidents = [wang.take_call() for _ in range(3)]
    for incident in incidents:
        li.post(f"{incident}/close", {"outcome": "已处置"}, page=f"{incident}/log")
    assert "数了 3 起事件" in li.get("/statistics").text
    counts: ClockCounts = app.extensions["canmou.clock_counts"]
    with app.test_request_context():
        login_user(Account(next(u for u in casebase.users(store()) if u.name == "li")))
        states = [casebase.load_incident(store(), i.rsplit("/", 1)[1]) for i in incidents]
        assert (3, 0) == (counts.count(states, 0).over, counts.count(states, 0).left)
        assert (0, 3) == (ClockCounts().count(states, 0).over, ClockCounts().count(states, 0).left)


# -- counting and drawing -------------------------------------------------------------------------


def test_clocks_met_late_missed_and_still_running() -> None:
    hour = timedelta(hours=1)
    assert Clocks(kept=1) == clock_result(AT, AT, AT + hour)
    assert Clocks(late=1) == clock_result(AT, AT + hour, AT + hour)
    assert Clocks(missed=1) == clock_result(AT, None, AT + hour)
    assert Clocks() == clock_result(AT + hour, None, AT)
    assert Clocks(kept=1, late=2) == Clocks(kept=1, late=1) + Clocks(late=1)


def test_counting_keeps_order_and_sums_up_the_rest() -> None:
    assert (("b", 1.0), ("a", 2.0), ("rest", 1.0)) == counted("aabc", str, ["b", "a"], "rest")
    many = counted((str(n) for n in range(20)), str, rest="rest")
    assert (13, ("rest", 8.0)) == (len(many), many[-1])
    assert (("2020", 1.0), ("2025", 2.0)) == by_year([2025, 2020, 2025])
    assert rank("I") > rank("II") > rank(None)


def test_charts_are_drawn_to_scale() -> None:
    chart = bars("t", "u", [("a", 1), ("b", 2), ("c", 0)])
    one, two, none = chart.bars
    assert two.width == pytest.approx(2 * one.width, abs=0.2)
    assert 0 == none.width
    assert two.x + two.width <= chart.width
    assert () == bars("t", "u", []).bars
    points = line("t", "u", [("a", 0), ("b", 100)]).bars
    assert points[0].y > points[1].y
    assert agreement({}).value is None
