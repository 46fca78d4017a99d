"""The event log: append-only, hash-chained, safe under concurrent writers."""

from __future__ import annotations

import sqlite3
import threading
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from canmou.casebase import (
    Caller,
    ConcurrentChange,
    IncidentState,
    NotPossible,
    OpenIncident,
    Place,
    Store,
    UnknownIncident,
    answer,
    close,
    connect,
    destroy_personal,
    events,
    fold,
    keep_personal,
    load_incident,
    note,
    open_incident,
    search,
    verify_incident,
    verify_store,
)
from canmou.casebase.folding import step

AT = datetime(2026, 11, 22, 3, 14)
FIRST = OpenIncident(
    incident_types=("gas_leak",), one_line="小区有燃气味", learned_at=AT,
    place=Place(county="某县", detail="幸福小区3栋2单元501"),
    caller=Caller(name="王小明", number="13900001111"),
)  # fmt: skip


def opened(store: Store) -> IncidentState:
    return open_incident(store, FIRST, author="li", at=AT)


@pytest.mark.parametrize("change", ["UPDATE events SET author = 'x'", "DELETE FROM events"])
def test_events_can_be_neither_changed_nor_deleted(tmp_path: Path, change: str) -> None:
    with connect(tmp_path / "a.db") as store:
        opened(store)
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            store.db.execute(change)
        with pytest.raises(sqlite3.IntegrityError):
            store.db.execute("DELETE FROM incidents")


def test_an_event_cannot_be_slipped_in_between_or_replaced(tmp_path: Path) -> None:
    with connect(tmp_path / "a.db") as store:
        incident = opened(store).id
        for number in (1, 3):
            with pytest.raises(sqlite3.IntegrityError, match="without a gap"):
                store.db.execute(
                    "INSERT OR REPLACE INTO events SELECT incident, ?, kind, time, author, payload,"
                    " prev_hash, hash FROM events WHERE incident = ?",
                    [number, incident],
                )


def _tampered(path: Path, *changes: str, ids: tuple[str, ...] = ()) -> None:
    """Change the file as somebody would who has it on the desk: without our triggers."""
    raw = sqlite3.connect(path, isolation_level=None)
    for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        raw.execute(f"DROP TRIGGER {name}")
    for change in changes:
        raw.execute(change, ids)
    raw.close()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE events SET author = 'somebody else' WHERE number = 2", "内容被改动"),
        ("UPDATE events SET time = '2026-11-22T02:00:00' WHERE number = 2", "内容被改动"),
        ("UPDATE events SET payload = replace(payload, '燃气公司', '物业')", "内容被改动"),
        ("UPDATE events SET payload = 'no json' WHERE number = 2", "内容被改动"),
        ("UPDATE events SET kind = 'closed' WHERE number = 2", "内容被改动"),
        ("DELETE FROM events WHERE number = 2", "缺少记录"),
        ("DELETE FROM events WHERE number = 3", "末尾的记录缺失"),
        ("UPDATE events SET prev_hash = '0' WHERE number = 2", "接不上"),
        ("UPDATE personal SET value = '\"别人\"' WHERE value IS NOT NULL", "个人信息被改动"),
    ],
)
def test_tampering_is_found(tmp_path: Path, change: str, said: str) -> None:
    path = tmp_path / "a.db"
    with connect(path) as store:
        incident = opened(store).id
        note(store, incident, "已通知燃气公司", author="li", at=AT)
        note(store, incident, "燃气公司已到", author="li", at=AT)
        assert verify_store(store).ok
    _tampered(path, change)
    with connect(path) as store:
        report = verify_incident(store, incident)
        assert not report.ok
        assert any(said in problem.zh for problem in report.problems)


def test_an_incident_that_disappears_as_a_whole_is_missed(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with connect(path) as store:
        ids = [opened(store).id for _ in range(3)]
        assert verify_store(store).checked == 3
    _tampered(
        path,
        "DELETE FROM events WHERE incident = ?",
        "DELETE FROM incidents WHERE id = ?",
        ids=(ids[1],),
    )
    with connect(path) as store:
        report = verify_store(store)
        assert any("缺少事件" in problem.zh for problem in report.problems)
        assert any("接不上" in problem.zh for problem in report.problems)


def test_events_without_their_incident_are_found(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with connect(path) as store:
        incident = opened(store).id
    _tampered(path, "DELETE FROM incidents WHERE id = ?", ids=(incident,))
    with connect(path) as store:
        assert not verify_store(store).ok


def test_who_has_not_seen_the_last_event_is_told_what_others_wrote(tmp_path: Path) -> None:
    with connect(tmp_path / "a.db") as store:
        seen = opened(store)
        note(store, seen.id, "消防到场", author="zhao", at=AT)
        with pytest.raises(ConcurrentChange, match="zhao") as caught:
            answer(store, seen.id, "deaths", 1, author="li", at=AT, expected=seen.last)
        assert [event.number for event in caught.value.since] == [2]
        assert load_incident(store, seen.id).answers == {}
        state = answer(store, seen.id, "deaths", 1, author="li", at=AT, expected=caught.value.last)
        assert state.answers["deaths"].standing[0].value == 1


def test_threads_that_write_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with connect(path) as store:
        incident = opened(store).id
    failures: list[BaseException] = []

    def write(author: str) -> None:
        try:
            with connect(path, wait=30) as own:
                for number in range(10):
                    note(own, incident, f"{author} {number}", author=author, at=AT)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(f"user{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with connect(path) as store:
        state = load_incident(store, incident)
        assert {f"user{n} {k}" for n in range(4) for k in range(10)} == {
            one.text for one in state.notes
        }
        assert state.last == 41
        assert verify_store(store).ok


def test_of_two_who_saw_the_same_state_only_one_writes(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with connect(path) as store:
        seen = opened(store)
    refused: list[ConcurrentChange] = []
    start = threading.Barrier(2)

    def write(author: str) -> None:
        with connect(path, wait=30) as own:
            start.wait()
            try:
                note(own, seen.id, author, author=author, at=AT, expected=seen.last)
            except ConcurrentChange as error:
                refused.append(error)

    threads = [threading.Thread(target=write, args=(name,)) for name in ("li", "zhao")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    with connect(path) as store:
        assert load_incident(store, seen.id).last == 2


def test_personal_data_are_destroyed_and_the_chain_stays_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with connect(path) as store:
        incident = opened(store).id
        note(store, incident, "住户王小明已送医", author="li", at=AT, personal=True)
        answer(store, incident, "patient", "王小明", author="li", at=AT, personal=True)
        before = load_incident(store, incident)
        assert before.caller is not None
        assert before.caller.name == "王小明"
        with pytest.raises(NotPossible, match="处置结束以后"):
            destroy_personal(store, incident, "到期", author="li", at=AT)
        close(store, incident, "已处置", author="li", at=AT)
        after = destroy_personal(store, incident, "事件结束", author="zhao", at=AT)
        assert after.caller is None
        assert after.place.detail is None
        assert after.place.county == "某县"
        assert [one.text for one in after.notes] == [None]
        assert [one.value for one in after.answers["patient"].statements] == [None]
        assert after.assess_input(AT)["answers"] == {}
        assert after.personal.destroyed_by == "zhao"
        assert verify_store(store).ok
        assert search(store, "王小明") == ()
    for file in tmp_path.iterdir():  # neither in the file nor in its write-ahead log
        assert "王小明".encode() not in file.read_bytes()
        assert b"13900001111" not in file.read_bytes()


def test_personal_data_kept_as_evidence_are_not_destroyed_before_the_day(tmp_path: Path) -> None:
    with connect(tmp_path / "a.db") as store:
        incident = opened(store).id
        close(store, incident, "已处置", author="li", at=AT)
        keep_personal(store, incident, "事故调查取证", author="zhao", at=AT, until=date(2027, 1, 1))
        with pytest.raises(NotPossible, match="事故调查取证"):
            destroy_personal(store, incident, "到期", author="li", at=AT)
        late = AT + timedelta(days=60)
        assert destroy_personal(store, incident, "到期", author="li", at=late).caller is None
        with pytest.raises(NotPossible, match="已经销毁"):
            keep_personal(store, incident, "又要", author="li", at=late)


def test_the_hash_of_personal_data_cannot_be_guessed_from_the_value(tmp_path: Path) -> None:
    with connect(tmp_path / "a.db") as store:
        for _ in range(2):
            opened(store)
        hashes = [row["hash"] for row in store.rows("SELECT hash FROM personal")]
        assert len(hashes) == len(set(hashes)) == 4


def test_an_unknown_incident_is_named(tmp_path: Path) -> None:
    with connect(tmp_path / "a.db") as store:
        for read in (load_incident, verify_incident):
            with pytest.raises(UnknownIncident, match="20990101-001"):
                read(store, "20990101-001")
        with pytest.raises(UnknownIncident):
            note(store, "20990101-001", "x", author="li", at=AT)


def test_names_with_sql_in_them_are_only_names(tmp_path: Path) -> None:
    evil = "'); DROP TABLE events; --"
    with connect(tmp_path / "a.db") as store:
        incident = opened(store).id
        state = note(store, incident, evil, author=evil, at=AT)
        assert evil == state.notes[0].text == state.notes[0].by
        assert verify_store(store).ok
        assert search(store, '" OR pieces : * NEAR(') == ()


values = st.one_of(
    st.integers(0, 10**9), st.booleans(), st.sampled_from([">= 3", "10..20", "unknown", "68.66亿"])
)
moves = st.lists(
    st.tuples(
        st.sampled_from(["answer", "note", "personal"]),
        st.sampled_from(["deaths", "missing"]),
        values,
        st.sampled_from(["caller", "hospital", None]),
    ),
    max_size=12,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(moves)
def test_any_sequence_of_events_folds_to_the_same_state(
    tmp_path: Path, sequence: list[tuple[str, str, object, str | None]]
) -> None:
    with connect(tmp_path / "a.db") as store:
        state = opened(store)
        for kind, measure, value, source in sequence:
            if kind == "answer":
                state = answer(store, state.id, measure, value, author="li", at=AT, source=source)
            else:
                personal = kind == "personal"
                state = note(store, state.id, str(value), author="li", at=AT, personal=personal)
        history = events(store, state.id)
        assert state == load_incident(store, state.id) == fold(history)
        half = fold(history[:1])
        for event in history[1:]:
            half = step(half, event)
        assert state == half
        assert list(range(1, state.last + 1)) == [event.number for event in history]
        assert verify_incident(store, state.id).ok


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    number=st.integers(1, 4),
    column=st.sampled_from(["kind", "time", "author", "payload", "prev_hash", "hash"]),
    text=st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20),
)
def test_any_change_of_any_field_of_any_event_is_found(
    tmp_path: Path, number: int, column: str, text: str
) -> None:
    path = tmp_path / "chain.db"
    path.unlink(missing_ok=True)
    with connect(path) as store:
        incident = opened(store).id
        for k in range(3):
            note(store, incident, f"记录{k}", author="li", at=AT)
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("DROP TRIGGER events_no_update")
    raw.row_factory = sqlite3.Row
    before = raw.execute("SELECT * FROM events WHERE number = ?", [number]).fetchone()[column]
    # The name of a column cannot be a parameter; it comes from the list above.
    raw.execute(f"UPDATE events SET {column} = ? WHERE number = ?", [text, number])  # noqa: S608
    raw.close()
    with connect(path) as store:
        assert (before == text) == verify_store(store).ok
