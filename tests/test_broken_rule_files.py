"""Every mistake that a policy officer can make is refused: where, what, and what is allowed.

The last line of each file in ``knowledge/broken`` says line, column and words of the message.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from canmou.engine import RuleErrors, load_rulebase
from canmou.engine.rulebase.loading import load_what_is_right

HERE = Path(__file__).parent / "knowledge"
BROKEN = sorted((HERE / "broken").glob("*.yaml"))


def put_together(folder: Path, *broken: Path) -> Path:
    rules = folder / "rules"
    shutil.copytree(HERE / "base", rules)
    for path in broken:
        target = rules / "measures" if path.stem == "duplicate_measure" else rules
        shutil.copy(path, target / f"zz_{path.name}")
    return rules


def test_the_files_without_mistakes_load(tmp_path):
    rulebase = load_rulebase(put_together(tmp_path))
    assert set(rulebase.rules) == {"urgent-when-dead", "move-people"}


@pytest.mark.parametrize("path", BROKEN, ids=lambda p: p.stem)
def test_a_mistake_is_refused_with_place_and_help(path, tmp_path):
    place, words = (
        path.read_text(encoding="utf-8").splitlines()[-1].removeprefix("# ").split(" ", 1)
    )
    with pytest.raises(RuleErrors) as refused:
        load_rulebase(put_together(tmp_path, path))
    told = [m for m in refused.value.mistakes if path.name in m.place.file]
    found = [f"{m.place.line}:{m.place.column}" for m in told]
    assert place in found, [str(m) for m in refused.value.mistakes]
    assert any(words in m.message.zh and m.message.en for m in told), [str(m) for m in told]


def test_all_mistakes_of_a_run_are_told_at_once(tmp_path):
    files = [p for p in BROKEN if p.stem in {"unknown_measure", "unknown_party", "wrong_value"}]
    renamed = []
    for number, path in enumerate(files):
        copy = tmp_path / f"{path.stem}_{number}.yaml"
        text = path.read_text(encoding="utf-8").replace("id: broken", f"id: broken-{number}")
        copy.write_text(text, encoding="utf-8")
        renamed.append(copy)
    with pytest.raises(RuleErrors) as refused:
        load_rulebase(put_together(tmp_path, *renamed))
    assert {m.code for m in refused.value.mistakes} == {
        "unknown_measure", "unknown_party", "wrong_value"
    }  # fmt: skip


def test_what_is_right_is_still_there_while_another_file_is_broken(tmp_path):
    broken = [p for p in BROKEN if p.stem == "yaml"]
    rulebase, mistakes = load_what_is_right(put_together(tmp_path, *broken))
    assert set(rulebase.rules) == {"urgent-when-dead", "move-people"}
    assert len(mistakes) == 1


def test_a_folder_without_rule_files_is_refused(tmp_path):
    with pytest.raises(RuleErrors, match=r"sources\.yaml"):
        load_rulebase(tmp_path)


def test_what_only_follows_from_an_unreadable_file_is_not_told(tmp_path):
    """One slip in a file of ten rules must not hide among thirty references to those rules."""
    folder = put_together(tmp_path)
    rules = next(p for p in folder.rglob("*.yaml") if "id: move-people" in p.read_text("utf-8"))
    (folder / "zz_scenario.yaml").write_text(
        "- name: {zh: 转移, en: Move}\n  incident_types: [fire]\n"
        "  expect: {duties: [move-people, no-such-rule]}\n",
        encoding="utf-8",
    )
    rules.write_text(rules.read_text("utf-8") + "\n- id: {zh: a: b\n", encoding="utf-8")
    with pytest.raises(RuleErrors) as refused:
        load_rulebase(folder)
    told = {(m.place.file.rsplit("/", 1)[-1], m.code) for m in refused.value.mistakes}
    assert told == {(rules.name, "yaml"), ("zz_scenario.yaml", "unknown_rule")}
    assert "no-such-rule" in str(refused.value)
    assert "move-people" not in str(refused.value)
