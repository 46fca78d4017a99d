"""A file that did not change is parsed once; what is kept never changes what is read or told."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import pytest

from canmou.engine import RuleErrors
from canmou.engine.rulebase import yaml_nodes
from canmou.engine.rulebase.loading import knowledge_folder
from canmou.engine.rulebase.parsed_files import FOLDER_VARIABLE, ParsedFiles
from canmou.engine.rulebase.yaml_nodes import Document, Parsed

TEXT = """\
- name: {zh: 一, en: one}
  in_force: {from: 2024-11-01, to: null}
  range: [0, .inf, 1.5]
- name: "2024-11-01"
  days:
    - 2025-01-01
    - yes
"""


def read(folder: Path, text: str = TEXT) -> Parsed:
    with ParsedFiles(folder, {}) as files:
        return files.parsed(text, "somewhere.yaml")


def rows(folder: Path) -> int:
    with sqlite3.connect(folder / "parsed.sqlite") as disk:
        return int(disk.execute("select count(*) from files").fetchone()[0])


def test_what_is_found_is_what_was_parsed(tmp_path):
    first, again = read(tmp_path), read(tmp_path)
    assert first == again == yaml_nodes.parse(TEXT, "somewhere.yaml")
    assert rows(tmp_path) == 1
    assert date(2025, 1, 1) == again.data[1]["days"][0]
    assert again.data[1]["name"] == "2024-11-01"


def test_every_shipped_file_is_read_back_alike_with_every_place(tmp_path):
    texts = [
        path.read_text(encoding="utf-8")
        for path in sorted((knowledge_folder() / "natural_disaster").rglob("*.yaml"))[:40]
    ]
    with ParsedFiles(tmp_path, {}) as files:
        parsed = [files.parsed(text, "x") for text in texts]
    with ParsedFiles(tmp_path, {}) as files:
        found = [files.parsed(text, "x") for text in texts]
    assert parsed == found
    assert [Document("x", p).places for p in parsed] == [Document("x", p).places for p in found]


def test_a_place_is_that_of_the_value_in_the_text(tmp_path):
    document = Document("f.yaml", read(tmp_path))
    assert (document.place((1,)).line, document.place((1,)).column) == (4, 3)
    assert (document.place((0, "in_force", "from")).line, document.starts()) == (2, [1, 4])
    line = document.place((1, "days", 1))
    assert (line.file, line.line, line.column) == ("f.yaml", 7, 7)


def test_an_edited_file_is_parsed_anew(tmp_path):
    read(tmp_path)
    assert read(tmp_path, TEXT.replace("一", "二")).data[0]["name"]["zh"] == "二"
    assert rows(tmp_path) == 2


def test_a_mistake_is_never_kept_and_told_alike_every_time(tmp_path):
    told = []
    for _ in range(2):
        with pytest.raises(RuleErrors) as refused:
            read(tmp_path, "a: 1\na: 2\n")
        told.append([str(m) for m in refused.value.mistakes])
    assert told[0] == told[1]
    assert rows(tmp_path) == 0


def test_damage_is_parsed_over(tmp_path):
    read(tmp_path)
    with sqlite3.connect(tmp_path / "parsed.sqlite") as disk:
        disk.execute("update files set parsed = '[1, 2'")
    disk.close()
    assert read(tmp_path) == yaml_nodes.parse(TEXT, "x")
    assert read(tmp_path) == yaml_nodes.parse(TEXT, "x")
    (tmp_path / "parsed.sqlite").write_bytes(b"no database at all" * 100)
    for _ in range(3):
        assert read(tmp_path) == yaml_nodes.parse(TEXT, "x")
    assert rows(tmp_path) == 1


def test_a_folder_that_others_may_write_is_not_used(tmp_path):
    open_to_all = tmp_path / "open"
    open_to_all.mkdir()
    open_to_all.chmod(0o777)
    read(open_to_all)
    assert not list(open_to_all.iterdir())


def test_a_folder_that_cannot_be_made_costs_nothing_but_time(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert read(tmp_path / "file" / "below") == yaml_nodes.parse(TEXT, "x")


def test_it_can_be_switched_off(tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDER_VARIABLE, "off")
    monkeypatch.chdir(tmp_path)
    with ParsedFiles(memory={}) as files:
        files.parsed(TEXT, "x")
    assert not list(tmp_path.iterdir())


def test_an_empty_file_holds_nothing(tmp_path):
    assert read(tmp_path, "# nothing\n").data is None
    assert Document("f", read(tmp_path, "# nothing\n")).place(()).line == 1
