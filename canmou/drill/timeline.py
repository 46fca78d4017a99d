"""The clock of a drill: minutes since the start, what has come in by then, who answers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from canmou.drill.records import Inject, Scenario, Silence, Skip


def minute_of(moment: datetime, started: datetime, skips: Iterable[Skip] = ()) -> float:
    """Return the minute of the drill: what has passed, and what was skipped before then.

    >>> from datetime import datetime
    >>> minute_of(datetime(2026, 11, 1, 8, 3), datetime(2026, 11, 1, 8))
    3.0
    """
    passed = (moment - started).total_seconds() / 60
    return passed + sum(skip.minutes for skip in skips if skip.at <= moment)


def due_injects(injects: Iterable[Inject], minute: float) -> tuple[int, ...]:
    """Return the numbers of the injects that have come in by ``minute``, in their order."""
    numbered = [(inject.minute, number) for number, inject in enumerate(injects)]
    return tuple(number for at, number in sorted(numbered) if at <= minute)


def to_next(injects: Iterable[Inject], minute: float) -> float | None:
    """Return the minutes until the next inject, or None when all have come in."""
    later = [inject.minute - minute for inject in injects if inject.minute > minute]
    return min(later) if later else None


def answers(scenario: Scenario, party: str, minute: float) -> bool:
    """Tell whether somebody picks up when ``party`` is called at ``minute``."""
    return not any(_silent(silence, party, minute) for silence in scenario.silences)


def _silent(silence: Silence, party: str, minute: float) -> bool:
    until = silence.until_minute
    inside = silence.from_minute <= minute and (until is None or minute < until)
    return silence.party == party and inside
