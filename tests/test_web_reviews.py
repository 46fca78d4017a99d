"""点评: judging apart from each other, agreement, policy staff close disagreements by rule."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from canmou.casebase import connect
from tests.web_office import Person, app, database, furnished, rules, wang  # noqa: F401


@pytest.fixture
def sun(app: Flask) -> Person:
    """A trainer."""
    return Person(app, "sun")


@pytest.fixture
def qian(app: Flask) -> Person:
    """Somebody of the policy staff, who may review and answers disagreements."""
    return Person(app, "qian")


def keys_of(page: str) -> list[str]:
    return re.findall(r'name="key" value="([^"]+)"', page)


def judge(person: Person, incident: str, group: str, status: int = 200, **chosen: str) -> str:
    """Judge the first conclusions of a group: v0=agree, r0=reason and so on."""
    path = f"{incident}/review"
    keys = keys_of(person.get(f"{path}?group={group}").text)
    fields: dict[str, object] = {"group": group, "key": keys}
    for name, value in chosen.items():
        fields[f"{'verdict' if name[0] == 'v' else 'reason'}.{name[1:]}"] = value
    return person.post(path, fields, status, page=f"{path}?group={group}").text


def test_a_disagreement_needs_its_reason_and_keeps_what_was_typed(
    sun: Person, wang: Person
) -> None:
    incident = wang.take_call()
    page = judge(sun, incident, "mine", 422, v0="disagree", v1="doubt", r1="范围不清楚")
    assert "不同意或存疑要写明理由" in page
    assert 'value="范围不清楚"' in page
    assert "没有等待答复的分歧" in sun.get("/reviews").text


def test_others_are_seen_after_ones_own_verdict_and_agreement_is_computed(
    sun: Person, qian: Person, wang: Person
) -> None:
    incident = wang.take_call()
    judge(sun, incident, "mine", v0="agree", v1="agree", v2="disagree", r2="孙的理由")
    before = qian.get(f"{incident}/review?group=mine").text
    assert "孙的理由" not in before
    assert "另有 1 人已点评" in before
    after = judge(qian, incident, "mine", v0="agree", v1="doubt", r1="看不清", v2="disagree",
                  r2="同孙")  # fmt: skip
    assert "孙的理由" in after
    # observed 2/3; sun says agree 2/3, disagree 1/3, qian agree, doubt, disagree 1/3 each:
    # expected 1/3, so kappa is one half
    assert "κ = 0.50" in after
    assert "Cohen" in after


def test_policy_staff_close_a_disagreement_that_stands_with_its_rule(
    sun: Person, qian: Person, wang: Person
) -> None:
    incident = wang.take_call()
    judge(sun, incident, "mine", v0="disagree", r0="这条太宽")
    listed = qian.get("/reviews").text
    assert "这条太宽" in listed
    rule = re.search(r'href="(/library/rule/[^"]+)"', listed)
    assert rule is not None
    assert "这条太宽" in qian.get(rule[1]).text
    number = re.search(r'action="/reviews/(\d+)"', listed)
    assert number is not None
    assert "请写答复" in qian.post(f"/reviews/{number[1]}", {"reply": ""}, 422, "/reviews").text
    closed = qian.post(f"/reviews/{number[1]}", {"reply": "已改规则"}, page="/reviews").text
    assert "已改规则" in closed
    assert "这条太宽" not in qian.get(rule[1]).text
    assert "已改规则" in sun.get(f"{incident}/review?group=mine").text


def test_who_may_do_what(sun: Person, wang: Person) -> None:
    incident = wang.take_call()
    wang.get(f"{incident}/review", 403)
    judge(sun, incident, "mine", v0="disagree", r0="x")
    number = 1
    wang.post(f"/reviews/{number}", {"reply": "no"}, 403, page="/reviews")
    sun.post(f"/reviews/{number}", {"reply": "no"}, 403, page="/reviews")
    assert "点评</a>" not in wang.get(f"{incident}/result").text


def test_saving_again_writes_nothing_new(sun: Person, wang: Person) -> None:
    incident = wang.take_call()
    judge(sun, incident, "grade", v0="agree")
    assert "已记下 0 条点评" in judge(sun, incident, "grade", v0="agree")


def test_a_verdict_on_older_rules_is_marked_and_asked_for_again(
    sun: Person, qian: Person, wang: Person, tmp_path: Path
) -> None:
    """It stays on record with its release, but it does not stand for what other rules conclude."""
    incident = wang.take_call()
    judge(sun, incident, "mine", v0="disagree", r0="这条太宽")
    group = f"{incident}/review?group=mine"
    assert "旧版规则" not in sun.get(group).text
    with connect(database(tmp_path)) as store:
        assert [r["release"] for r in store.rows("SELECT release FROM reviews")] == [
            sun.client.application.extensions["canmou"].rules.in_use.release
        ]
        with store.writing():
            store.db.execute("UPDATE reviews SET release = 'sha256:0123456789abcdef'")
    page = sun.get(group).text
    assert "您在 01234567 版规则下选过“不同意”" in page
    assert "这条太宽" in page
    assert 'value="disagree" checked' not in page
    assert "旧版规则 01234567" in " ".join(qian.get("/reviews").text.split())
    assert "已记下 1 条点评" in judge(sun, incident, "mine", v0="disagree", r0="这条太宽")
    assert "旧版规则" not in sun.get(group).text


def test_verdicts_on_different_releases_are_not_compared(
    sun: Person, qian: Person, wang: Person, tmp_path: Path
) -> None:
    incident = wang.take_call()
    judge(sun, incident, "mine", v0="agree", v1="disagree", r1="太宽")
    with connect(database(tmp_path)) as store, store.writing():
        store.db.execute("UPDATE reviews SET release = 'sha256:0123456789abcdef'")
    after = judge(qian, incident, "mine", v0="agree", v1="disagree", r1="太宽")
    assert "κ =" not in after
    judge(sun, incident, "mine", v0="agree", v1="disagree", r1="太宽")
    assert "κ = 1.00" in qian.get(f"{incident}/review?group=mine").text
