"""点评: verdicts of trainers on conclusions, how far they agree, what waits for policy staff."""

from __future__ import annotations

from pydantic import Field

from canmou.casebase import Review
from canmou.casebase.agreement import Agreement
from canmou.engine.records import Record, Text
from canmou.webui.pages.base import Link
from canmou.webui.pages.incident import Head


class ReviewView(Record):
    """A verdict in words; ``title`` is what it is about.

    ``release`` is the release of the rules it was given on, None where that was not kept;
    ``older`` says that other rules are in use now.
    """

    review: Review
    word: str
    by: str
    title: Text
    replied_by: str = ""
    release: str | None = None
    older: bool = False
    url: str


class Judged(Record):
    """One conclusion to judge, with what was chosen and typed so far.

    ``number`` names its controls; ``mine`` may have been given on older rules. ``others`` are the
    verdicts of others: shown once the user has judged, so that nobody follows somebody else.
    """

    number: int
    key: str
    rule: str | None
    text: Text
    status: str
    chosen: str = ""
    reason: str = ""
    mistake: str | None = None
    mine: ReviewView | None = None
    others: tuple[ReviewView, ...] = ()
    hidden: int = 0
    graph_url: str


class AgreementView(Record):
    """How far trainers agree, in words; ``word`` is None where there is no coefficient."""

    agreement: Agreement
    names: str
    word: str | None


class ReviewPage(Record):
    """点评 of one incident: one group of conclusions at a time."""

    head: Head
    groups: tuple[Link, ...]
    group: str
    judged: tuple[Judged, ...]
    choices: tuple[tuple[str, str], ...]
    all: AgreementView
    pairs: tuple[AgreementView, ...]
    problem: str | None = None
    release: str


class RuleReviews(Record):
    """The open disagreements about one rule."""

    rule: str
    title: Text
    url: str | None
    reviews: tuple[ReviewView, ...]


class OpenReviewsPage(Record):
    """What trainers disagree with, by rule, for policy staff; and what was answered lately."""

    rules: tuple[RuleReviews, ...]
    answered: tuple[ReviewView, ...]
    may_answer: bool
    agreement: AgreementView
    counts: tuple[tuple[str, int], ...]
    problem: str | None = None
    typed: dict[int, str] = Field(default_factory=dict)
