"""What the rules expect of an office in a situation: the other side of a score."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from canmou.drill.elements import Asked, asked_elements
from canmou.drill.records import OfficeLevel, Scenario
from canmou.engine.assessment import Assessment, Citation, DutyLine, Grade
from canmou.engine.records import Level, Record, Text
from canmou.engine.rulebase.rulebase import RuleBase

MOST_FIRST_DUTIES = 5
NOT_AN_ACT = {"call", "report", "record"}
"""Kinds of duties that are scored as calls and reports, not as acts."""
MOST_FACTS = 3
ASKED_FACTS = ("urgent", "people_threatened", "emergency", "casualties_exist", "forewarnable")
"""Derived facts a trainee judges, those first on which most duties rest."""
FactState = Literal["yes", "no", "open"]


class ExpectedCall(Record):
    """A call of the first-minute card; ``when`` where it is made only in a certain case."""

    party: str
    label: Text
    when: Text | None = None


class ExpectedDuty(Record):
    """A duty as a score looks at it."""

    key: str
    action: str
    text: Text


class ExpectedLead(Record):
    """One part of the lead: who it is for certain, else who it may be."""

    certain: tuple[str, ...] = ()
    possible: tuple[str, ...] = ()


class Expected(Record):
    """What the rules expect. ``limit_from_rule`` tells a limit of the rules from a drill's aim."""

    calls: tuple[ExpectedCall, ...]
    must_reach: tuple[str, ...]
    limit_minutes: float
    limit_from_rule: bool
    limit_cites: tuple[Citation, ...]
    elements: tuple[Asked, ...]
    first: tuple[ExpectedDuty, ...]
    asked_actions: frozenset[str]
    forbidden: tuple[ExpectedDuty, ...]
    authority: ExpectedLead
    department: ExpectedLead
    facts: dict[str, FactState]
    fact_labels: dict[str, Text]
    grade_state: str
    at_least: Level | None
    at_most: Level | None
    grade: Text


def expected(
    assessment: Assessment, rulebase: RuleBase, scenario: Scenario, grade: Text
) -> Expected:
    """Return what is expected of the drilled office; ``grade`` is the grade in words.

    Every fact of law in it comes from the assessment: limits from the duties, elements from what
    report duties ask for, forbidden acts from duties not to do something.
    """
    own = [d for d in assessment.duties if is_own(d, scenario.level, rulebase)]
    reports = [
        d for d in own if d.kind == "report" and _now(d) and d.modality in {"must", "should"}
    ]
    limit, cites = _limit(reports)
    facts = {f.name: f for f in assessment.facts}
    asked = [name for name in ASKED_FACTS if name in facts][:MOST_FACTS]
    states: dict[str, FactState] = {"certain": "yes", "impossible": "no", "open": "open"}
    calls = _calls(assessment.incident_types, rulebase)
    contacts = tuple(c.id for c in scenario.contacts if c.must_reach)
    return Expected(
        calls=calls,
        must_reach=(*(c.party for c in calls if c.when is None), *contacts),
        limit_minutes=limit if limit is not None else scenario.telephone_target_minutes,
        limit_from_rule=limit is not None,
        limit_cites=cites,
        elements=asked_elements(reports),
        first=_first(own),
        asked_actions=frozenset(d.action for d in assessment.duties if d.modality != "must_not"),
        forbidden=tuple(_duty(d) for d in assessment.duties if d.modality == "must_not"),
        authority=_lead(assessment, "authority"),
        department=_lead(assessment, "department"),
        facts={name: states[facts[name].state] for name in asked},
        fact_labels={name: facts[name].label for name in asked},
        grade_state=assessment.overall.state,
        at_least=assessment.overall.at_least,
        at_most=assessment.overall.at_most,
        grade=grade,
    )


def is_own(duty: DutyLine, level: OfficeLevel, rulebase: RuleBase) -> bool:
    """Whether a duty is one of the drilled office."""
    names = duty.resolved or duty.by
    return any(n in rulebase.parties and rulebase.parties[n].level == level for n in names)


def _now(duty: DutyLine) -> bool:
    return duty.status == "certain" or duty.act_now


def _duty(duty: DutyLine) -> ExpectedDuty:
    return ExpectedDuty(key=duty.key, action=duty.action, text=duty.text)


def _first(own: Iterable[DutyLine]) -> tuple[ExpectedDuty, ...]:
    found: dict[str, ExpectedDuty] = {}
    for duty in own:
        if _now(duty) and duty.modality in {"must", "should"} and duty.kind not in NOT_AN_ACT:
            found.setdefault(duty.action, _duty(duty))
    return tuple(found.values())[:MOST_FIRST_DUTIES]


def _limit(reports: Iterable[DutyLine]) -> tuple[float | None, tuple[Citation, ...]]:
    """Return the shortest figure that a report duty gives, in minutes, with its place."""
    best: tuple[float, tuple[Citation, ...]] | None = None
    for duty in reports:
        minutes = (duty.limit_hours or 0) * 60
        if minutes and (best is None or minutes < best[0]):
            best = (minutes, duty.cites[:1])
    return best if best is not None else (None, ())


def _calls(types: Iterable[str], rulebase: RuleBase) -> tuple[ExpectedCall, ...]:
    cards = {c.incident_type: c for t in types if (c := rulebase.card_for(t)) is not None}
    found: dict[str, ExpectedCall] = {}
    for card in cards.values():
        for call in card.call:
            label = rulebase.parties[call.party].label
            found.setdefault(
                call.party, ExpectedCall(party=call.party, label=label, when=call.when)
            )
    return tuple(found.values())


def _lead(assessment: Assessment, part: Literal["authority", "department"]) -> ExpectedLead:
    lines = getattr(assessment.lead, part)
    return ExpectedLead(
        certain=tuple(p.party for p in lines if p.status == "certain"),
        possible=tuple(p.party for p in lines if p.status == "possible"),
    )


def levels_of(grades: Iterable[Grade]) -> frozenset[str]:
    """Return the keys of the levels that grades hold for certain."""
    return frozenset(f"grade:{g.standard}:{g.at_least}" for g in grades if g.at_least is not None)
