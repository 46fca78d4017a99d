"""Reading YAML with the line and column of every value.

ruamel.yaml's safe loader composes the nodes; nothing is ever constructed but text, numbers, dates,
yes/no, lists and mappings. Duplicate keys, anchors and tags are refused.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from canmou.engine.records import Text
from canmou.engine.rulebase.errors import Mistake, Place, RuleErrors

Path = tuple[str | int, ...]
FILES_KEPT = 2048


class Document:
    """One YAML file as plain data, with the place of every value by its path."""

    def __init__(self, file: str, data: Any, places: dict[Path, Place]) -> None:
        self.file, self.data, self.places = file, data, places

    def place(self, path: Path) -> Place:
        """Return the place of the value at ``path``, or of the nearest one around it.

        A number in the path is passed over where one item stands without a list.
        """
        here: Path = ()
        for step in path:
            if (*here, step) in self.places:
                here = (*here, step)
            elif not isinstance(step, int):
                break
        return self.places.get(here, Place(file=self.file))


def read(path: FilePath, name: str) -> Document:
    """Read one file; ``name`` is what messages call it. Raises RuleErrors."""
    return parse(path.read_text(encoding="utf-8"), name)


@lru_cache(maxsize=FILES_KEPT)
def parse(text: str, name: str) -> Document:
    """Parse YAML text; ``name`` is what messages call the file. Raises RuleErrors.

    Files that did not change are not parsed again when rules are reloaded.
    """
    try:
        node = _compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(
            file=name, line=mark.line + 1 if mark else 1, column=mark.column + 1 if mark else 1
        )
        raise RuleErrors([_broken(place, error, text)]) from error
    places: dict[Path, Place] = {}
    mistakes: list[Mistake] = []
    data = _build(node, (), name, places, mistakes, set()) if node is not None else None
    if mistakes:
        raise RuleErrors(mistakes)
    return Document(name, data, places)


def _compose(text: str) -> Any:
    """Return the node of a text: by the fast parser in C, else by the exact one in Python.

    The C parser ends a plain text inside braces at a question mark, which YAML 1.2 does not.
    """
    try:
        return YAML(typ="safe").compose(text)
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
    node: Any, path: Path, file: str, places: dict[Path, Place], mistakes: list[Mistake],
    seen: set[int],
) -> Any:  # fmt: skip
    place = Place(file=file, line=node.start_mark.line + 1, column=node.start_mark.column + 1)
    places[path] = place
    if id(node) in seen:
        mistakes.append(
            Mistake(
                code="anchor",
                place=place,
                message=Text(
                    zh="规则文件不用 & 和 *；带这两个符号的文字须加引号",
                    en="rule files use no & and *; quote a text that begins with one of them",
                ),
            )
        )
        return None
    if not isinstance(node, ScalarNode):
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
                places[(*path, key)] = Place(file=file, line=mark.line + 1, column=mark.column + 1)
        return found
    if isinstance(node, SequenceNode):
        return [
            _build(item, (*path, number), file, places, mistakes, seen)
            for number, item in enumerate(node.value)
        ]
    return _scalar(node)


def _scalar(node: ScalarNode) -> Any:
    """Return the value of a scalar; what YAML's types cannot read stays text."""
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
