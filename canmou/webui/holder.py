"""The rule base in use: read again when a file on disk changes, kept when the change is wrong."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from canmou.casebase import beijing
from canmou.engine import RuleBase, load_rulebase
from canmou.engine.records import Record
from canmou.engine.rulebase.errors import Mistake, RuleErrors
from canmou.engine.rulebase.loading import knowledge_folder

Fingerprint = tuple[tuple[str, int, int], ...]
LOOK_EVERY_SECONDS = 1.0


class RulesInUse(Record):
    """What the pages say about the rules: release, day, and what keeps newer files out.

    ``changed_at`` is the last change of a file that is in use; ``refused_at`` when newer files
    were refused for their ``mistakes``.
    """

    release: str
    changed_at: datetime
    refused_at: datetime | None = None
    mistakes: tuple[Mistake, ...] = ()


class RuleBaseHolder:
    """Gives the rule base of the files on disk, or the last valid one.

    Raises RuleErrors when the files are wrong at the first start: there is nothing to fall back on.
    Safe for threads: one of them reads, the others go on with what there is.
    """

    def __init__(
        self,
        folder: Path | None = None,
        load: Callable[[Path], RuleBase] = load_rulebase,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.folder = folder or knowledge_folder()
        self._load, self._clock = load, clock
        self._lock = threading.Lock()
        self._seen = self._fingerprint()
        self._looked = clock()
        self._rulebase = load(self.folder)
        self._in_use = RulesInUse(
            release=self._rulebase.release, changed_at=self._newest(self._seen)
        )

    def rulebase(self) -> RuleBase:
        """Return the rule base for the next assessment."""
        if self._clock() - self._looked >= LOOK_EVERY_SECONDS and self._lock.acquire(
            blocking=False
        ):
            try:
                self._look()
            finally:
                self._lock.release()
        return self._rulebase

    @property
    def in_use(self) -> RulesInUse:
        """What is to be said about the rules in use."""
        return self._in_use

    def _look(self) -> None:
        self._looked = self._clock()
        found = self._fingerprint()
        if found == self._seen:
            return
        self._seen = found
        try:
            rulebase = self._load(self.folder)
        except RuleErrors as errors:
            self._in_use = self._in_use.model_copy(
                update={"refused_at": self._newest(found), "mistakes": errors.mistakes}
            )
            return
        self._rulebase = rulebase
        self._in_use = RulesInUse(release=rulebase.release, changed_at=self._newest(found))

    def _fingerprint(self) -> Fingerprint:
        found = []
        for path in sorted(self.folder.rglob("*.yaml")):
            try:
                state = path.stat()
            except FileNotFoundError:  # an editor replaces files while we look
                continue
            found.append((path.as_posix(), state.st_mtime_ns, state.st_size))
        return tuple(found)

    @staticmethod
    def _newest(seen: Fingerprint) -> datetime:
        newest = max((changed for _, changed, _ in seen), default=0)
        return beijing(datetime.fromtimestamp(newest // 10**9, UTC))
