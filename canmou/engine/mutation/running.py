"""Making the changes, having them judged in at most two processes, counting what was caught."""

from __future__ import annotations

import multiprocessing
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date

from canmou.engine.mutation.judging import Judge
from canmou.engine.mutation.making import mutants_of
from canmou.engine.mutation.reasons import Reason, Reasons
from canmou.engine.mutation.recorded import record
from canmou.engine.mutation.records import KINDS, Mutant, Score, Survivor
from canmou.engine.rulebase.rulebase import RuleBase

PROCESSES = 2
PER_TASK = 25
Progress = Callable[[Iterable[bool], int], Iterable[bool]]


class _Work:
    """What the processes share by forking: the judge and the changes."""

    judge: Judge
    mutants: list[Mutant]


def mutate(
    rulebase: RuleBase,
    today: date,
    wanted: Callable[[str], bool] = lambda file: True,
    sample: int | None = None,
    seed: int = 0,
    processes: int = PROCESSES,
    progress: Progress = lambda results, total: results,
) -> Score:
    """Return how many changes of the wanted files the scenarios catch.

    ``sample`` takes that many of the possible changes, the same ones for the same ``seed``. Of
    those not caught the reason is told, tried first as the law stands ``today``.
    """
    every = list(mutants_of(rulebase, wanted))
    chosen = every
    if sample is not None and sample < len(every):
        numbers = random.Random(seed).sample(range(len(every)), sample)  # noqa: S311 - no secret
        chosen = [every[n] for n in sorted(numbers)]
    judge = Judge(record(rulebase))
    caught = list(progress(_judged(judge, chosen, processes), len(chosen)))
    made = Counter(m.kind for m in chosen)
    killed = Counter(m.kind for m, c in zip(chosen, caught, strict=True) if c)
    reasons = Reasons(rulebase, today)
    return Score(
        possible=len(every),
        made=len(chosen),
        caught=sum(caught),
        by_kind={kind: (killed[kind], made[kind]) for kind in KINDS if made[kind]},
        survivors=tuple(
            _survivor(m, reasons.of(m)) for m, c in zip(chosen, caught, strict=True) if not c
        ),
    )


def _survivor(mutant: Mutant, why: Reason) -> Survivor:
    return Survivor(
        kind=mutant.kind,
        file=mutant.file,
        line=mutant.line,
        entry=mutant.entry,
        what=mutant.what,
        equivalent=why.equivalent,
        reason=why.text,
        example=why.example,
    )


def _judged(judge: Judge, mutants: list[Mutant], processes: int) -> Iterator[bool]:
    can_fork = "fork" in multiprocessing.get_all_start_methods()
    if processes < 2 or not can_fork or len(mutants) < PER_TASK:
        yield from (judge.caught(m) for m in mutants)
        return
    _Work.judge, _Work.mutants = judge, mutants
    starts = range(0, len(mutants), PER_TASK)
    with ProcessPoolExecutor(processes, multiprocessing.get_context("fork")) as pool:
        for results in pool.map(_some, starts):
            yield from results


def _some(start: int) -> list[bool]:
    return [_Work.judge.caught(m) for m in _Work.mutants[start : start + PER_TASK]]
