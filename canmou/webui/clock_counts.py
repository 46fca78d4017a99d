"""The clocks of this level, counted over all incidents, a while at a time.

Each incident is assessed for it (some 20 to 80 ms), so that a year of them takes longer than a page
may. What an ended incident gave is kept, and a page counts on where the last one stopped.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from flask import current_app

from canmou.casebase import IncidentState
from canmou.engine import AnswerError, FactsError
from canmou.engine.records import Record
from canmou.webui.accounts import office_level
from canmou.webui.incident_pages import duty_book
from canmou.webui.services import assessed, rulebase
from canmou.webui.statistics_counts import Clocks, clock_result
from canmou.webui.timewords import now

KEY = "canmou.clock_counts"
LONGEST = 2.0  # seconds that one page may count
Place = tuple[str, int, str, str]


class Counted(Record):
    """Clocks over so many incidents; ``left`` are those that the next page counts."""

    clocks: Clocks
    over: int
    left: int


class ClockCounts:
    """What ended incidents gave, by incident, its last event, the rules and the level."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[Place, Clocks | None] = {}

    def count(self, incidents: Sequence[IncidentState], seconds: float = LONGEST) -> Counted:
        """Return the clocks of all incidents, or as far as ``seconds`` carry, newest first."""
        end = time.monotonic() + seconds
        found, left = [], 0
        for state in sorted(incidents, key=lambda one: one.learned_at, reverse=True):
            place = (state.id, state.last, rulebase().release, office_level())
            if state.closed and place in self._kept:
                found.append(self._kept[place])
            elif time.monotonic() < end:
                found.append(clocks_of(state))
                if state.closed:
                    with self._lock:
                        self._kept[place] = found[-1]
            else:
                left += 1
        good = [one for one in found if one is not None]
        return Counted(clocks=sum(good, Clocks()), over=len(good), left=left)


def clocks_of(state: IncidentState) -> Clocks | None:
    """Return what became of the clocks of this level; None where nothing can be assessed."""
    try:
        book = duty_book(state, assessed(state))
    except (AnswerError, FactsError):
        return None
    total = Clocks()
    for clock in book.clocks():
        if clock.mine and not clock.growth:
            done = clock.tick.at if clock.tick else None
            total += clock_result(clock.due, done, state.closed_at or now())
    return total


def clock_counts() -> ClockCounts:
    """Return the counts of this application."""
    counts: ClockCounts = current_app.extensions.setdefault(KEY, ClockCounts())
    return counts
