"""Guidance: which question next, and why it is asked (DESIGN: guidance).

The order: what decides whether people are moved or kept out now; what starts or shortens a report;
who leads; the grade; the rest. Within a step what the caller knows comes first, and what nobody
knows yet is not asked. A question is offered only while an open rule waits for it: a measure that
no open condition reads can change nothing, whatever the others turn out to be.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Literal

from canmou.engine.assessing import assess
from canmou.engine.assessment import Assessment, OpenQuestion
from canmou.engine.facts import Facts
from canmou.engine.inference.run import run
from canmou.engine.records import Record
from canmou.engine.relevance import doubt_left, matters_to_grade
from canmou.engine.rulebase.rulebase import RuleBase

Step = Literal["safety", "clock", "lead", "grade", "duty"]
STEPS: tuple[Step, ...] = ("safety", "clock", "lead", "grade", "duty")
WHO_KNOWS_FIRST = ("caller", "scene", "department", "hospital", "inquiry")


class Question(Record):
    """A question that can still change the result."""

    measure: str
    step: Step
    why: tuple[str, ...]
    could_change: tuple[Step, ...]
    on_card: bool
    known_later: bool


class Guidance(Record):
    """All that guidance says about one assessment, worked out once.

    ``questions`` can still change the result, the next one first; ``to_grade`` are those of them
    that can change the grade, the most deciding first. ``unsettled`` were answered by a range or as
    not known and could still change the result; ``answered`` is how many have an answer.
    """

    questions: tuple[Question, ...]
    to_grade: tuple[Question, ...]
    unsettled: tuple[OpenQuestion, ...]
    answered: int

    def ask(
        self, skipped: frozenset[str] = frozenset(), to_grade: bool = False
    ) -> tuple[Question, ...]:
        """Return the questions to ask now: not skipped, and not known only later.

        ``to_grade`` is for those who want the grade and nothing else, when all is known (a trainer,
        an inquiry); officers on duty are guided lives first.
        """
        if to_grade:
            return tuple(q for q in self.to_grade if q.measure not in skipped)
        return tuple(q for q in self.questions if not q.known_later and q.measure not in skipped)

    @property
    def progress(self) -> Progress:
        """How many questions are answered and how many could still change something."""
        now = self.ask()
        return Progress(
            answered=self.answered,
            later=len(self.questions) - len(now),
            **{step: sum(1 for q in now if q.step == step) for step in STEPS},
        )


class Progress(Record):
    """How far the questions are: what was answered, and what could still change what."""

    answered: int
    safety: int
    clock: int
    lead: int
    grade: int
    duty: int
    later: int

    @property
    def remaining(self) -> int:
        """How many questions could still change something now."""
        return self.safety + self.clock + self.lead + self.grade + self.duty


def guidance(facts: Facts, rulebase: RuleBase, assessment: Assessment | None = None) -> Guidance:
    """Return which questions are left, which answers are unsettled, and how far it is.

    Questions on the first-minute card of the type come first within their step; what is rarely
    known so early comes last and is marked ``known_later``.
    """
    result = assessment if assessment is not None else assess(facts, rulebase)
    waiting = still_open(facts, rulebase, result)
    questions, to_grade = _questions(waiting, facts, rulebase)
    return Guidance(
        questions=questions,
        to_grade=to_grade,
        unsettled=tuple(q for q in waiting if _answered(facts, q.measure)),
        answered=sum(1 for a in facts.answers.values() if a is not None),
    )


def next_questions(
    facts: Facts,
    rulebase: RuleBase,
    assessment: Assessment | None = None,
    skipped: frozenset[str] = frozenset(),
) -> tuple[Question, ...]:
    """Return the questions that can still change the result; ``skipped`` ones are left out."""
    found = guidance(facts, rulebase, assessment).questions
    return tuple(q for q in found if q.measure not in skipped)


def _questions(
    waiting: tuple[OpenQuestion, ...], facts: Facts, rulebase: RuleBase
) -> tuple[tuple[Question, ...], tuple[Question, ...]]:
    """Return what is open and was not answered as questions, and in the order to the grade."""
    card = _asked_on_cards(facts, rulebase)
    elapsed = _elapsed(facts)
    found = [
        Question(
            measure=question.measure,
            step=question.could_change[0],
            why=question.why,
            could_change=question.could_change,
            on_card=question.measure in card,
            known_later=duration(rulebase.measures[question.measure].known_from) > elapsed,
        )
        for question in waiting
        if not _answered(facts, question.measure)
    ]
    doubt = _doubt(found, facts, rulebase)
    to_grade = [q for q in found if q.measure in doubt]
    return (
        tuple(sorted(found, key=lambda q: _order(q, rulebase, card, doubt))),
        tuple(sorted(to_grade, key=lambda q: (doubt[q.measure], q.known_later, q.measure))),
    )


def _doubt(found: list[Question], facts: Facts, rulebase: RuleBase) -> dict[str, float]:
    """Return how much doubt about the grade each answer would leave."""
    grading = [q.measure for q in found if "grade" in q.could_change]
    if not grading:
        return {}
    done = run(facts, rulebase)
    return {measure: doubt_left(measure, done) for measure in grading}


def still_open(
    facts: Facts, rulebase: RuleBase, assessment: Assessment | None = None
) -> tuple[OpenQuestion, ...]:
    """Return what can be asked and could change the result, answered or not.

    For the grade this is exact (``relevance``); for duties, clocks and the lead a question is kept
    while an open rule waits for it.
    """
    result = assessment if assessment is not None else assess(facts, rulebase)
    done = run(facts, rulebase) if any("grade" in q.could_change for q in result.open) else None
    found = []
    for question in result.open:
        if rulebase.measures[question.measure].question is None:
            continue
        changes = question.could_change
        if done is not None and "grade" in changes:
            changes = tuple(
                c for c in changes
                if c != "grade" or matters_to_grade(question.measure, done, rulebase)
            )  # fmt: skip
        if changes:
            found.append(question.model_copy(update={"could_change": changes}))
    return _with_bounds(found, facts, rulebase)


def _with_bounds(
    found: list[OpenQuestion], facts: Facts, rulebase: RuleBase
) -> tuple[OpenQuestion, ...]:
    """Add what bounds an answer that is not exact: the injured bound the seriously injured."""
    by_name = {question.measure: question for question in found}
    for question in found:
        if not _answered(facts, question.measure):
            continue
        for name in sorted(rulebase.tied_with.get(question.measure, frozenset())):
            measure = rulebase.measures[name]
            if measure.question is None or measure.sum_of or _answered(facts, name):
                continue
            known = by_name.get(name)
            changes = {*question.could_change, *(known.could_change if known else ())}
            by_name[name] = (known or question).model_copy(
                update={
                    "measure": name,
                    "label": measure.label,
                    "could_change": tuple(step for step in STEPS if step in changes),
                }
            )
    return tuple(by_name.values())


def duration(text: str) -> timedelta:
    """Return the duration that ISO 8601 text such as ``PT10M`` or ``P1D`` writes.

    >>> duration("PT1H30M")
    datetime.timedelta(seconds=5400)
    """
    found = re.fullmatch(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", text)
    if found is None:
        return timedelta()
    days, hours, minutes, seconds = (int(g or 0) for g in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def _asked_on_cards(facts: Facts, rulebase: RuleBase) -> tuple[str, ...]:
    asked: list[str] = []
    for name in facts.incident_types:
        card = rulebase.card_for(rulebase.type_id(name) or name)
        if card is not None:
            asked.extend(rulebase.measure_id(m) or m for m in card.ask)
    return tuple(dict.fromkeys(asked))


def _elapsed(facts: Facts) -> timedelta:
    if facts.learned_at is None:
        return timedelta()
    return facts.moment - facts.learned_at.replace(tzinfo=None)


def _answered(facts: Facts, measure: str) -> bool:
    return facts.answers.get(measure) is not None


def _order(
    question: Question, rulebase: RuleBase, card: tuple[str, ...], doubt: Mapping[str, float]
) -> tuple[object, ...]:
    measure = rulebase.measures[question.measure]
    known_by = min(
        (WHO_KNOWS_FIRST.index(k) for k in measure.known_by if k in WHO_KNOWS_FIRST),
        default=len(WHO_KNOWS_FIRST),
    )
    return (
        question.known_later,
        STEPS.index(question.step),
        card.index(question.measure) if question.on_card else len(card),
        known_by,
        doubt.get(question.measure, 0.0) if question.step == "grade" else 0.0,
        -len(question.why),
        question.measure,
    )
