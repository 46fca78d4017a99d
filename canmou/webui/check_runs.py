"""Running the whole check in a process of its own, so that a page can be left and come back to."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from canmou.engine import RuleBase
from canmou.engine.proving.running import Step
from canmou.webui.pages.policy import Progress

log = logging.getLogger(__name__)


class CheckRuns:
    """At most one run at a time; the last one stays to be read. Safe for threads.

    The work is done by ``canmou check`` as a process of its own: pages stay quick meanwhile.
    """

    def __init__(self, folder: Path, clock: Callable[[], datetime]) -> None:
        self._folder, self._clock = folder, clock
        self._lock = threading.Lock()
        self._progress: Progress | None = None

    @property
    def progress(self) -> Progress | None:
        """How far the run is, or how the last one ended."""
        return self._progress

    def start(self, rulebase: RuleBase) -> None:
        """Start a run over the files of a rule base, unless one is under way."""
        with self._lock:
            if self._progress is not None and self._progress.state == "running":
                return
            self._progress = Progress(
                state="running",
                release=rulebase.release,
                done=0,
                total=0,
                scenarios=len(rulebase.scenarios),
                examples=sum(len(s.examples) or 1 for s in rulebase.scenarios),
                failures=(),
                started_at=self._clock(),
            )
            begun = self._progress
        threading.Thread(target=self._run, args=(begun,), daemon=True).start()

    def _run(self, progress: Progress) -> None:
        command = [sys.executable, "-m", "canmou", "--knowledge", str(self._folder)]
        try:
            with subprocess.Popen(  # noqa: S603 - our own command on our own folder
                [*command, "check", "--stream"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                text=True, encoding="utf-8",
            ) as child:  # fmt: skip
                for line in child.stdout or ():
                    progress = _after(progress, line)
                    self._progress = progress
                said = child.stderr.read() if child.stderr else ""
            ended = "finished" if progress.total and progress.done == progress.total else "failed"
            if ended == "failed":
                log.error("the check ended before its end: %s", said.strip()[-2000:])
        except Exception:
            log.exception("the check could not be run")
            ended = "failed"
        end = {"state": ended, "finished_at": self._clock()}
        self._progress = progress.model_copy(update=end)


def _after(progress: Progress, line: str) -> Progress:
    """Return the progress after one more line of ``canmou check --stream``."""
    told = json.loads(line)
    if "done" not in told:
        return progress
    step = Step.model_validate(told)
    return progress.model_copy(
        update={
            "done": step.done,
            "total": step.total,
            "failures": (*progress.failures, *step.failures),
            "findings": (*progress.findings, *step.findings),
        }
    )
