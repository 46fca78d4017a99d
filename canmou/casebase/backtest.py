"""Backtest: every past case assessed with its own figures, beside the published grade."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

from rich.table import Table

from canmou.casebase.cases import PastCase
from canmou.engine.records import LEVELS, Level, Record, Text

Result = Literal["point", "range", "miss", "not_comparable"]
Reason = Literal["no_official_grade", "no_standard", "other_stage", "other_text"]

_RESULTS = {
    "point": Text(zh="一致（确定）", en="agrees, one level"),
    "range": Text(zh="一致（范围）", en="agrees, a range"),
    "miss": Text(zh="不一致", en="disagrees"),
    "not_comparable": Text(zh="不可比", en="not comparable"),
}
_REASONS = {
    "no_official_grade": Text(zh="没有公布等级", en="no grade was published"),
    "no_standard": Text(zh="没有适用的分级标准", en="no standard grades it"),
    "other_stage": Text(
        zh="等级与数字不是同一阶段", en="grade and figures are of different stages"
    ),
    "other_text": Text(
        zh="等级出自这里没有的文本", en="graded under a text that is not among the rules"
    ),
}


class Outcome(Record):
    """A grade as a range; ``state`` is graded, below_lowest, not_graded or open."""

    state: str
    at_least: Level | None = None
    at_most: Level | None = None

    def __str__(self) -> str:
        if self.state != "graded" and self.at_least is None and self.at_most is None:
            return self.state
        low, high = self.at_least or "-", self.at_most or "-"
        return low if low == high else f"{low}..{high}"


class Verdict(Record):
    """What an assessment says: overall, and by each standard."""

    overall: Outcome
    standards: dict[str, Outcome]

    @classmethod
    def of_json(cls, assessment: Mapping[str, Any]) -> Verdict:
        """Return the verdict in the JSON form of an assessment (DESIGN: contracts)."""

        def outcome(part: Mapping[str, Any]) -> Outcome:
            return Outcome(state=part["state"], at_least=part["at_least"], at_most=part["at_most"])

        return cls(
            overall=outcome(assessment["overall"]),
            standards={one["standard"]: outcome(one) for one in assessment["grades"]},
        )


class Compared(Record):
    """One case: the published grade beside ours, and what to make of it."""

    case: str
    name: Text
    official: Level | None
    ours: Outcome | None
    result: Result
    reason: Reason | None = None
    explanation: Text | None = None


class Backtest(Record):
    """All cases compared. ``points`` and ``ranges`` agree; what is not comparable stands apart."""

    compared: tuple[Compared, ...]

    def of(self, result: Result) -> tuple[Compared, ...]:
        """Return the cases with one result."""
        return tuple(one for one in self.compared if one.result == result)

    @property
    def points(self) -> tuple[Compared, ...]:
        """Cases whose only possible level is the published one."""
        return self.of("point")

    @property
    def ranges(self) -> tuple[Compared, ...]:
        """Cases whose range begins at the published level."""
        return self.of("range")

    @property
    def misses(self) -> tuple[Compared, ...]:
        """Cases that disagree with the published grade."""
        return self.of("miss")

    @property
    def unexplained(self) -> tuple[Compared, ...]:
        """Misses without a published reason."""
        return tuple(one for one in self.misses if one.explanation is None)

    @property
    def not_comparable(self) -> tuple[Compared, ...]:
        """Cases without a published grade, or that no standard grades."""
        return self.of("not_comparable")

    @property
    def comparable(self) -> int:
        """How many cases can be compared."""
        return len(self.points) + len(self.ranges) + len(self.misses)

    @property
    def agreement(self) -> float | None:
        """Percent of the comparable cases that agree; None if there are none."""
        if not self.comparable:
            return None
        return 100 * (len(self.points) + len(self.ranges)) / self.comparable


def backtest(cases: Iterable[PastCase], assess: Callable[[PastCase], Verdict]) -> Backtest:
    """Assess every case and compare the result with the published grade, at the same stage.

    They agree if the published grade lies in the range and equals its lower end. A case that
    names a ``grade_standard`` is compared under that one, else under the overall grade; one that
    names the text which gave the grade (``grade_under``) because no rule file holds it is not
    compared.
    """
    return Backtest(compared=tuple(_compare(case, assess) for case in cases))


def _compare(case: PastCase, assess: Callable[[PastCase], Verdict]) -> Compared:
    def result(what: Result, ours: Outcome | None = None, reason: Reason | None = None) -> Compared:
        return Compared(
            case=case.id, name=case.name, official=case.official_grade, ours=ours, result=what,
            reason=reason, explanation=case.explanations,
        )  # fmt: skip

    if case.official_grade is None:
        return result("not_comparable", reason="no_official_grade")
    other_stage = case.grade_stage is not None and case.grade_stage != case.figures.stage
    if other_stage or case.grade_is_older:
        return result("not_comparable", reason="other_stage")
    if case.grade_under is not None:
        return result("not_comparable", reason="other_text")
    verdict = assess(case)
    ours = (
        verdict.overall
        if case.grade_standard is None
        else verdict.standards.get(case.grade_standard)
    )
    if ours is None or ours.state == "not_graded" or not verdict.standards:
        return result("not_comparable", ours, reason="no_standard")
    if ours.at_least != case.official_grade or not _reaches(ours.at_most, case.official_grade):
        return result("miss", ours)
    return result("point" if ours.at_least == ours.at_most else "range", ours)


def _reaches(at_most: Level | None, level: Level) -> bool:
    return at_most is not None and LEVELS.index(at_most) <= LEVELS.index(level)


def summary(result: Backtest) -> Text:
    """Return the sentence that stands below the table."""
    rate = "—" if result.agreement is None else f"{result.agreement:.1f}%"
    points, ranges, misses = len(result.points), len(result.ranges), len(result.misses)
    apart = len(result.not_comparable)
    return Text(
        zh=f"可比 {result.comparable} 起：一致 {rate}（确定 {points}，范围 {ranges}），"
        f"不一致 {misses}（其中未说明原因 {len(result.unexplained)}）；不可比 {apart} 起。",
        en=f"{result.comparable} comparable: {rate} agree ({points} as one level, {ranges} as a "
        f"range), {misses} disagree ({len(result.unexplained)} of them unexplained); "
        f"{apart} not comparable.",
    )


def backtest_table(result: Backtest, language: str = "zh", *, everything: bool = False) -> Table:
    """Return the table for the terminal: the misses, or every case if ``everything``."""
    titles = (
        Text(zh="案例", en="case"),
        Text(zh="公布", en="published"),
        Text(zh="研判", en="ours"),
        Text(zh="结果", en="result"),
        Text(zh="说明", en="why"),
    )
    table = Table(caption=summary(result).in_(language))
    for title in titles:
        table.add_column(title.in_(language))
    for one in result.compared if everything else result.misses:
        why = one.explanation if one.reason is None else _REASONS[one.reason]
        table.add_row(
            f"{one.case} {one.name.in_(language)}", one.official or "", str(one.ours or ""),
            _RESULTS[one.result].in_(language),
            "" if why is None or one.result in ("point", "range") else why.in_(language),
        )  # fmt: skip
    return table
