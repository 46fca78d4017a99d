"""What each answer would bring: the ranges of a measure between which the result differs."""

from __future__ import annotations

import math
from typing import cast

from canmou.engine.answers import AnswerError
from canmou.engine.assessing import assess
from canmou.engine.assessment import Assessment, DutyLine, Overall
from canmou.engine.cells import cells, written
from canmou.engine.explanation.what_if import Difference, difference, with_changes
from canmou.engine.facts import Facts
from canmou.engine.inference.run import Run, run
from canmou.engine.records import Record
from canmou.engine.rulebase.conditions import Compare, Condition, atoms
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.valuesets import Interval, ValueSet, interval


class Outcome(Record):
    """What a range of answers would bring; ``difference`` is to what is known now."""

    answer: int | float | bool | str
    overall: Overall
    difference: Difference

    @property
    def duties_now(self) -> tuple[DutyLine, ...]:
        """The duties that would be asked for certain and are not now."""
        added = (d for d in self.difference.duties_added if d.status == "certain")
        return (*added, *self.difference.duties_now_certain)


def outcomes(
    facts: Facts, rulebase: RuleBase, measure: str, now: Assessment | None = None
) -> tuple[Outcome, ...]:
    """Return what each range of answers to a question would bring, neighbouring equal ones as one.

    The ranges are cut at every threshold that a rule of this incident compares the measure with.
    Raises AnswerError for a measure that nobody knows.
    """
    before = now if now is not None else assess(facts, rulebase)
    done = run(facts, rulebase)
    known = done.trace.env.get(measure)
    if known is None:
        return ()
    found: list[tuple[ValueSet, Assessment]] = []
    for cell in cells(known, measure, _thresholds(measure, rulebase, done)):
        try:
            after = assess(with_changes(facts, {measure: written(cell)}), rulebase)
        except AnswerError:
            continue
        if any(note.kind == "contradiction" for note in after.notes):
            continue
        last = found[-1] if found else None
        if last is not None and isinstance(cell, Interval) and difference(last[1], after).is_empty:
            found[-1] = (_joined(last[0], cell), last[1])
        else:
            found.append((cell, after))
    return tuple(_outcome(cell, after, before) for cell, after in found)


def _thresholds(measure: str, rulebase: RuleBase, done: Run) -> list[Condition]:
    """Return the conditions of the slice; those on a sum are moved to the part of it."""
    env = done.trace.env
    found: list[Condition] = []
    for step in done.program.steps.values():
        found.append(step.condition)
        for atom in atoms(step.condition):
            whole = rulebase.measures.get(getattr(atom, "name", ""))
            if isinstance(atom, Compare) and whole is not None and measure in whole.sum_of:
                others = [cast(Interval, env[p]) for p in whole.sum_of if p != measure]
                rests = {sum(o.low for o in others), sum(o.high for o in others)}
                found += [
                    Compare(measure, atom.operator, atom.value - rest)
                    for rest in sorted(rests)
                    if math.isfinite(rest)
                ]
    return found


def _joined(one: ValueSet, other: ValueSet) -> ValueSet:
    first, last = cast(Interval, one), cast(Interval, other)
    return interval(first.low, last.high, first.low_open, last.high_open, first.whole)


def _outcome(cell: ValueSet, after: Assessment, before: Assessment) -> Outcome:
    return Outcome(
        answer=written(cell), overall=after.overall, difference=difference(before, after)
    )
