"""A time limit that no text sets is shown as our advice and never shortens one that a text sets."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from canmou.engine import Facts, assess, load_rulebase
from canmou.engine.assessment import DutyLine
from canmou.engine.duty_words import limit_text

BASE = Path(__file__).parent / "knowledge" / "base"
RULE = """- id: move-{name}
  title: {{zh: 转移, en: Move}}
  basis: {basis}
  verified: text
  cites: {{source: law_a, article: "3"}}
  when: incident_type is {type}
  then: {{duty: {{zh: 转移{name}, en: Move {name}}}, action: move_people, by: county,
         modality: {modality}{within}}}
"""


def line(
    folder: Path, *rules: tuple[str, str, str], types: Sequence[str] = ("fire",) * 3
) -> DutyLine:
    """Return the one duty line of rules of a basis, a modality and a limit, each for a type."""
    there = folder / "rules"
    shutil.copytree(BASE, there)
    written = "".join(
        RULE.format(name=number, basis=basis, modality=modality, within=within, type=type_)
        for number, ((basis, modality, within), type_) in enumerate(zip(rules, types, strict=False))
    )
    (there / "limits.yaml").write_text(written, encoding="utf-8")
    facts = Facts(incident_types=("fire",), status="occurred", on=date(2026, 11, 1), answers={})
    lines = [
        d for d in assess(facts, load_rulebase(there)).duties if d.rule.startswith("move-")
        and d.by == ("county",)
    ]  # fmt: skip
    assert len(lines) == 1
    return lines[0]


ADVISED = ", within: {word: immediately, advised: true}"
AT_ONCE = ", within: {word: immediately}"
TWO_HOURS = ", within: {hours: 2}"
ADVICE = ("practice", "should", "")


@pytest.mark.parametrize(
    ("rules", "shown"),
    [
        ([("law", "must", AT_ONCE)], "立即"),
        ([("law", "must", ADVISED)], "宜立即"),
        ([("law", "must", ADVISED), ("law", "must", TWO_HOURS)], "2 小时内"),
        ([("law", "must", ADVISED), ("law", "must", AT_ONCE)], "立即"),
        ([("law", "must", ""), ("practice", "should", AT_ONCE)], "宜立即"),
        ([("law", "must", TWO_HOURS), ("practice", "should", AT_ONCE)], "2 小时内"),
        ([("law", "must", ""), ("practice", "should", TWO_HOURS)], None),
        ([("practice", "should", AT_ONCE)], "立即"),
    ],
)
def test_what_is_only_advised_is_told_as_advice(rules, shown, tmp_path):
    told = limit_text(line(tmp_path, *rules).within)
    assert shown == (told.zh if told else None)


@pytest.mark.parametrize(
    ("rules", "besides"),
    [
        ([("law", "must", AT_ONCE), ("law", "may", "")], ["转移1（可以，没有时限）"]),
        ([("law", "must", AT_ONCE), ("law", "must", "")], ["转移1（没有时限）"]),
        ([("law", "must", AT_ONCE), ("law", "must", TWO_HOURS)], ["转移1"]),
        ([("law", "must", AT_ONCE), ("practice", "should", AT_ONCE)], ["转移1（建议）"]),
        ([("law", "must", ""), ("practice", "should", AT_ONCE)], ["转移1（建议）"]),
        ([("law", "must", ADVISED), ("law", "must", "")], ["转移1"]),
        ([("law", "must", AT_ONCE), ("law", "must", AT_ONCE)], ["转移1"]),
    ],
)
def test_what_stands_on_the_same_line_tells_how_it_binds(rules, besides, tmp_path):
    """A power, or a sentence without a limit, never looks like the must at once beside it."""
    assert besides == [text.zh for text in line(tmp_path, *rules).also]


def test_what_is_only_possible_does_not_look_certain_beside_what_is_certain(tmp_path):
    """While deaths are unknown the sentence of the second rule is told as one to be verified."""
    at_once = ("practice", "should", ", if_open: act")
    told = line(tmp_path, ADVICE, at_once, types=["fire", "fire and deaths >= 1"])
    assert [text.zh for text in told.also] == ["转移1（待核实）"]


def test_what_waits_is_not_told_beside_what_is_done_now(tmp_path):
    waits = ("practice", "should", ", if_open: wait")
    told = line(tmp_path, ADVICE, waits, types=["fire", "fire and deaths >= 1"])
    assert told.also == ()


@pytest.mark.parametrize(
    ("rules", "types", "heads"),
    [
        ([ADVICE, ADVICE], "accident fire", "转移1"),
        ([ADVICE, ADVICE], "fire accident", "转移0"),
        ([ADVICE, ADVICE], "fire fire", "转移0"),
        ([("law", "must", ""), ADVICE], "accident fire", "转移0"),
    ],
)
def test_line_is_headed_by_what_is_said_for_this_type(rules, types, heads, tmp_path):
    """Of equals the one for the fewest types; what binds more strongly still stands first."""
    assert line(tmp_path, *rules, types=types.split()).text.zh == heads


def test_advice_is_not_marked_as_advice_twice(tmp_path):
    with pytest.raises(Exception, match="advised is for what law or plan demands"):
        line(tmp_path, ("practice", "should", ADVISED))
