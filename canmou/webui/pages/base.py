"""What every page shows around its content."""

from __future__ import annotations

from datetime import datetime

from canmou.engine.records import Record, Text


class Link(Record):
    """A link with its words; ``current`` marks the place where the reader is."""

    words: str
    url: str
    current: bool = False


class DrillBar(Record):
    """The mark of a drill on every page, with the ways out of it.

    ``abort_url`` and ``real_url`` end the running exercise; ``home_url`` leads back to real work.
    """

    title: Text | None = None
    exercise_url: str | None = None
    abort_url: str | None = None
    real_url: str | None = None
    home_url: str | None = None


class Frame(Record):
    """The bar, the trail and the foot of every page.

    ``advisory`` heads pages of a community or sub-district with 初步研判，仅供参考.
    ``refused`` says that newer rule files are wrong and the former rules are still in use.
    ``clock_words`` are the sentences that the ticking clocks fill in.
    """

    language: str
    other_language: Link
    user_name: str | None = None
    role: str | None = None
    office: Text | None = None
    places: tuple[Link, ...] = ()
    release: str
    rules_changed_at: datetime
    rules_url: str | None = None
    refused: bool = False
    advisory: bool = False
    drill: bool = False
    drill_bar: DrillBar | None = None
    version: str
    now: datetime
    clock_words: str


class ErrorPage(Record):
    """A page that could not be shown, and the ways on."""

    title: str
    explanation: str
    ways_on: tuple[Link, ...]
    details: tuple[str, ...] = ()
