"""Reading YAML with the line and column of every value.

ruamel.yaml's safe loader composes the nodes; nothing is ever constructed but text, numbers, dates,
yes/no, lists and mappings. Duplicate keys, anchors and tags are refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path as FilePath
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode
from ruamel.yaml.resolver import VersionedResolver

from canmou.engine.records import Text
from canmou.engine.rulebase.errors import Mistake, Place, RuleErrors

Path = tuple[str | int, ...]
Position = tuple[int, int]
"""Line and column, counted from 1."""
MEANINGS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})
LONGEST_WORD_WITH_A_MEANING = 5


@dataclass(frozen=True)
class Parsed:
    """What a YAML text holds: plain data, and where it stands.

    ``marks`` are line and column of every value in the order of the text (a list or mapping before
    what it holds), one after the other; ``tops`` those of the entries of the file.
    """

    data: Any
    marks: tuple[int, ...]
    tops: tuple[int, ...]


class Document:
    """One YAML file as plain data, with the place of every value by its path."""

    def __init__(self, file: str, parsed: Parsed) -> None:
        self.file, self.data, self._parsed = file, parsed.data, parsed

    @cached_property
    def _tops(self) -> dict[Path, Position]:
        """The places of the entries: all that is asked for as long as nothing is wrong."""
        data = self.data
        keys = data if isinstance(data, dict) else range(len(data) if isinstance(data, list) else 0)
        return {(key,): at for key, at in zip(keys, _pairs(self._parsed.tops), strict=True)}

    @cached_property
    def places(self) -> dict[Path, Position]:
        """The place of every value by its path."""
        return dict(zip(_paths(self.data, ()), _pairs(self._parsed.marks), strict=True))

    def place(self, path: Path) -> Place:
        """Return the place of the value at ``path``, or of the nearest one around it.

        A number in the path is passed over where one item stands without a list.
        """
        if not path or path in self._tops:
            line, column = self._tops[path] if path else self._parsed.marks[:2]
            return Place(file=self.file, line=line, column=column)
        here: Path = ()
        for step in path:
            if (*here, step) in self.places:
                here = (*here, step)
            elif not isinstance(step, int):
                break
        line, column = self.places.get(here, (1, 1))
        return Place(file=self.file, line=line, column=column)

    def starts(self) -> list[int]:
        """Return the first lines of the entries of the file."""
        return [line for line, _ in self._tops.values()]


def _pairs(flat: tuple[int, ...]) -> Iterator[Position]:
    return zip(flat[::2], flat[1::2], strict=True)


def _paths(data: Any, path: Path) -> Iterator[Path]:
    """Yield the path of every value in the order in which ``Parsed`` holds their places."""
    yield path
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _paths(value, (*path, key))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from _paths(value, (*path, number))


def read(path: FilePath, name: str) -> Document:
    """Read one file; ``name`` is what messages call it. Raises RuleErrors."""
    return Document(name, parse(path.read_text(encoding="utf-8"), name))


def parse(text: str, name: str) -> Parsed:
    """Parse YAML text; ``name`` is what messages call the file. Raises RuleErrors."""
    try:
        node = _compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(
            file=name, line=mark.line + 1 if mark else 1, column=mark.column + 1 if mark else 1
        )
        raise RuleErrors([_broken(place, error, text)]) from error
    places: dict[Path, Position] = {(): (1, 1)}
    mistakes: list[Mistake] = []
    data = _build(node, (), name, places, mistakes, set()) if node is not None else None
    if mistakes:
        raise RuleErrors(mistakes)
    marks = tuple(number for position in places.values() for number in position)
    tops = tuple(n for path, position in places.items() if len(path) == 1 for n in position)
    return Parsed(data, marks, tops)


class _Resolver(VersionedResolver):
    """Tells what a plain scalar is, as YAML 1.2 does; most are text and need no second look.

    ruamel.yaml works out the version of YAML three times for every scalar.
    """

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        """Return the tag of a node."""
        if kind is ScalarNode and implicit[0] and _is_text(value):
            return self.DEFAULT_SCALAR_TAG
        return super().resolve(kind, value, implicit)


def _is_text(value: str) -> bool:
    """Whether a plain scalar cannot be a number, a date, yes or no, or nothing."""
    first = value[:1]
    if first.isascii() and first.isalpha():
        return len(value) > LONGEST_WORD_WITH_A_MEANING or value.lower() not in MEANINGS
    return first > "\x7f"


def _compose(text: str) -> Any:
    """Return the node of a text: by the fast parser in C, else by the exact one in Python.

    The C parser ends a plain text inside braces at a question mark, which YAML 1.2 does not.
    """
    yaml = YAML(typ="safe")
    yaml.Resolver = _Resolver
    try:
        return yaml.compose(text)
    except MarkedYAMLError:
        return YAML(typ="safe", pure=True).compose(text)


def _broken(place: Place, error: MarkedYAMLError, text: str) -> Mistake:
    lines = text.splitlines()
    line = lines[place.line - 1] if place.line <= len(lines) else ""
    value = line.split(":", 1)[1].strip() if ":" in line else line.strip()
    if value.startswith(">"):
        return Mistake(
            code="unquoted_condition",
            place=place,
            message=Text(
                zh=f'以 > 开头的条件须加引号：“{value}” 写成 "{value}"',
                en=f'quote a condition that begins with >: write "{value}" in quotes',
            ),
        )
    problem = error.problem or "?"
    return Mistake(
        code="yaml",
        place=place,
        message=Text(
            zh=f"YAML 读不懂（{problem}）：检查缩进、冒号后的空格、引号和括号是否成对",
            en=f"YAML cannot be read ({problem}): check indentation, the blank after a colon, "
            "quotes and brackets",
        ),
    )


def _build(
    node: Any, path: Path, file: str, places: dict[Path, Position], mistakes: list[Mistake],
    seen: set[int],
) -> Any:  # fmt: skip
    mark = node.start_mark
    line, column = mark.line + 1, mark.column + 1
    places[path] = (line, column)
    if isinstance(node, ScalarNode):
        return _scalar(node)
    if id(node) in seen:
        mistakes.append(
            Mistake(
                code="anchor",
                place=Place(file=file, line=line, column=column),
                message=Text(
                    zh="规则文件不用 & 和 *；带这两个符号的文字须加引号",
                    en="rule files use no & and *; quote a text that begins with one of them",
                ),
            )
        )
        return None
    seen.add(id(node))
    if isinstance(node, MappingNode):
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in found:
                mark = key_node.start_mark
                mistakes.append(
                    Mistake(
                        code="duplicate_key",
                        place=Place(file=file, line=mark.line + 1, column=mark.column + 1),
                        message=Text(
                            zh=f"“{key}” 写了两次；只留一个",
                            en=f'"{key}" is written twice; keep one',
                        ),
                    )
                )
            found[key] = _build(value_node, (*path, key), file, places, mistakes, seen)
            if isinstance(value_node, MappingNode) and not value_node.flow_style:
                mark = key_node.start_mark
                places[(*path, key)] = (mark.line + 1, mark.column + 1)
        return found
    sequence: SequenceNode = node
    return [
        _build(item, (*path, number), file, places, mistakes, seen)
        for number, item in enumerate(sequence.value)
    ]


def _scalar(node: ScalarNode) -> Any:
    """Return the value of a scalar; what YAML's types cannot read stays text."""
    if node.ctag is _Resolver.DEFAULT_SCALAR_TAG:
        return str(node.value)
    tag, text = str(node.tag).rsplit(":", 1)[-1], str(node.value)
    if tag == "null":
        return None
    if tag == "bool":
        return text.lower() == "true"
    if tag == "int":
        return int(text.replace("_", ""), 0) if not _leading_zero(text) else text
    if tag == "float":
        return float(text.replace("_", "").replace(".inf", "inf").replace(".nan", "nan"))
    if tag == "timestamp":
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text


def _leading_zero(text: str) -> bool:
    digits = text.lstrip("+-")
    return len(digits) > 1 and digits[0] == "0" and digits.isdigit()
