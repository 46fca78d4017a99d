"""What a program made before from the same inputs, so that a run makes only what has changed."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar, cast

T = TypeVar("T")
KEPT_PER_KEY = 4
_NOTHING: tuple[tuple[object, object], ...] = ()


class Memory:
    """The last few results of each key, with the inputs that they were made from.

    Results must depend on nothing but key and inputs. Safe between threads: an entry is replaced
    as a whole, and two threads may at worst make the same result twice.
    """

    def __init__(self) -> None:
        self._made: dict[Hashable, tuple[tuple[object, object], ...]] = {}

    def of(self, key: Hashable, inputs: object, make: Callable[[], T]) -> T:
        """Return what ``make`` returns, made anew only when ``inputs`` are new for ``key``."""
        kept = self._made.get(key, _NOTHING)
        for before, result in kept:
            if before == inputs:
                return cast(T, result)
        result = make()
        self._made[key] = ((inputs, result), *kept[: KEPT_PER_KEY - 1])
        return result
