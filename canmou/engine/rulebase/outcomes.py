"""What a scenario may ask about: grades, the state of rules, facts, the lead, notes of one run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from canmou.engine.inference.grading import level_name
from canmou.engine.inference.run import Run
from canmou.engine.rulebase.conditions import GRADE
from canmou.engine.rulebase.records import LeadConclusion
from canmou.engine.valuesets import Certainty, Choices, Interval

ABSENT = "absent"
_STATUS = {Certainty.CERTAIN: "certain", Certainty.OPEN: "open"}


def ranks_described(known: Interval) -> str:
    """Return possible ranks in the short form of scenarios.

    ``III``, ``III..I``, ``below``, ``open`` or ``not_graded``.
    """
    if known.low >= 1:
        low, high = level_name(known.low), level_name(known.high)
        return str(low) if low == high else f"{low}..{high}"
    if known.high < 0:
        return "not_graded"
    return "below" if known.high < 1 else "open"


def overall_of(done: Run) -> str:
    """Return the overall grade of a run."""
    return ranks_described(cast(Interval, done.trace.env[GRADE]))


def grade_of(done: Run, standard: str) -> str:
    """Return the grade by a standard, ``absent`` when it does not take part."""
    known = done.trace.env.get(f"{GRADE}({standard})")
    applies = done.trace.states.get(f"applies:{standard}", Certainty.IMPOSSIBLE)
    if (
        standard not in done.program.standards
        or applies is Certainty.IMPOSSIBLE
        or not isinstance(known, Interval)
        or known.high < 0
    ):
        return ABSENT
    return ranks_described(known)


def status_of(done: Run, rule: str) -> str | None:
    """Return certain or open, None for a rule that does not hold or is excepted."""
    return _STATUS.get(done.trace.states.get(f"rule:{rule}", Certainty.IMPOSSIBLE))


def fact_of(done: Run, name: str) -> str | None:
    """Return certain or open for a derived name, impossible, or None when no rule speaks of it."""
    known = done.trace.env.get(name)
    if name not in done.program.closings or not isinstance(known, Choices):
        return None
    if True not in known.values:
        return "impossible"
    return "certain" if known.is_exact else "open"


def lead_of(done: Run, part: str) -> dict[str, str]:
    """Return the parties of one part of the lead, each certain or possible."""
    found: dict[str, str] = {}
    for identifier, rule in done.program.rules.items():
        status = status_of(done, identifier)
        if status is None:
            continue
        for party in _parties(rule.then, part):
            if found.get(party) != "certain":
                found[party] = "certain" if status == "certain" else "possible"
    return found


def _parties(conclusions: Iterable[object], part: str) -> list[str]:
    leads = [c.lead for c in conclusions if isinstance(c, LeadConclusion)]
    return [party for lead in leads if (party := getattr(lead, part)) is not None]
