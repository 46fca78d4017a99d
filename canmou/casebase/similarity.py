"""Similar cases: a score per part (type, every figure, place, season), never one number alone."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from pydantic import Field, model_validator
from ruamel.yaml import YAML

from canmou.casebase.cases import PastCase
from canmou.engine.records import Record

WEIGHTS = Path(__file__).parent / "similarity.yaml"


class Span(Record):
    """What is known of a figure: from ``low`` to ``high``, None where that end is open."""

    low: float | None = None
    high: float | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Span:
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"{self.low} > {self.high}")
        return self

    def __str__(self) -> str:
        if self.low == self.high and self.low is not None:
            return f"{self.low:g}"
        low = "" if self.low is None else f"{self.low:g}"
        high = "" if self.high is None else f"{self.high:g}"
        return f"{low}..{high}"


Known = bool | str | Span


class Situation(Record):
    """What is compared: types, what is known of the figures, and where and when it happened."""

    incident_types: tuple[str, ...]
    figures: dict[str, Known] = Field(default_factory=dict)
    province: str | None = None
    county: str | None = None
    month: int | None = Field(default=None, ge=1, le=12)


class Weights(Record):
    """How much each part counts.

    ``decades`` is the distance, in powers of ten, that scores 0; measures in ``linear`` are
    compared as they are, with the distance that scores 0. ``absent`` is the score of a figure
    that the case does not give, ``equal_from`` the score from which a part is called equal.
    """

    type: float = Field(gt=0)
    place: float = Field(ge=0)
    season: float = Field(ge=0)
    figure: float = Field(ge=0)
    figures: dict[str, float]
    decades: float = Field(gt=0)
    decades_of: dict[str, float]
    linear: dict[str, float]
    absent: float = Field(ge=0, le=1)
    equal_from: float = Field(gt=0, le=1)

    def of(self, measure: str) -> float:
        """Return the weight of a measure."""
        return self.figures.get(measure, self.figure)


class ScorePart(Record):
    """One part of a score: from 0 (as different as can be) to 1 (equal)."""

    name: str
    weight: float
    score: float
    mine: str
    theirs: str


class NearCase(Record):
    """A past case with the score of every part, what is equal and what differs."""

    case: PastCase
    score: float
    parts: tuple[ScorePart, ...]
    equal: tuple[str, ...]
    differs: tuple[str, ...]


@cache
def load_weights(path: Path = WEIGHTS) -> Weights:
    """Return the weights of a file, read once."""
    return Weights.model_validate(
        YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    )


def situation_of(case: PastCase) -> Situation:
    """Return a past case in the form that is compared."""
    return Situation(
        incident_types=case.incident_types,
        figures={name: _known(value) for name, value in case.figures.measures.items()},
        province=case.place.province,
        county=case.place.county,
        month=case.date.month,
    )


def _known(value: bool | float | str) -> Known:
    if isinstance(value, bool | str):
        return value
    return Span(low=float(value), high=float(value))


def type_score(one: str, other: str, parents: Mapping[str, str | None]) -> float:
    """Return how near two types are in the tree: 1 if equal, 0 if in different categories.

    Twice the depth of the nearest common ancestor by the depths of both (Wu and Palmer). A name
    that is not in the tree is near to itself only.

    >>> tree = {"fire": None, "fire_school": "fire", "fire_hospital": "fire", "flood": None}
    >>> type_score("fire_school", "fire_hospital", tree)
    0.5
    >>> type_score("fire_school", "flood", tree)
    0.0
    """
    mine, theirs = _way_up(one, parents), _way_up(other, parents)
    common = next((name for name in mine if name in theirs), None)
    if common is None:
        return 0.0
    return 2 * len(_way_up(common, parents)) / (len(mine) + len(theirs))


def _way_up(name: str, parents: Mapping[str, str | None]) -> tuple[str, ...]:
    way: list[str] = []
    at: str | None = name
    while at is not None and at not in way:
        way.append(at)
        at = parents.get(at)
    return tuple(way)


def _types(mine: Situation, theirs: Situation, parents: Mapping[str, str | None]) -> float:
    """Return the mean over both sides of how near each type is to the nearest of the other side."""
    if not mine.incident_types or not theirs.incident_types:
        return 0.0
    pairs = (
        (mine.incident_types, theirs.incident_types),
        (theirs.incident_types, mine.incident_types),
    )
    best = [
        max(type_score(one, other, parents) for other in others)
        for some, others in pairs
        for one in some
    ]
    return sum(best) / len(best)


def figure_score(
    mine: Known, theirs: Known, decades: float = 3, linear: float | None = None
) -> float:
    """Return how near two figures are, on a logarithmic scale for counts and sums of money.

    A range is as near as its nearest value: while deaths are "at least 3", a case with 40 is no
    worse a match than one with 4.

    >>> figure_score(Span(low=3, high=None), Span(low=40, high=40))
    1.0
    >>> figure_score(Span(low=0, high=0), Span(low=999, high=999), decades=3)
    0.0
    >>> figure_score(Span(low=6, high=6), Span(low=7, high=7), linear=2)
    0.5
    """
    if not isinstance(mine, Span) or not isinstance(theirs, Span):
        return 1.0 if mine == theirs else 0.0
    low = -math.inf if mine.low is None else mine.low
    high = math.inf if mine.high is None else mine.high
    other_low = -math.inf if theirs.low is None else theirs.low
    other_high = math.inf if theirs.high is None else theirs.high
    if low <= other_high and other_low <= high:
        return 1.0
    near, far = (high, other_low) if high < other_low else (other_high, low)
    if linear is not None:
        return max(0.0, 1.0 - abs(far - near) / linear)
    return max(0.0, 1.0 - abs(_log(far) - _log(near)) / decades)


def _log(value: float) -> float:
    return math.copysign(math.log10(1 + abs(value)), value)


def _season(mine: int, theirs: int) -> float:
    apart = abs(mine - theirs)
    return 1.0 - min(apart, 12 - apart) / 6


def compare(
    mine: Situation, theirs: Situation, parents: Mapping[str, str | None], weights: Weights
) -> tuple[ScorePart, ...]:
    """Return the score of every part that can be compared.

    A figure that is known here but absent there counts with ``weights.absent``, so that a case
    without figures is not nearer than one whose figures fit.
    """
    parts = [
        ScorePart(
            name="type", weight=weights.type, score=_types(mine, theirs, parents),
            mine=", ".join(mine.incident_types), theirs=", ".join(theirs.incident_types),
        )
    ]  # fmt: skip
    for measure, value in sorted(mine.figures.items()):
        other = theirs.figures.get(measure)
        decades = weights.decades_of.get(measure, weights.decades)
        score = (
            weights.absent
            if other is None
            else figure_score(value, other, decades, weights.linear.get(measure))
        )
        parts.append(
            ScorePart(
                name=measure, weight=weights.of(measure), score=score, mine=str(value),
                theirs="" if other is None else str(other),
            )
        )  # fmt: skip
    if mine.province is not None and theirs.province is not None:
        same = mine.province == theirs.province
        near = 0.0 if not same else 1.0 if mine.county == theirs.county else 0.5
        parts.append(
            ScorePart(
                name="place", weight=weights.place, score=near, mine=mine.province,
                theirs=theirs.province,
            )
        )  # fmt: skip
    if mine.month is not None and theirs.month is not None:
        parts.append(
            ScorePart(
                name="season", weight=weights.season, score=_season(mine.month, theirs.month),
                mine=str(mine.month), theirs=str(theirs.month),
            )
        )  # fmt: skip
    return tuple(parts)


def nearest(
    situation: Situation,
    cases: Iterable[PastCase],
    parents: Mapping[str, str | None],
    *,
    weights: Weights | None = None,
    count: int = 5,
    without: frozenset[str] = frozenset(),
) -> tuple[NearCase, ...]:
    """Return the nearest cases, the best first; equal scores by day (newest first), then id.

    ``parents`` is the tree of incident types, each id with the id above it. ``without`` leaves
    cases out (the case itself when cases are compared with each other).
    """
    chosen = weights or load_weights()
    near = [
        _near(case, compare(situation, situation_of(case), parents, chosen), chosen)
        for case in cases
        if case.id not in without
    ]
    near.sort(key=lambda one: (-one.score, -one.case.date.toordinal(), one.case.id))
    return tuple(near[:count])


def _near(case: PastCase, parts: tuple[ScorePart, ...], weights: Weights) -> NearCase:
    total = sum(part.weight for part in parts)
    score = sum(part.weight * part.score for part in parts) / total
    compared = [part for part in parts if part.theirs]
    return NearCase(
        case=case,
        score=round(score, 6),
        parts=parts,
        equal=tuple(part.name for part in compared if part.score >= weights.equal_from),
        differs=tuple(part.name for part in compared if part.score < weights.equal_from),
    )
