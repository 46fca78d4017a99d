"""Past cases: all there, all well-formed, and a mistake in a case file is named at once."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from canmou.casebase import CASES, CaseFileError, PastCase, load_cases
from canmou.engine import RuleBase
from canmou.engine.facts import Facts

GOOD = """
- id: 2026-somewhere-gas-leak
  name: {zh: 某地燃气泄漏, en: Gas leak somewhere}
  date: 2026-11-22
  place: {province: 山东省}
  incident_types: [gas_leak]
  category: accident_disaster
  figures: {stage: final, as_of: 2026-11-30, measures: {deaths: 0, cross_province_impact: false}}
  official_grade:
  what_happened: {zh: 漏气后全楼撤出, en: Everybody left the building}
  response: []
  lessons: [{zh: 先撤人, en: People first}]
  sources: [{title: 本级记录}]
  verified: "no"
"""


def write(folder: Path, text: str, name: str = "a.yaml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def shipped() -> tuple[PastCase, ...]:
    return load_cases()


def test_the_shipped_cases_are_all_there(shipped: tuple[PastCase, ...]) -> None:
    assert len(shipped) == 145
    assert shipped[0].date == min(case.date for case in shipped)
    by_category = {"accident_disaster": 72, "natural_disaster": 39, "public_health": 21,
                   "social_safety": 13}  # fmt: skip
    for category, count in by_category.items():
        assert count == sum(case.category == category for case in shipped)


def test_the_shipped_cases_use_only_known_names(rulebase: RuleBase) -> None:
    cases = load_cases(
        measures=set(rulebase.measure_names()), incident_types=set(rulebase.type_names())
    )
    assert cases


def test_every_published_grade_says_where_it_was_published(shipped: tuple[PastCase, ...]) -> None:
    assert sum(case.official_grade is not None for case in shipped) == 79
    for case in shipped:
        if case.official_grade is not None:
            assert case.grade_source is not None, case.id
            assert case.grade_stage == case.figures.stage, case.id
        if case.response_level is not None:
            assert case.response_by is not None, case.id


def test_every_text_of_a_case_stands_in_both_languages(shipped: tuple[PastCase, ...]) -> None:
    for case in shipped:
        for text in (case.name, case.what_happened, *case.response, *case.lessons):
            assert any("\u4e00" <= letter <= "\u9fff" for letter in text.zh), (case.id, text)
            assert not any("\u4e00" <= letter <= "\u9fff" for letter in text.en), (case.id, text)


def test_a_case_is_an_input_that_the_engine_takes(shipped: tuple[PastCase, ...]) -> None:
    tianjin = next(case for case in shipped if case.id == "2015-tianjin-port-explosion")
    facts = Facts.model_validate(tianjin.assess_input())
    assert (date(2015, 8, 12), "final") == (facts.on, facts.stage)
    assert facts.answers["deaths"] == 165
    assert facts.answers["direct_loss_cny"] == 6866000000


def test_case_files_stay_short() -> None:
    for path in CASES.rglob("*.yaml"):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert len(lines) <= 210, path


def test_a_well_formed_case_is_read(tmp_path: Path) -> None:
    (case,) = load_cases(write(tmp_path, GOOD))
    assert case.official_grade is None
    assert case.figures.measures == {"deaths": 0, "cross_province_impact": False}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  category: accident_disaster\n", "", "缺少 category"),
        ("  official_grade:\n", "", "缺少 official_grade"),
        ("stage: final, ", "", "缺少 figures.stage"),
        ("official_grade:", "official_grade: V", "official_grade"),
        ("official_grade:", "official_grad: I", "是否为 official_grade"),
        ("date: 2026-11-22", "date: 去年", "date"),
        ("[gas_leak]", "[]", "incident_types"),
        ("[gas_leak]", "[gas_leek]", "是否为 gas_leak"),
        ("{deaths: 0,", "{death: 0,", "是否为 deaths"),
        ("{deaths: 0,", "{deaths: ,", "deaths 没有数值"),
        ("{zh: 先撤人, en: People first}", "{zh: 先撤人}", "缺少 lessons.0.en"),
        ("sources: [{title: 本级记录}]", "sources: []", "sources"),
        ('verified: "no"', "verified: maybe", "verified"),
        ("id: 2026-somewhere", "id: 某地", "id"),
        ("place: {province: 山东省}", "place: {province: 山东省", "YAML"),
        ("  verified:", "  date: 2026-11-23\n  verified:", "date"),
    ],
)
def test_a_mistake_is_named_with_file_case_and_field(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in GOOD
    with pytest.raises(CaseFileError) as caught:
        load_cases(
            write(tmp_path, GOOD.replace(old, new, 1)),
            measures={"deaths", "cross_province_impact"}, incident_types={"gas_leak"},
        )  # fmt: skip
    assert any("a.yaml" in one and said in one for one in caught.value.problems)
    assert "a.yaml" in caught.value.text.zh


def test_all_mistakes_of_all_files_come_at_once(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("  category: accident_disaster\n", ""), "a.yaml")
    write(tmp_path, "just a text", "b.yaml")
    write(tmp_path, "- just a text", "c.yaml")
    (tmp_path / "d.yaml").write_bytes(b"- id: \xff\xfe")
    with pytest.raises(CaseFileError) as caught:
        load_cases(tmp_path)
    assert [one.split(":")[0] for one in caught.value.problems] == [
        "a.yaml",
        "b.yaml",
        "c.yaml",
        "d.yaml",
    ]


def test_one_id_stands_for_one_case(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "a.yaml")
    write(tmp_path, GOOD, "b.yaml")
    with pytest.raises(CaseFileError, match=r"b\.yaml: .*: 编号重复，已见于 a"):
        load_cases(tmp_path)


def test_a_first_judgement_is_older_than_figures_of_a_later_day() -> None:
    base = YAML(typ="safe", pure=True).load(GOOD)[0]
    figures = {**base["figures"], "as_of": datetime(2026, 11, 22, 10)}
    for given, older in (
        (datetime(2026, 11, 22, 2, 20), True),
        (datetime(2026, 11, 22, 11), False),
        (date(2026, 11, 22), False),
        (date(2026, 11, 21), True),
        (None, False),
    ):
        case = PastCase.model_validate({**base, "figures": figures, "grade_as_of": given})
        assert older is case.grade_is_older
