"""The page of the rules in use."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from canmou.engine.proving.findings import Finding
from canmou.engine.records import Record
from canmou.engine.rulebase.errors import Mistake
from canmou.engine.rulebase.scenarios import Failure
from canmou.webui.pages.library import EntryLine


class Progress(Record):
    """How far a run of all checks and scenarios is, or how it ended.

    ``done`` of ``total`` pieces of work; ``total`` is 0 while the rules are still being read.
    """

    state: Literal["running", "finished", "failed"]
    release: str
    done: int
    total: int
    scenarios: int
    examples: int
    failures: tuple[Failure, ...]
    findings: tuple[Finding, ...] = ()
    started_at: datetime
    finished_at: datetime | None = None

    @property
    def open(self) -> tuple[Finding, ...]:
        """The findings that no file keeps on purpose."""
        return tuple(f for f in self.findings if f.accepted is None)


class Count(Record):
    """How many there are of something."""

    words: str
    number: int


class PolicyPage(Record):
    """规则状态: the release in use, what is wrong on disk, what is unverified, the scenarios.

    ``outdated`` says that the rules have changed since the scenarios were run.
    """

    release: str
    changed_at: datetime
    refused_at: datetime | None
    mistakes: tuple[Mistake, ...]
    folder: str
    counts: tuple[Count, ...]
    unverified: tuple[EntryLine, ...]
    read_on_page: int
    check: Progress | None
    outdated: bool
    may_check: bool
