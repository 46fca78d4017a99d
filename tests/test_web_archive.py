"""After handling is over: final report, personal data, the incident as a case, the package."""

from __future__ import annotations

import html
import io
import json
import zipfile
from datetime import date, timedelta

from flask import Flask

from canmou import casebase
from canmou.casebase import connect
from tests.web_office import Person, app, database, furnished, li, rules, wang  # noqa: F401


def ended(wang: Person, li: Person) -> str:
    """Take a call from a person with a name, and end the incident; return its path."""
    incident = wang.take_call(caller_name="张三", caller_number="13800000000")
    wang.answer(incident, "injuries", kind="exact", exact="2")
    li.post(f"{incident}/close", {"outcome": "漏点已修好，居民已返回"}, page=f"{incident}/log")
    return incident


def test_final_report_is_drafted_from_the_log_and_signed_after_handling_is_over(
    wang: Person, li: Person
) -> None:
    """The course of events stands there already; the leader may still sign it."""
    incident = ended(wang, li)
    page = wang.get(f"{incident}/file/").text
    assert "写终报" in page
    assert "经过（按记录起草，请核对）" in wang.get(f"{incident}/report/new/final").text
    sent = {"title": "终报", "to.0": "区总值班室", "body": "经过……"}
    report = wang.post(f"{incident}/report/new/final", sent).request.path
    assert "已签发" in li.post(f"{report}/sign", {"version": "1"}, page=report).text


def test_clocks_stop_when_handling_is_over(wang: Person, li: Person) -> None:
    """Nobody reads that there are 40 minutes left for an incident that ended yesterday."""
    incident = wang.take_call()
    assert "data-due" in wang.get(f"{incident}/result").text
    li.post(f"{incident}/close", {"outcome": "已处置"}, page=f"{incident}/log")
    page = wang.get(f"{incident}/result").text
    assert "data-due" not in page
    assert "处置结束，不再计时" in page


def test_personal_data_are_destroyed_only_by_who_may_and_only_when_sure(
    wang: Person, li: Person
) -> None:
    """The duty officer may not; the leader is asked twice; then name and number are gone."""
    incident = ended(wang, li)
    assert "个人信息待处理" in li.get("/ended").text
    wang.post(f"{incident}/file/destroy", {"sure": "yes"}, 403, page=f"{incident}/file/")
    unsure = li.post(f"{incident}/file/destroy", {}, 422, page=f"{incident}/file/")
    assert "不能恢复" in unsure.text
    assert (
        "个人信息已销毁"
        in li.post(f"{incident}/file/destroy", {"sure": "yes"}, page=f"{incident}/file/").text
    )
    for path in ("log", "result", "file/"):
        assert "张三" not in li.get(f"{incident}/{path}").text
    assert "个人信息待处理" not in li.get("/ended").text
    assert "校验不通过" not in li.get(f"{incident}/log").text


def test_personal_data_kept_as_evidence_are_asked_about_again_when_the_time_is_over(
    app: Flask, wang: Person, li: Person
) -> None:
    """A reason is needed, the day must lie ahead; nothing typed is lost."""
    incident = ended(wang, li)
    keep, page = f"{incident}/file/keep", f"{incident}/file/"
    assert "请写为什么" in li.post(keep, {"reason": ""}, 422, page=page).text
    past = li.post(keep, {"reason": "事故调查", "until": "2020-01-01"}, 422, page=page).text
    assert "事故调查" in past
    until = (date.today() + timedelta(days=30)).isoformat()
    assert "继续保存" in li.post(keep, {"reason": "事故调查", "until": until}, page=page).text
    assert "个人信息待处理" not in li.get("/ended").text
    refused = li.post(f"{incident}/file/destroy", {"sure": "yes"}, 409, page=page)
    assert "须继续保存" in refused.text


def test_an_ended_incident_becomes_a_case_that_later_incidents_find(
    wang: Person, li: Person
) -> None:
    """The draft holds figures but nobody's name; wrong text keeps what was typed."""
    incident = ended(wang, li)
    page = li.get(f"{incident}/file/").text
    draft = page[page.index('spellcheck="false">') + 19 : page.index("</textarea>")]
    draft = html.unescape(draft)
    assert "injuries: 2" in draft
    assert "张三" not in page
    assert "3号楼" not in draft
    wrong = draft.replace("injuries: 2", "no_such_measure: 2")
    answer = li.post(f"{incident}/file/case", {"case": wrong}, 422, page=f"{incident}/file/")
    assert "no_such_measure: 2" in answer.text
    kept = li.post(f"{incident}/file/case", {"case": draft}, page=f"{incident}/file/")
    assert kept.request.path.startswith("/cases/")
    again = wang.take_call()
    assert kept.request.path in wang.get(f"{again}/result").text


def test_package_for_the_archive_holds_log_and_reports(wang: Person, li: Person) -> None:
    """One file with everything, for who may and is sure; taking it out is written down.

    Looking at an address changes nothing: only the form of the page brings the package.
    """
    incident = ended(wang, li)
    package_url, page = f"{incident}/file/package.zip", f"{incident}/file/"
    wang.post(package_url, {"sure": "yes"}, 403, page=page)
    li.get(package_url, 405)
    assert li.client.post(package_url, data={"sure": "yes"}).status_code == 400
    assert "请先勾选确认" in li.post(package_url, {}, 422, page=page).text
    assert "导出归档包" not in li.get(f"{incident}/log").text
    answer = li.post(package_url, {"sure": "yes"}, page=page)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as package:
        assert {"incident.json", "记录.txt"} <= set(package.namelist())
        content = json.loads(package.read("incident.json"))
        assert not content["chain"]["problems"]
        assert "处置结束" in package.read("记录.txt").decode()
    assert "导出归档包" in li.get(f"{incident}/log").text


def test_linked_incidents_lead_to_each_other(wang: Person) -> None:
    """关联 is written on both sides."""
    one, other = wang.take_call(), wang.take_call(one_line="二号楼也有味")
    wang.post(
        f"{one}/link", {"other": other.rsplit("/", 1)[1], "relation": "同一条管线"},
        page=f"{one}/log",
    )  # fmt: skip
    assert other in wang.get(f"{one}/log").text
    assert "同一条管线" in wang.get(f"{other}/log").text


def test_a_call_that_is_answered_ticks_the_duty_to_make_it(app: Flask, wang: Person) -> None:
    """Whoever called the duty leader from the card need not tick the same again on the list."""
    incident = wang.take_call()
    page = f"{incident}/first-minute"
    wang.post(f"{incident}/calls", {"party": "duty_leader", "number": ""}, page=page)
    folder = app.extensions["canmou"].settings.instance
    with connect(database(folder)) as store:
        state = casebase.load_incident(store, incident.rsplit("/", 1)[1])
        assert not state.ticks
    wang.post(f"{incident}/calls/{state.calls[-1].number}", {"outcome": "no_answer"}, page=page)
    with connect(database(folder)) as store:
        assert not casebase.load_incident(store, state.id).ticks
    wang.post(f"{incident}/calls", {"party": "duty_leader", "number": ""}, page=page)
    with connect(database(folder)) as store:
        number = casebase.load_incident(store, state.id).calls[-1].number
    wang.post(f"{incident}/calls/{number}", {"outcome": "answered"}, page=page)
    with connect(database(folder)) as store:
        ticks = casebase.load_incident(store, state.id).ticks
    assert [key.split("|")[0] for key in ticks] == ["call_duty_leader"]
