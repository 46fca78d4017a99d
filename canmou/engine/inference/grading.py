"""Closing steps: from firings to the one value set of each name.

Grades are intervals of ranks: 0 is below the lowest level, 1 to 4 are IV to I, -1 is not graded.
"""

from __future__ import annotations

from collections.abc import Iterable

from canmou.engine.inference.forward_chaining import Trace
from canmou.engine.inference.program import Closing, Program
from canmou.engine.rulebase.conditions import GRADE, NOT_GRADED, RANKS
from canmou.engine.valuesets import Certainty, Interval, ValueSet, yes_no

NOT_PART = Interval(NOT_GRADED, NOT_GRADED, whole=True)


def close(program: Program, closing: Closing, trace: Trace) -> ValueSet:
    """Return the value set of a name when every step that concludes it has had its turn."""
    states = trace.states
    if closing.kind in {"fact", "outcome"}:
        return yes_no(max((states.get(s, Certainty.IMPOSSIBLE) for s in closing.steps),
                          default=Certainty.IMPOSSIBLE))  # fmt: skip
    if closing.kind == "standard":
        return _standard(closing, trace)
    if closing.kind == "overall":
        return _overall(program, trace)
    return _highest(closing.reads, trace)


def _standard(closing: Closing, trace: Trace) -> Interval:
    """Return the ranks that one standard leaves possible."""
    if not closing.steps:
        return NOT_PART
    applies = trace.states.get(closing.steps[0], Certainty.IMPOSSIBLE)
    levels = (
        (RANKS[step_id.rsplit(":", 1)[-1]], trace.states.get(step_id, Certainty.IMPOSSIBLE))
        for step_id in closing.steps[1:]
    )
    low, high = ranks(applies, levels) if len(closing.steps) > 1 else (NOT_GRADED, NOT_GRADED)
    return Interval(low, high, whole=True)


def ranks(applies: Certainty, levels: Iterable[tuple[int, Certainty]]) -> tuple[int, int]:
    """Return the lowest and highest rank that the states of a standard and its levels allow."""
    if applies is Certainty.IMPOSSIBLE:
        return NOT_GRADED, NOT_GRADED
    low = 0 if applies is Certainty.CERTAIN else NOT_GRADED
    high = 0
    for rank, state in levels:
        if state is Certainty.CERTAIN and applies is Certainty.CERTAIN:
            low = max(low, rank)
        if state is not Certainty.IMPOSSIBLE:
            high = max(high, rank)
    return low, high


def initial_counts(program: Program, trace: Trace, identifier: str) -> bool:
    """Whether an initial judgement counts: only until a consequence grade of the event is known."""
    standard = program.standards[identifier]
    if standard.use != "initial":
        return False
    consequence = f"{GRADE}({standard.consequence})"
    known = trace.env.get(consequence)
    if not isinstance(known, Interval) or known == NOT_PART:
        return True
    return known.low < 1 and known.high > 0


def _overall(program: Program, trace: Trace) -> Interval:
    """Return the highest of the standards that grade; initial judgements while they count."""
    return _highest(
        (
            f"{GRADE}({identifier})"
            for identifier, standard in program.standards.items()
            if standard.use == "grade" or initial_counts(program, trace, identifier)
        ),
        trace,
    )


def _highest(names: Iterable[str], trace: Trace) -> Interval:
    """Return the highest of some grades; not graded without any."""
    low = high = NOT_GRADED
    for name in names:
        known = trace.env[name]
        if isinstance(known, Interval):
            low, high = max(low, int(known.low)), max(high, int(known.high))
    return Interval(low, high, whole=True)


def level_name(rank: float) -> str | None:
    """Return the level of a rank, None below the lowest.

    >>> level_name(3), level_name(0)
    ('II', None)
    """
    return next((name for name, r in RANKS.items() if r == rank and r > 0), None)
