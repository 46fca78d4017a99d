"""Registers as spreadsheets, read back with a mistake for every wrong cell."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from canmou.engine.records import Language, Record, Text
from canmou.readiness.cells import CellMistake, cell_value, row_mistakes
from canmou.readiness.registers import Register, Row, iso_day

MOST_BYTES = 2_000_000
MOST_UNPACKED = 40_000_000
MOST_ROWS = 5_000
MOST_MISTAKES = 200
WIDTH = 18
HEADER_ROW = 1


class SheetMistake(Record):
    """What is wrong in a spreadsheet and where: the cell as ``B7``, or the sheet as a whole."""

    cell: str
    column: Text | None
    text: Text


class Imported(Record):
    """The rows of a spreadsheet, or its mistakes: nothing is taken over while there are any."""

    rows: tuple[Row, ...] = ()
    mistakes: tuple[SheetMistake, ...] = ()


def export_sheet(
    register: Register, rows: Iterable[Mapping[str, Any]], language: Language
) -> bytes:
    """Return a spreadsheet of the register. Text stays text, whatever it begins with."""
    book = Workbook()
    sheet = book.active
    sheet.title = register.label.in_(language)[:31]
    for number, column in enumerate(register.columns.values(), start=1):
        head = sheet.cell(HEADER_ROW, number, column.label.in_(language))
        head.font, head.alignment = Font(bold=True), Alignment(wrap_text=True)
        if column.choices:
            allowed = "\n".join(label.in_(language) for label in column.choices.values())
            head.comment = Comment(allowed, "Canmou")
        sheet.column_dimensions[get_column_letter(number)].width = WIDTH
    for at, row in enumerate(rows, start=HEADER_ROW + 1):
        for number, (name, column) in enumerate(register.columns.items(), start=1):
            _write(sheet.cell(at, number), column.type, row.get(name), column.choices, language)
    sheet.freeze_panes = "A2"
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _write(
    cell: Cell, kind: str, value: Any, choices: Mapping[str, Text], language: Language
) -> None:
    if value is None or value == "":
        return
    if kind == "date":
        cell.value = iso_day(value)
        cell.number_format = "yyyy-mm-dd"
    elif kind in {"whole", "number"}:
        cell.value = value
    elif kind == "yes_no":
        cell.value = ("是" if value else "否") if language == "zh" else ("yes" if value else "no")
    else:
        text = choices[value].in_(language) if value in choices else str(value)
        cell.value = text
        cell.data_type = "s"  # a name that begins with "=" is no formula
        cell.number_format = "@"


def import_sheet(
    register: Register,
    content: bytes,
    *,
    today: date,
    known: Mapping[str, frozenset[str]] | None = None,
) -> Imported:
    """Return the rows of a spreadsheet, or what is wrong with it, cell by cell."""
    try:
        grid = _grid(content)
    except CellMistake as mistake:
        return Imported(mistakes=(SheetMistake(cell="", column=None, text=mistake.text),))
    columns, mistakes = _headers(register, grid[0] if grid else ())
    rows: list[Row] = []
    seen: dict[tuple[str, ...], int] = {}
    for at, cells in enumerate(grid[1:], start=HEADER_ROW + 1):
        if all(cell is None or str(cell).strip() == "" for cell in cells):
            continue
        row, wrong = _row(register, columns, cells, today, known or {})
        key = register.key_of(row)
        first = columns.get(register.key[0])
        if not wrong and key in seen:
            wrong[register.key[0]] = _double(register, seen[key], at)
        seen.setdefault(key, at)
        for name, text in wrong.items():
            number = columns.get(name, first or 1)
            mistakes.append(
                SheetMistake(
                    cell=f"{get_column_letter(number)}{at}",
                    column=register.columns[name].label,
                    text=text,
                )
            )
        rows.append(row)
    if not rows and not mistakes:
        empty = Text(zh="表里没有数据行", en="there are no rows")
        mistakes.append(SheetMistake(cell="A2", column=None, text=empty))
    if mistakes:
        return Imported(mistakes=tuple(mistakes[:MOST_MISTAKES]))
    return Imported(rows=tuple(rows))


def _row(
    register: Register,
    columns: Mapping[str, int],
    cells: tuple[Any, ...],
    today: date,
    known: Mapping[str, frozenset[str]],
) -> tuple[Row, dict[str, Text]]:
    row: Row = {}
    wrong: dict[str, Text] = {}
    for name, number in columns.items():
        raw = cells[number - 1] if number <= len(cells) else None
        try:
            row[name] = cell_value(register.columns[name], raw, today)
        except CellMistake as mistake:
            wrong[name] = mistake.text
    between = row_mistakes(register, row, known)
    return row, {**{k: v for k, v in between.items() if k not in wrong}, **wrong}


def _double(register: Register, first: int, second: int) -> Text:
    words = register.key_words()
    return Text(
        zh=f"第 {first} 行和第 {second} 行重复：{words.zh}都一样；真是两条就把其中一栏写得不同",
        en=f"rows {first} and {second} are the same entry ({words.en}); if they are two, write one"
        " of these differently",
    )


def _grid(content: bytes) -> list[tuple[Any, ...]]:
    if len(content) > MOST_BYTES:
        raise CellMistake("文件太大：最多 2 MB", "the file is too large: 2 MB at most")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(one.file_size for one in packed.infolist()) > MOST_UNPACKED:
                raise CellMistake("文件解开后太大", "the file is too large when unpacked")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        if isinstance(error, CellMistake):
            raise
        raise CellMistake(
            "打不开这个文件；请用 .xlsx 格式（不是 .xls 或 .csv）",
            "this file cannot be opened; use .xlsx, not .xls or .csv",
        ) from error
    try:
        sheet = book.worksheets[0] if book.worksheets else None
        if sheet is None:
            raise CellMistake("文件里没有工作表", "there is no sheet in the file")
        found: list[tuple[Any, ...]] = []
        for row in sheet.iter_rows(values_only=True):
            if len(found) > MOST_ROWS:
                raise CellMistake(f"最多 {MOST_ROWS} 行", f"at most {MOST_ROWS} rows")
            found.append(row)
        return found
    finally:
        book.close()


def _headers(
    register: Register, cells: tuple[Any, ...]
) -> tuple[dict[str, int], list[SheetMistake]]:
    """Return which column of the sheet holds what, and what is wrong with its heads."""
    names = {}
    for name, column in register.columns.items():
        for word in (name, column.label.zh, column.label.en):
            names[word.casefold()] = name
    columns: dict[str, int] = {}
    mistakes = []
    for number, raw in enumerate(cells, start=1):
        if raw is None or not str(raw).strip():
            continue
        head = " ".join(str(raw).split())
        where = f"{get_column_letter(number)}{HEADER_ROW}"
        known = names.get(head.casefold())
        if known is None:
            near = get_close_matches(head, [c.label.zh for c in register.columns.values()], 1)
            hint = f"，是不是“{near[0]}”？" if near else ""
            mistakes.append(
                SheetMistake(
                    cell=where,
                    column=None,
                    text=Text(zh=f"没有“{head}”这一列{hint}", en=f'there is no column "{head}"'),
                )
            )
        elif known in columns:
            text = Text(zh=f"“{head}”这一列写了两次", en=f'the column "{head}" stands twice')
            mistakes.append(SheetMistake(cell=where, column=None, text=text))
        else:
            columns[known] = number
    next_free = get_column_letter(len(cells) + 1)
    for name, column in register.columns.items():
        if column.required and name not in columns:
            text = Text(
                zh=f"缺“{column.label.zh}”这一列", en=f'the column "{column.label.en}" is missing'
            )
            mistakes.append(
                SheetMistake(cell=f"{next_free}{HEADER_ROW}", column=column.label, text=text)
            )
    return columns, mistakes
