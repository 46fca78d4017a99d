"""The clause check: numbers, levels, 以上 and 以下, time limits and citations against a text.

All texts here are invented; real ones are imported by an office and never shipped.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from canmou.cli import main
from canmou.engine import load_rulebase
from canmou.engine.clauses import OfficialText, check_clauses
from canmou.engine.clauses.grading import graded_figures
from canmou.engine.clauses.numerals import figures_in
from canmou.engine.rulebase.law_text import articles_of

BASE = Path(__file__).parent / "knowledge" / "base"
TEXT = """第一条 为了管好本地的池塘，制定本办法。
第二条 池塘事故分为以下等级：
（一）特别重大事故，是指死亡二十人以上，或者损失一亿元以上的；
（二）重大事故，是指死亡五人以上二十人以下，或者损失3000万元以上1亿元以下的；
（三）较大事故，是指死亡2人以上5人以下，或者损失五百万元以上3000万元以下的；
（四）一般事故，是指死亡2人以下，或者损失500万元以下的。
本条所称“以上”包括本数，“以下”不包括本数。
第三条 居委会接到报告后，应当在两小时内转移人员。
较大以上的事故，县政府应当立即转移人员。
第四条 任何人不得进入警戒区。
第五条 本办法自2021年3月1日起施行。
"""
RULES = """- standard: pond
  kind: severity
  use: grade
  title: {zh: 池塘, en: Pond}
  cites: {source: pond_law, article: "2.1"}
  verified: text
  levels:
    I: deaths >= 20 or loss >= 1亿
    II: deaths >= 5 or loss >= 3000万
    III: deaths >= 2 or loss >= 500万
    IV: deaths >= 1 or loss > 0
- id: committee-moves
  title: {zh: 两小时, en: Two hours}
  basis: law
  verified: text
  cites: {source: pond_law, article: "3.1"}
  then: {duty: {zh: 转移, en: Move}, action: move_people, by: committee,
         modality: must, within: {hours: 2}}
- id: county-moves
  title: {zh: 较大以上, en: III or above}
  basis: law
  verified: text
  cites: {source: pond_law, article: "3.2"}
  when: grade >= III
  then: {duty: {zh: 转移, en: Move}, action: move_people, by: county,
         modality: must, within: {word: immediately}}
- id: keep-out
  title: {zh: 不进, en: Keep out}
  basis: law
  verified: text
  cites: {source: pond_law, article: "4"}
  then: {duty: {zh: 不进, en: Keep out}, action: enter, by: committee, modality: must_not}
"""
MORE = """loss:
  label: {zh: 损失, en: Loss}
  question: {zh: 损失多少？, en: How much?}
  type: number
  unit: {zh: 元, en: yuan}
"""
SOURCE = """pond_law:
  title: {zh: 池塘办法, en: Pond rules}
  kind: law
  in_force: {from: 2021-03-01}
  verified: text
"""


def knowledge(folder: Path, rules: str = RULES) -> Path:
    there = folder / "rules"
    shutil.copytree(BASE, there)
    (there / "measures" / "more.yaml").write_text(MORE, encoding="utf-8")
    (there / "pond.yaml").write_text(rules, encoding="utf-8")
    with (there / "sources.yaml").open("a", encoding="utf-8") as file:
        file.write(SOURCE)
    return there


def found(folder: Path, rules: str = RULES, text: str = TEXT) -> list[tuple[str, str]]:
    rulebase = load_rulebase(knowledge(folder, rules))
    report = check_clauses(rulebase, {"pond_law": OfficialText("pond_law", articles_of(text))})
    return [(d.entry, d.kind) for d in report.differences]


def test_rules_that_say_what_the_text_says_differ_nowhere(tmp_path):
    assert found(tmp_path) == []


@pytest.mark.parametrize(
    ("right", "wrong", "entry", "kind"),
    [
        ("deaths >= 5 ", "deaths >= 6 ", "pond", "number"),
        ("loss >= 3000万", "loss >= 300万", "pond", "number"),
        ("loss >= 1亿", "loss > 1亿", "pond", "bound"),
        ("deaths >= 2 ", "deaths < 2 ", "pond", "bound"),
        ("deaths >= 20 or loss >= 1亿", "deaths >= 20", "pond", "number"),
        ("II: deaths >= 5 or loss", "II: loss", "pond", "number"),
        ("hours: 2", "hours: 3", "committee-moves", "deadline"),
        ("grade >= III", "grade >= II", "county-moves", "level"),
        ("word: immediately", "word: regularly", "county-moves", "word"),
        ("word: immediately", "word: promptly", "county-moves", "word"),
        ("word: immediately", "word: urgently", "county-moves", "word"),
        (", within: {word: immediately}", "", "county-moves", "deadline"),
        ("{word: immediately}", "{word: immediately, advised: true}", "county-moves", "deadline"),
        (", within: {hours: 2}", "", "committee-moves", "deadline"),
        (
            "modality: must, within: {hours",
            "modality: may, within: {hours",
            "committee-moves",
            "modality",
        ),
        (
            "modality: must, within: {word",
            "modality: may, within: {word",
            "county-moves",
            "modality",
        ),
        ('"4"', '"14"', "keep-out", "no_such_place"),
        ('"3.2"', '"3.3"', "county-moves", "no_such_place"),
        ('"2.1"', '"2.1.5"', "pond", "no_such_place"),
        ("modality: must_not", "modality: may", "keep-out", "modality"),
    ],
)
def test_a_fault_in_a_rule_is_found(right, wrong, entry, kind, tmp_path):
    assert right in RULES
    assert (entry, kind) in found(tmp_path, RULES.replace(right, wrong, 1))


@pytest.mark.parametrize(
    ("right", "wrong", "kind"),
    [
        ("死亡五人以上", "死亡六人以上", "number"),
        ("死亡五人以上二十人以下", "死亡五人以下二十人以上", "bound"),
        ("死亡2人以上5人以下", "死亡2人以上6人以下", "bound"),
        ("损失一亿元以上", "损失超过一亿元", "bound"),
    ],
)
def test_a_text_that_says_otherwise_is_found(right, wrong, kind, tmp_path):
    assert right in TEXT
    assert ("pond", kind) in found(tmp_path, text=TEXT.replace(right, wrong, 1))


TWO_SENTENCES = """第一条 池塘事故发生后，县政府应当立即组织转移人员；必要时可以向单位借用车船。
居委会应当及时向县政府报告水位。
"""
BORROWED = """- id: county-borrows
  title: {zh: 借用车船, en: Borrow}
  basis: law
  verified: text
  cites: {source: pond_law, article: "1"}
  then: {duty: {zh: 向单位借用车船, en: Borrow}, action: enter, by: county, modality: may}
- id: county-moves
  title: {zh: 转移人员, en: Move}
  basis: law
  verified: text
  cites: {source: pond_law, article: "1"}
  then: {duty: {zh: 组织转移人员, en: Move}, action: move_people, by: county, modality: must,
         within: {word: immediately}}
"""


@pytest.mark.parametrize(
    ("right", "wrong", "entry", "kind"),
    [
        ("modality: may", "modality: must", "county-borrows", "modality"),
        ("modality: must,", "modality: may,", "county-moves", "modality"),
        ("word: immediately", "word: promptly", "county-moves", "word"),
        (",\n         within: {word: immediately}", "", "county-moves", "deadline"),
    ],
)
def test_a_duty_is_compared_with_its_own_sentence(right, wrong, entry, kind, tmp_path):
    assert found(tmp_path / "right", BORROWED, TWO_SENTENCES) == []
    assert right in BORROWED
    rules = BORROWED.replace(right, wrong, 1)
    assert (entry, kind) in found(tmp_path / "wrong", rules, TWO_SENTENCES)


def test_a_limit_that_the_text_does_not_set_may_be_advised(tmp_path):
    limit = "modality: may, within: {word: immediately"
    for number, (mark, differences) in enumerate(
        [("}}", [("county-borrows", "word")]), (", advised: true}}", [])]
    ):
        rules = BORROWED.replace("modality: may}", limit + mark)
        text = TWO_SENTENCES.replace("应当立即组织", "应当组织")
        rules = rules.replace(",\n         within: {word: immediately}", "")
        assert found(tmp_path / str(number), rules, text) == differences


def test_what_cannot_be_done_in_a_condition_forbids_nothing(tmp_path):
    text = "第一条 居委会不能有效控制水情的，应当立即向县政府报告转移情况。\n"
    rules = BORROWED.split("- id: county-moves")[1].replace("组织转移人员", "不能控制水情的，报告")
    assert found(tmp_path, "- id: county-moves" + rules, text) == []


def test_figures_that_change_places_are_found(tmp_path):
    rules = RULES.replace("deaths >= 5 or loss >= 3000万", "deaths >= 3000万 or loss >= 5")
    assert {kind for _, kind in found(tmp_path, rules)} == {"number", "bound"}


def test_a_rule_does_not_hold_before_the_text_it_cites(tmp_path):
    rules = RULES.replace(
        "  when: grade >= III", "  in_force: {from: 2019-01-01}\n  when: grade >= III"
    )
    assert found(tmp_path, rules) == [("county-moves", "outside_force")]


def test_a_reason_at_the_citation_explains_a_difference(tmp_path):
    rules = RULES.replace("hours: 2", "hours: 1").replace(
        'article: "3.1"',
        'article: "3.1", differs: {about: deadline, zh: 本市更严, en: stricter here}',
    )
    rulebase = load_rulebase(knowledge(tmp_path, rules))
    report = check_clauses(rulebase, {"pond_law": OfficialText("pond_law", articles_of(TEXT))})
    assert [d.explained.zh for d in report.differences] == ["本市更严"]
    assert report.open == ()


def test_a_reason_explains_only_what_it_is_about(tmp_path):
    wrong = RULES.replace("modality: must, within: {hours: 2}", "modality: may, within: {hours: 1}")
    for about, left in [("", {"deadline", "modality"}), ("about: modality, ", {"deadline"}),
                        ("about: [deadline, modality], ", set())]:  # fmt: skip
        rules = wrong.replace(
            'article: "3.1"', f'article: "3.1", differs: {{{about}zh: 本市更严, en: stricter}}'
        )
        rulebase = load_rulebase(knowledge(tmp_path / str(len(left)), rules))
        report = check_clauses(rulebase, {"pond_law": OfficialText("pond_law", articles_of(TEXT))})
        assert {d.kind for d in report.open} == left


def test_the_command_lists_differences_side_by_side(tmp_path):
    rules = knowledge(tmp_path, RULES.replace("hours: 2", "hours: 3"))
    text = tmp_path / "办法.txt"
    text.write_text(TEXT, encoding="utf-8")
    instance = str(tmp_path / "instance")
    run = CliRunner().invoke
    args = ["--knowledge", str(rules), "law"]
    done = run(main, [*args, "import", str(text), "--source", "pond_law", "--instance", instance])
    assert done.exit_code == 0, done.output
    done = run(main, [*args, "check", "pond_law", "--instance", instance])
    assert done.exit_code == 1
    assert "3 小时" in done.output
    assert "两小时内" in done.output
    done = run(main, [*args, "check", "--json", "--instance", instance])
    assert [d["kind"] for d in json.loads(done.output)["differences"]] == ["deadline"]
    done = run(main, [*args, "check", "pond_lav", "--instance", instance])
    assert done.exit_code == 2
    assert "pond_law" in done.output


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("死亡（含失踪）三十人以上", [("30", "人", ">=")]),
        ("１亿元以上", [("100000000", "元", ">=")]),
        ("二千五百万元以下", [("25000000", "元", "<")]),
        ("减供负荷达到百分之三十以上", [("30", "%", ">=")]),
        ("应当在半小时内", [("0.5", "小时", "<=")]),
        ("超过100公顷", [("100", "公顷", ">")]),
        ("不足5公里的", [("5", "公里", "<")]),
        ("30日内", [("720", "小时", "<=")]),
        ("2007年6月1日起", []),
        ("第三十条规定的一级响应", []),
        ("客运索道高空滞留人员3.5小时以上12小时以下", [("3.5", "小时", ">="), ("12", "小时", "<")]),
    ],
)
def test_figures_are_read_with_unit_and_side(text, figures):
    assert [(f"{f.value:f}", f.unit, f.bound) for f in figures_in(text)] == figures


def test_an_item_takes_the_level_of_its_opening():
    text = articles_of("第一条 有下列情形之一的，为重大事故：\n（一）大型设备停2小时以上的；")
    figures = graded_figures(OfficialText("a", text).place("1").paragraphs)
    assert {level: [f.words for f in list_] for level, list_ in figures.items()} == {
        "II": ["2小时以上"]
    }
