"""One night at the desk in a browser: both languages, desk PC and phone, with and without scripts.

Log in, take a call, first-minute card, six answers (two of them ranges, one not known), result,
correction, a first report signed by the leader and opened as docx, a node of the explanation graph,
a similar case. On every page axe-core finds nothing serious, nothing is wider than the screen, and
the browser has no complaint.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from docx import Document
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.browsing import chromium, follow, served, window
from tests.web_office import PASSWORD, app, furnished, rules  # noqa: F401

SERIOUS = {"serious", "critical"}
WALKS = [
    ("zh", 1280, True),
    ("zh", 360, True),
    ("en", 1280, True),
    ("en", 360, True),
    ("zh", 360, False),
    ("en", 1280, False),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all walks."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The address of the running application."""
    with served(app) as address:
        yield address


class Walk:
    """Somebody at a browser, who looks at every page."""

    def __init__(self, page: Page, address: str, scripts: bool) -> None:
        self.page, self.address, self.scripts = page, address, scripts
        self.complaints: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def look(self) -> None:
        """Check the page that is shown."""
        self.page.wait_for_load_state()
        size = self.page.viewport_size
        assert size is not None
        if self.scripts:
            found = Axe().run(self.page).response["violations"]
            bad = [
                (v["id"], [node["html"][:200] for node in v["nodes"]])
                for v in found
                if v["impact"] in SERIOUS
            ]
            assert [] == bad, self.page.url
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= size["width"], f"{self.page.url} is {wide} px wide"
        assert [] == self.complaints, self.page.url

    def log_in(self, name: str) -> None:
        """Log in and arrive at the desk."""
        self.page.fill("#name", name)
        self.page.fill("#password", PASSWORD)
        follow(self.page, "main form button")
        expect(self.page.locator("#incidents")).to_be_attached()

    def choose(self, measure: str, kind: str, **typed: str) -> None:
        """Choose a row of a number and type into it."""
        for name, text in typed.items():
            self.page.fill(f'[name="{measure}.{name}"]', text)
        self.page.check(f'[name="{measure}.kind"][value="{kind}"]')

    def answer_next(self, yes_no: str, number: str) -> None:
        """Answer the question on the screen, whatever its form, and go on."""
        before = self.page.url
        measure = before.rsplit("/", 1)[-1]
        if self.page.locator(f'[name="{measure}.choice"]').count():
            wanted = self.page.locator(f'[name="{measure}.choice"][value="{yes_no}"]')
            fallback = self.page.locator(f'[name="{measure}.choice"]').first
            (wanted if wanted.count() else fallback).check()
        elif yes_no == "unknown":
            self.page.check(f'[name="{measure}.kind"][value="unknown"]')
        elif self.page.locator(f'[name="{measure}.moment"]').count():
            self.page.fill(f'[name="{measure}.moment"]', "2026-11-01T03:00")
        else:
            self.choose(measure, "exact", exact=number)
        follow(self.page, "form .primary")
        assert before != self.page.url

    def find_type(self, words: str, type_: str = "gas_leak") -> None:
        """Find the type as one types, or by the button where no script runs."""
        self.page.fill("#words", words)
        if not self.scripts:
            follow(self.page, 'button[value="find"]')
        self.page.locator(f'#type-matches input[value="{type_}"]').check()


@pytest.mark.parametrize(("language", "width", "scripts"), WALKS)
def test_night_at_the_desk(
    browser: Browser, address: str, tmp_path: Path, language: str, width: int, scripts: bool
) -> None:
    """The walk of the issue, step by step."""
    context = window(browser, width, scripts)
    page = context.new_page()
    walk = Walk(page, address, scripts)

    page.goto(address)
    if language == "en":
        follow(page, 'a[hreflang="en"]')
    expect(page.locator("html")).to_have_attribute("lang", "en" if language == "en" else "zh-CN")
    walk.look()
    walk.log_in("wang")
    walk.look()

    # the call
    follow(page, "main a.primary")
    walk.find_type("煤气" if language == "zh" else "gas leak")
    page.fill("#one_line", "三楼燃气味很重")
    page.fill("#place", "幸福小区3号楼2单元")
    walk.look()
    follow(page, 'button[value="save"]')

    # the first-minute card: called, answered
    expect(page.locator('a[href="tel:119"]')).to_be_visible()
    page.click("#call-fire_rescue button")
    page.click('#call-fire_rescue button[value="answered"]')
    expect(page.locator("#call-fire_rescue .ticked")).to_be_visible()
    walk.look()
    incident = page.url.split("/first-minute")[0]

    # six answers: two ranges and one that is not known
    follow(page, "#card a.primary")
    walk.choose("trapped", "at_least", at_least="2")
    walk.choose("persons_at_risk", "range", low="20", high="60")
    walk.look()
    follow(page, "form .primary")
    assert not page.url.endswith("/card")
    walk.look()
    walk.answer_next("true", "1")
    walk.answer_next("unknown", "1")
    walk.answer_next("false", "3")
    walk.answer_next("true", "2")
    walk.look()

    # the result, with a duty ticked
    page.goto(f"{incident}/result")
    expect(page.locator("#mine .duty").first).to_be_visible()
    page.locator("#mine .duty:not(.must-not) .tick button").first.click()
    expect(page.locator("#mine .ticked").first).to_be_visible()
    walk.look()

    # a correction and what it changed
    follow(page, '#answers a[href*="/questions/trapped"]')
    walk.choose("trapped", "exact", exact="0")
    walk.look()
    follow(page, "form .primary")
    expect(page.locator("#changes")).to_be_visible()
    walk.look()

    # the first report
    follow(page, 'nav a[href$="/report/"]')
    expect(page.locator(".script .gap").first).to_be_attached()
    walk.look()
    follow(page, "main a.primary")
    walk.look()
    follow(page, "form .primary")
    expect(page.locator("article.paper")).to_be_visible()
    report = page.url
    walk.look()

    # the leader signs it
    follow(page, "header form button")
    walk.log_in("li")
    page.goto(report)
    follow(page, "aside .primary")
    expect(page.locator("aside .ticked")).to_be_visible()
    walk.look()
    with page.expect_download() as downloading:
        page.click('a[href$=".docx"]')
    kept = tmp_path / "report.docx"
    downloading.value.save_as(kept)
    text = "\n".join(paragraph.text for paragraph in Document(str(kept)).paragraphs)
    assert "幸福小区3号楼2单元" in text
    assert "李主任" in text

    # why: a node of the graph
    page.goto(f"{incident}/graph")
    page.locator(".graph-view svg a").first.click()
    expect(page.locator("#node [data-selected]")).to_be_visible()
    walk.look()

    # a similar case, the log, the cards on paper
    page.goto(f"{incident}/result")
    follow(page, page.locator("#near a").first)
    expect(page.locator("main h1")).to_be_visible()
    walk.look()
    for path in (f"{incident}/log", f"{incident}/facts", f"{address}/cards/",
                 f"{address}/cards/gas_accident", f"{address}/nothing-here"):  # fmt: skip
        page.goto(path)
        walk.look()
    follow(page, "header form button")
    walk.log_in("guan")
    for path in ("/admin/users", "/admin/offices", "/admin/offices/street/telephones"):
        page.goto(f"{address}{path}")
        walk.look()
    context.close()


def test_clocks_that_are_folded_stand_on_paper(browser: Browser, address: str) -> None:
    """What the screen folds away to bring the own duties up is printed all the same."""
    page = window(browser, 360).new_page()
    walk = Walk(page, address, scripts=True)
    page.goto(address)
    walk.log_in("wang")
    follow(page, "main a.primary")
    walk.find_type("辐射", "radiation")
    page.fill("#one_line", "有人捡到放射源")
    page.fill("#place", "幸福小区3号楼2单元")
    follow(page, 'button[value="save"]')
    page.goto(f"{page.url.split('/first-minute')[0]}/result")
    folded = page.locator("#clocks details[data-print-open]:not([open])")
    expect(folded).to_have_count(1)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(folded).to_have_count(0)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(folded).to_have_count(1)
    page.context.close()
