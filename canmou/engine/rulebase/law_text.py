"""Official texts: from a file to articles and paragraphs, kept in the instance folder."""

from __future__ import annotations

import json
import re
from pathlib import Path
from zipfile import BadZipFile

DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
UNITS = {"十": 10, "百": 100, "千": 1000}
_NUMERAL = "[零〇一二三四五六七八九十百千两]+"
_ARTICLE = re.compile(rf"^\s*(?:[#*\-\s]*)第({_NUMERAL})条(?:之[一二三四五六七八九十]+)?[*\s　]*")
_HEADING = re.compile(rf"^\s*[#*\s]*第{_NUMERAL}[编章节]")


class LawTextError(ValueError):
    """A text cannot be read as articles."""


def chinese_to_int(text: str) -> int:
    """Return the number that Chinese numerals below 10,000 write.

    >>> chinese_to_int("一百零六"), chinese_to_int("十二"), chinese_to_int("七十三")
    (106, 12, 73)
    """
    total = digit = 0
    for character in text:
        if character in DIGITS:
            digit = DIGITS[character]
        else:
            total += (digit or 1) * UNITS[character]
            digit = 0
    return total + digit


def read_text(path: Path) -> str:
    """Return the text of a txt, md or docx file. Raises LawTextError."""
    if not path.is_file():
        raise LawTextError("没有这个文件 / no such file")
    if path.suffix.lower() == ".docx":
        from docx import Document
        from docx.opc.exceptions import PackageNotFoundError

        try:
            return "\n".join(p.text for p in Document(str(path)).paragraphs)
        except (BadZipFile, PackageNotFoundError, KeyError) as error:
            raise LawTextError("不是可读的 docx / not a readable docx") from error
    if path.suffix.lower() not in {".txt", ".md"}:
        raise LawTextError("只能读 txt、md、docx / only txt, md and docx can be read")
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        try:
            return path.read_text(encoding="gb18030")
        except UnicodeDecodeError as error:
            raise LawTextError("编码不是 UTF-8 或 GB18030 / neither UTF-8 nor GB18030") from error


def articles_of(text: str) -> dict[str, list[str]]:
    """Return the paragraphs of each article by its number. Raises LawTextError.

    >>> articles_of("第一条 甲。\\n乙。\\n第二条　丙。")
    {'1': ['甲。', '乙。'], '2': ['丙。']}
    """
    found: dict[str, list[str]] = {}
    here: list[str] | None = None
    for line in text.splitlines():
        if match := _ARTICLE.match(line):
            number = str(chinese_to_int(match[1]))
            here = found.setdefault(number, [])
            line = line[match.end() :]
        elif _HEADING.match(line):
            here = None
        if here is not None and (body := line.strip(" \t　*")):
            here.append(body)
    if not found:
        raise LawTextError("没有找到“第…条” / no article (第…条) was found")
    return found


def store(instance: Path, source: str, articles: dict[str, list[str]]) -> Path:
    """Keep the articles of a source in the instance folder and return the file."""
    folder = instance / "law"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{source}.json"
    path.write_text(json.dumps(articles, ensure_ascii=False, indent=1), encoding="utf-8")
    return path
