"""The condition language: from text to a tree, every name checked against the vocabulary.

The grammar is in ``condition.lark``; an error says where, what is allowed, and the nearest name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Protocol

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedEOF, UnexpectedInput, UnexpectedToken

from canmou.engine.records import LEVELS, Text
from canmou.engine.rulebase.conditions import (
    GRADE,
    INCIDENT_TYPE,
    RANKS,
    REPORTING_GRADE,
    STAGE,
    Always,
    Among,
    Both,
    Compare,
    CompareNames,
    CompareOrdered,
    Condition,
    Could,
    Either,
    Negation,
    TypeIs,
    Unknown,
)
from canmou.engine.rulebase.errors import ConditionError, nearest, unknown_name
from canmou.engine.rulebase.vocabulary import Measure
from canmou.engine.valuesets import Number

TREES_KEPT = 8192


class Vocabulary(Protocol):
    """What conditions may name."""

    measures: Mapping[str, Measure]
    standards: Mapping[str, Any]

    def measure_id(self, name: str) -> str | None: ...  # noqa: D102
    def standard_id(self, name: str) -> str | None: ...  # noqa: D102
    def type_id(self, name: str) -> str | None: ...  # noqa: D102
    def leaves(self, incident_type: str) -> frozenset[str]: ...  # noqa: D102
    def type_names(self) -> list[str]: ...  # noqa: D102
    def measure_names(self) -> list[str]: ...  # noqa: D102


@cache
def _grammar() -> Lark:
    text = (Path(__file__).parent / "condition.lark").read_text(encoding="utf-8")
    return Lark(text, parser="lalr", maybe_placeholders=False)


@lru_cache(maxsize=TREES_KEPT)
def _tree(text: str) -> Tree[Token]:
    """Return the tree of a condition; one that was read before is not read again at a reload."""
    return _grammar().parse(text)


def parse_number(text: str) -> Number:
    """Return a number written with 万, 亿 or %, exactly.

    >>> parse_number("68.66亿")
    6866000000
    >>> parse_number("1.5")
    1.5
    """
    body = text.strip().replace(",", "").replace("，", "").rstrip("%").strip()
    factor = 1
    while body and body[-1] in "万亿":
        factor *= {"万": 10_000, "亿": 100_000_000}[body[-1]]
        body = body[:-1].strip()
    exact = Decimal(body) * factor
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def parse(text: str, vocabulary: Vocabulary) -> Condition:
    """Return the condition that ``text`` writes.

    Raises ConditionError with the column, what is allowed and the nearest known name.
    """
    try:
        tree = _tree(text)
    except UnexpectedInput as error:
        if not _at_the_end(error):
            raise _unreadable(text, error) from error
        raise ConditionError(
            "syntax",
            Text(zh=f"条件不完整：“{text}”", en=f'the condition is incomplete: "{text}"'),
            len(text) + 1,
        ) from error
    return _Builder(vocabulary).build(tree)


def _at_the_end(error: UnexpectedInput) -> bool:
    return isinstance(error, UnexpectedEOF) or (
        isinstance(error, UnexpectedToken) and error.token.type == "$END"
    )


def _unreadable(text: str, error: UnexpectedInput) -> ConditionError:
    column = max(error.column if isinstance(error.column, int) else 1, 1)
    near = text[column - 1 : column + 11]
    return ConditionError(
        "syntax",
        Text(
            zh=f"条件读不懂，在 “{near}” 处；可用 >= > <= < is is_not in not_in and or not "
            "（且 或 非）和括号，词之间留空格",
            en=f'cannot read the condition at "{near}"; allowed: >= > <= < is is_not in '
            "not_in and or not and parentheses, with blanks between words",
        ),
        column,
    )


class _Builder:
    """Turns lark's tree into nodes, every name checked against the vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.words = vocabulary

    def build(self, tree: Any) -> Condition:
        """Return the node of one subtree."""
        kind = tree.data
        if kind in {"either", "both"}:
            parts = tuple(self.build(c) for c in tree.children if isinstance(c, Tree))
            if len(parts) == 1:
                return parts[0]
            return Either(parts) if kind == "either" else Both(parts)
        if kind == "negation":
            return Negation(self.build(tree.children[-1]))
        if kind == "could":
            return Could(self.build(tree.children[1]))
        if kind == "always":
            return Always()
        if kind == "unknown":
            return Unknown(self._measure(tree.children[1]))
        operand = tree.children[0]
        if kind == "flag":
            return self._flag(operand)
        if kind == "compare":
            return self._compare(operand, str(tree.children[1]), tree.children[2])
        values = tree.children[2:]
        positive = self._membership(operand, values)
        return positive if kind in {"is_", "in_"} else Negation(positive)

    def _fail(self, code: str, zh: str, en: str, token: Token) -> ConditionError:
        return ConditionError(code, Text(zh=zh, en=en), token.column or 1)

    def _measure(self, token: Token) -> str:
        found = self.words.measure_id(str(token))
        if found is None:
            raise ConditionError(
                "unknown_measure",
                unknown_name(
                    Text(zh="要素", en="measure"),
                    str(token),
                    self.words.measure_names(),
                    "knowledge/measures/",
                ),
                token.column or 1,
            )
        return found

    def _operand(self, tree: Any) -> tuple[str, Token]:
        """Return the name in the environment that an operand reads."""
        token = tree.children[0]
        if tree.data == "of_standard":
            if str(token) not in {GRADE, "分级"}:
                raise self._fail(
                    "syntax",
                    f"“{token}(…)” 不是可用的写法，只有 grade(标准)、unknown(要素)、could(条件)",
                    f'"{token}(…)" is not allowed: only grade(…), unknown(…), could(…)',
                    token,
                )
            name = tree.children[1]
            standard = self.words.standard_id(str(name))
            if standard is None:
                raise ConditionError(
                    "unknown_standard",
                    unknown_name(
                        Text(zh="标准", en="standard"),
                        str(name),
                        list(self.words.standards),
                        "canmou standards",
                    ),
                    name.column or 1,
                )
            return f"{GRADE}({standard})", token
        name = str(token)
        if name in {GRADE, "总体分级"}:
            return GRADE, token
        if name in {REPORTING_GRADE, STAGE}:
            return name, token
        if name in {INCIDENT_TYPE, "事件类型"}:
            return INCIDENT_TYPE, token
        return self._measure(token), token

    def _is_grade(self, name: str) -> bool:
        return name in {REPORTING_GRADE, GRADE} or name.startswith(f"{GRADE}(")

    def _flag(self, operand: Any) -> Condition:
        name, token = self._operand(operand)
        measure = self.words.measures.get(name)
        if measure is None or measure.type != "yes_no":
            raise self._fail(
                "wrong_type",
                f"“{token}” 不是是/否要素，须写比较，例如 {token} >= 1",
                f'"{token}" is not a yes/no measure: write a comparison such as {token} >= 1',
                token,
            )
        return Among(name, frozenset({True}))

    def _compare(self, operand: Any, operator: str, value: Any) -> Condition:
        operator = {"≥": ">=", "≤": "<="}.get(operator, operator)
        name, token = self._operand(operand)
        if self._is_grade(name):
            return Compare(name, operator, self._rank(value), str(value.children[0]))
        measure = self.words.measures.get(name)
        if measure is None or measure.type == "yes_no":
            raise self._fail(
                "wrong_type",
                f"“{token}” 不能比较大小；用 is、in 或单独写",
                f'"{token}" cannot be compared by size; use is, in, or the name alone',
                token,
            )
        written = value.children[0]
        if measure.type == "choice":
            return self._ordered(name, operator, measure, written, token)
        if value.data == "number":
            return Compare(name, operator, parse_number(str(written)))
        other = self._measure(written)
        if self.words.measures[other].type not in {"number", "whole_number", "time"}:
            raise self._fail(
                "wrong_type",
                f"“{written}” 不是数字要素",
                f'"{written}" is not a figure',
                written,
            )
        return CompareNames(name, operator, other)

    def _ordered(
        self, name: str, operator: str, measure: Measure, written: Token, token: Token
    ) -> Condition:
        order = list(measure.choices)
        if not measure.ordered:
            raise self._fail(
                "wrong_type",
                f"“{token}” 的选项没有次序，用 is 或 in",
                f'the choices of "{token}" have no order; use is or in',
                token,
            )
        rank = order.index(self._choice(measure, written))
        above: dict[str, Callable[[int], bool]] = {
            ">=": lambda r: r >= rank,
            ">": lambda r: r > rank,
            "<=": lambda r: r <= rank,
            "<": lambda r: r < rank,
        }
        satisfied = frozenset(c for i, c in enumerate(order) if above[operator](i))
        return CompareOrdered(name, operator, order[rank], satisfied)

    def _choice(self, measure: Measure, token: Token) -> str:
        written = str(token)
        for choice, label in measure.choices.items():
            if written in {choice, label.zh, label.en}:
                return choice
        near = nearest(written, measure.choices)
        allowed = "、".join(measure.choices)
        raise self._fail(
            "unknown_choice",
            f"“{measure.label.zh}” 没有选项 “{written}”"
            + (f"，是否为 “{near}”" if near else "")
            + f"；可选：{allowed}",
            f'"{measure.label.en}" has no choice "{written}"'
            + (f', did you mean "{near}"' if near else "")
            + f"; allowed: {', '.join(measure.choices)}",
            token,
        )

    def _rank(self, value: Any) -> int:
        token = value.children[0]
        rank = RANKS.get(str(token))
        if rank is None:
            raise self._fail(
                "unknown_level",
                f"级别只能是 {'、'.join(LEVELS)} 或 below，不是 “{token}”",
                f'a level is one of {", ".join(LEVELS)} or below, not "{token}"',
                token,
            )
        return rank

    def _membership(self, operand: Any, values: list[Any]) -> Condition:
        name, token = self._operand(operand)
        if name == INCIDENT_TYPE:
            return self._types(values)
        if self._is_grade(name):
            ranks = [(self._rank(v), str(v.children[0])) for v in values]
            parts: tuple[Condition, ...] = tuple(
                Both((Compare(name, ">=", r, w), Compare(name, "<=", r, w))) for r, w in ranks
            )
            return parts[0] if len(parts) == 1 else Either(parts)
        if name == STAGE:
            words = [str(v.children[0]) for v in values]
            if not set(words) <= {"initial", "final"}:
                raise self._fail(
                    "unknown_choice",
                    "stage 只能是 initial 或 final",
                    "stage is initial or final",
                    token,
                )
            return Among(STAGE, frozenset(words))
        measure = self.words.measures[name]
        if measure.type == "yes_no":
            words = [str(v.children[0]) for v in values]
            truth = {"true": True, "false": False, "是": True, "否": False}
            if not set(words) <= set(truth):
                raise self._fail(
                    "wrong_type",
                    f"“{token}” 是是/否要素，只能 is true 或 is false",
                    f'"{token}" is a yes/no measure: is true or is false',
                    token,
                )
            return Among(name, frozenset(truth[w] for w in words))
        if measure.type == "choice":
            return Among(name, frozenset(self._choice(measure, v.children[0]) for v in values))
        numbers = []
        for v in values:
            if v.data != "number":
                raise self._fail(
                    "wrong_type",
                    f"“{token}” 是数字，不能等于 “{v.children[0]}”",
                    f'"{token}" is a figure and cannot be "{v.children[0]}"',
                    v.children[0],
                )
            numbers.append(parse_number(str(v.children[0])))
        parts = tuple(Both((Compare(name, ">=", n), Compare(name, "<=", n))) for n in numbers)
        return parts[0] if len(parts) == 1 else Either(parts)

    def _types(self, values: list[Any]) -> TypeIs:
        types = []
        for v in values:
            token = v.children[0]
            found = self.words.type_id(str(token))
            if found is None:
                raise ConditionError(
                    "unknown_type",
                    unknown_name(
                        Text(zh="事件类型", en="incident type"),
                        str(token),
                        self.words.type_names(),
                        "knowledge/incident_types.yaml",
                    ),
                    token.column or 1,
                )
            types.append(found)
        leaves: frozenset[str] = frozenset().union(*(self.words.leaves(t) for t in types))
        return TypeIs(tuple(types), leaves)
