"""Drill, review, replay and what-if in a browser with the keyboard alone, on desk PC and phone.

On every page axe-core finds nothing serious, nothing is wider than the screen, and the browser has
no complaint; nothing is clicked and, after the first page, no address is typed: everything is
reached by Tab and done by Enter, Space and arrows, and wherever the focus stops it can be seen.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browsing import window
from tests.test_web_walk import Walk, address, browser  # noqa: F401
from tests.web_office import PASSWORD, app, furnished, rules  # noqa: F401

MOST_TABS = 400
FOCUS = """wanted => {
  const here = document.activeElement;
  if (!here?.matches(wanted)) return null;
  const box = here.getBoundingClientRect();
  const shown = [here, ...(here.labels ?? []), here.closest(".option")].filter(Boolean);
  const ring = shown.some((one) => {
    const style = getComputedStyle(one);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  });
  const points = [[.5, .5], [.1, .2], [.9, .2], [.1, .8], [.9, .8]].map(([x, y]) =>
    document.elementFromPoint(box.left + box.width * x, box.top + box.height * y));
  const seen = points.some((one) => shown.some((it) => it === one || it.contains(one)));
  return { ring, seen, width: box.width, height: box.height };
}"""
"""Whether the focus is on what is wanted, has a ring of two pixels, and is not covered."""


class Keyboard(Walk):
    """Somebody who uses the keyboard alone, and looks at every page."""

    def tab_to(self, selector: str) -> None:
        """Press Tab until the focus is on something, which then can be seen."""
        for _ in range(MOST_TABS):
            found = self.page.evaluate(FOCUS, selector)
            if found is not None:
                assert found["width"] > 0, f"{selector} has the focus but no size"
                assert found["height"] > 0, f"{selector} has the focus but no size"
                assert found["seen"], f"{self.page.url}: {selector} has the focus but is covered"
                assert found["ring"], f"{self.page.url}: {selector} does not show its focus"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{self.page.url}: {selector} cannot be reached by Tab")

    def press(self, selector: str, key: str = "Enter", leads: bool = True) -> None:
        """Go to a control by Tab and press a key on it; ``leads`` if it opens another page."""
        self.tab_to(selector)
        self.send(key, leads)

    def send(self, key: str = "Enter", leads: bool = True) -> None:
        """Press a key, and wait for the page it leads to."""
        if not leads:
            self.page.keyboard.press(key)
            return
        with self.page.expect_navigation(wait_until="load"):
            self.page.keyboard.press(key)

    def write(self, selector: str, text: str) -> None:
        """Go to a box by Tab and type into it."""
        self.tab_to(selector)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def pick(self, selector: str, letters: str, value: str) -> None:
        """Choose from a list by typing the beginning of its words, as one does."""
        self.tab_to(selector)
        self.page.keyboard.type(letters)
        if self.page.locator(selector).input_value() != value:  # words that begin alike
            for _ in range(MOST_TABS):
                self.page.keyboard.press("ArrowDown")
                if self.page.locator(selector).input_value() == value:
                    break
        assert value == self.page.locator(selector).input_value()

    def choose_radio(self, name: str, value: str) -> None:
        """Go to a group of radio buttons and move to one of them with the arrows."""
        self.tab_to(f'input[name="{name}"]')
        for _ in range(10):
            if self.page.evaluate("document.activeElement.value") == value:
                break
            self.page.keyboard.press("ArrowDown")
        if not self.page.locator(f'input[name="{name}"][value="{value}"]').is_checked():
            self.page.keyboard.press("Space")
        expect(self.page.locator(f'input[name="{name}"][value="{value}"]')).to_be_checked()

    def follow(self, selector: str, wanted: str) -> None:
        """Follow a link, and look at the page it leads to."""
        self.press(selector)
        expect(self.page.locator(wanted).first).to_be_visible()
        self.look()

    def enter(self, name: str) -> None:
        """Log in."""
        self.write("#name", name)
        self.write("#password", PASSWORD)
        self.send()


@pytest.fixture(params=[1280, 360])
def keys(request: pytest.FixtureRequest, browser: Browser, address: str) -> Keyboard:
    """Somebody with a keyboard, at each width."""
    context = window(browser, request.param)
    request.addfinalizer(context.close)
    return Keyboard(context.new_page(), address, scripts=True)


def test_drill_with_the_keyboard_alone(keys: Keyboard) -> None:
    """A trainee begins, calls, orders, reports, judges, and sees where he parted."""
    page = keys.page
    page.goto(keys.address)
    keys.enter("wang")
    keys.look()
    keys.follow('header nav a[href*="/drill"]', "#content h1")
    keys.press('form:has(input[value="gas-leak-before-the-blast"]) button')
    keys.look()
    keys.press("button.primary.big")
    expect(page.locator("#news li")).to_have_count(1)
    keys.look()
    keys.pick("select[name=party]", "消防", "fire_rescue")
    keys.press("#calls button")
    expect(page.locator("#calls .ticked")).to_be_visible()
    keys.press('#acts button[value="move_people"]')
    keys.press('#acts button[value="return_early"]')
    keys.press('form[action$="/advance"] button')
    expect(page.locator("#news li")).to_have_count(2)
    keys.write("#el-time", "刚才")
    keys.write("#el-place", "5号楼3单元")
    keys.send()
    expect(page.locator("#report .ticked")).to_be_visible()
    keys.look()
    keys.press('a[href$="/judge"]')
    keys.look()
    for fact in ("urgent", "people_threatened", "emergency"):
        keys.choose_radio(f"fact.{fact}", "yes")
    keys.choose_radio("grade", "open")
    keys.send()
    expect(page.locator(".three-columns")).to_be_visible()
    keys.look()
    keys.press('a[href*="/graph?"]')
    expect(page.locator("#node [data-selected]")).to_be_visible()
    keys.look()
    keys.follow('header nav a[href$="/exercise/"]', "#content h1")
    keys.press('form:has(input[value="network-down"]) button')
    keys.press("button.primary.big")
    keys.press('form[action$="/real"] button')
    expect(page.locator("#one_line")).to_be_visible()
    assert page.url == f"{keys.address}/intake/"
    keys.look()


def test_trainer_sets_up_a_drill_with_the_keyboard_alone(keys: Keyboard) -> None:
    page = keys.page
    page.goto(keys.address)
    keys.enter("sun")
    keys.follow('header nav a[href*="/drill"]', "#content h1")
    keys.choose_radio("scenario", "red-signal-one-village-silent")
    keys.choose_radio("mode", "blind")
    keys.press('input[name=trainee][value="wang"]', "Space", leads=False)
    keys.press("form.stack button.primary")
    expect(page.locator("#injects")).to_be_visible()
    keys.look()
    keys.write("#who", "县领导")
    keys.write("#says", "马上报转移人数")
    keys.press('form[action$="/injects"] button.primary')
    expect(page.locator("#injects")).to_contain_text("马上报转移人数")
    keys.look()


def test_review_replay_and_what_if_with_the_keyboard_alone(keys: Keyboard) -> None:
    """An officer takes a call; a trainer judges what came out, replays it, and tries another."""
    page = keys.page
    page.goto(keys.address)
    keys.enter("wang")
    keys.press("main a.primary")
    keys.write("#words", "煤气")
    expect(page.locator('#type-matches input[value="gas_leak"]')).to_be_visible()
    keys.press('#type-matches input[value="gas_leak"]', "Space", leads=False)
    keys.write("#one_line", "三楼燃气味很重")
    keys.press('button[value="save"]')
    expect(page.locator("#card")).to_be_visible()
    keys.press("#call-fire_rescue button", leads=False)
    expect(page.locator('#call-fire_rescue button[value="answered"]')).to_be_visible()
    keys.press("header form button")

    keys.enter("sun")
    keys.press(".incident h2 a")
    keys.follow('.tabs a[href$="/review"]', ".review")
    keys.follow('.tabs a[href$="group=mine"]', ".review")
    keys.choose_radio("verdict.0", "disagree")
    keys.press(".actions.stick button")
    expect(page.locator(".mistake-note")).to_be_visible()
    keys.look()
    keys.write('input[name="reason.0"]', "范围不对")
    keys.send()
    expect(page.locator(".banner.good")).to_be_visible()
    keys.follow('header nav a[href="/reviews"]', "#content h1")

    keys.press('header nav a[href="/"]')
    keys.press(".incident h2 a")
    keys.follow('.tabs a[href$="/graph"]', ".graph-view svg")
    keys.follow('.tabs a[href*="/replay"]', ".steps li")
    keys.press('button[data-step="first"]', leads=False)
    keys.press('button[data-step="next"]', leads=False)
    expect(page.locator(".steps li.here")).to_have_attribute("aria-current", "step")
    expect(page.locator("[data-step-words]")).to_contain_text("2")
    keys.look()
    keys.press("a[data-line]", leads=False)
    keys.look()

    keys.follow('.tabs a[href*="/what-if"]', "#more")
    keys.pick("#more", "被困", "trapped")
    keys.press("form .primary")
    keys.choose_radio("trapped.kind", "exact")
    keys.write('[name="trapped.exact"]', "0")
    keys.send()
    expect(page.locator(".changes")).to_be_visible()
    keys.look()
    keys.press('.tabs a[href$="/result"]')
    keys.follow('a[href*="/similar"]', "#content h1")
    keys.follow('header nav a[href$="/statistics"]', ".chart svg")
