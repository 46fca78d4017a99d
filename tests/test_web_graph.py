"""The pages of the explanation: graph, boxes, replay, why not, what if, the smallest change."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page

from canmou.engine import RuleBase
from canmou.engine.explanation import graph as drawing
from canmou.webui.holder import RuleBaseHolder
from tests.browsing import chromium, follow, served, window
from tests.web_office import PASSWORD, Person, application, furnish

GRADE = "grade:production_safety_accident"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, rulebase: RuleBase) -> Flask:
    """The application on the rules that ship."""
    folder = tmp_path_factory.mktemp("office")
    furnish(folder)
    return application(folder, RuleBaseHolder(load=lambda _: rulebase))


@pytest.fixture(scope="module")
def wang(site: Flask) -> Person:
    """The duty officer."""
    return Person(site, "wang")


@pytest.fixture(scope="module")
def incident(wang: Person) -> str:
    """A gas explosion: eleven dead, serious injuries as a range, nothing known of the loss."""
    path = wang.take_call(types=["gas_explosion"], one_line="餐馆燃气爆炸")
    wang.answer(path, "deaths", kind="exact", exact="11", source="hospital", state="verified")
    wang.answer(path, "serious_injuries", kind="range", low="20", high="30", source="scene")
    return path


# -- why -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["wang", "li", "sun", "qian", "guan"])
def test_every_role_may_ask_why(site: Flask, incident: str, name: str) -> None:
    text = Person(site, name).get(f"{incident}/graph").text
    assert "<svg" in text
    assert "同样的理由，用文字说" in text


def test_other_branch_may_not(site: Flask, incident: str) -> None:
    """An incident of another sub-district stays unseen on all of these pages."""
    for page in ("graph", "graph.svg?of=grade", "why-not", "what-if", "smallest-change"):
        Person(site, "wu").get(f"{incident}/{page}", 404)


def test_grade_is_explained_by_graph_and_text_with_the_article(wang: Person, incident: str) -> None:
    text = wang.get(f"{incident}/graph?of=grade").text
    assert "死亡人数10人以上（11人）" in text
    assert "第三条" in text
    assert 'data-node="answer:deaths"' in text
    assert "因为" in text, "the replay tells its steps"


def test_box_of_an_answer_says_who_said_it_and_in_what_state(wang: Person, incident: str) -> None:
    node = wang.get(f"{incident}/graph?of=grade&node=answer:deaths&part=node").text
    for words in ("11人", "医院", "已核实", "王值班", "更正回答"):
        assert words in node, words
    assert "<html" not in node


def test_box_of_a_level_shows_its_condition_with_the_values_in_it(
    wang: Person, incident: str
) -> None:
    node = wang.get(f"{incident}/graph?of=grade&node=level:{GRADE[6:]}:II&part=node").text
    for words in ("死亡人数10人以上", "现在：", "20人至30人", "✕ 不成立", "? 待定", "第三条",
                  "severity.yaml:", "/library/standard/production_safety_accident"):  # fmt: skip
        assert words in node, words


def test_box_is_on_the_page_itself_without_a_script(wang: Person, incident: str) -> None:
    text = wang.get(f"{incident}/graph?of=grade&node=answer:deaths").text
    assert "更正回答" in text
    assert re.search(r'class="node answer certain selected"', text)


def test_unknown_conclusion_and_box_are_no_dead_end(wang: Person, incident: str) -> None:
    """A link kept from yesterday: another conclusion is shown, and it is said."""
    assert "这个结论现在没有了" in wang.get(f"{incident}/graph?of=duty:x|y|").text
    assert "<svg" in wang.get(f"{incident}/graph?of=grade&node=nobody").text
    wang.get(f"{incident}/graph?of=grade&node=nobody&part=node", 404)


def test_every_conclusion_that_can_be_chosen_has_a_page(wang: Person, incident: str) -> None:
    text = wang.get(f"{incident}/graph").text
    chosen = re.search(r'<select id="of".*?</select>', text, re.DOTALL)
    assert chosen is not None
    keys = re.findall(r'<option value="([^"]+)"', chosen[0])
    assert len(keys) > 50
    for key in [*keys[:4], *keys[4::40]]:
        shown = wang.get(f"{incident}/graph?of={quote(key)}").text
        assert "这个结论现在没有了" not in shown
        assert "<svg" in shown or "太多" in shown


def test_svg_can_be_kept_as_a_file(wang: Person, incident: str) -> None:
    answer = wang.get(f"{incident}/graph.svg?of=grade")
    assert "image/svg+xml" == answer.mimetype
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.text.startswith("<svg")
    wang.get(f"{incident}/graph.svg?of=nobody", 404)


def test_reasons_stand_as_text_where_the_graph_cannot_be_drawn(
    wang: Person, incident: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: "/nowhere/dot")
    drawing.program.cache_clear()
    try:
        text = wang.get(f"{incident}/graph?of=grade").text
    finally:
        drawing.program.cache_clear()
    assert "解释图画不出来" in text
    assert "死亡人数10人以上（11人）" in text


def test_pages_hold_nothing_inline(wang: Person, incident: str) -> None:
    """The drawing included: no style, no script, no handler."""
    for page in ("graph", "graph?of=all", "why-not", "what-if?m=deaths", "smallest-change"):
        text = wang.get(f"{incident}/{page}").text
        assert not re.search(r"<script(?![^>]*src=)|<style|\son\w+=|\sstyle=", text), page


# -- why not, what if, the smallest change ---------------------------------------------------------


def test_why_not_names_what_failed_and_what_is_open(wang: Person, incident: str) -> None:
    text = wang.get(f"{incident}/why-not?of={GRADE}:I").text
    assert "直接经济损失1亿元以上（现在：尚不清楚）" in text
    assert "不成立的条件" not in text or "死亡人数30人以上" in text


def test_why_not_of_something_no_rule_concludes_says_so(wang: Person, incident: str) -> None:
    text = wang.get(f"{incident}/why-not").text
    action = re.findall(r'value="(duty:[a-z_]+)"', text)[-1]
    page = wang.get(f"{incident}/why-not?of={action}").text
    assert "条规则可能得出它" in page or "没有哪一条会得出它" in page


def test_what_if_shows_the_difference_and_changes_nothing(wang: Person, incident: str) -> None:
    tried = "m=deaths&deaths.kind=exact&deaths.exact=30"
    text = wang.get(f"{incident}/what-if?{tried}").text
    assert "现在：11人" in text
    assert re.search(r"事件分级</strong> 至少重大，最高到特别重大 → <strong>特别重大", text)
    assert "至少重大" in wang.get(f"{incident}/graph?of=grade").text


def test_what_if_with_the_present_answer_changes_nothing(wang: Person, incident: str) -> None:
    text = wang.get(f"{incident}/what-if?m=deaths&deaths.kind=exact&deaths.exact=11").text
    assert "结果没有变" in text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("deaths.kind=exact&deaths.exact=-3", "deaths-mistake"),
        ("deaths.kind=exact&deaths.exact=many", "deaths-mistake"),
        ("deaths.kind=range&deaths.low=3", "从几到几"),
        ("deaths.kind=exact", "尚不清楚"),
    ],
)
def test_wrong_supposition_gets_a_note_at_its_field(
    wang: Person, incident: str, typed: str, words: str
) -> None:
    text = wang.get(f"{incident}/what-if?m=deaths&{typed}").text
    assert words in text
    assert 'id="deaths-mistake"' in text


def test_what_if_passes_over_what_is_no_measure(wang: Person, incident: str) -> None:
    assert "换哪个要素" in wang.get(f"{incident}/what-if?m=nobody&m=urgent&m=").text


def test_smallest_change_can_be_tried(wang: Person, incident: str) -> None:
    """The link beside each line opens the trial that really lifts the grade."""
    text = wang.get(f"{incident}/smallest-change").text
    assert "死亡人数再增加19人（达到30人）" in text
    trial = re.search(r'href="([^"]*what-if[^"]*deaths[^"]*)"', text)
    assert trial is not None
    assert "<strong>特别重大" in wang.get(trial[1].replace("&amp;", "&")).text


# -- in a browser ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def address(site: Flask) -> Iterator[str]:
    """The address of the application, served for the browser."""
    with served(site) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with chromium() as opened:
        yield opened


def page_of(browser: Browser, address: str, width: int = 1280, scripts: bool = True) -> Page:
    """Return a page of somebody who is logged in."""
    page = window(browser, width, scripts).new_page()
    page.goto(f"{address}/login")
    page.fill("[name=name]", "sun")
    page.fill("[name=password]", PASSWORD)
    follow(page, "main form button")
    return page


def test_trainer_walks_the_graph(
    browser: Browser, address: str, incident: str, tmp_path: Path
) -> None:
    """Zoom, open a box, go on from it, replay, keep a picture: nothing fails, nothing is loud."""
    page = page_of(browser, address)
    problems: list[str] = []
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(f"{address}{incident}/graph?of=grade")
    svg = page.locator(".graph-view > svg")
    before = svg.get_attribute("viewBox")
    page.get_by_role("button", name="放大").click()
    assert before != svg.get_attribute("viewBox")
    page.get_by_role("button", name="适合").click()
    page.locator('g[data-node="answer:deaths"] a').click()
    page.locator('#node [data-selected="answer:deaths"]').wait_for()
    assert "node=answer" in page.url
    page.locator("#node [data-open-node]").first.click()
    page.locator("#node >> text=条件和现在的值").wait_for()
    page.get_by_role("button", name="从头").click()
    assert "第 1 步" in page.locator(".step-words").inner_text()
    assert 1 == page.locator("g.node.now").count()
    assert page.locator("g.node.later").count() > 0
    page.get_by_role("button", name="全部显示").click()
    assert 0 == page.locator("g.node.later").count()
    with page.expect_download() as kept:
        page.get_by_role("button", name="下载 PNG").click()
    kept.value.save_as(tmp_path / "graph.png")
    assert (tmp_path / "graph.png").read_bytes().startswith(b"\x89PNG")
    assert not problems
    page.context.close()


def test_graph_works_with_the_keyboard_alone(browser: Browser, address: str, incident: str) -> None:
    page = page_of(browser, address)
    page.goto(f"{address}{incident}/graph?of=grade")
    svg = page.locator(".graph-view > svg")
    page.locator(".graph-view").focus()
    before = svg.get_attribute("viewBox")
    page.keyboard.press("ArrowRight")
    assert before != svg.get_attribute("viewBox")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("#node [data-selected]").wait_for()
    page.context.close()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_labels_are_drawn_inside_their_boxes(
    browser: Browser, address: str, incident: str, language: str
) -> None:
    """Measured in the browser, with the fonts it really has."""
    page = page_of(browser, address)
    page.goto(f"{address}/language/{language}?next={incident}/graph?of=grade")
    outside = page.evaluate(
        """() => [...document.querySelectorAll("g.node")].flatMap((node) => {
          const box = node.querySelector("polygon, path").getBBox();
          return [...node.querySelectorAll("text")].filter((text) => {
            const at = text.getBBox();
            return at.x < box.x || at.x + at.width > box.x + box.width;
          }).map((text) => text.textContent);
        })"""
    )
    assert [] == outside
    page.context.close()


PAGES = (
    "/library", "/library?view=laws", "/library?q=燃气", "/library/source/order493",
    "/library/rule/erl77-committee-first-response", "/library/card/gas_leak",
    "/library/standard/production_safety_accident", "/policy",
    "{incident}/graph", "{incident}/graph?of=grade&node=answer:deaths",
    "{incident}/why-not?of=grade:production_safety_accident:I",
    "{incident}/what-if?m=deaths&deaths.kind=exact&deaths.exact=30", "{incident}/smallest-change",
)  # fmt: skip


@pytest.mark.parametrize(("language", "width"), [("zh", 1280), ("zh", 360), ("en", 360)])
def test_pages_fit_and_axe_finds_nothing(
    browser: Browser, address: str, incident: str, language: str, width: int
) -> None:
    """No page is wider than its window, in light and in dark; axe is content."""
    scheme = "dark" if width == 360 else "light"
    page = page_of(browser, address, width)
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{address}/language/{language}?next=/policy")
    for path in PAGES:
        answer = page.goto(address + path.format(incident=incident))
        assert answer is not None
        assert 200 == answer.status, path
        across = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert 0 == page.evaluate(across), path
        found = Axe().run(page).response["violations"]
        assert [] == [(v["id"], v["nodes"][0]["html"]) for v in found], path
    page.context.close()


def test_pages_work_without_a_script(browser: Browser, address: str, incident: str) -> None:
    """Choose a conclusion, open a box, try an answer: all by links and forms."""
    page = page_of(browser, address, scripts=False)
    page.goto(f"{address}{incident}/graph")
    page.select_option("#of", "grade")
    follow(page, ".choose button")
    assert "of=grade" in page.url
    follow(page, page.locator(".reasons a", has_text="11人").first)
    assert page.locator("#node >> text=医院").count()
    page.goto(f"{address}{incident}/what-if")
    page.select_option("#more", "deaths")
    follow(page, page.get_by_role("button", name="选这个"))
    page.check('[name="deaths.kind"][value=exact]')
    page.fill('[name="deaths.exact"]', "30")
    follow(page, page.get_by_role("button", name="看会怎样"))
    assert "特别重大" in page.locator(".changes").inner_text()
    page.context.close()
