"""The first report: script, elements, signature, Word document, sending."""

from __future__ import annotations

import io

from docx import Document
from flask import Flask

from tests.web_office import Person, app, furnished, li, rules, wang  # noqa: F401


def write_report(person: Person, incident: str, **typed: str) -> str:
    """Write a first report and return the path of its page."""
    path = f"{incident}/report/new/initial"
    sent = {
        "title": "关于幸福小区燃气泄漏的初报",
        "to.0": "县政府总值班室",
        "to.1": "县住建局",
        "element.zh": ["时间", "伤亡情况"],
        "element.en": ["Time", "Casualties"],
        "element.0": "11月22日 03:14",
        "element.1": "",
        **typed,
    }
    return person.post(path, sent).request.path


def test_telephone_script_says_what_is_known_and_marks_its_gaps(wang: Person) -> None:
    """Thirty seconds to read out; what nobody knows is 正在核实."""
    incident = wang.take_call()
    page = wang.get(f"{incident}/report/").text
    script = page[page.index('class="script"') : page.index("</p>", page.index('class="script"'))]
    for known in ("我是文东街道值班员", "王值班", "幸福小区3号楼", "燃气泄漏", "0531-2000"):
        assert known in script
    assert '<span class="gap">正在核实</span>' in script


def test_report_asks_for_the_elements_of_the_rules_filled_with_what_is_known(
    wang: Person,
) -> None:
    """Place, figures and calls stand there already; the text that asks for an element is named."""
    incident = wang.take_call()
    wang.answer(incident, "trapped", kind="at_least", at_least="2")
    page = wang.get(f"{incident}/report/new/initial").text
    assert "被困人数 至少2人" in page
    assert "幸福小区3号楼" in page
    assert "突发事件应对法" in page


def test_report_is_signed_by_a_leader_and_opens_as_docx(wang: Person, li: Person) -> None:
    """Draft, signature, document: unknown elements say 正在核实, no grade unless added."""
    incident = wang.take_call()
    report = write_report(wang, incident)
    page = wang.get(report).text
    assert "未签发的草稿" in page
    wang.post(f"{report}/sign", {"version": "1"}, 403, page=report)
    signed = li.post(f"{report}/sign", {"version": "1"}, page=report).text
    assert "已签发" in signed
    answer = li.get(f"{report}.docx")
    assert "初报" in answer.headers["Content-Disposition"] or "filename*" in str(answer.headers)
    lines = [paragraph.text for paragraph in Document(io.BytesIO(answer.data)).paragraphs]
    text = "\n".join(lines)
    for expected in ("县政府总值班室：", "县住建局：", "伤亡情况：正在核实", "签发：李主任"):
        assert expected in text
    assert "等级" not in text
    assert "草稿" not in text


def test_only_the_leader_adds_a_grade_and_only_as_initial(wang: Person, li: Person) -> None:
    """What an officer sends as a grade is not taken."""
    incident = wang.take_call()
    report = write_report(wang, incident, grade="I")
    assert "初判等级" not in wang.get(report).text
    sent = {"title": "初报", "to.0": "总值班室", "to.1": "", "element.zh": "时间",
            "element.en": "Time", "element.0": "03:14", "grade": "III"}  # fmt: skip
    li.post(f"{report}/edit", sent)
    assert "初判等级" in wang.get(report).text
    assert "较大" in wang.get(report).text


def test_signature_holds_for_the_version_that_was_read(wang: Person, li: Person) -> None:
    """The officer changes the text while the leader reads: the old version cannot be signed."""
    incident = wang.take_call()
    report = write_report(wang, incident)
    sent = {"title": "初报（改）", "to.0": "总值班室", "to.1": "", "element.zh": "时间",
            "element.en": "Time", "element.0": "03:20"}  # fmt: skip
    wang.post(f"{report}/edit", sent)
    page = li.post(f"{report}/sign", {"version": "1"}, page=report).text
    assert "第 2 稿" in page
    assert "待签发" in page


def test_report_without_title_or_addressee_keeps_what_was_written(wang: Person) -> None:
    """Notes at the fields, the texts of all elements still there."""
    incident = wang.take_call()
    sent = {"title": " ", "to.0": "", "to.1": "", "element.zh": "时间", "element.en": "Time",
            "element.0": "后半夜三点多"}  # fmt: skip
    page = wang.post(f"{incident}/report/new/initial", sent, 422).text
    assert "请写标题" in page
    assert "请写报给谁" in page
    assert "后半夜三点多</textarea>" in page


def test_report_is_sent_and_confirmed_only_after_the_signature(
    app: Flask, wang: Person, li: Person
) -> None:
    """报出 and 对方已收到; a sent report is changed no more, the next one is a follow-up."""
    incident = wang.take_call()
    report = write_report(wang, incident)
    assert "报出</h2>" not in wang.get(report).text
    li.post(f"{report}/sign", {"version": "1"}, page=report)
    wang.post(f"{report}/sent", {"to": "县政府总值班室", "means": "传真", "back": report},
              page=report)  # fmt: skip
    page = wang.post(f"{report}/receipted", {"to": "县政府总值班室", "receiver": "老周",
                                             "back": report}, page=report).text  # fmt: skip
    assert "老周" in page
    assert f"{report}/edit" not in page
    assert "写续报" in wang.get(f"{incident}/report/").text
