"""Risk pre-assessment: how likely, how grave, and what the law asks for then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Literal

from pydantic import Field

from canmou.engine import RuleBase, assess
from canmou.engine.assessment import Assessment, DutyLine, Overall
from canmou.engine.facts import Facts
from canmou.engine.records import Record, Text
from canmou.engine.rulebase.vocabulary import Verified
from canmou.readiness.checking import NO_INCIDENT
from canmou.readiness.data_files import read_record

REVIEW = "risk_review"
Consequence = Literal["below", "IV", "III", "II", "I"]
CONSEQUENCES: tuple[Consequence, ...] = ("below", "IV", "III", "II", "I")
Likelihood = Literal["1", "2", "3", "4", "5"]


class ScaleSource(Record):
    """The text a scale is taken from."""

    title: Text
    says: Text
    verified: Verified
    article: str | None = None


class FirstGuess(Record):
    """What is filled in when a hazard of the register is assessed."""

    incident_type: str
    place: str


class RiskScale(Record):
    """The two scales; ``estimates`` are the measures by which the worst case is estimated.

    ``from_hazard`` says by kind of registered hazard what its form begins with.
    """

    likelihood_source: ScaleSource
    consequence_source: ScaleSource
    likelihood: dict[Likelihood, Text]
    estimates: tuple[str, ...]
    from_hazard: dict[str, FirstGuess]


class RiskEntry(Record):
    """What was entered about one risk. Estimates are answers: figures, ranges or unknown."""

    name: str
    incident_type: str
    place: str
    likelihood: Likelihood | None = None
    estimates: dict[str, Any] = Field(default_factory=dict)
    changed: bool | None = None


class RiskResult(Record):
    """Where a risk lies in the matrix, and the duties that follow.

    ``columns`` are the consequences it may have: several while an estimate is open, none where the
    law gives no grades. ``worst`` is the assessment that grades, ``review`` that with the duties.
    """

    entry: RiskEntry
    worst: Assessment
    review: Assessment
    overall: Overall
    columns: tuple[Consequence, ...]
    duties: tuple[DutyLine, ...]


class Cell(Record):
    """One cell of the matrix with the risks in it; ``sure`` ones lie in no other column."""

    likelihood: Likelihood
    consequence: Consequence
    sure: tuple[str, ...]
    possible: tuple[str, ...]


@cache
def risk_scale() -> RiskScale:
    """Return the scales that ship."""
    return read_record("risk_scale.yaml", RiskScale)


def assess_risk(entry: RiskEntry, rulebase: RuleBase, *, at: datetime) -> RiskResult:
    """Return the grade of the worst case by the engine, and what articles 33 to 37 and 62 ask."""
    worst = assess(
        Facts(
            incident_types=(entry.incident_type,),
            status="occurred",
            stage="final",
            on=at.date(),
            at=at,
            answers={k: v for k, v in entry.estimates.items() if k in rulebase.measures},
        ),
        rulebase,
    )
    columns = _columns(worst.overall)
    review = assess(
        Facts(
            status=NO_INCIDENT,
            on=at.date(),
            at=at,
            answers={
                REVIEW: True,
                "risk_place": entry.place,
                "risk_consequence": list(columns or CONSEQUENCES),
                "risk_changed": "unknown" if entry.changed is None else entry.changed,
            },
        ),
        rulebase,
    )
    duties = tuple(d for d in review.duties if d.action.startswith("risk_"))
    return RiskResult(
        entry=entry,
        worst=worst,
        review=review,
        overall=worst.overall,
        columns=columns,
        duties=duties,
    )


def _columns(overall: Overall) -> tuple[Consequence, ...]:
    if overall.state == "not_graded":
        return ()
    if overall.state == "open" and overall.at_least is None and overall.at_most is None:
        return CONSEQUENCES
    low = CONSEQUENCES.index(overall.at_least or "below")
    high = CONSEQUENCES.index(overall.at_most or "below")
    return CONSEQUENCES[low : high + 1]


def matrix(results: Sequence[tuple[str, RiskResult]]) -> tuple[tuple[Cell, ...], ...]:
    """Return the matrix, the most likely row first, with the names of the risks in each cell."""
    order: tuple[Likelihood, ...] = ("5", "4", "3", "2", "1")
    return tuple(
        tuple(
            Cell(
                likelihood=row,
                consequence=column,
                sure=_names(results, row, column, sure=True),
                possible=_names(results, row, column, sure=False),
            )
            for column in CONSEQUENCES
        )
        for row in order
    )


def _names(
    results: Sequence[tuple[str, RiskResult]],
    row: Likelihood,
    column: Consequence,
    *,
    sure: bool,
) -> tuple[str, ...]:
    return tuple(
        name
        for name, result in results
        if result.entry.likelihood == row
        and column in result.columns
        and (len(result.columns) == 1) is sure
    )


def worst_first(results: Mapping[int, RiskResult]) -> tuple[int, ...]:
    """Return the numbers of risks, gravest and most likely first, by the worst they may be."""

    def rank(number: int) -> tuple[int, int, int]:
        result = results[number]
        grave = max((CONSEQUENCES.index(c) for c in result.columns), default=-1)
        return (-grave, -int(result.entry.likelihood or 0), number)

    return tuple(sorted(results, key=rank))
