"""What stays of an incident: a draft case without personal data, reviews, releases."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from canmou.casebase import (
    Caller,
    IncidentState,
    NameTaken,
    NotPossible,
    OpenIncident,
    Place,
    Store,
    UnknownIncident,
    add_review,
    answer,
    answer_review,
    case_yaml,
    close,
    connect,
    keep_case,
    load_cases,
    note,
    offer_as_case,
    open_incident,
    publish_release,
    release_files,
    releases,
    reviews,
    tick,
)
from canmou.engine.records import Text

AT = datetime(2026, 11, 22, 3, 14)
LABELS = {"gas_leak": Text(zh="燃气泄漏", en="Gas leak")}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with connect(tmp_path / "canmou.db") as one:
        yield one


@pytest.fixture
def gas(store: Store) -> IncidentState:
    first = OpenIncident(
        incident_types=("gas_leak",), one_line="3栋有燃气味", learned_at=AT,
        place=Place(province="山东省", county="莒县", detail="2单元501"),
        caller=Caller(name="王小明", number="139"),
    )  # fmt: skip
    return open_incident(store, first, author="li", at=AT)


def test_a_closed_incident_becomes_a_draft_case_that_loads(
    store: Store, gas: IncidentState, tmp_path: Path
) -> None:
    answer(store, gas.id, "deaths", 0, author="li", at=AT, source="hospital")
    answer(store, gas.id, "evacuated_persons", ">= 40", author="li", at=AT)
    answer(store, gas.id, "danger_continues", False, author="li", at=AT)
    answer(store, gas.id, "train_type", "freight", author="li", at=AT)
    answer(store, gas.id, "trapped", "unknown", author="li", at=AT)
    answer(store, gas.id, "injuries", 1, author="li", at=AT, source="caller")
    answer(store, gas.id, "injuries", 2, author="li", at=AT, source="hospital")
    answer(store, gas.id, "age", 71, author="li", at=AT, personal=True)
    note(store, gas.id, "王小明情绪稳定", author="li", at=AT, personal=True)
    later = AT + timedelta(minutes=5)
    tick(store, gas.id, "b", Text(zh="疏散居民", en="Move residents"), author="li", at=later)
    tick(store, gas.id, "a", Text(zh="通知燃气公司", en="Call the company"), author="li", at=AT)
    state = close(store, gas.id, "阀门修复，无人伤亡", author="li", at=later)
    case = offer_as_case(state, category="accident_disaster", labels=LABELS)
    assert (case.figures.measures) == {
        "deaths": 0,
        "danger_continues": False,
        "train_type": "freight",
    }
    assert [one.zh for one in case.response] == ["通知燃气公司", "疏散居民"]
    assert (None, "no", date(2026, 11, 22)) == (case.official_grade, case.verified, case.date)
    for personal in ("王小明", "139", "501"):
        assert personal not in case_yaml(case)
    folder = tmp_path / "cases"
    path = keep_case(case, folder)
    assert (case,) == load_cases(folder)
    with pytest.raises(NameTaken):
        keep_case(case, folder)
    assert f"{gas.id}.yaml" == path.name


def test_an_open_or_offline_incident_is_not_offered(store: Store, gas: IncidentState) -> None:
    with pytest.raises(NotPossible, match="处置结束以后"):
        offer_as_case(gas, category="accident_disaster", labels=LABELS)
    secret = OpenIncident(
        incident_types=("gas_leak",), one_line="已线下报送", learned_at=AT, offline=True
    )
    state = open_incident(store, secret, author="li", at=AT)
    closed = close(store, state.id, "已线下报送", author="li", at=AT)
    with pytest.raises(NotPossible, match="线下报告"):
        offer_as_case(closed, category="accident_disaster", labels=LABELS)


def test_a_disagreement_waits_for_a_reply(store: Store, gas: IncidentState) -> None:
    add_review(store, gas.id, "grade", "agree", "", author="teacher", at=AT)
    open_one = add_review(
        store, gas.id, "duty:evacuate", "disagree", "范围太小", author="teacher", at=AT,
        rule="gas-leak-evacuate",
    )  # fmt: skip
    assert [open_one] == list(reviews(store, open_only=True))
    answered = answer_review(store, open_one.id, "已改规则", author="policy", at=AT)
    assert (
        answered.reply, answered.replied_by, answered.replied_at,
    ) == ("已改规则", "policy", AT)  # fmt: skip
    assert reviews(store, open_only=True) == ()
    assert len(reviews(store, incident=gas.id)) == 2


def test_a_review_needs_a_reason_and_an_incident(store: Store, gas: IncidentState) -> None:
    for verdict in ("disagree", "doubt"):
        with pytest.raises(NotPossible, match="理由"):
            add_review(store, gas.id, "grade", verdict, " ", author="teacher", at=AT)
    with pytest.raises(UnknownIncident):
        add_review(store, "no-such", "grade", "agree", "", author="teacher", at=AT)
    with pytest.raises(NotPossible, match="没有这条点评"):
        answer_review(store, 99, "x", author="policy", at=AT)


def test_releases_are_numbered_immutable_and_hold_all_files(store: Store) -> None:
    old = {"gas/duties.yaml": "a: 1", "common/reporting.yaml": "b: 1"}
    first = publish_release(store, old, "初版", author="a", approved_by="b", at=AT)
    new = {**old, "gas/duties.yaml": "a: 2"}
    second = publish_release(store, new, "改撤离范围", author="a", approved_by="b", at=AT)
    back = publish_release(store, old, "回退", author="b", approved_by="a", at=AT)
    assert [one.number for one in releases(store)] == [3, 2, 1]
    assert first.content_hash == back.content_hash != second.content_hash
    assert (old, new) == (release_files(store, 1), release_files(store, 2))
    with pytest.raises(sqlite3.IntegrityError, match="immutable"):
        store.db.execute("UPDATE release_files SET path = 'x'")
    with pytest.raises(NotPossible, match="第 9 版"):
        release_files(store, 9)


def test_nobody_approves_the_own_change(store: Store) -> None:
    with pytest.raises(NotPossible, match="另一人"):
        publish_release(store, {"a": "b"}, "x", author="a", approved_by="a", at=AT)
