"""Resilience profile: how much is in place by dimension, as a range while answers are open."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

from pydantic import model_validator

from canmou.engine import RuleBase
from canmou.engine.answers import AnswerError, parse_answer
from canmou.engine.records import Record, Text
from canmou.engine.rulebase.vocabulary import Verified
from canmou.engine.valuesets import Choices
from canmou.readiness.data_files import read_record

DONE, PARTLY, NOT_HERE = "done", "partly", "not_applicable"
SUM_TOLERANCE = 0.001


class Dimension(Record):
    """One dimension of a scheme and the questions that belong to it."""

    label: Text
    measures: tuple[str, ...]


class Scheme(Record):
    """A published set of dimensions. ``weights`` are equal unless published ones were read."""

    label: Text
    reference: Text
    verified: Verified
    note: Text
    weights: Literal["equal"] | dict[str, float]
    dimensions: dict[str, Dimension]

    @model_validator(mode="after")
    def _whole(self) -> Scheme:
        if isinstance(self.weights, dict):
            if set(self.weights) != set(self.dimensions):
                raise ValueError("weights 须与 dimensions 同名 / weights must name every dimension")
            if abs(sum(self.weights.values()) - 1) > SUM_TOLERANCE:
                raise ValueError("权重之和须为 1 / weights must add up to 1")
        return self

    def shares(self) -> dict[str, float]:
        """Return the weight of each dimension."""
        if isinstance(self.weights, dict):
            return dict(self.weights)
        return {name: 1 / len(self.dimensions) for name in self.dimensions}


class Schemes(Record):
    """All schemes of the profile."""

    schemes: dict[str, Scheme]


class Score(Record):
    """A share of what is in place, from ``low`` to ``high``; ``counted`` questions of ``asked``.

    A question counts fully when in place, not at all when not; 做到一部分 and 尚不清楚 widen the
    range instead of getting an invented number.
    """

    name: str
    label: Text
    weight: float
    low: float
    high: float
    in_place: int
    missing: int
    open: int

    @property
    def counted(self) -> int:
        """How many questions count; 0 when nothing of the kind is here."""
        return self.in_place + self.missing + self.open


class Profile(Record):
    """The scores of one scheme and their weighted sum, dimensions without questions left out."""

    scheme: str
    dimensions: tuple[Score, ...]
    low: float
    high: float
    equal_weights: bool


@cache
def schemes() -> dict[str, Scheme]:
    """Return the schemes that ship."""
    return read_record("profile.yaml", Schemes).schemes


def profile(
    name: str,
    scheme: Scheme,
    answers: Mapping[str, Any],
    rulebase: RuleBase,
    weights: Mapping[str, float] | None = None,
) -> Profile:
    """Return the profile of one scheme; ``weights`` of the community's own comparison, if any."""
    shares = dict(weights) if weights is not None else scheme.shares()
    scores = tuple(
        _score(key, dimension, shares[key], answers, rulebase)
        for key, dimension in scheme.dimensions.items()
    )
    counted = [score for score in scores if score.counted]
    total = sum(score.weight for score in counted) or 1.0
    return Profile(
        scheme=name,
        dimensions=scores,
        low=sum(s.low * s.weight for s in counted) / total,
        high=sum(s.high * s.weight for s in counted) / total,
        equal_weights=weights is None and scheme.weights == "equal",
    )


def _score(
    key: str,
    dimension: Dimension,
    weight: float,
    answers: Mapping[str, Any],
    rulebase: RuleBase,
) -> Score:
    states = [_state(answers.get(m), m, rulebase) for m in dimension.measures]
    done, missing, left = (states.count(s) for s in ("done", "missing", "open"))
    counted = done + missing + left
    return Score(
        name=key,
        label=dimension.label,
        weight=weight,
        low=done / counted if counted else 0.0,
        high=(done + left) / counted if counted else 0.0,
        in_place=done,
        missing=missing,
        open=left,
    )


def _state(value: Any, name: str, rulebase: RuleBase) -> Literal["done", "missing", "open", "out"]:
    measure = rulebase.measures.get(name)
    if measure is None:
        return "out"
    if value is None:
        return "open"
    try:
        known = parse_answer(measure, value)
    except AnswerError:
        return "open"
    values = known.values if isinstance(known, Choices) else frozenset()
    if values == {NOT_HERE}:
        return "out"
    if values == {DONE}:
        return "done"
    return "open" if values & {DONE, PARTLY} else "missing"
