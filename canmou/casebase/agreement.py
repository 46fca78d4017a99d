"""How far several people agree: Cohen's kappa for two, Fleiss' kappa for more."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Literal

from nltk.metrics.agreement import AnnotationTask

from canmou.engine.records import Record

Ratings = Mapping[str, Mapping[str, str]]
"""What each person said of each item."""

FEWEST_RATERS = 2


class Agreement(Record):
    """How far people agree on the items that all of them judged.

    ``value`` is None where there is nothing to compute it from; ``same`` counts the items on
    which all say the same. Kappa is 1 for full agreement and 0 for what chance alone would give.
    """

    coefficient: Literal["cohen", "fleiss"]
    value: float | None
    raters: tuple[str, ...]
    items: int
    same: int


def agreement(ratings: Ratings) -> Agreement:
    """Return how far all who judged agree.

    Cohen (1960) for two people; for more the coefficient of Fleiss (1971), which the library
    calls multi-pi.

    >>> said = {"a": {"1": "yes", "2": "no"}, "b": {"1": "yes", "2": "no"}}
    >>> agreement(said).value
    1.0
    """
    raters = tuple(sorted(name for name, said in ratings.items() if said))
    common = set.intersection(*(set(ratings[name]) for name in raters)) if raters else set()
    items = sorted(common)
    coefficient: Literal["cohen", "fleiss"] = "cohen" if len(raters) <= FEWEST_RATERS else "fleiss"
    value = None
    if len(raters) >= FEWEST_RATERS and items:
        task = AnnotationTask([(name, i, ratings[name][i]) for name in raters for i in items])
        value = round(float(task.kappa() if coefficient == "cohen" else task.pi()), 6)
    return Agreement(
        coefficient=coefficient,
        value=value,
        raters=raters,
        items=len(items),
        same=sum(len({ratings[name][i] for name in raters}) == 1 for i in items),
    )


def pairwise(ratings: Ratings) -> tuple[Agreement, ...]:
    """Return Cohen's kappa of every pair of people who judged something in common."""
    found = (
        agreement({one: ratings[one], other: ratings[other]})
        for one, other in combinations(sorted(ratings), 2)
    )
    return tuple(pair for pair in found if pair.value is not None)
