"""Engines that wait for their next run, with what was worked out about the last one."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

from canmou.engine.inference.forward_chaining import ENGINES, Engine, MatcherName
from canmou.engine.inference.grading import close
from canmou.engine.inference.program import Program
from canmou.engine.inference.support import reached
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.valuesets import ValueSet

IDLE_ENGINES = 64


class Kept(NamedTuple):
    """Lines by key that were made whole in a run, and what else than answers they rest on."""

    rests_on: object
    lines: Mapping[str, Any]


@dataclass(slots=True)
class RunNotes:
    """What was worked out about one run already, so that each stage need not do it again.

    What rests on unchanged answers alone is carried over to the next run of the same engine:
    ``evidence``, ``waits`` and ``firings`` by step, ``rests_on`` and ``grades`` by name. ``duties``
    are set when all are made; ``earlier`` are those of an earlier run, with the steps and names
    that may have another outcome since.
    """

    evidence: dict[str, Any] = field(default_factory=dict)
    waits: dict[str, tuple[str, ...]] = field(default_factory=dict)
    firings: dict[str, Any] = field(default_factory=dict)
    rests_on: dict[str, frozenset[str]] = field(default_factory=dict)
    grades: dict[str, Any] = field(default_factory=dict)
    asked: dict[frozenset[str], tuple[str, ...]] = field(default_factory=dict)
    duties: Kept | None = None
    earlier: tuple[Kept, frozenset[str]] | None = None

    def carried(self, affected: frozenset[str]) -> RunNotes:
        """Return what still holds in a run in which ``affected`` may have another outcome.

        The run that this belongs to may still be going on in another thread.
        """

        def left(kept: dict[str, Any]) -> dict[str, Any]:
            found = kept.copy()
            for name in affected:
                found.pop(name, None)
            return found

        earlier = (self.duties, affected) if self.duties is not None else None
        if earlier is None and self.earlier is not None:
            earlier = (self.earlier[0], self.earlier[1] | affected)
        return RunNotes(
            evidence=left(self.evidence),
            waits=left(self.waits),
            firings=left(self.firings),
            rests_on=left(self.rests_on),
            grades=left(self.grades),
            earlier=earlier,
        )


@dataclass
class _Worker:
    """An engine with the answers of its last run and what was worked out about it."""

    engine: Engine
    matcher: MatcherName
    sets: Mapping[str, ValueSet] = field(default_factory=dict)
    made: RunNotes | None = None

    def notes(self, sets: Mapping[str, ValueSet], rulebase: RuleBase) -> RunNotes:
        """Return what is known already of a run on these answers, and keep it for the next one.

        The oracle keeps nothing.
        """
        if self.matcher == "rete":
            return RunNotes()
        before, self.sets = self.sets, sets
        if self.made is None:
            self.made = RunNotes()
            return self.made
        program = self.engine.program
        index = program.memory.of("reached", None, lambda: reached(program, rulebase))
        changed = [n for n in {*sets, *before} if sets.get(n) != before.get(n)]
        affected = frozenset(changed).union(*(index.get(name, ()) for name in changed))
        self.made = self.made.carried(affected)
        return self.made


class _Pool:
    """Engines that nobody uses at the moment, the last used at the end.

    Building an engine takes 0.1 to 0.5 s, so it is kept; it is lent to one thread at a time,
    because an engine must never be shared between threads.
    """

    def __init__(self) -> None:
        self._idle: list[_Worker] = []
        self._lock = threading.Lock()

    @contextmanager
    def lent(self, program: Program, matcher: MatcherName) -> Iterator[_Worker]:
        """Lend an engine of a program; a new one is built when all are in use."""
        worker = self._taken(program, matcher)
        if worker is None:
            worker = _Worker(ENGINES[matcher](program, partial(close, program)), matcher)
        try:
            yield worker
        finally:
            with self._lock:
                self._idle.append(worker)
                del self._idle[:-IDLE_ENGINES]

    def _taken(self, program: Program, matcher: MatcherName) -> _Worker | None:
        with self._lock:
            for number in range(len(self._idle) - 1, -1, -1):
                worker = self._idle[number]
                if worker.engine.program is program and worker.matcher == matcher:
                    return self._idle.pop(number)
        return None


pool = _Pool()
