"""The rule library and the state of the rules: what they show, to whom, and what they refuse."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from canmou.engine import RuleBase
from canmou.webui.catalogue import catalogue
from canmou.webui.holder import RuleBaseHolder
from canmou.webui.library_index import LibraryIndex, article_order
from tests.web_office import Person, application, database, furnish

BASE = Path(__file__).parent / "knowledge" / "base"
WEBUI = Path(__file__).parent.parent / "canmou" / "webui"
MORE = """
- standard: fires
  title: {zh: 火灾分级, en: Grading of fires}
  kind: severity
  use: grade
  verified: "no"
  cites: {source: law_a, article: "5", says: {zh: 按死亡人数分级, en: grades by deaths}}
  applies: incident_type is fire
  levels: {II: deaths >= 10, III: deaths >= 3}
- name: {zh: 死亡 3 人为较大, en: Three dead are level III}
  standard: fires
  examples:
    - {given: {deaths: 3}, level: III}
    - {given: {deaths: 2}, level: below}
- name: {zh: 着火死了人要转移, en: A fire with deaths moves people}
  incident_types: fire
  answers: {deaths: 1}
  expect: {duties: [move-people]}
"""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A furnished office; the tests of this file change nothing in it."""
    folder = tmp_path_factory.mktemp("office")
    furnish(folder)
    return folder


@pytest.fixture(scope="module")
def site(office: Path, rulebase: RuleBase) -> Flask:
    """The application on the rules that ship."""
    return application(office, RuleBaseHolder(load=lambda _: rulebase))


@pytest.fixture(scope="module")
def reader(site: Flask) -> Person:
    """Somebody who reads the library."""
    return Person(site, "wang")


@pytest.fixture
def knowledge(tmp_path: Path) -> Path:
    """A folder of rule files that a test may spoil."""
    folder = tmp_path / "rules" / "knowledge"
    shutil.copytree(BASE, folder)
    (folder / "more.yaml").write_text(MORE, encoding="utf-8")
    return folder


@pytest.fixture
def small(tmp_path: Path, office: Path, knowledge: Path) -> Flask:
    """An office with few rules, which looks at its files at every request."""
    shutil.copy(database(office), database(tmp_path))
    ticking = iter(range(0, 10_000, 5))
    return application(tmp_path, RuleBaseHolder(knowledge, clock=lambda: float(next(ticking))))


@pytest.fixture
def qian(small: Flask) -> Person:
    """A member of the policy staff in front of few rules."""
    return Person(small, "qian")


# -- the library -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["wang", "li", "sun", "qian", "guan"])
def test_every_role_may_read_the_library(site: Flask, name: str) -> None:
    page = Person(site, name).get("/library")
    assert "规则库" in page.text
    assert "各类事件通用" in page.text


def test_stranger_may_not(site: Flask) -> None:
    for path in ("/library", "/library/rule/x", "/policy"):
        assert site.test_client().get(path).location.startswith("/login")


def test_folders_lead_to_every_rule(reader: Person, rulebase: RuleBase) -> None:
    """Whatever the rule files hold can be found by opening folders."""
    links = set(re.findall(r'href="/library/rule/([^"]+)"', reader.get("/library").text))
    assert set(rulebase.rules) <= links


def test_every_law_that_is_cited_is_listed_with_its_articles(reader: Person) -> None:
    page = reader.get("/library?view=laws")
    assert "/library/source/erl2024" in page.text
    articles = reader.get("/library/source/erl2024").text
    assert "第七十七条" in articles
    assert "/library/rule/erl77-committee-first-response" in articles
    assert "第十九条第一款" in articles
    assert re.search(r'没有要谁去办的事 <span class="number">\d+</span>', articles)


def test_rule_page_says_all_in_plain_words(reader: Person) -> None:
    """When, who, what, by when, under which article, since when, with which scenarios."""
    text = reader.get("/library/rule/erl77-committee-first-response").text
    for words in ("什么情况下", "居（村）委会", "必须", "立即", "第七十七条", "2024-11-01 起",
                  "先按可能情形办", "情景", "- id: erl77-committee-first-response"):  # fmt: skip
        assert words in text, words


def test_rule_page_says_at_which_statuses_it_can_hold(reader: Person) -> None:
    clock = reader.get("/library/rule/order493-unit-head-reports-1h").text
    assert "可能成立的事件状态：已发生；已控制" in clock
    assert "处置结束；已排除时都不成立" in clock
    assert "什么事件状态下都可能成立" in reader.get("/library/rule/erl17-county-leads").text


def test_standard_is_a_table_of_levels(reader: Person) -> None:
    text = reader.get("/library/standard/production_safety_accident").text
    rows = re.findall(r'<th scope="row">(.*?)</th><td>(.*?)</td>', text, re.DOTALL)
    assert ["特别重大", "重大", "较大", "一般"] == [level for level, _ in rows]
    assert "死亡人数30人以上" in rows[0][1]


def test_card_of_a_type_without_its_own_is_the_one_it_uses(reader: Person) -> None:
    answer = reader.get("/library/card/gas_leak")
    assert "119" in answer.text
    assert "不得做" in answer.text


def test_id_of_a_standard_or_list_leads_to_its_page(reader: Person) -> None:
    page = reader.get("/library/rule/production_safety_accident")
    assert "/library/standard/production_safety_accident" == page.request.path
    assert reader.get("/library/rule/erl73.1").request.path == "/library/choice/erl73.1"


@pytest.mark.parametrize("kind", ["rule", "standard", "choice", "card", "source"])
def test_unknown_entry_is_a_page_that_says_so(reader: Person, kind: str) -> None:
    assert "没有这个页面" in reader.get(f"/library/{kind}/nobody-knows", 404).text


@pytest.mark.parametrize(
    "query",
    [
        "q=先期处置",
        "q=第七十七条",
        "q=居（村）委会 自救",
        "q=erl77",
        "q=self-help",
        "party=residents_committee&q=自救",
        "action=organise_self_rescue",
        "measure=urgent&source=erl2024&q=自救",
    ],
)
def test_search_finds_a_rule_by_words_article_party_measure_or_action(
    reader: Person, query: str
) -> None:
    assert "erl77-committee-first-response" in reader.get(f"/library?{query}").text


def test_search_that_finds_nothing_says_what_to_do(reader: Person) -> None:
    assert "没有找到" in reader.get("/library?q=zzzzqqqq").text


def test_every_word_searched_for_must_be_there(rulebase: RuleBase) -> None:
    index = LibraryIndex(rulebase)
    one, both = index.search("居（村）委会"), index.search("居（村）委会 自救")
    assert set(both) < set(one)


def test_articles_are_sorted_as_one_counts() -> None:
    assert ["9.1", "9.10", "10", "附件1"] == sorted(
        ["附件1", "10", "9.10", "9.1"], key=article_order
    )


def test_pages_of_all_entries_open(reader: Person, rulebase: RuleBase) -> None:
    """Every standard, list, card and a rule of each file has a page in both languages."""
    by_file = {rule.file: rule.id for rule in rulebase.rules.values()}
    paths = [
        *(f"/library/rule/{name}" for name in list(by_file.values())[::12]),
        *(f"/library/standard/{name}" for name in list(rulebase.standards)[::12]),
        *(f"/library/choice/{name}" for name in rulebase.chooses),
        *(f"/library/card/{name}" for name in list(rulebase.cards)[::12]),
    ]
    for path in paths:
        assert "规则库" in reader.get(path).text


# -- the state of the rules ------------------------------------------------------------------------


def test_policy_page_counts_and_lists_what_is_unverified(qian: Person) -> None:
    text = qian.get("/policy").text
    assert "磁盘上的规则没有问题" in text
    assert "/library/standard/fires" in text
    assert "未核实" in text


def test_mistake_on_disk_is_shown_with_its_place_and_the_old_rules_stay(
    qian: Person, knowledge: Path
) -> None:
    """The next page says what is wrong; once corrected, the new rules are in use."""
    file = knowledge / "more.yaml"
    good = file.read_text(encoding="utf-8")
    file.write_text(good.replace("deaths >= 10", "deths >= 10"), encoding="utf-8")
    text = qian.get("/policy").text
    assert "没有启用，仍用旧规则" in text
    assert re.search(r"knowledge/more\.yaml:\d+:\d+", text)
    assert "deaths" in text
    assert "死亡人数10人以上" in qian.get("/library/standard/fires").text
    file.write_text(good.replace("deaths >= 10", "deaths >= 20"), encoding="utf-8")
    assert "磁盘上的规则没有问题" in qian.get("/policy").text
    assert "死亡人数20人以上" in qian.get("/library/standard/fires").text


def waited(person: Person) -> str:
    """Return the policy page once the scenarios have been run, in a process of their own."""
    for _ in range(600):
        text = person.get("/policy").text
        if 'http-equiv="refresh"' not in text:
            return text
        time.sleep(0.05)
    raise AssertionError("the scenarios are still running")


def test_scenarios_run_on_demand_and_say_that_all_hold(qian: Person) -> None:
    assert "还没有检查过" in qian.get("/policy").text
    qian.post("/policy/check", {}, page="/policy")
    assert "2 个情景（3 例）全部符合" in waited(qian)


def test_scenario_that_does_not_hold_is_named_with_what_came_out(
    qian: Person, knowledge: Path
) -> None:
    file = knowledge / "more.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("deaths: 2}, level: below", "deaths: 2}, level: II"), "utf-8")
    qian.post("/policy/check", {}, page="/policy")
    text = waited(qian)
    assert "1 处不符" in text
    assert "死亡 3 人为较大" in text
    assert re.search(r"knowledge/more\.yaml:\d+", text)


def test_duty_officer_reads_the_state_but_starts_no_check(small: Flask) -> None:
    wang = Person(small, "wang")
    assert "检查全部情景" not in wang.get("/policy").text
    page = wang.client.get("/policy").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    refused = wang.client.post("/policy/check", data={"csrf_token": token[1]})
    assert 403 == refused.status_code


# -- words -----------------------------------------------------------------------------------------


def messages() -> Iterator[str]:
    """Yield the Chinese words of the pages of this part."""
    for pattern in ("graph*", "_graph*", "library*", "_library*", "policy*", "rule_views*",
                    "check_runs*", "difference_views*", "findings*", "try*"):  # fmt: skip
        for path in (*WEBUI.glob(f"{pattern}.py"), *WEBUI.glob(f"templates/{pattern}.html")):
            text = path.read_text(encoding="utf-8")
            yield from re.findall(r"""(?:\b_|gettext)\(\s*['"]([^'"]+)['"]""", text)


def test_every_sentence_of_these_pages_has_its_english() -> None:
    english = catalogue("en")
    missing = {m for m in messages() if english.gettext(m) == m and english.ngettext(m, m, 2) == m}
    assert not missing
