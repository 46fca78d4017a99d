"""What if, and what changed: the difference between two assessments as data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from canmou.engine.assessing import assess
from canmou.engine.assessment import Assessment, DutyLine, Grade, LeadPart, Overall
from canmou.engine.facts import Facts
from canmou.engine.records import Record, Text
from canmou.engine.rulebase.rulebase import RuleBase


class GradeChange(Record):
    """A grade that is no longer what it was; None where the standard takes no part."""

    standard: str
    title: Text
    before: Grade | None
    after: Grade | None


class ClockChange(Record):
    """A duty whose time limit is no longer what it was."""

    key: str
    text: Text
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class Difference(Record):
    """What differs between two assessments."""

    overall_before: Overall
    overall_after: Overall
    grades: tuple[GradeChange, ...]
    duties_added: tuple[DutyLine, ...]
    duties_removed: tuple[DutyLine, ...]
    duties_now_certain: tuple[DutyLine, ...]
    duties_now_possible: tuple[DutyLine, ...]
    clocks: tuple[ClockChange, ...]
    lead_added: tuple[LeadPart, ...]
    lead_removed: tuple[LeadPart, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed that anybody would notice."""
        same = _range(self.overall_before) == _range(self.overall_after)
        return same and not (
            self.grades or self.duties_added or self.duties_removed or self.duties_now_certain
            or self.duties_now_possible or self.clocks or self.lead_added or self.lead_removed
        )  # fmt: skip


def _range(grade: Grade | Overall | None) -> tuple[object, ...] | None:
    return None if grade is None else (grade.state, grade.at_least, grade.at_most)


def difference(before: Assessment, after: Assessment) -> Difference:
    """Return what differs between two assessments; both may come from stored JSON."""
    grades_before = {g.standard: g for g in (*before.grades, *before.signals)}
    grades_after = {g.standard: g for g in (*after.grades, *after.signals)}
    changed = [
        GradeChange(
            standard=s,
            title=(grades_after.get(s) or grades_before[s]).title,
            before=grades_before.get(s),
            after=grades_after.get(s),
        )
        for s in {**grades_before, **grades_after}
        if _range(grades_before.get(s)) != _range(grades_after.get(s))
    ]
    duties_before = {d.key: d for d in before.duties}
    duties_after = {d.key: d for d in after.duties}
    both = [(duties_before[k], d) for k, d in duties_after.items() if k in duties_before]
    return Difference(
        overall_before=before.overall,
        overall_after=after.overall,
        grades=tuple(changed),
        duties_added=tuple(d for k, d in duties_after.items() if k not in duties_before),
        duties_removed=tuple(d for k, d in duties_before.items() if k not in duties_after),
        duties_now_certain=tuple(
            b for a, b in both if a.status == "possible" and b.status == "certain"
        ),
        duties_now_possible=tuple(
            b for a, b in both if a.status == "certain" and b.status == "possible"
        ),
        clocks=tuple(
            ClockChange(key=b.key, text=b.text, before=a.within, after=b.within)
            for a, b in both
            if a.within != b.within
        ),
        lead_added=_lead_only_in(after, before),
        lead_removed=_lead_only_in(before, after),
    )


def _lead_only_in(one: Assessment, other: Assessment) -> tuple[LeadPart, ...]:
    def lines(result: Assessment) -> list[LeadPart]:
        return [*result.lead.authority, *result.lead.department, *result.lead.commander]

    there = {(p.part, p.party, p.status) for p in lines(other)}
    return tuple(p for p in lines(one) if (p.part, p.party, p.status) not in there)


def with_changes(facts: Facts, changes: Mapping[str, Any]) -> Facts:
    """Return the facts with answers replaced; ``incident_types`` and ``status`` may change too."""
    own = {k: v for k, v in changes.items() if k in {"incident_types", "status", "stage", "on"}}
    answers = {**facts.answers, **{k: v for k, v in changes.items() if k not in own}}
    return Facts.model_validate({**facts.model_dump(), **own, "answers": answers})


def what_if(facts: Facts, rulebase: RuleBase, changes: Mapping[str, Any]) -> Difference:
    """Return what would differ with changed answers. Raises AnswerError as assess does."""
    return difference(assess(facts, rulebase), assess(with_changes(facts, changes), rulebase))
