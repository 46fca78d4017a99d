"""What the check has found, and trying its witnesses."""

from __future__ import annotations

from typing import Literal

from canmou.engine.assessment import Clash, DutyLine, Note
from canmou.engine.proving.findings import Finding
from canmou.engine.records import Record, Text
from canmou.webui.pages.base import Link
from canmou.webui.pages.incident import GradeView
from canmou.webui.pages.policy import Progress
from canmou.webui.pages.questions import QuestionView
from canmou.webui.pages.result import GradeLine


class Given(Record):
    """One answer of a witness, in words."""

    label: Text
    value: Text


class WitnessView(Record):
    """A witness in words: the types, the day, the answers that matter, and the way to open it.

    ``mild`` is how many more answers are no, none or 0.
    """

    types: tuple[Text, ...]
    on: str
    given: tuple[Given, ...]
    mild: int
    url: str
    before_url: str | None = None


class FindingView(Record):
    """One finding with its witness; ``entry_url`` leads to the rule or standard."""

    finding: Finding
    kind: Text
    anchor: str
    entry_url: str | None
    witness: WitnessView | None


class FindingsOfFile(Record):
    """The findings of one file, in the order of its lines."""

    file: str
    findings: tuple[FindingView, ...]


class KindCount(Record):
    """How many findings there are of one kind."""

    kind: Text
    number: int


class FindingsPage(Record):
    """检查发现: by file; ``kept`` are those that the files keep on purpose, with the reason."""

    check: Progress | None
    outdated: bool
    may_check: bool
    counts: tuple[KindCount, ...]
    files: tuple[FindingsOfFile, ...]
    kept: tuple[FindingsOfFile, ...]


class Looked(Record):
    """What became of the entry that a finding is about: a rule's state or a standard's grade."""

    entry: str
    words: str
    url: str | None


class TypeTried(Record):
    """An incident type of a trial."""

    id: str
    label: Text


class TryPage(Record):
    """试算: an incident in the controls of the questions, and what comes out; nothing is kept.

    ``standard`` is set where one standard alone is tried. ``hidden`` are fields that are passed on.
    """

    finding: FindingView | None
    types: tuple[TypeTried, ...]
    stage: Literal["initial", "final"]
    on: str
    at: str
    place: tuple[tuple[str, str, str], ...]
    hidden: tuple[tuple[str, str], ...]
    questions: tuple[QuestionView, ...]
    options: tuple[tuple[str, Text], ...]
    type_options: tuple[tuple[str, Text], ...]
    standard: Link | None
    problem: str | None
    looked: tuple[Looked, ...] = ()
    grade: GradeView | None = None
    alone: str | None = None
    because: Text | None = None
    grade_lines: tuple[GradeLine, ...] = ()
    clashes: tuple[Clash, ...] = ()
    clash_words: tuple[str, ...] = ()
    duties: tuple[DutyLine, ...] = ()
    possible: tuple[DutyLine, ...] = ()
    notes: tuple[Note, ...] = ()
