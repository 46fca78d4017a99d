"""Duties of one rule that are shown as one line, and would be wrong for one of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from canmou.engine.rulebase.records import Duty, Rule, duty_key


def wrongly_merged(rule: Rule) -> Iterator[tuple[int, Duty]]:
    """Yield the later of two duties of one key whose modality or limit differ, with its number.

    The line shows the strongest modality and the shortest limit, which are then not of one duty.
    """
    duties = [(n, c) for n, c in enumerate(rule.then) if isinstance(c, Duty)]
    for (_, one), (number, other) in combinations(duties, 2):
        keys = [{duty_key(duty, party) for party in duty.by} for duty in (one, other)]
        if (one.modality, one.within) != (other.modality, other.within) and keys[0] & keys[1]:
            yield number, other
