"""Running checks and scenarios, in this process or in several, and telling how far they are."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from canmou.engine.proving.acceptances import accepted, stale
from canmou.engine.proving.checks import Checks, Scope, Task
from canmou.engine.proving.findings import Finding
from canmou.engine.proving.prover import PlaceOf, Prover
from canmou.engine.records import Record
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.rulebase.scenarios import Failure, run_scenarios

EXAMPLES_AT_ONCE = 40
EXAMPLES_OF_A_FILE = 12
"""As many scenarios are a piece of work when everything is checked, or one file."""
FEW_WORKS = 3
"""Fewer pieces than these are done before a second process has begun."""
Work = Task | tuple[int, ...]
"""Checks to do, or scenarios to run by their number."""


class Step(Record):
    """A piece of work that is done: how many of all, and what it found."""

    done: int
    total: int
    findings: tuple[Finding, ...] = ()
    failures: tuple[Failure, ...] = ()


class _Worker:
    """One rule base and its formulas, in the process that does the work."""

    def __init__(
        self, rulebase: RuleBase, today: date, place_of: PlaceOf,
        files: Callable[[str], bool] | None,
    ) -> None:  # fmt: skip
        self.rulebase = rulebase
        self.checks = Checks(Prover(rulebase, today, place_of), Scope(rulebase, files))

    def do(self, work: Work) -> tuple[list[Finding], list[Failure]]:
        """Do a piece of work."""
        if isinstance(work, Task):
            return list(accepted(self.checks.do(work), self.rulebase)), []
        scenarios = [self.rulebase.scenarios[n] for n in work]
        return [], list(run_scenarios(self.rulebase, scenarios))


_workers: list[_Worker] = []
"""The worker of a process of the pool: the only way in which multiprocessing hands one over."""


def _take(worker: _Worker) -> None:
    _workers[:] = [worker]


def _do(work: Work) -> tuple[list[Finding], list[Failure]]:
    return _workers[0].do(work)


def run_checks(
    rulebase: RuleBase,
    today: date,
    place_of: PlaceOf,
    files: Callable[[str], bool] | None = None,
    processes: int = 1,
) -> Iterator[Step]:
    """Yield a step for each piece of work: checks, then the scenarios they touch.

    ``files`` limits the check to some files and what they touch. The last step tells of
    acceptances that accept nothing. More than one process needs a system that can fork.
    """
    worker = _Worker(rulebase, today, place_of, files)
    works: list[Work] = [*worker.checks.tasks(), *_scenarios(rulebase, worker.checks.scope)]
    found: list[Finding] = []
    results = _results(worker, works, processes)
    for number, (findings, failures) in enumerate(results, start=1):
        found += findings
        yield Step(
            done=number, total=len(works) + 1, findings=tuple(findings), failures=tuple(failures)
        )
    shown = frozenset(
        f for f in {r.file for r in (*rulebase.rules.values(), *rulebase.standards.values())}
        if worker.checks.scope.has(f)
    )  # fmt: skip
    left = stale(found, rulebase, place_of, None if files is None else shown)
    yield Step(done=len(works) + 1, total=len(works) + 1, findings=tuple(left))


def _results(
    worker: _Worker, works: list[Work], processes: int
) -> Iterator[tuple[list[Finding], list[Failure]]]:
    can_fork = "fork" in multiprocessing.get_all_start_methods()
    if processes < 2 or len(works) < FEW_WORKS or not can_fork:
        for work in works:
            yield worker.do(work)
        return
    context: Any = multiprocessing.get_context("fork")
    with context.Pool(processes, initializer=_take, initargs=(worker,)) as pool:
        yield from pool.imap_unordered(_do, works)


def _scenarios(rulebase: RuleBase, scope: Scope) -> Iterator[tuple[int, ...]]:
    """Yield scenarios by number, in pieces that take about equally long."""
    chunk: list[int] = []
    size = 0
    touched = scenarios_touched(rulebase, scope)
    at_once = EXAMPLES_AT_ONCE if scope.whole else EXAMPLES_OF_A_FILE
    for number in touched:
        chunk.append(number)
        size += len(rulebase.scenarios[number].examples) or 1
        if size >= at_once:
            yield tuple(chunk)
            chunk, size = [], 0
    if chunk:
        yield tuple(chunk)


def scenarios_touched(rulebase: RuleBase, scope: Scope) -> list[int]:
    """Return the scenarios of the files checked, and those that name one of their entries."""
    if scope.whole:
        return list(range(len(rulebase.scenarios)))
    names = {r.id for r in scope.rules} | {s.standard for s in scope.standards}
    found = []
    for number, scenario in enumerate(rulebase.scenarios):
        expect = scenario.expect
        named = {rulebase.standard_id(scenario.standard or ""), scenario.rule, *scenario.asks}
        if expect is not None:
            named |= {*expect.rules, *expect.grades}
        if scope.has(scenario.file) or named & names:
            found.append(number)
    return found
