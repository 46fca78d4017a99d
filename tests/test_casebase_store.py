"""The store: one file, one connection per request, clear errors that lose nothing."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path

import pytest

from canmou.casebase import (
    FullStore,
    LockedStore,
    OpenIncident,
    StoreDamaged,
    WrongStore,
    connect,
    get_setting,
    load_incident,
    note,
    open_incident,
    set_setting,
)

AT = datetime(2026, 11, 22, 3, 14)
FIRST = OpenIncident(incident_types=("gas_leak",), one_line="3栋有燃气味", learned_at=AT)


def test_a_new_store_is_made_and_the_same_file_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "canmou.db"
    with connect(path) as store:
        incident = open_incident(store, FIRST, author="li", at=AT).id
    with connect(path) as store:
        assert load_incident(store, incident).one_line == "3栋有燃气味"
        assert store.db.journal_mode == "wal"


def test_a_drill_store_cannot_be_opened_for_real_work_nor_the_other_way_round(
    tmp_path: Path,
) -> None:
    connect(tmp_path / "drill.db", drill=True).close()
    connect(tmp_path / "real.db").close()
    with pytest.raises(WrongStore, match="演练库"):
        connect(tmp_path / "drill.db")
    with pytest.raises(WrongStore, match="真实事件库"):
        connect(tmp_path / "real.db", drill=True)


def test_settings_keep_any_json_value(tmp_path: Path) -> None:
    with connect(tmp_path / "s.db") as store:
        assert get_setting(store, "office") is None
        set_setting(store, "office", {"名称": "某街道", "minutes": 30})
        set_setting(store, "office", {"名称": "某街道", "minutes": 15})
        assert get_setting(store, "office") == {"名称": "某街道", "minutes": 15}


def test_a_locked_store_says_so_and_keeps_nothing_of_the_write(tmp_path: Path) -> None:
    path = tmp_path / "locked.db"
    with connect(path, wait=0.05) as store:
        incident = open_incident(store, FIRST, author="li", at=AT)
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LockedStore, match="没有存上") as caught:
            note(store, incident.id, "已通知燃气公司", author="li", at=AT)
        assert "not saved" in caught.value.text.en
        other.execute("ROLLBACK")
        other.close()
        assert incident == load_incident(store, incident.id)
        assert len(note(store, incident.id, "已通知燃气公司", author="li", at=AT).notes) == 1


def test_a_full_disk_says_so_and_keeps_nothing_of_the_write(tmp_path: Path) -> None:
    with connect(tmp_path / "full.db") as store:
        incident = open_incident(store, FIRST, author="li", at=AT)
        pages = store.db.execute("PRAGMA page_count").fetchone()[0]
        store.db.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(FullStore, match="磁盘已满"):
            note(store, incident.id, "长" * 100_000, author="li", at=AT)
        assert incident == load_incident(store, incident.id)
        store.db.execute(f"PRAGMA max_page_count = {pages + 10_000}")
        assert len(note(store, incident.id, "短", author="li", at=AT).notes) == 1


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("这不是数据库" * 200, encoding="utf-8")
    with pytest.raises(StoreDamaged, match="备份"):
        connect(path)


def test_a_folder_that_does_not_exist_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(FullStore):
        connect(tmp_path / "none" / "canmou.db")


def test_an_error_inside_a_write_undoes_the_whole_write(tmp_path: Path) -> None:
    with connect(tmp_path / "undo.db") as store:
        with pytest.raises(ZeroDivisionError), store.writing():
            set_setting(store, "half", True)
            raise ZeroDivisionError
        assert get_setting(store, "half") is None
