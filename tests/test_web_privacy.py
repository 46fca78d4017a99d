"""What must not be seen, kept or reached by the wrong people."""

from __future__ import annotations

from pathlib import Path

from canmou.webui.settings import settings_from
from tests.web_office import Person, app, furnished, li, rules, wang  # noqa: F401


def test_sessions_of_a_drill_alone_do_not_open_real_work(tmp_path: Path) -> None:
    """The drill served alone has users of its own: another key, another cookie."""
    real = settings_from({"instance": tmp_path})
    drill = settings_from({"instance": tmp_path, "drill": True})
    assert real.session_key() != drill.session_key()
    assert real.session_key() == real.beside().session_key()


def test_personal_data_in_reports_go_when_personal_data_are_destroyed(
    wang: Person, li: Person
) -> None:
    """Caller and address that a report repeats are not left behind in it."""
    incident = wang.take_call(caller_name="张三丰", place="幸福小区3号楼501")
    sent = {
        "title": "终报", "to.0": "总值班室", "element.zh": ["来源", "经过"],
        "element.en": ["Source", "Course"], "element.0": "张三丰来电", "element.1": "已处置",
        "body": "03:14 接报：幸福小区3号楼501",
    }  # fmt: skip
    report = wang.post(f"{incident}/report/new/initial", sent).request.path
    assert "张三丰来电" in wang.get(report).text
    li.post(f"{incident}/close", {"outcome": "已处置"}, page=f"{incident}/log")
    li.post(f"{incident}/file/destroy", {"sure": "yes"}, page=f"{incident}/file/")
    page = li.get(report).text
    assert "张三丰" not in page
    assert "3号楼501" not in page
    assert "已处置" in page
    assert "校验不通过" not in li.get(f"{incident}/log").text


def test_title_of_a_report_names_no_house(wang: Person) -> None:
    """The title travels further than the report: place and type, not the flat."""
    incident = wang.take_call(place="幸福小区3号楼501")
    page = wang.get(f"{incident}/report/new/initial").text
    title = page[page.index('name="title"') : page.index('name="title"') + 300]
    assert "501" not in title


def test_a_long_final_report_is_refused_with_its_text_not_cut(wang: Person) -> None:
    """Nothing of the record is lost without a word."""
    incident = wang.take_call()
    sent = {"title": "终报", "to.0": "总值班室", "body": "长" * 50_001}
    page = wang.post(f"{incident}/report/new/final", sent, 422).text
    assert "最多 50000 字" in page
    assert "长" * 50_001 in page


def test_an_open_incident_cannot_be_kept_as_a_case(wang: Person, li: Person) -> None:
    """Whatever is posted: the page offers it only when handling is over."""
    incident = wang.take_call()
    answer = li.post(f"{incident}/file/case", {"case": "- id: x"}, 422, page=f"{incident}/file/")
    assert "不能整理成案例" in answer.text
