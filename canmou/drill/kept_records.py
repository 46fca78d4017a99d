"""What is kept of drills: a drill that was set up, an exercise with its steps, its result."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from canmou.drill.expected import Expected
from canmou.drill.menu import MenuItem
from canmou.drill.parting import Parting
from canmou.drill.records import Inject, Mode, Performance, Scenario, Skip
from canmou.drill.scoring import Score
from canmou.engine.records import Record

Ending = Literal["judged", "aborted", "real"]
StepKind = Literal["act", "skip", "inject"]


class Drill(Record):
    """A drill that was set up: its scenario with all injects, for whom, by whom."""

    id: int
    scenario: Scenario
    mode: Mode
    menu: tuple[MenuItem, ...]
    trainer: str
    at: datetime
    added: tuple[Inject, ...] = ()

    @property
    def injects(self) -> tuple[Inject, ...]:
        """The injects of the scenario and those the 导调 added, in that order."""
        return (*self.scenario.injects, *self.added)


class Result(Record):
    """What came out of an exercise: what was done, what was expected, score, where they part."""

    performance: Performance
    expected: Expected
    score: Score
    parting: Parting | None
    release: str
    contacts: dict[str, str] = Field(default_factory=dict)


class Step(Record):
    """Something done or come in: an act ordered, time skipped, an inject delivered."""

    kind: StepKind
    what: str
    minutes: float = 0
    at: datetime


class Exercise(Record):
    """One trainee in one drill."""

    id: int
    drill: int
    trainee: str
    incident: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    ending: Ending | None = None
    result: Result | None = None
    steps: tuple[Step, ...] = ()

    @property
    def running(self) -> bool:
        """Whether the trainee is at it."""
        return self.started_at is not None and self.ended_at is None

    @property
    def skips(self) -> tuple[Skip, ...]:
        """The time that was skipped."""
        return tuple(Skip(at=s.at, minutes=s.minutes) for s in self.steps if s.kind == "skip")

    @property
    def delivered(self) -> frozenset[int]:
        """The numbers of the injects that have come in."""
        return frozenset(int(s.what) for s in self.steps if s.kind == "inject")
