"""回放: the steps of the inference and what was done, on one time line."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from markupsafe import Markup

from canmou.engine.records import Record
from canmou.webui.pages.graph import ExplanationPage, OptionGroup

MomentKind = Literal["firing", "fact", "call", "order", "report", "duty", "other"]


class Moment(Record):
    """One line of the time line: something of the log, or a step of the inference.

    ``number`` is its place on the line; ``box`` and ``shown`` are the boxes of the graph that a
    step is about and brings, ``url`` leads to this line.
    """

    number: int
    kind: MomentKind
    kind_words: str
    at: datetime
    words: str
    by: str = ""
    box: str = ""
    shown: str = ""
    url: str


class ReplayPage(ExplanationPage):
    """回放 of one conclusion. ``here`` is the line that is shown, 0 before the first one."""

    of: str
    title: str
    options: tuple[OptionGroup, ...]
    svg: Markup | None
    problem: str | None
    moments: tuple[Moment, ...]
    here: int
    first_url: str
    back_url: str | None
    next_url: str | None
    all_url: str
