"""The command line and its contracts: one line per input, clear refusals, stable JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from canmou.cli import main

INCIDENT = """
incident_types: [hazardous_chemical]
status: occurred
stage: final
on: 2015-08-12
place: {province: 天津}
answers: {deaths: 165, missing: 8, serious_injuries: ">= 58", direct_loss_cny: 68.66亿}
"""


def canmou(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, list(arguments), input=stdin, catch_exceptions=False)


@pytest.fixture
def incident(tmp_path: Path) -> str:
    path = tmp_path / "incident.yaml"
    path.write_text(INCIDENT, encoding="utf-8")
    return str(path)


def test_assess_prints_json_with_every_part_of_the_contract(incident):
    done = canmou("assess", incident, "--json")
    result = json.loads(done.stdout)
    assert {
        "on", "at", "release", "overall", "grades", "signals", "lead", "duties", "open",
        "firings", "clashes", "notes",
    } <= set(result)  # fmt: skip
    assert {"state", "at_least", "at_most"} <= set(result["overall"])
    assert result["overall"]["at_least"] == "I"
    assert {
        "rule", "action", "text", "by", "to", "within", "modality", "basis", "status",
        "waits_for", "cites",
    } <= set(result["duties"][0])  # fmt: skip
    assert {"standard", "use", "state", "at_least", "at_most", "cites", "because"} <= set(
        result["grades"][0]
    )


def test_assess_reads_one_incident_type_and_json(tmp_path):
    path = tmp_path / "incident.json"
    path.write_text(
        json.dumps({"incident_type": "gas_leak", "on": "2026-11-01", "answers": {}}),
        encoding="utf-8",
    )
    assert canmou("assess", str(path), "--json").exit_code == 0


def test_assess_without_json_can_be_read_by_people(incident):
    done = canmou("assess", incident)
    assert done.exit_code == 0
    assert "特别重大" in done.stdout


def test_assess_reads_json_lines_and_puts_an_error_in_its_place():
    lines = "\n".join(
        [
            json.dumps({"incident_types": ["gas_leak"], "on": "2026-11-01"}),
            "not json",
            json.dumps({"incident_types": ["gaz_leak"], "on": "2026-11-01"}),
            json.dumps({"incident_types": ["fire"], "on": "2026-11-01", "answers": {"deaths": 2}}),
        ]
    )
    done = canmou("assess", "-", stdin=lines)
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert ["error" in r for r in results] == [False, True, True, False]
    assert "gas_leak" in results[2]["error"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("incident_types: [gas_leak]\non: 2026-11-01\nanswers: {deaths: 很多}\n", "死亡人数"),
        ("incident_types: [gas_leak]\non: 2026-11-01\nanswers: {deaths: -1}\n", "[0"),
        ("incident_types: [gas_leak]\non: 2026-11-01\nanswers: {deaths: 2.5}\n", "整数"),
        ("incident_types: [gas_leak]\non: 2026-11-01\nanswers: {deths: 3}\n", "deaths"),
        ("incident_types: [gas_leek]\non: 2026-11-01\n", "gas_leak"),
        ("incident_types: [gas_leak]\non: 2026-13-01\n", "on"),
        ("incident_types: [gas_leak]\non: 2026-11-01\nstage: middle\n", "stage"),
        ("incident_types: [gas_leak]\non: 2026-11-01\nanswer: {deaths: 3}\n", "answer"),
        ("incident_types: [gas_leak]\non: 2026-11-01\nanswers: [3]\n", "answers"),
        ("incident_types: [gas_leak\n", "YAML"),
        ("- 1\n- 2\n", "incident_types"),
        ("on: 2026-11-01\non: 2026-11-02\n", "on"),
        ("incident_types: [gas_leak]\non: 2026-11-01\nstatus: hapened\n", "occurred"),
    ],
)
def test_a_bad_file_exits_2_with_one_line_that_says_where_and_what(tmp_path, text, words):
    path = tmp_path / "incident.yaml"
    path.write_text(text, encoding="utf-8")
    done = canmou("assess", str(path), "--json")
    assert done.exit_code == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert "incident.yaml" in done.stderr
    assert words in done.stderr


def test_a_missing_file_exits_2():
    done = canmou("assess", "nowhere.yaml")
    assert done.exit_code == 2
    assert "nowhere.yaml" in done.stderr


@pytest.mark.parametrize(
    ("deaths", "level"), [(30, "I"), (29, "II"), (10, "II"), (9, "III"), (3, "III"), (2, "IV")]
)
def test_grade_gives_the_highest_level_that_holds(deaths, level):
    done = canmou("grade", "production_safety_accident", f"deaths={deaths}", "--json")
    result = json.loads(done.stdout)
    assert ("graded", level) == (result["state"], result["at_least"])
    assert {"standard", "state", "at_least", "at_most", "cites", "provisional"} <= set(result)


def test_grade_reads_json_lines():
    lines = "\n".join(
        json.dumps(x)
        for x in (
            {"standard": "production_safety_accident", "answers": {"deaths": 3},
             "on": "2026-11-01"},
            {"standard": "no_such_standard", "answers": {}},
            {"answers": {}},
        )
    )  # fmt: skip
    results = [json.loads(x) for x in canmou("grade", "-", stdin=lines).stdout.splitlines()]
    assert results[0]["at_least"] == "III"
    assert list(results[1]) == ["error"]
    assert list(results[2]) == ["error"]


def test_a_standard_that_is_not_in_force_gives_no_grade_and_says_why():
    done = canmou("grade", "forest_fire", "burned_area_hectares=5", "--on", "2020-01-01", "--json")
    result = json.loads(done.stdout)
    assert result["state"] == "not_graded"
    assert "2026-01-01" in result["because"]["zh"]


@pytest.mark.parametrize(
    "command", ["types", "measures", "parties", "actions", "sources", "standards"]
)
def test_what_the_rules_know_is_listed(command):
    rows = json.loads(canmou(command, "--json").stdout)
    assert rows
    assert all(row["label"]["zh"] and row["label"]["en"] for row in rows)


def test_check_finds_the_shipped_rules_without_problem():
    done = canmou("check")
    assert done.exit_code == 0, done.stdout


def test_coverage_lists_every_article_of_the_law():
    lines = json.loads(canmou("coverage", "erl2024", "--json").stdout)
    assert {str(n) for n in range(1, 107)} <= {line["article"] for line in lines}
    states = {line["article"]: line["state"] for line in lines}
    assert "missing" not in states.values()
    assert (states["73"], states["59"], states["106"]) == ("covered", "in_part", "not_operational")
    assert all(line["reason"] for line in lines if line["state"] in {"in_part", "not_operational"})
    assert "erl73.1" in next(line["carries_out"] for line in lines if line["article"] == "73")
    table = canmou("coverage", "erl2024").stdout
    assert "部分有规则 / in part" in table


def test_statuses_tells_when_each_rule_can_hold():
    name = "order493-unit-head-reports-1h"
    done = canmou("statuses", name, "--on", "2026-11-01", "--json")
    assert json.loads(done.stdout) == {name: ["occurred", "controlled"]}
    assert canmou("statuses", name).stdout.count("●") == 2
    unknown = canmou("statuses", "order493-unit-head")
    assert unknown.exit_code == 2 and name in unknown.stderr
    wrong_day = canmou("statuses", name, "--on", "gestern")
    assert wrong_day.exit_code == 2 and "2026-11-01" in wrong_day.stderr


def test_a_law_text_is_imported_and_wrong_citations_are_told(tmp_path):
    text = tmp_path / "erl2024.md"
    text.write_text("第一条　甲。\n第二条　乙。\n", encoding="utf-8")
    done = canmou("law", "import", str(text), "--instance", str(tmp_path / "instance"))
    assert done.exit_code == 0
    assert "77" in done.stdout


@pytest.mark.parametrize(
    "command",
    [
        ["backtest", "no-such-folder"],
        ["check", "no-such-folder"],
        ["grade", "production_safety_accident", "deaths=2", "deaths=3"],
    ],
)
def test_bad_input_exits_2_with_a_sentence_and_no_trace(command):
    done = CliRunner().invoke(main, command)
    assert 2 == done.exit_code
    assert "Traceback" not in done.output
    assert done.output.strip()


def test_a_case_file_with_a_missing_field_says_which_and_where(tmp_path):
    (tmp_path / "one.yaml").write_text('- {id: x, name: {zh: "甲", en: "A"}}\n', encoding="utf-8")
    for path in (tmp_path, tmp_path / "one.yaml"):
        done = CliRunner().invoke(main, ["backtest", str(path)])
        assert 2 == done.exit_code
        assert "one.yaml" in done.output
        assert "category" in done.output
