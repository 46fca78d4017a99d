"""演练: a store of its own, judged before the system speaks, nothing leaves it, one tap out."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from docx import Document
from flask import Flask
from werkzeug.test import TestResponse

from canmou import casebase
from canmou.casebase import NotPossible, WrongStore, connect
from canmou.casebase.mirror import mirror_people
from canmou.drill import kept
from canmou.drill.loading import SCENARIOS, load_scenarios
from canmou.webui import exercise_flow
from canmou.webui.holder import RuleBaseHolder
from tests.web_office import (  # noqa: F401
    Person,
    app,
    application,
    database,
    furnish,
    furnished,
    li,
    rules,
    wang,
)

GAS = "gas-leak-before-the-blast"
JUDGED = {"fact.urgent": "yes", "fact.people_threatened": "yes", "fact.emergency": "yes",
          "department": "gas_department", "grade": "open"}  # fmt: skip


@pytest.fixture
def sun(app: Flask) -> Person:
    """A trainer."""
    return Person(app, "sun")


def path_of(answer: TestResponse) -> str:
    """Return the address of a page, with the place where the drill is mounted."""
    return urlsplit(answer.request.url).path


def begin(person: Person, scenario: str = GAS) -> str:
    """Begin a drill of one's own; return the path of the exercise."""
    page = person.post("/drill/exercise/", {"scenario": scenario})
    path = path_of(page).rstrip("/")
    person.post(f"{path}/start", {}, page=f"{path}/")
    return path


def act(person: Person, path: str, name: str) -> None:
    person.post(f"{path}/act", {"action": name}, page=f"{path}/")


def incident_of(folder: Path) -> str:
    with connect(folder / "canmou-drill.sqlite3", drill=True) as store:
        return casebase.open_incidents(store)[-1].id


def test_the_mark_is_on_every_page_and_real_work_is_untouched(wang: Person, tmp_path: Path) -> None:
    path = begin(wang)
    for page in (
        path + "/",
        f"{path}/judge",
        "/drill/exercise/",
        "/drill/cards/",
        "/drill/library",
    ):
        assert "演练 · 演练 · 演练" in wang.get(page).text, page
        assert "tel:" not in wang.get(page).text
    assert "演练 · 演练" not in wang.get("/").text
    with connect(database(tmp_path)) as store:
        assert () == casebase.open_incidents(store)
        with pytest.raises(NotPossible):
            kept.prepare(store)
    with pytest.raises(WrongStore):
        connect(tmp_path / "canmou-drill.sqlite3")


def test_the_system_keeps_its_view_back_until_the_trainee_has_judged(
    wang: Person, tmp_path: Path
) -> None:
    path = begin(wang)
    incident = f"/drill/incident/{incident_of(tmp_path)}"
    for page in ("result", "graph", "first-minute", "questions", "what-if", "panel", "report/"):
        assert (
            f"{path}/"
            in wang.get(f"{incident}/{page}").request.root_path
            + wang.get(f"{incident}/{page}").request.path
        ), page
    wang.post(f"{path}/call", {"party": "fire_rescue"}, page=f"{path}/")
    assert "无人接" in wang.post(f"{path}/call", {"party": "gas_company"}, page=f"{path}/").text
    act(wang, path, "keep_out")
    act(wang, path, "blind_rescue")
    told = wang.post(f"{path}/report", {"to": "subdistrict_township", "time": "刚才",
                                        "place": "5号楼"}, page=f"{path}/")  # fmt: skip
    assert "已电话报告" in told.text
    result = wang.post(f"{path}/judge", JUDGED).text
    for words in ("三栏对照", "缺：已采取的措施", "做了：派两名网格员进三楼", "没有做：打开楼道",
                  "从哪一步开始和系统不一样", "尚不能判断"):  # fmt: skip
        assert words in result
    assert "研判结果" in wang.get(f"{incident}/result").text
    graph = re.search(r'href="([^"]+node=[^"]+)"', result)
    assert graph is not None
    assert 'id="node"' in wang.get(graph[1].replace("&amp;", "&")).text


def test_nothing_typed_is_lost_when_nobody_answers_the_report(wang: Person) -> None:
    path = begin(wang)
    answer = wang.post(
        f"{path}/report", {"to": "gas_company", "people": "两人没出来"}, 409, page=f"{path}/"
    )
    assert "没有报出去" in answer.text
    assert 'value="两人没出来"' in answer.text
    assert (
        "还什么都没有写"
        in wang.post(f"{path}/report", {"to": "gas_company"}, 422, page=f"{path}/").text
    )


def test_injects_come_in_their_time_and_the_tabletop_clock_can_be_moved(
    wang: Person, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = begin(wang)
    assert "三楼可能还有两个人" not in wang.get(f"{path}/").text
    wang.post(f"{path}/advance", {}, page=f"{path}/")
    assert "可以吗" in wang.post(f"{path}/advance", {}, page=f"{path}/").text
    assert "三楼可能还有两个人" in wang.get(f"{path}/").text
    later = casebase.beijing_now() + timedelta(minutes=20)
    monkeypatch.setattr(exercise_flow, "now", lambda: later)
    assert "想回去拿药" in wang.get(f"{path}/").text
    with connect(tmp_path / "canmou-drill.sqlite3", drill=True) as store:
        state = casebase.open_incidents(store)[-1]
    assert 36 == state.answers["persons_at_risk"].standing[-1].value
    assert ["街道带班领导"] == [order.from_ for order in state.orders]
    assert state.answers["leak_continues"].standing[-1].value is False


def test_blind_drill_by_the_trainer_with_an_inject_of_his_own(
    sun: Person, wang: Person, li: Person
) -> None:
    setting = {"scenario": GAS, "mode": "blind", "trainee": ["wang", "li"]}
    page = sun.post("/drill/exercise/", setting)
    control = path_of(page)
    home = wang.get("/drill/exercise/").text
    path = re.search(r'href="(/drill/exercise/\d+/)"', home)
    assert path is not None
    before = wang.get(path[1]).text
    assert "爆炸之前" not in home.split("自己练一次")[0] + before, "nobody is told what comes"
    wang.post(f"{path[1]}start", {}, page=path[1])
    running = wang.get(path[1]).text
    assert "推进到下一条" not in running
    assert "爆炸之前" not in running
    assert "谁说的" in sun.post(f"{control}/injects", {"who": "", "says": "x"}, 422, control).text
    wrong = {"who": "120", "says": "伤了", "kind": "facts", "measure": "injuries", "value": "many"}
    page = sun.post(f"{control}/injects", wrong, 422, control)
    assert 'value="many"' in page.text
    sun.post(f"{control}/injects", {**wrong, "value": "2"}, page=control)
    assert "伤了" in wang.get(path[1]).text
    assert "已送达：王值班" in sun.get(control).text
    wang.get(control, 403)
    for reached in (False, True):
        sun.post(f"{control}/silences", {"party": "duty_leader"}, page=control)
        called = wang.post(f"{path[1]}call", {"party": "duty_leader"}, page=path[1]).text
        assert reached is ("带班领导：已接通" in called)
    wang.post(f"{path[1]}judge", JUDGED)
    assert "爆炸之前" in wang.get(f"{path[1]}result").text
    other = re.search(r'href="(/drill/exercise/\d+/)"', li.get("/drill/exercise/").text)
    assert other is not None
    li.post(f"{other[1]}start", {}, page=other[1])
    li.get(path[1], 404)
    act(li, other[1].rstrip("/"), "keep_out")
    li.post(f"{other[1]}judge", {**JUDGED, "grade": "I"})
    compare = re.search(r'href="(/drill/exercise/compare[^"]+)"', sun.get(control).text)
    assert compare is not None
    side_by_side = sun.get(compare[1].replace("&amp;", "&")).text
    assert "κ = " in side_by_side
    assert "王值班" in side_by_side
    assert "李主任" in side_by_side
    assert "王值班 的历次成绩" in sun.get("/drill/exercise/people/wang").text
    wang.get("/drill/exercise/people/li", 404)


def test_one_tap_ends_it_and_real_opens_an_empty_intake(wang: Person, tmp_path: Path) -> None:
    path = begin(wang)
    assert f'action="{path}/real"' in wang.get("/drill/library").text, "on every page"
    page = wang.post(f"{path}/real", {}, page=f"{path}/")
    assert "/intake/" == path_of(page)
    assert "一个字也没有带过来" in page.text
    assert "幸福小区" not in page.text
    assert "这次演练已中止" in wang.get(f"{path}/").text
    again = begin(wang)
    assert "演练已中止" in wang.post(f"{again}/abort", {}, page=f"{again}/").text


def test_report_of_a_drill_is_marked_in_every_form(wang: Person, tmp_path: Path) -> None:
    """The usual pages serve for free practice in the drill store, with the mark on documents."""
    told = {"types": ["gas_leak"], "one_line": "假想", "place": "某楼", "nature": "occurred",
            "action": "save"}  # fmt: skip
    page = wang.post("/drill/intake/", told)
    incident = path_of(page).rsplit("/", 1)[0]
    assert incident.startswith("/drill/")
    assert "tel:" not in page.text
    report = wang.post(
        f"{incident}/report/new/initial",
        {"title": "关于某楼的初报", "to.0": "总值班室", "element.zh": [], "element.en": []},
    )
    assert "【演练】" in report.text
    number = report.request.path.rsplit("/", 1)[1]
    got = wang.client.get(f"{incident}/report/{number}.docx")
    document = Document(BytesIO(got.data))
    assert "演练" in document.sections[0].header.paragraphs[0].text
    assert "%E6%BC%94%E7%BB%83" in got.headers["Content-Disposition"]
    drawn = wang.client.get(f"{incident}/graph.svg")
    assert "演练 · 演练" in drawn.text
    assert "drill-" in drawn.headers["Content-Disposition"]
    data = wang.client.get(f"/drill/api/incidents/{incident.rsplit('/', 1)[1]}/assessment").json
    assert data is not None
    assert data["drill"] is True
    assert "演练不归档" in wang.get(f"{incident}/file/").text
    sent = wang.post(f"{incident}/file/package.zip", {"sure": "yes"}, page=f"{incident}/log")
    assert "演练不归档" in sent.text


def test_accounts_stay_with_real_work(app: Flask, wang: Person, tmp_path: Path) -> None:
    stranger = Person(app)
    page = stranger.get("/drill/exercise/")
    assert "/login" == path_of(page)
    assert "next=/drill/exercise/" in page.request.url
    assert "/password" == path_of(wang.get("/drill/password"))
    begin(wang)
    with connect(tmp_path / "canmou-drill.sqlite3", drill=True) as drill:
        assert {"-"} == {row["password_hash"] for row in drill.rows("SELECT * FROM users")}
        with connect(database(tmp_path)) as home:
            assert not mirror_people(home, drill), "copied only when something differs"
            user = next(u for u in casebase.users(home) if u.name == "wu")
            casebase.set_active(home, user.id, False)
            assert mirror_people(home, drill)
        assert not next(u for u in casebase.users(drill) if u.name == "wu").active


def test_a_drill_server_of_its_own(tmp_path: Path, rules: object) -> None:
    """With ``drill`` set the whole application is a drill, with users of its own."""
    folder = tmp_path / "alone"
    folder.mkdir()
    alone = application(folder, rules, drill=True)  # type: ignore[arg-type]
    with connect(folder / "canmou-drill.sqlite3", drill=True) as store:
        given = casebase.create_first_administrator(store, at=datetime(2026, 11, 1))
    assert given is not None
    page = Person(alone).get("/")
    assert "演练 · 演练" in page.text
    assert "/login" == page.request.path


def test_drills_of_the_office_itself_and_what_is_wrong_with_them(
    sun: Person, tmp_path: Path
) -> None:
    folder = tmp_path / "drills"
    folder.mkdir()
    text = (SCENARIOS / "network-down.yaml").read_text(encoding="utf-8")
    own = text.replace("id: network-down", "id: own").replace("断网断电，电话打不通", "本县脚本")
    (folder / "own.yaml").write_text(own, encoding="utf-8")
    assert "本县脚本" in sun.get("/drill/exercise/").text
    bad = own.replace("people_to_move: 18", "people_tomove: 18")
    (folder / "own.yaml").write_text(bad, encoding="utf-8")
    page = sun.get("/drill/exercise/").text
    assert "people_tomove" in page
    assert "people_to_move" in page, "the nearest known name is told"
    assert "本县脚本" not in page


def test_exercises_run_once_and_acts_can_be_taken_back(tmp_path: Path) -> None:
    at = datetime(2026, 11, 1, 8)
    scenario = next(one for one in load_scenarios() if one.id == GAS)
    with connect(tmp_path / "drill.sqlite3", drill=True) as store:
        kept.prepare(store)
        with pytest.raises(NotPossible):
            kept.set_up(store, scenario, "tabletop", (), [], author="sun", at=at)
        drill, (one,) = kept.set_up(store, scenario, "tabletop", (), ["a", "a"], author="s", at=at)
        assert drill == kept.drill(store, drill.id)
        with pytest.raises(NotPossible):
            kept.add_step(store, one.id, "act", "keep_out", at=at)
        kept.begin(store, one.id, "i1", at=at)
        with pytest.raises(NotPossible):
            kept.begin(store, one.id, "i2", at=at)
        kept.add_step(store, one.id, "act", "keep_out", at=at)
        once = kept.add_step(store, one.id, "act", "keep_out", at=at)
        assert ["keep_out"] == [s.what for s in once.steps]
        assert () == kept.undo_act(store, one.id, "keep_out").steps
        over = kept.finish(store, one.id, "aborted", at=at)
        assert not over.running
        for late in (lambda: kept.finish(store, one.id, "real", at=at),
                     lambda: kept.undo_act(store, one.id, "x")):  # fmt: skip
            with pytest.raises(NotPossible):
                late()
        with pytest.raises(NotPossible):
            kept.exercise(store, 99)
        with pytest.raises(NotPossible):
            kept.drill(store, 99)


def test_registers_and_the_moving_list_do_not_exist_in_a_drill(
    wang: Person, tmp_path: Path, rules: RuleBaseHolder
) -> None:
    """Names and homes of real people stay out: no address, no tab, no link; alone or beside."""
    path = begin(wang)
    incident = f"/drill/incident/{incident_of(tmp_path)}"
    for page in ("/drill/readiness/", "/drill/readiness/xingfu/registers", f"{incident}/moving"):
        assert 404 == wang.client.get(page, follow_redirects=True).status_code, page
    shown = wang.get(path + "/").text
    assert "/readiness/" not in shown
    assert "/moving" not in shown
    alone = application(tmp_path / "alone", rules, drill=True)
    assert not any(
        rule.endpoint.startswith(("readiness.", "moving.")) for rule in alone.url_map.iter_rules()
    )
    real = application(tmp_path, rules)
    assert any(rule.endpoint == "moving.overview" for rule in real.url_map.iter_rules())
