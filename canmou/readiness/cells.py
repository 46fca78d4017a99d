"""One cell of a register: from what was typed or read to a value, or a mistake."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time
from difflib import get_close_matches
from typing import Any

from canmou.engine.records import Text
from canmou.readiness.registers import Column, Register, Row

EARLIEST = date(1990, 1, 1)
LATEST = date(2100, 1, 1)
LONGEST_PHONE = 20
YES = {"是", "yes", "y", "true", "1", "有", "对"}
NO = {"否", "no", "n", "false", "0", "无", "不"}
_DATE = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+0?0:00(?::00)?)?"
)
_PHONE = re.compile(r"(?:\+?86[- ]?)?(?:1[3-9]\d{9}|0\d{2,3}[- ]?\d{7,8}(?:[-转]\d{1,6})?|\d{3,8})")
_FORMULA = re.compile(r"=\s*[A-Za-z(@+\-\d]")


class CellMistake(ValueError):  # noqa: N818 - the name is what it is
    """A value cannot be used; ``text`` says why and what is allowed."""

    def __init__(self, zh: str, en: str) -> None:
        self.text = Text(zh=zh, en=en)
        super().__init__(zh)


def cell_value(column: Column, raw: Any, today: date) -> Any:
    """Return the value of one cell, None for an empty one. Raises CellMistake."""
    raw = _tidy(raw, keep=column.type == "text")
    if raw is None:
        if column.required:
            raise CellMistake("必须填", "must be filled in")
        return None
    return {
        "text": _text, "phone": _phone, "whole": _whole, "number": _number, "date": _date,
        "yes_no": _yes_no, "choice": _choice,
    }[column.type](column, raw, today)  # fmt: skip


def row_mistakes(
    register: Register, row: Row, known: Mapping[str, frozenset[str]]
) -> dict[str, Text]:
    """Return what is wrong between the cells of a row, by column.

    ``known`` holds the values to which ``refers`` columns may refer, by ``register.column``.
    """
    found: dict[str, Text] = {}
    for name, column in register.columns.items():
        value = row.get(name)
        beside = column.needed_with
        if beside and row.get(beside) and not value:
            label = register.columns[beside].label
            found[name] = column.needed_says or Text(
                zh=f"填了“{label.zh}”就要填这一格", en=f'needed because "{label.en}" is filled in'
            )
        if column.refers and value and value not in known.get(column.refers, {value}):
            register_name = column.refers.split(".")[0]
            near = get_close_matches(str(value), sorted(known[column.refers]), 1)
            found[name] = Text(
                zh=f"登记册里没有“{value}”{_maybe(near, 'zh')}",
                en=f'"{value}" is not in the register {register_name}{_maybe(near, "en")}',
            )
        if column.not_before and value and row.get(column.not_before):
            earliest = row[column.not_before]
            if str(value) < str(earliest):
                found[name] = Text(zh=f"不能早于 {earliest}", en=f"not before {earliest}")
    return found


def _maybe(near: list[str], language: str) -> str:
    if not near:
        return ""
    return f"，是不是“{near[0]}”？" if language == "zh" else f'; did you mean "{near[0]}"?'


def _tidy(raw: Any, *, keep: bool) -> Any:
    """Return the value without outer blanks, and half-width unless ``keep``; None for nothing.

    Raises CellMistake for what a spreadsheet puts in place of a value.
    """
    if isinstance(raw, str):
        text = (raw if keep else unicodedata.normalize("NFKC", raw)).replace("\u200b", "").strip()
        if _FORMULA.match(text):
            raise CellMistake(
                "这里是公式；请改成它的结果（选择性粘贴为数值）",
                "a formula; paste its result as a value",
            )
        if text.startswith("#") and text.upper().rstrip("!?").strip("#") in {
            "REF", "N/A", "VALUE", "NAME", "DIV/0", "NUM", "NULL",
        }:  # fmt: skip
            raise CellMistake(
                f"这一格是表格的错误值 {text}；请改正", f"the cell holds the error {text}"
            )
        if any(unicodedata.category(c) == "Cc" and c not in "\n\r\t" for c in text):
            raise CellMistake(
                "含有看不见的控制字符；请重新填写", "holds invisible control characters"
            )
        return text or None
    return raw


def _text(column: Column, raw: Any, _: date) -> str:
    if isinstance(raw, bool):
        raise CellMistake("这里要写文字，不是 TRUE/FALSE", "text is needed, not TRUE or FALSE")
    if isinstance(raw, datetime | date | time):
        raise CellMistake("这里要写文字，不是日期；请把格式设成文本", "text is needed, not a date")
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    text = " ".join(str(raw).split())
    most = int(column.max or 200)
    if len(text) > most:
        raise CellMistake(
            f"最多 {most} 个字，现在 {len(text)} 个", f"at most {most} characters, not {len(text)}"
        )
    return text


def _phone(column: Column, raw: Any, _: date) -> str:
    if isinstance(raw, bool | datetime | date | time):
        raise CellMistake("这里要写电话号码", "a telephone number is needed")
    if isinstance(raw, float):
        if not raw.is_integer():
            raise CellMistake("电话号码不能有小数", "a telephone number has no decimals")
        raw = int(raw)
    text = str(raw).replace("－", "-").replace("—", "-")
    if re.search(r"\d[eE]\+?\d", text):
        raise CellMistake(
            f"号码被表格改成了科学计数 {text}；请把格式设成文本再填",
            f"the spreadsheet turned the number into {text}; format the cell as text",
        )
    if re.search(r"[,，;；/、]", text):
        raise CellMistake("一格只写一个号码", "one number in a cell")
    text = re.sub(r"\s+", "", text)
    if len(text) > LONGEST_PHONE or not _PHONE.fullmatch(text):
        raise CellMistake(
            f"“{text}”不像电话号码；可写 13800000000、0531-12345678 或短号",
            f'"{text}" is no telephone number; allowed: 13800000000, 0531-12345678 or a short one',
        )
    return text


def _figure(raw: Any) -> float:
    if isinstance(raw, bool):
        raise CellMistake("这里要写数字，不是 TRUE/FALSE", "a figure is needed, not TRUE or FALSE")
    if isinstance(raw, datetime | date | time):
        raise CellMistake("这里要写数字，不是日期", "a figure is needed, not a date")
    if isinstance(raw, int | float):
        value = float(raw)
    else:
        text = str(raw).replace(",", "")
        if "%" in text:
            raise CellMistake("这里不写百分数，写数量", "a quantity is needed, not a percentage")
        if re.search(r"[~～]|\d\s*(?:-|到|至)\s*\d", text):
            raise CellMistake("这里写一个数，不写范围", "one figure, not a range")
        try:
            value = float(text)
        except ValueError:
            raise CellMistake(
                f"“{text}”不是数字；只写数，不带单位", f'"{text}" is no figure; no unit here'
            ) from None
    if not math.isfinite(value):
        raise CellMistake("这里要写一个数", "a figure is needed")
    return value


def _bounded(column: Column, value: float) -> float:
    if column.min is not None and value < column.min:
        raise CellMistake(f"不能小于 {column.min:g}", f"at least {column.min:g}")
    if column.max is not None and value > column.max:
        raise CellMistake(f"不能大于 {column.max:g}", f"at most {column.max:g}")
    return value


def _whole(column: Column, raw: Any, _: date) -> int:
    value = _figure(raw)
    if not value.is_integer():
        raise CellMistake(f"要写整数，不是 {value:g}", f"a whole number, not {value:g}")
    return int(_bounded(column, value))


def _number(column: Column, raw: Any, _: date) -> float | int:
    value = _bounded(column, _figure(raw))
    return int(value) if value.is_integer() else value


def _date(column: Column, raw: Any, today: date) -> str:
    day = _day(raw)
    if not EARLIEST <= day <= LATEST:
        raise CellMistake(
            f"日期要在 {EARLIEST} 到 {LATEST} 之间", f"a date from {EARLIEST} to {LATEST}"
        )
    if column.past and day > today:
        raise CellMistake(f"{day} 还没有到；这里写已经发生的日期", f"{day} lies ahead")
    return day.isoformat()


def _day(raw: Any) -> date:
    if isinstance(raw, datetime):
        if raw.time() != time(0):
            raise CellMistake("只写日期，不写钟点", "a date without a time of day")
        return raw.date()
    if isinstance(raw, date):
        return raw
    if isinstance(raw, int | float | time):
        raise CellMistake(
            "不是日期；请写成 2026-05-01，并把格式设成日期或文本", "no date; write 2026-05-01"
        )
    found = _DATE.fullmatch(str(raw))
    if found is None:
        raise CellMistake(
            f"“{raw}”不是完整的日期；请写成 2026-05-01",
            f'"{raw}" is no full date; write 2026-05-01',
        )
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        raise CellMistake(f"没有 {raw} 这一天", f"there is no such day: {raw}") from None


def _yes_no(_: Column, raw: Any, __: date) -> bool:
    if isinstance(raw, bool):
        return raw
    text = str(raw).casefold()
    if text in YES or text in NO:
        return text in YES
    raise CellMistake(f"只写“是”或“否”，不是“{raw}”", f'write yes or no, not "{raw}"')


def _choice(column: Column, raw: Any, _: date) -> str:
    text = str(raw).strip()
    for name, label in column.choices.items():
        if text.casefold() in {name, label.zh.casefold(), label.en.casefold()}:
            return name
    zh = "、".join(label.zh for label in column.choices.values())
    en = ", ".join(label.en for label in column.choices.values())
    near = get_close_matches(text, [label.zh for label in column.choices.values()], 1)
    raise CellMistake(
        f"没有“{text}”这一项{_maybe(near, 'zh')}可选：{zh}",
        f'"{text}" is not on the list: {en}',
    )
