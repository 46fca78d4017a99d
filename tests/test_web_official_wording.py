"""The official wording beside citations: only where the office imported it, folded, escaped."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from flask import Flask

from canmou.engine.rulebase.law_text import store
from tests.web_office import Person, app, furnished, rules  # noqa: F401 - fixtures
from tests.web_office import wang as wang

INVENTED = {"3": ["杜撰<b>第一款</b>：", "（一）杜撰的第一项；", "（二）杜撰的第二项。"]}
RULE = "/library/rule/order493-unit-head-reports-1h"


def test_nothing_is_shown_before_a_text_is_imported(wang: Person) -> None:
    assert '<details class="official"' not in wang.get(RULE).text


def test_an_imported_text_stands_folded_beside_its_citation(
    app: Flask, wang: Person, tmp_path: Path
) -> None:
    store(tmp_path, "order493", {**INVENTED, "9": ["杜撰<b>九</b>。"]})
    page = wang.get(RULE).text
    assert '<details class="official">' in page
    assert "杜撰&lt;b&gt;九&lt;/b&gt;。" in page
    assert "<b>九" not in page


def test_result_and_graph_show_the_wording(app: Flask, wang: Person, tmp_path: Path) -> None:
    store(tmp_path, "order493", {**INVENTED, "9": ["杜撰第九条。"]})
    incident = wang.take_call(types=["gas_explosion"], one_line="餐馆燃气爆炸")
    wang.answer(incident, "deaths", kind="exact", exact="4", source="hospital", state="verified")
    assert "杜撰第九条。" in wang.get(f"{incident}/result").text
    of = quote("grade:production_safety_accident")
    node = quote("level:production_safety_accident:III")
    panel = wang.get(f"{incident}/graph?of={of}&node={node}").text
    assert "杜撰的第二项。" in panel


def test_a_reason_for_differing_from_the_text_is_told(wang: Person) -> None:
    page = wang.get("/library/rule/phe2-health-event").text
    assert "与条文不同：" in page


def test_a_text_imported_again_is_read_again(app: Flask, wang: Person, tmp_path: Path) -> None:
    store(tmp_path, "order493", {"9": ["旧的杜撰。"]})
    assert "旧的杜撰。" in wang.get(RULE).text
    store(tmp_path, "order493", {"9": ["新的杜撰，长一些。"]})
    assert "新的杜撰，长一些。" in wang.get(RULE).text
