"""演练: setting drills up, working on one, what came of it, comparing trainees."""

from __future__ import annotations

from datetime import datetime

from canmou.casebase.agreement import Agreement
from canmou.casebase.state import Call
from canmou.drill.kept import Drill, Exercise
from canmou.drill.menu import MenuItem
from canmou.drill.records import Inject, Scenario, Silence
from canmou.engine.records import Record, Text
from canmou.webui.pages.base import Link
from canmou.webui.pages.charts import Chart


class ExerciseRow(Record):
    """One trainee in one drill, in a list."""

    exercise: Exercise
    title: Text
    mode: str
    trainee: str
    state: str
    total: float | None
    url: str


class DrillRow(Record):
    """One drill that was set up, with its trainees."""

    drill: Drill
    mode: str
    url: str
    exercises: tuple[ExerciseRow, ...]


class OverviewPage(Record):
    """The drills: what waits for me, what is ready, how I did, and setting one up."""

    waiting: tuple[ExerciseRow, ...]
    done: tuple[ExerciseRow, ...]
    progress: Chart | None
    ready: tuple[Scenario, ...]
    wrong: tuple[str, ...] = ()
    cases: tuple[tuple[str, str], ...]
    drills: tuple[DrillRow, ...]
    trainees: tuple[tuple[str, str], ...]
    people: tuple[Link, ...]
    may_run: bool
    may_take_part: bool
    problem: str | None = None
    typed: dict[str, tuple[str, ...]]


class NewsLine(Record):
    """Something that has come in."""

    who: Text
    says: Text
    kind: str
    minute: int
    due_minutes: float | None = None


class DrillPage(Record):
    """One drill as the 导调 sees it: injects, trainees, adding an inject."""

    drill: Drill
    mode: str
    injects: tuple[tuple[Inject, str], ...]
    silences: tuple[tuple[Text, Silence], ...]
    exercises: tuple[ExerciseRow, ...]
    compare: tuple[Link, ...]
    measures: tuple[tuple[str, str], ...]
    parties: tuple[tuple[str, str], ...]
    running: bool
    problem: str | None = None
    typed: dict[str, str]


class ElementField(Record):
    """One element of the report with what was typed."""

    id: str
    label: Text
    text: str = ""


class ActView(Record):
    """One act of the menu; ``minute`` when it was ordered."""

    item: MenuItem
    minute: int | None = None


class WorkPage(Record):
    """An exercise at work: news, calls, acts, report; nothing of the system's own view."""

    exercise: Exercise
    drill: Drill
    mode: str
    minute: int
    news: tuple[NewsLine, ...]
    calls: tuple[Call, ...]
    parties: tuple[tuple[str, str], ...]
    acts: tuple[ActView, ...]
    elements: tuple[ElementField, ...]
    reports: tuple[tuple[str, datetime], ...]
    to: str
    mine: bool
    may_advance: bool
    problem: str | None = None


class FactChoice(Record):
    """A situation to judge: yes, no, or not clear."""

    name: str
    label: Text
    chosen: str


class JudgePage(Record):
    """The judgement before the system shows its own."""

    exercise: Exercise
    drill: Drill
    facts: tuple[FactChoice, ...]
    authorities: tuple[tuple[str, str], ...]
    departments: tuple[tuple[str, str], ...]
    grades: tuple[tuple[str, str], ...]
    typed: dict[str, str]
    mistakes: dict[str, str]


class ColumnRow(Record):
    """One part of a result in three columns: trainee, system, official."""

    label: str
    score: int | None
    weight: float
    trainee: tuple[str, ...]
    system: tuple[str, ...]
    official: tuple[str, ...]


class PartingView(Record):
    """The first step that trainee and system see differently, in words."""

    words: str
    mine: str
    theirs: str
    rule: Text
    graph_url: str


class ResultPage(Record):
    """复盘: the score, the three columns, where trainee and system part."""

    exercise: Exercise
    drill: Drill
    mode: str
    trainee: str
    total: float
    rows: tuple[ColumnRow, ...]
    parting: PartingView | None
    incident_links: tuple[Link, ...]
    compare: tuple[Link, ...]
    cites: tuple[Text, ...]
    release: str


class ComparedRow(Record):
    """One part of the results of two trainees."""

    label: str
    one: str
    other: str
    same: bool


class ComparePage(Record):
    """Two trainees of the same drill."""

    drill: Drill
    one: ExerciseRow
    other: ExerciseRow
    agreement: Agreement
    word: str | None
    parts: tuple[ComparedRow, ...]
    choices: tuple[ComparedRow, ...]


class PersonPage(Record):
    """The results of one trainee over time."""

    name: str
    rows: tuple[ExerciseRow, ...]
    progress: Chart | None
