"""A rule file changes on disk: the next assessment uses it if it is valid, else the former one."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from canmou.engine import RuleErrors
from canmou.webui.holder import RuleBaseHolder
from tests.web_office import Person, application, database, furnished, rules  # noqa: F401


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small, complete set of rule files."""
    base = Path(__file__).parent / "knowledge" / "base"
    return shutil.copytree(base, tmp_path / "knowledge")


def change(path: Path, old: str, new: str) -> None:
    """Change a file so that its time changes too."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    moved = path.stat().st_mtime_ns + 1_000_000_000
    os.utime(path, ns=(moved, moved))


def some_file(folder: Path, word: str) -> Path:
    """Return a rule file that holds ``word``."""
    return next(p for p in sorted(folder.rglob("*.yaml")) if word in p.read_text(encoding="utf-8"))


def test_valid_change_is_used_at_the_next_look(folder: Path) -> None:
    """The release changes, nothing has to be restarted."""
    clock = Clock()
    holder = RuleBaseHolder(folder, clock=clock)
    before = holder.rulebase().release
    change(some_file(folder, "label:"), "label:", "label: ")
    clock.now += 2
    assert before != holder.rulebase().release
    assert holder.in_use.mistakes == ()


def test_wrong_change_keeps_the_former_rules_and_says_what_is_wrong(folder: Path) -> None:
    """Then, mended, the files are used again."""
    clock = Clock()
    holder = RuleBaseHolder(folder, clock=clock)
    before = holder.rulebase().release
    wrong = some_file(folder, "label:")
    kept = wrong.read_text(encoding="utf-8")
    change(wrong, "label:", "lable:")
    clock.now += 2
    assert before == holder.rulebase().release
    assert holder.in_use.mistakes
    assert wrong.name in str(holder.in_use.mistakes[0])
    assert holder.in_use.refused_at is not None
    wrong.write_text(kept + "# mended\n", encoding="utf-8")
    clock.now += 2
    holder.rulebase()
    assert holder.in_use.mistakes == ()


def test_pages_say_that_newer_rules_are_refused(
    folder: Path, tmp_path: Path, furnished: Path
) -> None:
    """Everyone sees it in the bar; the interface names file and line."""
    clock = Clock()
    holder = RuleBaseHolder(folder, clock=clock)
    shutil.copy(database(furnished), database(tmp_path))
    qian = Person(application(tmp_path, holder), "qian")
    wrong = some_file(folder, "label:")
    change(wrong, "label:", "lable:")
    clock.now += 2
    said = qian.client.get("/api/types")
    assert said.status_code == 200
    assert "新规则有误，仍用旧规则" in qian.get("/").text
    found = qian.client.get("/api/rules").json
    assert found is not None
    assert wrong.name in found["mistakes"][0]


def test_wrong_files_at_the_first_start_stop_it(folder: Path) -> None:
    """There is nothing to fall back on: the error names every mistake."""
    change(some_file(folder, "label:"), "label:", "lable:")
    with pytest.raises(RuleErrors):
        RuleBaseHolder(folder)
