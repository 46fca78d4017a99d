"""Answers that go wrong: a note at the field, everything typed kept, nothing lost."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
from flask import Flask

from canmou import casebase
from canmou.casebase import IncidentState, connect
from canmou.casebase import store as casebase_store
from canmou.webui.holder import RuleBaseHolder
from canmou.webui.serve import prepare
from canmou.webui.settings import settings_from
from tests.web_office import Person, app, application, database, furnished, li, rules, wang  # noqa: F401


def state_of(folder: Path, incident: str) -> IncidentState:
    """Return the incident as it stands in the database."""
    with connect(database(folder)) as store:
        return casebase.load_incident(store, incident.rsplit("/", 1)[-1])


WRONG_ANSWERS = [
    ("deaths", {}, "请回答"),
    ("deaths", {"kind": "exact"}, "请在选中的这一行写上数字"),
    ("deaths", {"kind": "exact", "exact": "三个"}, "请写数字"),
    ("deaths", {"kind": "exact", "exact": "-1"}, "允许的范围"),
    ("deaths", {"kind": "exact", "exact": "2.5"}, "只能是整数"),
    ("deaths", {"kind": "exact", "exact": "1e400"}, "请写数字"),
    ("deaths", {"kind": "exact", "exact": "<script>1</script>"}, "请写数字"),
    ("deaths", {"kind": "at_least"}, "请在选中的这一行写上数字"),
    ("deaths", {"kind": "at_least", "at_least": "好几"}, "请写数字"),
    ("deaths", {"kind": "at_most", "at_most": "-3"}, "允许的范围"),
    ("deaths", {"kind": "range", "low": "3"}, "要写两个数"),
    ("deaths", {"kind": "range", "high": "3"}, "要写两个数"),
    ("deaths", {"kind": "range", "low": "9", "high": "3"}, "前一个数要小于后一个数"),
    ("deaths", {"kind": "range", "low": "a", "high": "b"}, "请写数字"),
    ("deaths", {"kind": "guess", "exact": "3"}, "请选：正好"),
    ("deaths", {"exact": "3", "at_most": "5"}, "写了不止一行"),
    ("direct_loss_cny", {"kind": "exact", "exact": "很多钱"}, "请写数字"),
    ("danger_continues", {"choice": "maybe"}, "请答 是、否 或 尚不清楚"),
    ("status", {"choice": "exploded"}, "可选"),
    ("occurred_at", {"kind": "exact", "moment": "昨天半夜"}, "时间写成"),
    ("occurred_at", {"kind": "exact", "moment": "2026-02-30T03:00"}, "时间写成"),
]


@pytest.mark.parametrize(("measure", "typed", "note"), WRONG_ANSWERS)
def test_wrong_answer_gets_a_note_at_its_field_and_keeps_what_was_typed(
    wang: Person, tmp_path: Path, measure: str, typed: dict[str, str], note: str
) -> None:
    """The note says what is allowed; nothing is written into the log."""
    incident = wang.take_call()
    before = state_of(tmp_path, incident).last
    page = wang.answer(incident, measure, 422, **typed).text
    field = page[page.index(f'id="question-{measure}"') :]
    mistake = re.search(rf'id="{measure}-mistake" role="alert">(.*?)</p>', field)
    assert mistake is not None
    assert note in mistake[1]
    for name, text in typed.items():
        if name in {"exact", "at_least", "at_most", "low", "high", "moment"} and "<" not in text:
            assert f'value="{text}"' in field
    assert "<script>1" not in page
    assert before == state_of(tmp_path, incident).last


def test_right_answers_beside_a_wrong_one_are_kept_in_the_form(wang: Person) -> None:
    """On a screen with several questions one mistake loses none of the others."""
    incident = wang.take_call()
    path = f"{incident}/questions/card"
    typed = {"trapped.kind": "at_least", "trapped.at_least": "2", "persons_at_risk.exact": "许多"}
    page = wang.post(path, typed, 422).text
    assert 'name="trapped.at_least" value="2"' in page
    assert 'value="许多"' in page
    wang.post(path, {**typed, "persons_at_risk.exact": "40"})
    assert "至少2人" in wang.get(f"{incident}/result").text


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"kind": "exact", "exact": "3"}, "3人"),
        ({"exact": "３"}, None),
        ({"kind": "at_least", "at_least": "2"}, "至少2人"),
        ({"kind": "at_most", "at_most": "9"}, "至多9人"),
        ({"kind": "range", "low": "20", "high": "60"}, "20人至60人"),
        ({"exact": "4"}, "4人"),
        ({"kind": "unknown"}, "尚不清楚"),
    ],
)
def test_answer_may_be_exact_a_bound_a_range_or_not_known(
    wang: Person, typed: dict[str, str], told: str | None
) -> None:
    """Without a script a typed row needs no tick; full-width digits are digits or refused."""
    incident = wang.take_call()
    answer = wang.client.post(
        f"{incident}/questions/trapped",
        data={
            "csrf_token": re.findall(
                r'name="csrf_token" value="([^"]+)"', wang.get(f"{incident}/log").text
            )[0],
            **{f"trapped.{name}": text for name, text in typed.items()},
        },
    )
    if told is None:
        assert answer.status_code in {302, 422}
        return
    assert answer.status_code == 302
    assert told in wang.get(f"{incident}/result").text


def test_contradictory_answers_are_noted_and_conclude_nothing(wang: Person) -> None:
    """More seriously injured than injured: a note, and no grade from either."""
    incident = wang.take_call(types=["industrial_explosion"], one_line="爆炸")
    wang.answer(incident, "injuries", kind="exact", exact="2")
    wang.answer(incident, "serious_injuries", kind="exact", exact="60")
    page = wang.get(f"{incident}/result").text
    assert "互相矛盾" in page
    assert "至少 重大" not in page
    assert 2 == page.count("与别的回答矛盾"), "the note stands at both answers"
    assert "互相矛盾" in wang.get(f"{incident}/questions/injuries").text


def test_locked_database_brings_the_form_back_filled(
    app: Flask, wang: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While somebody else holds the database, nothing typed is lost and the page says so."""
    monkeypatch.setattr(casebase_store, "WAIT_SECONDS", 0.1)
    incident = wang.take_call()
    wang.get(f"{incident}/questions/deaths")
    locking = sqlite3.connect(database(tmp_path), isolation_level=None)
    locking.execute("BEGIN IMMEDIATE")
    try:
        page = wang.answer(incident, "deaths", 503, kind="at_least", at_least="7").text
        assert "数据库正被占用" in page
        assert 'name="deaths.at_least" value="7"' in page
        call = {"types": ["fire"], "one_line": "四楼着火", "place": "建新路", "action": "save"}
        page = wang.post("/intake/", call, 503).text
        assert "数据库正被占用" in page
        assert "四楼着火" in page
        assert 'value="建新路"' in page
        page = wang.post(f"{incident}/notes", {"note": "已到场"}, 503, page=f"{incident}/log").text
        assert "已到场</textarea>" in page
    finally:
        locking.execute("ROLLBACK")
        locking.close()
    wang.answer(incident, "deaths", kind="at_least", at_least="7")
    assert "至少7人" in wang.get(f"{incident}/result").text


def test_full_disk_brings_the_form_back_filled(
    app: Flask, wang: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database may not grow any more: the answer is not saved, and not lost."""
    incident = wang.take_call()
    opened = casebase_store.connect

    def full(path: Path, **options: bool) -> casebase_store.Store:
        store = opened(path, **options)
        pages = next(iter(store.db.execute("PRAGMA page_count").fetchone()))
        store.db.execute(f"PRAGMA max_page_count = {pages}")
        return store

    monkeypatch.setattr("canmou.webui.services.connect", full)
    long_reason = "核实" * 40
    for number in range(400):
        answer = wang.client.get(f"{incident}/questions/deaths")
        sent = {
            "csrf_token": re.findall(r'name="csrf_token" value="([^"]+)"', answer.text)[0],
            "deaths.kind": "at_least", "deaths.at_least": str(number + 1),
            "deaths.reason": long_reason,
        }  # fmt: skip
        saved = wang.client.post(f"{incident}/questions/deaths", data=sent)
        if saved.status_code != 302:
            break
    assert saved.status_code == 503
    assert "磁盘已满" in saved.text
    assert f'name="deaths.at_least" value="{number + 1}"' in saved.text


def test_two_officers_answering_the_same_question_are_told(
    app: Flask, wang: Person, li: Person, tmp_path: Path
) -> None:
    """The second one sees that the first was quicker, and still has what was typed."""
    incident = wang.take_call()
    seen = str(state_of(tmp_path, incident).last)
    path = f"{incident}/questions/trapped"
    li.answer(incident, "trapped", kind="exact", exact="3")
    sent = {"expected": seen, "trapped.kind": "exact", "trapped.exact": "8"}
    page = wang.post(path, sent, 409).text
    assert "li" in page or "李主任" in page
    assert 'name="trapped.exact" value="8"' in page


def test_two_officers_working_on_different_things_are_not_in_each_others_way(
    app: Flask, wang: Person, li: Person, tmp_path: Path
) -> None:
    """A tick or another answer in between stops nobody."""
    incident = wang.take_call()
    seen = str(state_of(tmp_path, incident).last)
    li.answer(incident, "deaths", kind="exact", exact="0")
    sent = {"expected": seen, "trapped.kind": "exact", "trapped.exact": "8"}
    wang.post(f"{incident}/questions/trapped", sent)
    assert {"deaths", "trapped"} <= set(state_of(tmp_path, incident).answers)


def test_answer_that_no_rule_knows_any_more_does_not_keep_anyone_from_the_page(
    wang: Person, tmp_path: Path
) -> None:
    """An incident outlives releases; the page names the answer that is not used."""
    incident = wang.take_call()
    with connect(database(tmp_path)) as store:
        casebase.answer(
            store, incident.rsplit("/", 1)[-1], "measure_of_last_year", 3,
            author="wang", at=state_of(tmp_path, incident).last_at,
        )  # fmt: skip
    assert "measure_of_last_year" in wang.get(f"{incident}/result").text


def test_one_source_cannot_stand_beside_itself(wang: Person) -> None:
    """另一来源 has to be somebody else; the note says so."""
    incident = wang.take_call()
    wang.answer(incident, "trapped", kind="exact", exact="2", source="caller")
    page = wang.answer(
        incident, "trapped", 422, kind="exact", exact="5", source="caller", how="other"
    ).text
    assert "两个并列的说法要来自不同的人" in page


def test_damaged_database_is_said_in_the_same_clothes(
    app: Flask, wang: Person, tmp_path: Path
) -> None:
    """No stack trace: what happened, and a way on."""
    for path in tmp_path.glob("canmou.sqlite3*"):
        path.write_bytes(b"this is no database" * 100)
    page = wang.get("/", 503).text
    assert "已损坏" in page
    assert "再试一次" in page


def test_drill_is_marked_on_every_page_and_document(tmp_path: Path, rules: RuleBaseHolder) -> None:
    """A drill has a store of its own; nothing of it looks real."""
    drill = application(tmp_path, rules, drill=True)
    first = prepare(settings_from({"instance": tmp_path, "drill": True}))
    assert first is not None
    page = Person(drill).get("/login").text
    assert "演练 · 演练 · 演练" in page
    assert not database(tmp_path).exists()


def test_unknown_question_or_incident_is_a_404_in_the_same_clothes(wang: Person) -> None:
    """With a way on."""
    incident = wang.take_call()
    for path in (f"{incident}/questions/nothing", "/incident/nothing/result", "/cases/nothing"):
        page = wang.get(path, 404).text
        assert "没有这个页面或事件" in page
        assert "回到值班台" in page
