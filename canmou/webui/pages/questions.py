"""The guided questions."""

from __future__ import annotations

from datetime import datetime

from canmou.engine.records import Record, Text
from canmou.engine.rulebase.vocabulary import Measure
from canmou.webui.pages.incident import Head, Panel


class Entry(Record):
    """What stands in the controls of one question, as it was typed."""

    kind: str = ""
    exact: str = ""
    at_least: str = ""
    at_most: str = ""
    low: str = ""
    high: str = ""
    choice: str = ""
    several: tuple[str, ...] = ()
    moment: str = ""
    source: str = ""
    other_source: str = ""
    state: str = "unverified"
    how: str = ""
    statement: str = ""
    reason: str = ""


class WhyView(Record):
    """A rule that waits for the answer, and what it could change."""

    rule: str
    title: Text
    changes: str
    url: str | None = None


class StatementView(Record):
    """What one source said."""

    number: int
    text: Text
    source: str
    state: str
    by: str
    at: datetime


class OutcomeView(Record):
    """What a range of answers would bring: the grade, and the duties that would be certain."""

    answer: Text
    grade: str
    duties: tuple[Text, ...]
    more: int
    clocks: tuple[Text, ...]


class QuestionView(Record):
    """One question with its controls. ``standing`` are the statements that hold now.

    ``outcomes_url`` leads to what each answer would bring; ``outcomes`` is that once asked for.
    """

    name: str
    measure: Measure
    entry: Entry
    sources: tuple[tuple[str, str], ...]
    mistake: str | None = None
    standing: tuple[StatementView, ...] = ()
    history: tuple[StatementView, ...] = ()
    differ: bool = False
    contradiction: Text | None = None
    why: tuple[WhyView, ...] = ()
    outcomes_url: str | None = None
    outcomes: tuple[OutcomeView, ...] = ()


class ProgressView(Record):
    """How far the questions are, in honest sentences."""

    answered: int
    words: str


class QuestionPage(Record):
    """One screen of questions. ``correcting`` when the answer was given before."""

    head: Head
    questions: tuple[QuestionView, ...]
    heading: str | None
    progress: ProgressView
    back_url: str | None
    skip_url: str | None
    expected: int
    correcting: bool
    origin: str
    panel: Panel
    problem: str | None = None


class NothingLeftPage(Record):
    """No question is left, or only those skipped.

    ``unsettled`` were answered by a range or as not known and could still change the result.
    """

    head: Head
    progress: ProgressView
    skipped: tuple[tuple[str, Text], ...]
    unsettled: tuple[tuple[str, Text, Text], ...]
    panel: Panel
