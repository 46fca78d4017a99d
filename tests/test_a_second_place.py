"""A second place needs only new files: the example county copied under other names."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from canmou.engine import Facts, assess, load_rulebase
from canmou.engine.rulebase.loading import knowledge_folder

NAMES = (
    ("示例", "甲乙"), ("example_county_flood", "second_county_flood"),
    ("example_township_flood", "second_township_flood"),
    ("example_village_flood", "second_village_flood"), ("example-", "second-"),
    ("village_gauge_level_m", "second_gauge_level_m"), ("村口水尺", "桥头水尺"),
)  # fmt: skip


def asked(place: str, folder: Path) -> set[str]:
    """Return the rules of plans that ask something at a place when the gauge stands high."""
    rules = load_rulebase(folder)
    facts = Facts(
        incident_types=("flash_flood",), status="imminent", on=date(2026, 7, 20),
        place={"county": f"{place}县", "township": f"{place}镇", "community": f"{place}村"},
        answers={"second_gauge_level_m": 2.6, "village_gauge_level_m": 2.6},
    )  # fmt: skip
    found = {rule for duty in assess(facts, rules).duties if duty.act_now for rule in duty.rules}
    return {rule for rule in found if rule.startswith(("example-", "second-"))}


def test_a_copied_folder_under_new_names_is_all_that_a_second_place_needs(tmp_path: Path) -> None:
    """Its triggers hold there and nowhere else; no other file is touched."""
    folder = tmp_path / "knowledge"
    shutil.copytree(knowledge_folder(), folder)
    other = folder / "local" / "second_county"
    shutil.copytree(folder / "local" / "example_county", other)
    for file in other.glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        for old, new in NAMES:
            text = text.replace(old, new)
        file.write_text(text, encoding="utf-8")
    there = asked("甲乙", folder)
    assert {"second-village-prepare", "second-village-move-river"} <= there
    assert not any(rule.startswith("example-") for rule in there)
    assert set() == asked("别处", folder)
