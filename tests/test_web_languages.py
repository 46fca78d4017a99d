"""Both languages: every message is translated, the switch keeps the place, no language leaks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from flask import Flask

from canmou.webui.catalogue import FOLDER
from tests.web_office import Person, app, furnished, li, rules, wang  # noqa: F401

ROOT = Path(__file__).parents[1]
CHINESE = re.compile(r"[\u3400-\u9fff]")
PLACEHOLDER = re.compile(r"%\(\w+\)s")


def messages_in_use() -> dict[str, str]:
    """Return every message of the pages with the place where it stands."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2), "_l": None, "lazy_gettext": None}
    found = {}
    for place, line, message, _, _ in extract_from_dir(
        ROOT,
        methods,
        options,
        keywords,
        directory_filter=lambda d: not Path(d).name.startswith("."),
    ):
        for text in message if isinstance(message, tuple) else (message,):
            found[text] = f"{place}:{line}"
    return found


def translations() -> dict[str, tuple[str, ...]]:
    """Return every translated message with its English texts."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted((FOLDER / "en").glob("*.po")):
        written = re.findall(r"(?m)^msgid (.*)$", path.read_text(encoding="utf-8"))
        with path.open("rb") as source:
            catalogue = read_po(source, locale="en")
            assert len(written) == len(list(catalogue)), f"{path.name}: a message stands twice"
            for message in catalogue:
                if not message.id:
                    continue
                single = message.id if isinstance(message.id, str) else message.id[0]
                texts = message.string if isinstance(message.string, tuple) else (message.string,)
                assert single not in found, f"{path.name}: {single} is translated twice"
                found[single] = tuple(str(text) for text in texts)
    return found


def test_every_message_has_its_english_text_and_none_is_left_over() -> None:
    """A page in English never falls back to Chinese; the files hold nothing unused."""
    used, translated = messages_in_use(), translations()
    missing = {text: place for text, place in used.items() if not all(translated.get(text, ()))
               or text not in translated}  # fmt: skip
    assert {} == missing
    assert set() == set(translated) - set(used)


def test_translations_keep_the_gaps_and_hold_no_chinese() -> None:
    """Each %(name)s of a message stands in its translation; "one" may be written as a word."""
    for message, texts in translations().items():
        gaps = set(PLACEHOLDER.findall(message))
        assert gaps == set(PLACEHOLDER.findall(texts[-1])), message
        for text in texts:
            assert set(PLACEHOLDER.findall(text)) <= gaps, message
            without_units = text.replace("万", "").replace("亿", "")
            assert not CHINESE.search(without_units), message


def test_one_switch_keeps_the_place(wang: Person) -> None:
    """The link leads back to the same page, in the other language, and so do the next pages."""
    incident = wang.take_call()
    page = wang.get(f"{incident}/result")
    link = re.search(r'href="(/language/en[^"]+)" lang="en"', page.text)
    assert link is not None
    switched = wang.get(link[1].replace("&amp;", "&"))
    assert f"{incident}/result" == switched.request.path
    assert '<html lang="en">' in switched.text
    assert "Duty desk" in wang.get("/").text


AREAS = re.compile("[\u3400-\u9fff]+(省|市|自治区)")
"""Provinces of past cases have no English name in the case files."""
TYPED = {
    "幸福小区3号楼", "三楼燃气味很重", "王值班", "李主任", "历下区", "文东街道", "赵网格", "中文",
    "幸福社区", "吴值班", "周值班", "甸柳街道", "山东省济南市历下区文东街道", "山东省", "济南市",
}  # fmt: skip


@pytest.mark.parametrize(
    "page", ["/", "/intake/", "{}/first-minute", "{}/questions", "{}/questions/card", "{}/result",
             "{}/report/", "{}/report/new/initial", "{}/log", "{}/facts", "/cards/", "/search"]
)  # fmt: skip
def test_english_page_holds_no_chinese_but_what_officers_typed(
    app: Flask, li: Person, page: str
) -> None:
    """Rules, labels and messages all have their English words."""
    incident = li.take_call()
    li.client.set_cookie("language", "en")
    text = re.sub(r"<[^>]*>", "\n", li.get(page.format(incident)).text)
    for typed in sorted(TYPED, key=len, reverse=True):
        text = text.replace(typed, "")
    left = [line.strip() for line in text.splitlines() if CHINESE.search(line)]
    left = [line for line in left if CHINESE.search(re.sub("[万亿]", "", AREAS.sub("", line)))]
    assert [] == left
