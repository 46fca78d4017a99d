"""The duty flow without a browser: call, first-minute card, questions, result, correction."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from canmou import casebase
from canmou.casebase import IncidentState, connect
from canmou.webui.timewords import now
from tests.web_office import Person, app, database, furnished, li, rules, wang  # noqa: F401


def state_of(folder: Path, incident: str) -> IncidentState:
    """Return the incident as it stands in the database."""
    with connect(database(folder)) as store:
        return casebase.load_incident(store, incident.rsplit("/", 1)[-1])


def test_empty_desk_says_what_to_do_first(wang: Person) -> None:
    """An officer on the first night finds the big button and something to try."""
    page = wang.get("/").text
    assert "现在没有未结束的事件" in page
    assert "用一个编出来的电话试一试" in page
    assert "【试用】" in wang.get("/intake/sample").text


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("煤气味", "燃气泄漏"),
        ("rqx", "燃气泄漏"),
        ("ranqixielou", "燃气泄漏"),
        ("三楼有人说闻到煤气味很重", "燃气泄漏"),
        ("电梯困人", "电梯困人"),
        ("讨薪", "讨薪聚集"),
        ("呕吐", "食物中毒"),
        ("Gas leak", "燃气泄漏"),
    ],
)
def test_type_is_found_by_what_the_caller_says(wang: Person, words: str, found: str) -> None:
    """Words, sentences, pinyin, initials and English labels find the type, best first."""
    fragment = wang.get(f"/intake/types?words={words}").text
    first = re.findall(r"<span>(.*?)(?: <span|</span>)", fragment)[:2]
    assert found in first


def test_type_and_one_line_are_enough_to_start(wang: Person, tmp_path: Path) -> None:
    """The card comes at once; the time of the call is now, the place that of the login."""
    incident = wang.take_call(place="")
    state = state_of(tmp_path, incident)
    assert ("gas_leak",) == state.incident_types
    assert abs(now() - state.learned_at) < timedelta(minutes=2)
    assert "文东街道" == state.place.township
    page = wang.get(f"{incident}/first-minute").text
    for heading in ("拨打", "不得做", "先做", "问清", "tel:119"):
        assert heading in page


def test_words_that_mean_one_type_only_choose_it(wang: Person, tmp_path: Path) -> None:
    """Without a script the typed word is enough where it can mean only one type."""
    incident = wang.take_call(types=[], words="电梯困人")
    assert ("lift_entrapment",) == state_of(tmp_path, incident).incident_types


def test_call_without_type_or_line_comes_back_with_notes_and_all_that_was_typed(
    wang: Person,
) -> None:
    """Each note stands at its field; nothing is lost."""
    typed = {"action": "save", "place": "幸福小区", "caller_name": "三楼住户", "one_line": " "}
    page = wang.post("/intake/", typed, 422).text
    assert "请点选一个类型" in page
    assert "请用一句话写下情况" in page
    assert 'value="幸福小区"' in page
    assert 'value="三楼住户"' in page


@pytest.mark.parametrize(
    ("field", "written", "note"),
    [
        ("learned_at", "2031-01-01T00:00", "接报时间不能晚于现在"),
        ("learned_at", "昨天夜里", "时间写成 2026-11-22 03:14 的样子"),
        ("occurred_at", "25:61", "时间写成 2026-11-22 03:14 的样子"),
        ("occurred_at", "2031-01-01T00:00", "事发时间不能晚于接报时间"),
    ],
)
def test_wrong_time_of_a_call_is_explained_at_its_field(
    wang: Person, field: str, written: str, note: str
) -> None:
    """What was typed stays in its box."""
    typed = {"types": ["fire"], "one_line": "着火", "action": "save", field: written}
    page = wang.post("/intake/", typed, 422).text
    assert note in page
    assert "着火</textarea>" in page.replace("\n", "")


def test_undetermined_call_may_name_no_type(wang: Person, tmp_path: Path) -> None:
    """性质待定: every type may be it, and the card is the one for an unknown situation."""
    incident = wang.take_call(types=[], nature="undetermined", one_line="一声巨响")
    assert ("undetermined",) == state_of(tmp_path, incident).incident_types
    assert "不得做" in wang.get(f"{incident}/first-minute").text
    page = wang.get(f"{incident}/result").text
    assert "尚不能判断" in page
    mine = page[page.index('id="mine"') :].split("<summary>还有", 1)[0]
    assert 25 == mine.count('<li class="duty ')


def test_transfer_is_written_down_with_the_call(wang: Person, tmp_path: Path) -> None:
    """移送: to whom, and who accepted it."""
    incident = wang.take_call(
        types=["environmental_pollution"], nature="transferred", transfer_to="生态环境分局",
        transfer_accepted_by="刘科长",
    )  # fmt: skip
    transfer = state_of(tmp_path, incident).transfers[0]
    assert ("生态环境分局", "刘科长") == (transfer.to, transfer.accepted_by)


def test_calls_are_ticked_with_time_and_outcome(wang: Person, tmp_path: Path) -> None:
    """A call made, then answered: both are in the log with their times."""
    incident = wang.take_call()
    back = f"{incident}/first-minute"
    wang.post(f"{incident}/calls", {"party": "fire_rescue", "number": "119", "back": back},
              page=back)  # fmt: skip
    call = state_of(tmp_path, incident).calls[0]
    page = wang.post(f"{incident}/calls/{call.number}", {"outcome": "answered", "back": back},
                     page=back).text  # fmt: skip
    assert "已拨打 · 已接通" in page
    assert "消防救援机构：已接通" in wang.get(f"{incident}/log").text


def test_gas_leak_with_nothing_answered_shows_what_saves_lives(wang: Person) -> None:
    """The ban on sparks, moving people upwind and the report stand there before any answer."""
    page = wang.get(f"{wang.take_call()}/result").text
    mine = page[page.index('id="mine"') : page.index('id="urge"')]
    for duty in ("不点火", "马上电话报告县政府", "撤到上风处", "先按可能情形办，待核实"):
        assert duty in mine
    assert "尚不能判断" in page
    assert mine.index("叫应社区（村）") < mine.index("撤到上风处"), "calls come first"
    assert mine.index("撤到上风处") < mine.index("马上电话报告县政府")


def test_nobody_below_county_is_told_to_declare_an_alert_or_to_requisition(app: Flask) -> None:
    """For a village under a red signal that is asked of the higher level."""
    zhao = Person(app, "zhao")
    incident = zhao.take_call(
        types=["rainstorm_flood"], nature="alert", one_line="红色预警，村子低洼"
    )
    page = zhao.get(f"{incident}/result").text
    end = page.index('id="urge"') if 'id="urge"' in page else len(page)
    mine = [
        text
        for kind, text in re.findall(
            r'<li class="duty (.*?)" id=.*?class="duty-text">(.*?)</p>',
            page[page.index('id="mine"') : end],
            re.DOTALL,
        )
        if "must-not" not in kind
    ]
    assert not [text for text in mine if "发布警报" in text or "征用" in text]
    assert [text for text in mine if "转移" in text], "but moving people needs no order"


def test_list_to_choose_from_shows_five_and_folds_the_rest(app: Flask) -> None:
    """The county reads the first five measures of its list; the unit's list is there to remind."""
    zhou = Person(app, "zhou")
    incident = zhou.take_call(types=["hazardous_chemical"], one_line="罐区泄漏")
    page = zhou.get(f"{incident}/result").text
    own = page[page.index("应急处置措施（至少一项）") : page.index("其他层级")]
    shown, folded = own.split("<details data-print-open><summary>还有", 1)
    assert 5 == shown.count('<li class="duty ')
    assert folded.count('<li class="duty ') > 5, "and what is folded is printed"
    urged = page[page.index('id="urge"') : page.index("应急处置措施（至少一项）")]
    assert "单位应急措施（至少一项）" in urged


def test_range_gives_a_hatched_grade_and_names_what_could_raise_it(wang: Person) -> None:
    """At least three dead in a gas explosion at work: at least III, at most I."""
    incident = wang.take_call(types=["industrial_explosion"], one_line="车间爆炸")
    wang.answer(incident, "deaths", kind="at_least", at_least="3")
    page = wang.get(f"{incident}/result").text
    assert "至少较大，最高到特别重大" in page
    assert 'class="held"><span>较大' in page
    assert 'class="possible"><span>特别重大' in page
    assert 'class="excluded"><span>一般' in page


def test_tick_survives_a_correction(wang: Person, tmp_path: Path) -> None:
    """A tick belongs to action, party and object, not to the rule that asked for it."""
    incident = wang.take_call()
    page = wang.get(f"{incident}/result").text
    key = re.search(r'name="key" value="(report_up\|[^"]+)"', page)
    assert key is not None
    wang.post(f"{incident}/ticks", {"key": key[1]}, page=f"{incident}/result")
    wang.answer(incident, "deaths", kind="at_least", at_least="3")
    wang.answer(incident, "deaths", kind="exact", exact="0")
    page = wang.get(f"{incident}/result").text
    assert key[1] in state_of(tmp_path, incident).ticks
    assert "王值班" in page[page.index('id="mine"') :]


def test_correction_says_what_it_changed(wang: Person) -> None:
    """The strip: the grade before and after, what is asked no more, and what was done already."""
    incident = wang.take_call(types=["industrial_explosion"], one_line="车间爆炸")
    wang.answer(incident, "deaths", kind="exact", exact="3")
    page = wang.answer(incident, "deaths", kind="exact", exact="0", reason="听错了").text
    strip = page[page.index('id="changes"') : page.index("</section>", page.index('id="changes"'))]
    assert "听错了" in strip
    assert "→" in strip
    assert "不再要求" in strip


def test_second_source_stands_beside_the_first_until_settled(wang: Person, tmp_path: Path) -> None:
    """Two sources differ: both stand, the range is the wider one, then one is settled."""
    incident = wang.take_call()
    wang.answer(incident, "trapped", kind="exact", exact="2", source="caller")
    page = wang.answer(
        incident, "trapped", kind="exact", exact="5", source="scene", how="other"
    ).text
    assert "2人至5人" in wang.get(f"{incident}/result").text or "2人至5人" in page
    question = wang.get(f"{incident}/questions/trapped").text
    assert "几个来源说法不同" in question
    kept = state_of(tmp_path, incident).answers["trapped"].standing[1].number
    wang.post(f"{incident}/settle", {"measure": "trapped", "statement": str(kept)},
              page=f"{incident}/questions/trapped")  # fmt: skip
    said = state_of(tmp_path, incident).answers["trapped"]
    assert ["5"] == [one.value for one in said.standing]
    assert "verified" == said.standing[0].state


def test_skipped_question_can_be_reached_again(wang: Person) -> None:
    """跳过 goes on; what was skipped is named at the end and nothing is lost by going back."""
    incident = wang.take_call()
    first = wang.get(f"{incident}/questions").request.path
    measure = first.rsplit("/", 1)[-1]
    second = wang.get(f"{incident}/questions?skip={measure}").request.path
    assert first != second
    assert f'href="{first}"' in wang.get(second).text, "back leads to the one before"
    assert first == wang.get(f"{incident}/questions?unskip={measure}").request.path


def test_question_says_why_it_is_asked_and_how_far_it_is(wang: Person) -> None:
    """The rules that wait, and an honest progress instead of a bar."""
    page = wang.get(f"{wang.take_call()}/questions").text
    assert "为什么问这个" in page
    assert re.search(r"已答 0 题。还有 \d+ 题可能改变", page)


def test_similar_cases_say_why_they_are_near(wang: Person) -> None:
    """Each case opens; each part of its score is shown."""
    incident = wang.take_call(types=["gas_explosion"], one_line="饭店燃气爆炸")
    page = wang.get(f"{incident}/result").text
    near = page[page.index('id="near"') :]
    assert 3 <= len(set(re.findall(r'href="(/cases/[^"]+)"', near))) <= 5
    assert "<meter" in near
    assert "来源" in wang.get(re.findall(r'href="(/cases/[^"]+)"', near)[0]).text


def test_incident_of_another_street_is_not_found(app: Flask, wang: Person) -> None:
    """A neighbour does not see it; the county above does, with the name of the office."""
    incident = wang.take_call()
    Person(app, "wu").get(f"{incident}/result", 404)
    assert "文东街道" in Person(app, "zhou").get("/").text


def test_community_and_street_pages_are_headed_as_advice(app: Flask, wang: Person) -> None:
    """初步研判，仅供参考 for community and sub-district, not for the county."""
    incident = wang.take_call()
    assert "初步研判，仅供参考" in wang.get(f"{incident}/result").text
    assert "初步研判，仅供参考" not in Person(app, "zhou").get(f"{incident}/result").text


def test_shift_is_handed_over_and_taken(app: Flask, wang: Person, li: Person) -> None:
    """The next one sees it on the desk, takes over and holds it."""
    incident = wang.take_call()
    wang.post(f"{incident}/handover", {"hand_to": "li", "open_matters": "等燃气公司"},
              page=f"{incident}/log")  # fmt: skip
    assert "等您接班" in li.get("/").text
    li.post(f"{incident}/takeover", {}, page=f"{incident}/log")
    assert "负责人 李主任" in re.sub(r"\s+", " ", li.get(f"{incident}/log").text)


def test_orders_are_passed_on_and_reported_back_before_the_end(
    wang: Person, li: Person, tmp_path: Path
) -> None:
    """An incident does not end while an order waits for its answer."""
    incident = wang.take_call()
    log = f"{incident}/log"
    wang.post(f"{incident}/orders", {"order_from": "县总值班室", "order_text": "每小时报一次"},
              page=log)  # fmt: skip
    assert "每小时报一次" in wang.get("/").text
    refused = li.post(f"{incident}/close", {"outcome": "已排除"}, 503, page=log).text
    assert "没有回报" in refused
    assert "已排除</textarea>" in refused, "what was typed is still there"
    number = state_of(tmp_path, incident).orders[0].number
    wang.post(f"{incident}/orders/{number}/reported", {"reported": "已报"}, page=log)
    li.post(f"{incident}/close", {"outcome": "已排除"}, page=log)
    assert state_of(tmp_path, incident).closed
    assert "已排除" in wang.get("/ended").text


def test_two_calls_about_one_incident_are_joined(wang: Person, tmp_path: Path) -> None:
    """归并: the work goes on in one of them."""
    first, second = wang.take_call(), wang.take_call(one_line="同一栋楼燃气味")
    wang.post(f"{second}/merge", {"into": first.rsplit("/", 1)[-1]}, page=f"{second}/log")
    assert state_of(tmp_path, second).merged_into == first.rsplit("/", 1)[-1]


def test_type_and_time_can_be_corrected_with_the_strip(wang: Person, tmp_path: Path) -> None:
    """A leak that became an explosion: the type changes, and the page says what that changes."""
    incident = wang.take_call()
    state = state_of(tmp_path, incident)
    sent = {
        "types": ["gas_explosion"], "status": "occurred", "one_line": "炸了", "place": "3号楼",
        "learned_at": f"{state.learned_at:%Y-%m-%dT%H:%M}", "stage": "initial", "action": "save",
    }  # fmt: skip
    page = wang.post(f"{incident}/facts", sent).text
    assert "这次更正改变了什么" in page
    assert ("gas_explosion",) == state_of(tmp_path, incident).incident_types


def test_telephone_book_of_the_place_stands_on_the_card(app: Flask, wang: Person) -> None:
    """The county's number holds for its streets until a street writes its own."""
    guan = Person(app, "guan")
    for office, number in (("county", "0531-96777"), ("street", "0531-85555")):
        path = f"/admin/offices/{office}/telephones"
        guan.post(path, {"number.gas_company": number})
        assert number in wang.get("/cards/gas_accident").text


def test_administrator_adds_office_and_user(app: Flask) -> None:
    """The one-time password is shown once, then the new officer can start."""
    guan = Person(app, "guan")
    guan.post("/admin/offices", {"name_zh": "东关社区", "level": "community", "parent": "street",
                                 "community": "东关社区"})  # fmt: skip
    page = guan.post("/admin/users", {"name": "chen", "display_name": "陈网格", "role": "duty",
                                      "office": ""}).text  # fmt: skip
    issued = re.search(r'class="one-time">([^<]+)<', page)
    assert issued is not None
    assert issued[1] not in guan.get("/admin/users").text
    chen = Person(app)
    answer = chen.post("/login", {"name": "chen", "password": issued[1]})
    assert answer.request.path == "/password"
    taken = {"name": "chen", "display_name": "又一个", "role": "duty", "office": ""}
    assert "chen" in guan.post("/admin/users", taken, 422).text


def test_the_shortest_way_to_the_grade_asks_nothing_else_and_ends_at_the_result(
    wang: Person,
) -> None:
    """For an inquiry: the questions that decide the grade, the most deciding first."""
    incident = wang.take_call(types=["hazardous_chemical"])
    assert "只问定级的题" in wang.get(f"{incident}/result").text
    asked = []
    for _ in range(40):
        page = wang.get(f"{incident}/questions?origin=grade")
        if page.request.path.endswith("/result"):
            break
        measure = page.request.path.rsplit("/", 1)[1]
        asked.append(measure)
        given = {f"{measure}.kind": "exact", f"{measure}.exact": "30", "origin": "grade"}
        wang.post(f"{incident}/questions/{measure}", given)
    assert "deaths" in asked
    assert len(asked) <= 3


def test_clocks_of_others_do_not_push_the_own_duties_off_the_screen(wang: Person) -> None:
    """Where many others have clocks, the most urgent stand above; the rest is folded, not lost."""
    page = wang.get(f"{wang.take_call(types=['radiation'])}/result").text
    clocks = page[page.index('id="clocks"') : page.index('id="mine"')]
    above, folded, *_ = clocks.split("<details")
    assert above.count("data-due") == 3
    assert "个时限" in folded
    assert folded.count("data-due") >= 2
