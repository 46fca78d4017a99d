"""From the answers of a self-check to its gaps: the same engine and rules as for an incident."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from canmou.engine import RuleBase, assess
from canmou.engine.answers import AnswerError, parse_answer
from canmou.engine.assessment import Assessment, DutyLine
from canmou.engine.facts import Facts
from canmou.engine.records import Record, Text
from canmou.readiness.questionnaire import Questionnaire

SELF_CHECK = "self_check"
NO_INCIDENT = "ruled_out"
"""The state of matters in a self-check: nothing has happened and nothing threatens."""


class Gap(Record):
    """Something that is not in place, as a duty with its source and party.

    ``certain`` gaps follow from an answer; the others wait for one. ``section`` is where the
    question stands, ``subjects`` whose list it belongs to.
    """

    duty: DutyLine
    section: str | None
    subjects: tuple[str, ...]

    @property
    def certain(self) -> bool:
        """Whether an answer says that this is not in place."""
        return self.duty.status == "certain"


class Checked(Record):
    """A self-check assessed: its gaps, and the answers that the rules in use cannot read."""

    assessment: Assessment
    gaps: tuple[Gap, ...]
    unreadable: tuple[Text, ...] = ()

    @property
    def certain(self) -> tuple[Gap, ...]:
        """The gaps that follow from answers."""
        return tuple(g for g in self.gaps if g.certain)

    @property
    def open(self) -> tuple[Gap, ...]:
        """The gaps that there may be, as long as nobody has answered."""
        return tuple(g for g in self.gaps if not g.certain)


def check(
    answers: Mapping[str, Any],
    rulebase: RuleBase,
    form: Questionnaire,
    *,
    at: datetime,
    place: Mapping[str, str] | None = None,
) -> Checked:
    """Return the gaps that follow from the answers of a self-check, as the rules have them.

    An answer that the rules in use cannot read is left out and named.
    """
    good, unreadable = readable(answers, rulebase)
    facts = Facts(
        status=NO_INCIDENT,
        on=at.date(),
        at=at,
        place=dict(place or {}),
        answers={SELF_CHECK: True, **good},
    )
    made = assess(facts, rulebase)
    asked = set(form.measures)
    gaps = tuple(
        Gap(
            duty=duty,
            section=form.section_of(duty.action),
            subjects=form.subjects_of(duty.by),
        )
        for duty in made.duties
        if duty.action in asked
    )
    order = {name: i for i, name in enumerate(form.measures)}
    found = sorted(gaps, key=lambda g: (not g.certain, order[g.duty.action], g.duty.key))
    return Checked(assessment=made, gaps=tuple(found), unreadable=unreadable)


def readable(
    answers: Mapping[str, Any], rulebase: RuleBase
) -> tuple[dict[str, Any], tuple[Text, ...]]:
    """Return the answers that the rules in use can read, and what is to be said of the others."""
    good: dict[str, Any] = {}
    unreadable: list[Text] = []
    for name, value in answers.items():
        measure = rulebase.measures.get(name)
        if measure is None:
            unreadable.append(
                Text(zh=f"{name}：现行规则已无此问题", en=f"{name}: no rule uses it now")
            )
            continue
        try:
            parse_answer(measure, value)
        except AnswerError as error:
            unreadable.append(error.text)
            continue
        good[name] = value
    return good, tuple(unreadable)


class Comparison(Record):
    """What changed since the last self-check, by gap."""

    new: tuple[Gap, ...]
    closed: tuple[Gap, ...]
    still: tuple[Gap, ...]


def compare(now: Checked, before: Checked) -> Comparison:
    """Return which gaps are new, closed and still there.

    A gap is closed when this time's answer says so; what is only unanswered is neither.
    """
    old, here = _by_key(before.certain), _by_key(now.certain)
    maybe = set(_by_key(now.open))
    answered = {one.measure for one in now.assessment.answers}
    return Comparison(
        new=tuple(g for k, g in here.items() if k not in old),
        closed=tuple(
            g
            for k, g in old.items()
            if k not in here and k not in maybe and g.duty.action in answered
        ),
        still=tuple(g for k, g in here.items() if k in old),
    )


def _by_key(gaps: Iterable[Gap]) -> dict[str, Gap]:
    return {gap.duty.key: gap for gap in gaps}
