"""The yearly self-check of a community in a browser: half open, resumed, compared, printed.

On every page axe-core finds nothing serious, nothing is wider than the screen, and the browser has
no complaint.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from canmou.casebase import connect
from canmou.casebase.readiness_rounds import answer_round, close_round, start_round
from canmou.readiness.questionnaire import questionnaire
from canmou.webui import timewords
from tests.browsing import follow, window
from tests.readiness_office import fill_registers
from tests.test_web_walk import Walk, address, browser  # noqa: F401
from tests.web_office import app, database, furnished, rules  # noqa: F401

THIS = datetime(2026, 11, 22, 9, 30)
LAST = THIS.replace(year=2025)
DATES = {"plan_dated": "2022-03-01", "last_drill_on": "2026-06-10"}
ONE_SECTION_LESS = 6
STATES = ("done", "not_done", "partly", "unknown")


class Clock:
    """The day of the office, which the test moves on."""

    def __init__(self) -> None:
        self.now = THIS

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that stands on a morning in November."""
    found = Clock()
    monkeypatch.setattr(timewords, "beijing_now", found)
    return found


@pytest.fixture
def last_year(app: Flask, tmp_path: Path) -> None:
    """A self-check of the year before, and registers."""
    with connect(database(tmp_path)) as store:
        fill_registers(store, "xingfu")
        one = start_round(store, "xingfu", LAST.year, author="zhao", at=LAST)
        answers = {
            m: "not_done" if i % 3 else "done"
            for i, m in enumerate(questionnaire().measures)
            if m not in DATES
        }
        answer_round(store, one.id, answers, source="committee", author="zhao", at=LAST)
        close_round(store, one.id, author="zhao", at=LAST)


def arrive(page: Page, address: str, language: str) -> None:
    """Log in as the duty officer of the community and open readiness."""
    page.goto(address)
    if language == "en":
        follow(page, 'a[hreflang="en"]')
    page.fill("#name", "zhao")
    page.fill("#password", "test-password-1")
    follow(page, "main form button")
    follow(page, '.topbar a[href="/readiness/"]')


def answer_half(page: Page, start: int) -> int:
    """Answer every other question of a screen; return how many."""
    given = 0
    for number, field in enumerate(page.locator("fieldset[id^=question-]").all(), start=start):
        name = (field.get_attribute("id") or "").removeprefix("question-")
        if number % 2:
            continue
        given += 1
        if name in DATES:
            field.locator("input[type=date]").fill(DATES[name])
        else:
            state = STATES[number // 2 % len(STATES)]
            field.locator(f'input[value="{state}"]').check()
    return given


@pytest.mark.parametrize(
    ("language", "width", "scripts"),
    [("zh", 1280, True), ("zh", 360, True), ("en", 360, True), ("zh", 360, False)],
)
def test_yearly_self_check(
    browser: Browser,
    address: str,
    last_year: None,
    clock: Clock,
    language: str,
    width: int,
    scripts: bool,
) -> None:
    """Start, answer half, stop, resume next day, compare with last year, plan, print."""
    context = window(browser, width, scripts)
    page = context.new_page()
    walk = Walk(page, address, scripts)
    arrive(page, address, language)
    walk.look()
    follow(page, "main button.primary")
    sections = list(questionnaire().sections)
    given = 0
    for number, name in enumerate(sections[:ONE_SECTION_LESS]):
        page.wait_for_url(f"**/{name}")
        given += answer_half(page, number)
        if number < 2:
            walk.look()
        last = number == ONE_SECTION_LESS - 1
        follow(page, "button[name=stop]" if last else "form .primary")
    page.wait_for_url("**/check")
    walk.look()
    context.close()

    clock.now = THIS + timedelta(days=1)
    context = window(browser, width, scripts)
    page = context.new_page()
    walk = Walk(page, address, scripts)
    arrive(page, address, language)
    expect(page.locator("main")).to_contain_text(str(given))
    follow(page, f'main a[href$="/{sections[0]}"] >> nth=-1')
    expect(page.locator("fieldset input:checked").first).to_be_checked()
    page.goto(f"{page.url.rsplit('/', 1)[0]}/{sections[ONE_SECTION_LESS]}")
    for number, name in enumerate(sections[ONE_SECTION_LESS:], start=ONE_SECTION_LESS):
        page.wait_for_url(f"**/{name}")
        given += answer_half(page, number)
        follow(page, "form .primary")
    page.wait_for_url("**/result")
    asked = len(questionnaire().measures)
    assert asked // 3 < given < asked * 2 // 3
    expect(page.locator("main")).to_contain_text("2025")
    assert page.locator("#gaps .duty").count() > 5
    for duty in page.locator("#gaps .duty").all():
        assert duty.locator(".cites li").count() >= 1
        assert (duty.locator(".duty-meta").text_content() or "").strip()
    walk.look()
    for link in page.locator("#gaps nav a").all()[1:3]:
        page.goto(address + str(link.get_attribute("href")))
        walk.look()

    result = page.url.split("?")[0]
    follow(page, page.locator('#gaps .duty a[href*="/why?"]').first)
    expect(page.locator("ul.reasons li").first).to_be_visible()
    if scripts:
        expect(page.locator(".graph-view svg")).to_be_visible()
    walk.look()
    page.goto(f"{result}#gaps")
    page.locator("#gaps details summary").first.click()
    follow(page, page.locator('#gaps details .duty a[href*="/why?"]').first)
    expect(page.locator("main .duty .tag.dashed").first).to_be_visible()

    page.goto(f"{address}/readiness/xingfu/plan")
    walk.look()
    follow(page, 'nav a[href$="year=2025"]')
    page.wait_for_url("**year=2025")
    expect(page.locator(".duty").nth(5)).to_be_attached()
    expect(page.locator("main form")).to_have_count(0)
    walk.look()
    page.goto(f"{address}/readiness/xingfu/plan")
    shown = page.locator(".duty details").first
    shown.locator("summary").click()
    shown.locator("select").select_option("12")
    shown.locator("input[type=checkbox]").check()
    shown.locator("input[name=note]").fill("OK")
    follow(page, shown.locator("button"))
    expect(page.locator(".duty.done")).to_have_count(1)
    walk.look()
    if scripts:
        page.emulate_media(media="print")
        expect(page.locator(".topbar")).to_be_hidden()
        expect(page.locator(".duty details").first).to_be_hidden()
        assert page.pdf(format="A4")[:5] == b"%PDF-"
        page.emulate_media(media="screen")
    for path in ("registers", "registers/people", "registers/people/row", "risks", "risks/new",
                 "plan-check", "weights/orencio"):  # fmt: skip
        page.goto(f"{address}/readiness/xingfu/{path}")
        walk.look()
    context.close()


@pytest.mark.parametrize("width", [1280, 360])
def test_registers_feed_risk_plan_and_moving(
    browser: Browser, address: str, last_year: None, clock: Clock, width: int
) -> None:
    """A row, a hazard's risk in the matrix, a plan from a file, and whom to move in a rainstorm."""
    context = window(browser, width)
    page = context.new_page()
    walk = Walk(page, address, scripts=True)
    arrive(page, address, "zh")
    follow(page, "main button.primary")  # the self-check of this year begins

    here = f"{address}/readiness/xingfu"
    page.goto(f"{here}/registers/hazards")
    walk.look()
    follow(page, page.locator('a[href*="/risks/new?hazard="]').first)
    expect(page.locator("#incident_type")).to_have_value("landslide")
    page.select_option("#likelihood", "4")
    page.fill('[name="deaths.exact"]', "3")
    page.check('[name="deaths.kind"][value="exact"]')
    walk.look()
    follow(page, "form .primary")
    expect(page.locator("#asks-heading")).to_be_visible()
    walk.look()
    page.goto(f"{here}/risks")
    expect(page.locator("table.matrix")).to_contain_text("北坡")
    walk.look()

    page.goto(f"{here}/plan-check")
    text = "一、组织指挥\n二、风险点\n三、转移安置\n四、应急保障\n".encode()
    page.set_input_files("#plan", {"name": "预案.txt", "mimeType": "text/plain", "buffer": text})
    follow(page, 'form[action$="/file"] button')
    expect(page.locator("#question-plan_moving")).to_contain_text("三、转移安置")
    for name, state in (
        ("ready_plan", "done"),
        ("plan_moving", "partly"),
        ("plan_card", "not_done"),
    ):
        page.check(f'[name="{name}.choice"][value="{state}"]')
    page.check('[name="plan_dated.kind"][value="exact"]')
    page.fill('[name="plan_dated.moment"]', "2022-03-01")
    follow(page, "form.stack .primary")
    expect(page.locator("main")).to_contain_text("第十三条第五款")
    expect(page.locator(".clocks")).to_contain_text("上次 2022-03-01")
    walk.look()

    page.goto(f"{here}/registers/people/row")
    page.fill("#name", "新登记")
    follow(page, "form .primary")
    expect(page.locator(".mistake-note").first).to_be_visible()
    expect(page.locator("#name")).to_have_value("新登记")
    walk.look()

    page.goto(f"{address}/intake/")
    page.fill("#words", "暴雨")
    page.locator('#type-matches input[value="rainstorm_flood"]').check()
    page.fill("#one_line", "暴雨，地库进水")
    page.fill("#place", "1号楼")
    follow(page, 'button[value="save"]')
    page.goto(f"{page.url.split('/first-minute')[0]}/moving")
    first = page.locator("ol.duties .duty").first
    for words in ("王卧床", "要抬", "陈志愿", "小学体育馆", "安排后还剩 1 个位置"):
        expect(first).to_contain_text(words)
    for words in ("幸福救援队", "手电", "供水不清楚", "沈楼长"):
        expect(page.locator("main")).to_contain_text(words)
    walk.look()
    page.emulate_media(media="print")
    assert page.pdf(format="A4")[:5] == b"%PDF-"
    page.emulate_media(media="screen")

    page.goto(f"{here}/registers")
    page.locator("#openings-heading ~ details summary").click()
    expect(page.locator("main table")).to_contain_text("转移名单")
    walk.look()
    context.close()
