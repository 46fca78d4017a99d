"""The page of the rules in use."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from canmou.engine.records import Record
from canmou.engine.rulebase.errors import Mistake
from canmou.engine.rulebase.scenarios import Failure
from canmou.webui.pages.library import EntryLine


class Progress(Record):
    """How far a run of all scenarios is, or how it ended."""

    state: Literal["running", "finished", "failed"]
    release: str
    done: int
    total: int
    examples: int
    failures: tuple[Failure, ...]
    started_at: datetime
    finished_at: datetime | None = None


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
