"""A plan as a file: its headings, and which parts they may stand for.

Matching looks for words in headings. It can tell that a heading exists, not that what stands below
it is any good; a person confirms every part.
"""

from __future__ import annotations

import io
import re
import zipfile
from functools import cache

from docx import Document
from docx.opc.exceptions import PackageNotFoundError

from canmou.engine.records import Record, Text
from canmou.readiness.data_files import read_record

MOST_BYTES = 2_000_000
MOST_UNPACKED = 60_000_000
LONGEST_HEADING = 40
_NUMBERED = re.compile(
    r"^\s*(?:第[一二三四五六七八九十百\d]+[章节部分条]|[一二三四五六七八九十]+[、.．]"
    r"|[（(][一二三四五六七八九十\d]+[)）]|\d+(?:\.\d+)*[\s、.．:：])"
)
_ENDS_LIKE_A_SENTENCE = ("。", "；", ";", "，", ",")


class PlanFileMistake(ValueError):  # noqa: N818 - the name is what it is
    """A file cannot be read as a plan; ``text`` says why."""

    def __init__(self, zh: str, en: str) -> None:
        self.text = Text(zh=zh, en=en)
        super().__init__(zh)


class HeadingWords(Record):
    """Words in headings, by the measure of the part that they may stand for."""

    parts: dict[str, tuple[str, ...]]


class PlanFile(Record):
    """The headings of a plan, and those that may stand for each part."""

    headings: tuple[str, ...]
    found: dict[str, tuple[str, ...]]


@cache
def heading_words() -> dict[str, tuple[str, ...]]:
    """Return the words that ship."""
    return read_record("plan_headings.yaml", HeadingWords).parts


def read_plan(name: str, content: bytes) -> PlanFile:
    """Return the headings of a docx or txt file, matched. Raises PlanFileMistake."""
    if len(content) > MOST_BYTES:
        raise PlanFileMistake("文件太大：最多 2 MB", "the file is too large: 2 MB at most")
    lower = name.lower()
    if lower.endswith(".docx"):
        headings = _docx_headings(content)
    elif lower.endswith((".txt", ".md")):
        headings = _text_headings(content)
    else:
        raise PlanFileMistake(
            "只读 .docx 和 .txt 文件；别的格式请另存为 docx",
            "only .docx and .txt are read; save other formats as docx",
        )
    if not headings:
        raise PlanFileMistake(
            "没有找到标题：标题要用“标题”样式，或以“一、”“1.”“第一章”开头。请在下面逐项勾选",
            "no headings were found: use heading styles or numbers; answer the parts below",
        )
    found = {
        part: tuple(h for h in headings if any(w.lower() in h.lower() for w in words))
        for part, words in heading_words().items()
    }
    return PlanFile(headings=headings, found={k: v for k, v in found.items() if v})


def _docx_headings(content: bytes) -> tuple[str, ...]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(one.file_size for one in packed.infolist()) > MOST_UNPACKED:
                raise PlanFileMistake("文件解开后太大", "the file is too large when unpacked")
        document = Document(io.BytesIO(content))
    except (zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError) as error:
        if isinstance(error, PlanFileMistake):
            raise
        raise PlanFileMistake(
            "打不开这个 docx 文件；请用 Word 另存一次再选",
            "this docx file cannot be opened; save it again in Word",
        ) from error
    found = []
    for paragraph in document.paragraphs:
        text = " ".join(paragraph.text.split())
        style = (paragraph.style.name or "") if paragraph.style is not None else ""
        styled = style.lower().startswith(("heading", "标题", "title"))
        if text and len(text) <= LONGEST_HEADING and (styled or _looks_like_one(text)):
            found.append(text)
    return tuple(found)


def _text_headings(content: bytes) -> tuple[str, ...]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        break
    else:
        raise PlanFileMistake("不是文本文件", "this is no text file")
    lines = (" ".join(line.lstrip("#").split()) for line in text.splitlines())
    return tuple(x for x in lines if x and len(x) <= LONGEST_HEADING and _looks_like_one(x))


def _looks_like_one(text: str) -> bool:
    return bool(_NUMBERED.match(text)) and not text.endswith(_ENDS_LIKE_A_SENTENCE)
