"""检查发现: what the check has found, by file; a witness opens as an incident to try."""

from __future__ import annotations

import html
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask

from canmou.webui.holder import RuleBaseHolder
from tests.browsing import chromium, follow, served, window
from tests.test_proving_faults import FAULTS, put_together
from tests.web_office import PASSWORD, Person, application, database, furnished  # noqa: F401

SHOWN = {
    "gap_between_levels": "s_gap", "overlap_of_leaders": "",
    "defeated_for_ever": "", "gap_in_an_ordered_choice": "s_signal",
}  # fmt: skip
SERIOUS = {"serious", "critical"}


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small rule base with some faults in it."""
    folder = put_together(tmp_path_factory.mktemp("rules"))
    for path in FAULTS:
        if path.stem in SHOWN:
            text = path.read_text(encoding="utf-8")
            name = SHOWN[path.stem] or "s"
            (folder / path.name).write_text(
                text.replace("standard: s\n", f"standard: {name}\n"), encoding="utf-8"
            )
    return folder


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory, knowledge: Path, furnished: Path) -> Flask:
    """The application after policy staff have had the rules checked."""
    instance = tmp_path_factory.mktemp("checked")
    shutil.copy(database(furnished), database(instance))
    app = application(instance, RuleBaseHolder(knowledge))
    qian = Person(app, "qian")
    assert "还没有检查过" in qian.get("/policy/findings").text
    told = qian.post("/policy/check", {"back": "findings"}, page="/policy/findings").text
    assert "可以离开这一页，回来再看。" in told
    for _ in range(300):
        if 'http-equiv="refresh"' not in qian.get("/policy/findings").text:
            return app
        time.sleep(0.1)
    raise AssertionError("the check is still running")


@pytest.fixture
def qian(checked: Flask) -> Person:
    """The policy officer of the county."""
    return Person(checked, "qian")


def opened(person: Person, entry: str, kind: str, words: str = "打开这个例子") -> str:
    """Open the witness of a finding and return the page."""
    text = person.get("/policy/findings").text
    for item in re.findall(r'<li id="finding-.*?</li>', text, flags=re.S):
        if f"<code>{entry}</code>" in item and f">{kind}</span>" in item:
            link = re.search(rf'href="([^"]+)"[^>]*>{words}', item)
            assert link is not None, item
            return person.get(html.unescape(link[1])).text
    raise AssertionError(f"{kind} {entry} is not on the page")


def test_findings_stand_by_file_with_kind_place_and_witness(qian: Person) -> None:
    text = qian.get("/policy/findings").text
    assert "rules/gap_between_levels.yaml" in text
    assert "中间有空档：死亡人数由" in text
    assert "永远被例外排除" in text
    assert re.search(r"发现 \d+ 处", text)


def test_witness_of_a_gap_opens_in_the_controls_of_the_questions(qian: Person) -> None:
    page = opened(qian, "s_gap", "空档")
    assert 'name="deaths.exact" value="9"' in page
    assert "试算：只看规则会得出什么，不登记，不上值班台。" in page
    assert "未达一般级" in page
    beside = opened(qian, "s_gap", "空档", "打开对照的例子")
    assert "一般" in beside


def test_another_answer_gives_another_result_and_nothing_is_kept(qian: Person) -> None:
    typed = "/policy/try?typed=1&types=gas&on=2026-11-01&m=deaths&deaths.kind=exact&deaths.exact="
    assert "<strong>较大</strong>" in qian.get(typed + "3").text
    assert "<strong>重大</strong>" in qian.get(typed + "12").text
    assert "请写数字" in qian.get(typed + "很多").text
    assert 'value="很多"' in qian.get(typed + "很多").text
    assert "日期写成" in qian.get(typed.replace("2026-11-01", "昨天") + "3").text
    assert "三楼" not in qian.get("/").text


def test_defeated_rule_is_seen_to_be_defeated(qian: Person) -> None:
    page = opened(qian, "weak", "永远被例外排除")
    assert "被例外排除" in page[page.index("有关的规则") :]


def test_standard_that_takes_no_part_in_incidents_is_tried_alone(qian: Person) -> None:
    page = opened(qian, "s_signal", "空档")
    assert "只按这个标准分级" in page


def test_duty_officer_reads_findings_but_starts_no_check(checked: Flask) -> None:
    wang = Person(checked, "wang")
    assert "检查全部规则" not in wang.get("/policy/findings").text
    assert 302 == checked.test_client().get("/policy/findings").status_code


@pytest.fixture
def address(checked: Flask) -> Iterator[str]:
    """The address of the running application."""
    with served(checked) as address:
        yield address


@pytest.mark.parametrize(
    ("width", "scripts", "language"), [(1280, True, "zh"), (360, False, "zh"), (360, True, "en")]
)
def test_pages_fit_the_screen_and_axe_finds_nothing_serious(address, width, scripts, language):
    with chromium() as browser:
        context = window(browser, width, scripts)
        page = context.new_page()
        page.goto(f"{address}/login")
        page.fill('[name="name"]', "qian")
        page.fill('[name="password"]', PASSWORD)
        follow(page, "main button")
        page.goto(f"{address}/language/{language}?next=/policy/findings")
        seen_well(page, scripts)
        follow(
            page,
            page.locator("a.button", has_text="例子" if language == "zh" else "example").first,
        )
        seen_well(page, scripts)


def seen_well(page, scripts: bool) -> None:
    if not scripts:
        box = page.locator("main").bounding_box()
        assert box is not None and box["width"] <= 360
        return
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = Axe().run(page).response["violations"]
    assert not [v["id"] for v in found if v["impact"] in SERIOUS]
