"""Risk pre-assessment by the engine's own grades, and a plan held against article 28."""

from __future__ import annotations

import io
from datetime import datetime

import pytest
from docx import Document

from canmou.engine import RuleBase
from canmou.readiness.plan_text import PlanFileMistake, read_plan
from canmou.readiness.registers import registers
from canmou.readiness.risk import (
    RiskEntry,
    RiskResult,
    assess_risk,
    matrix,
    risk_scale,
    worst_first,
)

AT = datetime(2026, 11, 22, 9, 0)


def risk(rulebase: RuleBase, **said: object) -> RiskResult:
    """Return a risk assessed; a petrol station unless told otherwise."""
    given = {
        "name": "加油站", "incident_type": "gas_leak", "place": "hazardous_unit",
        "likelihood": "3", **said,
    }  # fmt: skip
    return assess_risk(RiskEntry.model_validate(given), rulebase, at=AT)


ALL = {"serious_injuries": "0", "direct_loss_cny": "0"}


def test_the_consequence_is_the_grade_that_the_standards_give(rulebase: RuleBase) -> None:
    """Two dead are level IV, three level III, ten level II, thirty level I (order 493, art. 3)."""
    for deaths, column in (("2", "IV"), ("3", "III"), ("10", "II"), ("30", "I")):
        found = risk(rulebase, estimates={"deaths": deaths, **ALL})
        assert column in found.columns, (deaths, found.columns)
        assert column == found.columns[0]


def test_an_open_estimate_leaves_several_columns(rulebase: RuleBase) -> None:
    found = risk(rulebase, estimates={"deaths": "2..4"})
    assert "IV" == found.columns[0]
    assert len(found.columns) > 1
    major = next(d for d in found.duties if d.action == "risk_higher")
    assert "possible" == major.status


def test_articles_33_to_37_and_62_follow(rulebase: RuleBase) -> None:
    """Level II asks province and city, and a report at once; all are cited, with a party."""
    grave = risk(rulebase, estimates={"deaths": "12", **ALL}, changed=True)
    actions = {d.action for d in grave.duties if d.status == "certain"}
    assert {
        "risk_survey", "risk_watch", "risk_precautions", "risk_report", "risk_signs",
        "risk_higher", "risk_report_urgent", "risk_keep_current", "risk_publish", "risk_unit",
        "risk_hazardous_unit", "risk_unit_checks", "risk_hazardous_unit_ready", "risk_notify",
        "risk_prevent", "risk_unit_reports",
    } == actions  # fmt: skip
    articles = {c.article for d in grave.duties for c in d.cites if c.article}
    assert {"33.1", "33.2", "33.3", "35", "36", "62"} <= articles
    assert all(d.cites and d.by for d in grave.duties)
    crowded = risk(rulebase, place="crowded_place", estimates={"deaths": "1", **ALL})
    assert {"37.1", "37.2"} <= {c.article for d in crowded.duties for c in d.cites}
    assert "risk_crowded_equipment" in {d.action for d in crowded.duties}


def test_every_kind_of_hazard_begins_a_form_that_exists(rulebase: RuleBase) -> None:
    """Types, places and kinds are those of the rules and of the register; 其他 begins with none."""
    kinds = registers()["hazards"].columns["kind"].choices
    begun = risk_scale().from_hazard
    assert set(kinds) - {"other"} == set(begun)
    for guess in begun.values():
        assert rulebase.type_id(guess.incident_type) == guess.incident_type
        assert guess.place in rulebase.measures["risk_place"].choices


def test_a_dispute_is_not_graded_and_is_settled(rulebase: RuleBase) -> None:
    """Social safety has no grades (art. 3): no column; article 34 asks to settle it."""
    found = risk(rulebase, incident_type="social_safety", place="dispute")
    assert () == found.columns
    assert "risk_mediate" in {d.action for d in found.duties if d.status == "certain"}
    assert "risk_survey" not in {d.action for d in found.duties if d.status == "certain"}


def test_the_matrix_holds_each_risk_in_its_row(rulebase: RuleBase) -> None:
    sure = risk(rulebase, name="甲", likelihood="5", estimates={"deaths": "1", **ALL})
    wide = risk(rulebase, name="乙", likelihood="2", estimates={"deaths": "2..4"})
    unknown = risk(rulebase, name="丙", likelihood=None, estimates={"deaths": "1", **ALL})
    rows = matrix([(r.entry.name, r) for r in (sure, wide, unknown)])
    assert ["5", "4", "3", "2", "1"] == [row[0].likelihood for row in rows]
    named = {(c.likelihood, c.consequence): (c.sure, c.possible) for row in rows for c in row}
    assert any("乙" in possible for (row, _), (_, possible) in named.items() if row == "2")
    assert not any("丙" in (*a, *b) for a, b in named.values())
    assert (2, 1) == worst_first({1: sure, 2: wide})


def plan(*headings: str) -> bytes:
    """Return a plan in Word with these headings."""
    document = Document()
    for heading in headings:
        document.add_heading(heading, level=1)
        document.add_paragraph("这里是正文，写得很长，不当作标题。")
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def test_headings_of_a_word_file_are_matched() -> None:
    """Found headings are suggestions; what is not found stays open."""
    found = read_plan("预案.docx", plan("一、组织指挥", "二、监测预警", "三、后期处置"))
    assert {"plan_has_command", "plan_has_prevention", "plan_has_recovery"} <= set(found.found)
    assert "plan_has_support" not in found.found
    assert ("一、组织指挥",) == found.found["plan_has_command"]
    assert 3 == len(found.headings)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_headings_of_a_text_file_are_matched(encoding: str) -> None:
    text = "第一章 总则\n本预案适用于本社区，由居委会负责解释。\n2 应急保障\n2.1 物资\n"
    found = read_plan("plan.txt", text.encode(encoding))
    assert ("第一章 总则", "2 应急保障", "2.1 物资") == found.headings
    assert ("2 应急保障", "2.1 物资") == found.found["plan_has_support"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plan.pdf", b"%PDF"), ("plan.docx", b"no zip"), ("plan.txt", b"only a sentence."),
        ("plan.txt", b"\xff\xfe\x00\x81"), ("plan.docx", b"x" * 2_100_000),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_says_why(name: str, content: bytes) -> None:
    with pytest.raises(PlanFileMistake) as caught:
        read_plan(name, content)
    assert caught.value.text.zh
    assert caught.value.text.en
