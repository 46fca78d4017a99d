"""Running all scenarios in the background, so that a page can be left and come back to."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from canmou.engine import RuleBase
from canmou.engine.rulebase.records import Scenario
from canmou.engine.rulebase.scenarios import Failure, run_scenarios
from canmou.webui.pages.policy import Progress

log = logging.getLogger(__name__)


class CheckRuns:
    """At most one run at a time; the last one stays to be read. Safe for threads."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._progress: Progress | None = None

    @property
    def progress(self) -> Progress | None:
        """How far the run is, or how the last one ended."""
        return self._progress

    def start(self, rulebase: RuleBase) -> None:
        """Start a run over all scenarios of a rule base, unless one is under way."""
        with self._lock:
            if self._progress is not None and self._progress.state == "running":
                return
            self._progress = Progress(
                state="running",
                release=rulebase.release,
                done=0,
                total=len(rulebase.scenarios),
                examples=sum(len(s.examples) or 1 for s in rulebase.scenarios),
                failures=(),
                started_at=self._clock(),
            )
            begun = self._progress
        threading.Thread(target=self._run, args=(rulebase, begun), daemon=True).start()

    def _run(self, rulebase: RuleBase, progress: Progress) -> None:
        try:
            for number, scenario in enumerate(rulebase.scenarios, start=1):
                failures = (*progress.failures, *_failures(rulebase, scenario))
                progress = progress.model_copy(update={"done": number, "failures": failures})
                self._progress = progress
            end = {"state": "finished", "finished_at": self._clock()}
        except Exception:
            log.exception("the scenarios could not be run")
            end = {"state": "failed", "finished_at": self._clock()}
        self._progress = progress.model_copy(update=end)


def _failures(rulebase: RuleBase, scenario: Scenario) -> tuple[Failure, ...]:
    return tuple(run_scenarios(rulebase, [scenario]))
