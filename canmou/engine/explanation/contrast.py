"""Precedent contrast: what would be different with a past case's value in place of ours."""

from __future__ import annotations

from typing import Any

from canmou.engine.assessing import assess
from canmou.engine.assessment import Assessment
from canmou.engine.explanation.what_if import Difference, difference, with_changes
from canmou.engine.facts import Facts
from canmou.engine.records import Record, Text
from canmou.engine.rulebase.rulebase import RuleBase


class RuleChange(Record):
    """A rule or level that comes out differently; None where it plays no part."""

    step: str
    title: Text
    before: str | None
    after: str | None


class Contrast(Record):
    """One thing in which a past case differs: which rules, and what of the result, it changes."""

    name: str
    rules: tuple[RuleChange, ...]
    difference: Difference

    @property
    def matters(self) -> bool:
        """Whether any rule comes out differently."""
        return bool(self.rules)


def contrast(
    facts: Facts,
    rulebase: RuleBase,
    name: str,
    value: Any,
    base: Assessment | None = None,
) -> Contrast:
    """Return what the value of a past case would change in our situation.

    ``name`` is a measure or ``incident_types``; everything else stays as we know it. Raises
    AnswerError where the value cannot be an answer.
    """
    before = base if base is not None else assess(facts, rulebase)
    after = assess(with_changes(facts, {name: value}), rulebase)
    return Contrast(name=name, rules=_rules(before, after), difference=difference(before, after))


def _rules(before: Assessment, after: Assessment) -> tuple[RuleChange, ...]:
    was = {f.step: f for f in before.firings}
    now = {f.step: f for f in after.firings}
    return tuple(
        RuleChange(
            step=step,
            title=(now.get(step) or was[step]).title,
            before=was[step].status if step in was else None,
            after=now[step].status if step in now else None,
        )
        for step in {**was, **now}
        if (was[step].status if step in was else None)
        != (now[step].status if step in now else None)
    )
