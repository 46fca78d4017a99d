"""English counts: one entry, two entries."""

from __future__ import annotations


def count_of(number: int, one: str, many: str) -> str:
    """Return a number with its noun.

    >>> count_of(1, "entry", "entries"), count_of(2, "entry", "entries")
    ('1 entry', '2 entries')
    """
    return f"{number} {one if number == 1 else many}"
