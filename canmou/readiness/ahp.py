"""Analytic hierarchy process: weights from pairwise comparisons, and whether they fit together.

Method, scale and random indices: T. L. Saaty, The Analytic Hierarchy Process (1980); How to make a
decision, European Journal of Operational Research 48 (1990) 9-26.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import combinations

from canmou.engine.records import Record

RANDOM_INDEX = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)
"""The mean consistency index of random matrices of 1 to 10 elements (Saaty 1980)."""
ACCEPTED = 0.1
"""The consistency ratio up to which Saaty accepts a matrix."""
SCALE = tuple([1 / n for n in range(9, 1, -1)] + [float(n) for n in range(1, 10)])
"""The judgements that may be given: 1/9 … 1 … 9."""
MOST_TRIPLES = 3

Matrix = tuple[tuple[float, ...], ...]


class NotAMatrix(ValueError):  # noqa: N818 - the name is the sentence
    """The comparisons do not make a positive reciprocal matrix of at most ten elements."""


class Triple(Record):
    """Three elements whose comparisons contradict: first over second, second over third, implied.

    ``given`` is first over third as judged, ``implied`` what the other two judgements ask for.
    """

    first: int
    second: int
    third: int
    first_over_second: float
    second_over_third: float
    given: float
    implied: float

    @property
    def factor(self) -> float:
        """How many times the judgement is off, at least 1."""
        ratio = self.given / self.implied
        return max(ratio, 1 / ratio)


class Suggestion(Record):
    """The judgement that fits the others least, and the value of the scale that would fit."""

    first: int
    second: int
    given: float
    fitting: float


class Weights(Record):
    """Weights that add up to one, with how well the comparisons fit together."""

    weights: tuple[float, ...]
    largest_eigenvalue: float
    consistency_index: float
    consistency_ratio: float
    contradictions: tuple[Triple, ...] = ()
    suggestion: Suggestion | None = None

    @property
    def consistent(self) -> bool:
        """Whether the ratio is at most 0.1."""
        return self.consistency_ratio <= ACCEPTED


def matrix_of(size: int, judgements: Mapping[tuple[int, int], float]) -> Matrix:
    """Return the reciprocal matrix of judgements ``(i, j): i over j`` with ``i < j``.

    >>> matrix_of(2, {(0, 1): 3.0})
    ((1.0, 3.0), (0.3333333333333333, 1.0))
    """
    rows = [[1.0] * size for _ in range(size)]
    for i, j in combinations(range(size), 2):
        if (i, j) not in judgements:
            raise NotAMatrix(f"missing: {i} over {j}")
        rows[i][j], rows[j][i] = judgements[i, j], 1 / judgements[i, j]
    return tuple(map(tuple, rows))


def weigh(matrix: Sequence[Sequence[float]]) -> Weights:
    """Return the weights of a matrix: its principal eigenvector, with the consistency ratio.

    Where the ratio is above 0.1 the worst contradictions are named, and the one judgement that
    fits the others least. Raises NotAMatrix.
    """
    _check(matrix)
    size = len(matrix)
    vector, eigenvalue = _principal(matrix)
    index = (eigenvalue - size) / (size - 1) if size > 2 else 0.0
    random = RANDOM_INDEX[size - 1]
    ratio = max(index, 0.0) / random if random else 0.0
    bad = ratio > ACCEPTED
    return Weights(
        weights=vector,
        largest_eigenvalue=eigenvalue,
        consistency_index=index,
        consistency_ratio=ratio,
        contradictions=_contradictions(matrix) if bad else (),
        suggestion=_suggestion(matrix, vector) if bad else None,
    )


def _check(matrix: Sequence[Sequence[float]]) -> None:
    size = len(matrix)
    if not 1 <= size <= len(RANDOM_INDEX) or any(len(row) != size for row in matrix):
        raise NotAMatrix("a square matrix of 1 to 10 elements is needed")
    for i in range(size):
        for j in range(size):
            here, there = matrix[i][j], matrix[j][i]
            if not (
                math.isfinite(here) and here > 0 and math.isclose(here * there, 1, rel_tol=0.01)
            ):
                raise NotAMatrix(f"not reciprocal: {i}, {j}")


def _principal(matrix: Sequence[Sequence[float]]) -> tuple[tuple[float, ...], float]:
    """Return the principal eigenvector, summing to one, and its eigenvalue, by power iteration."""
    size = len(matrix)
    vector = [1 / size] * size
    total = float(size)
    for _ in range(1000):
        product = [sum(a * v for a, v in zip(row, vector, strict=True)) for row in matrix]
        total = sum(product)
        new = [p / total for p in product]
        if max(abs(a - b) for a, b in zip(new, vector, strict=True)) < 1e-13:
            return tuple(new), total
        vector = new
    return tuple(vector), total


def _contradictions(matrix: Sequence[Sequence[float]]) -> tuple[Triple, ...]:
    found = [
        Triple(
            first=i,
            second=j,
            third=k,
            first_over_second=matrix[i][j],
            second_over_third=matrix[j][k],
            given=matrix[i][k],
            implied=matrix[i][j] * matrix[j][k],
        )
        for i, j, k in combinations(range(len(matrix)), 3)
    ]
    return tuple(sorted(found, key=lambda t: -t.factor)[:MOST_TRIPLES])


def _suggestion(matrix: Sequence[Sequence[float]], weights: Sequence[float]) -> Suggestion:
    def misfit(pair: tuple[int, int]) -> float:
        i, j = pair
        return abs(math.log(matrix[i][j] * weights[j] / weights[i]))

    i, j = max(combinations(range(len(matrix)), 2), key=misfit)
    wanted = math.log(weights[i] / weights[j])
    fitting = min(SCALE, key=lambda value: abs(math.log(value) - wanted))
    return Suggestion(first=i, second=j, given=matrix[i][j], fitting=fitting)
