"""The score of a drill: one part after the other, from what was done and what the rules expect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import combinations
from pathlib import Path

from ruamel.yaml import YAML

from canmou.drill.expected import Expected, ExpectedLead
from canmou.drill.records import CallMade, Official, Performance, Scenario, Temptation
from canmou.engine.explanation.phrases import can_be_judged
from canmou.engine.records import LEVELS, Record

WEIGHTS = Path(__file__).with_name("weights.yaml")
PARTS = ("call_order", "telephone", "reached", "elements", "harm", "duties", "lead", "grade")
HALF = 0.5


class Part(Record):
    """One part of a score, from 0 to 1; None where there was nothing to score.

    ``good`` and ``bad`` name what was and was not as expected: parties, kinds of elements,
    actions. ``figure`` and ``limit`` are the number behind it.
    """

    id: str
    score: float | None
    weight: float
    good: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()
    figure: float | None = None
    limit: float | None = None


class Score(Record):
    """The parts in the order in which they are told, the grade last; ``total`` from 0 to 100."""

    parts: tuple[Part, ...]
    total: float

    def part(self, name: str) -> Part:
        """Return one part."""
        return next(part for part in self.parts if part.id == name)


@cache
def weights() -> dict[str, float]:
    """Return how much each part counts."""
    found = YAML(typ="safe", pure=True).load(WEIGHTS.read_text(encoding="utf-8"))
    return {name: float(found[name]) for name in PARTS}


def score(done: Performance, wanted: Expected, scenario: Scenario) -> Score:
    """Return the score of a trainee."""
    official = scenario.official
    found = {
        "call_order": call_order(done.calls, wanted),
        "telephone": telephone(done.report_minute, wanted.limit_minutes),
        "reached": reached(done, wanted, scenario),
        "elements": elements(done.elements, [e.kind for e in wanted.elements]),
        "harm": harm(done.acts, scenario.temptations, wanted),
        "duties": duties(done.acts, wanted),
        "lead": lead(done, wanted),
        "grade": grade(done.judgement.grade, wanted, official),
    }
    parts = tuple(
        part.model_copy(update={"id": name, "weight": weights()[name]})
        for name, part in found.items()
    )
    counted = [(p.score, p.weight) for p in parts if p.score is not None]
    whole = sum(weight for _, weight in counted)
    total = 100 * sum(value * weight for value, weight in counted) / whole if whole else 0.0
    return Score(parts=parts, total=round(total, 1))


def _part(value: float | None, **more: object) -> Part:
    rounded = None if value is None else round(value, 4)
    return Part.model_validate({"id": "", "weight": 0.0, "score": rounded, **more})


def call_order(calls: Iterable[CallMade], wanted: Expected) -> Part:
    """Score the order of the first calls by the pairs of the first-minute card.

    A pair is right when the earlier party was called, and before the later one. Calls that the
    card makes only in a certain case count where they were made.
    """
    first: dict[str, float] = {}
    for number, call in enumerate(calls):
        first.setdefault(call.party, number)
    order = [c.party for c in wanted.calls if c.when is None or c.party in first]
    good = tuple(p for p in order if p in first)
    bad = tuple(p for p in order if p not in first)
    if not order:
        return _part(None)
    if len(order) == 1:
        return _part(float(order[0] in first), good=good, bad=bad)
    pairs = list(combinations(order, 2))
    right = sum(
        one in first and (other not in first or first[one] < first[other]) for one, other in pairs
    )
    return _part(right / len(pairs), good=good, bad=bad)


def telephone(minute: float | None, limit: float) -> Part:
    """Score the time to the telephone report: full within the limit, none at twice the limit.

    >>> telephone(5, 10).score, telephone(15, 10).score, telephone(None, 10).score
    (1.0, 0.5, 0.0)
    """
    if minute is None:
        return _part(0.0, limit=limit)
    return _part(
        1.0 if minute <= limit else max(0.0, 2 - minute / limit),
        figure=round(minute, 1),
        limit=limit,
    )


def reached(done: Performance, wanted: Expected, scenario: Scenario) -> Part:
    """Score the 叫应 rate: who had to be reached and was; an unanswered call does not count.

    Where a scenario says what to do instead (send somebody), that counts as reached.
    """
    answered = {c.party for c in done.calls if c.answered}
    acts = {action for action, _ in done.acts}
    instead = {s.party: s.instead for s in scenario.silences if s.instead is not None}
    good = tuple(
        p for p in dict.fromkeys(wanted.must_reach) if p in answered or instead.get(p, "") in acts
    )
    bad = tuple(p for p in dict.fromkeys(wanted.must_reach) if p not in good)
    whole = len(good) + len(bad)
    return _part(len(good) / whole if whole else None, good=good, bad=bad)


def elements(told: frozenset[str], asked: Iterable[str]) -> Part:
    """Score the elements of the report that the rules ask for."""
    names = tuple(dict.fromkeys(asked))
    good = tuple(name for name in names if name in told)
    bad = tuple(name for name in names if name not in told)
    return _part(len(good) / len(names) if names else None, good=good, bad=bad)


def harm(
    acts: Iterable[tuple[str, float]], offered: Iterable[Temptation], wanted: Expected
) -> Part:
    """Score the harmful acts avoided, of those that tempted and that a rule forbids."""
    forbidden = {duty.action for duty in wanted.forbidden}
    tempting = tuple(dict.fromkeys(t.action for t in offered if t.action in forbidden))
    chosen = {action for action, _ in acts}
    bad = tuple(name for name in tempting if name in chosen)
    good = tuple(name for name in tempting if name not in chosen)
    return _part(len(good) / len(tempting) if tempting else None, good=good, bad=bad)


def duties(acts: Iterable[tuple[str, float]], wanted: Expected) -> Part:
    """Score the first duties; acts that no rule asks for here count against them."""
    chosen = tuple(dict.fromkeys(action for action, _ in acts))
    forbidden = {duty.action for duty in wanted.forbidden}
    good = tuple(d.action for d in wanted.first if d.action in chosen)
    bad = tuple(d.action for d in wanted.first if d.action not in chosen)
    idle = [a for a in chosen if a not in wanted.asked_actions and a not in forbidden]
    if not wanted.first:
        return _part(None)
    return _part(len(good) / (len(wanted.first) + len(idle)), good=good, bad=bad, figure=len(idle))


def lead(done: Performance, wanted: Expected) -> Part:
    """Score who leads; where nothing is certain, not knowing is right and a possible one half."""
    pairs = (
        (done.judgement.authority, wanted.authority),
        (done.judgement.department, wanted.department),
    )
    values = [_lead(said, known) for said, known in pairs if known.certain or known.possible]
    return _part(sum(values) / len(values) if values else None)


def _lead(said: str | None, known: ExpectedLead) -> float:
    if known.certain:
        return float(said in known.certain)
    return 1.0 if said is None else HALF if said in known.possible else 0.0


def grade(said: str, wanted: Expected, official: Official | None) -> Part:
    """Score the grade: the published one where there is one, else any that is still possible.

    Where nothing can be said yet, saying so is right.
    """
    if official is not None and official.grade is not None:
        return _part(float(said == official.grade))
    if wanted.grade_state == "not_graded":
        return _part(float(said == "not_graded"))
    if not can_be_judged(wanted.grade_state, wanted.at_most):
        return _part(float(said == "open"))
    return _part(float(said in _possible(wanted)))


def _possible(wanted: Expected) -> frozenset[str]:
    """Return the grades that the range holds, 未达一般级 included where it is possible."""
    order: tuple[str, ...] = ("below", *reversed(LEVELS))
    low, high = wanted.at_least or "below", wanted.at_most or "below"
    return frozenset(order[order.index(low) : order.index(high) + 1])


def choices_of(done: Performance, menu: Iterable[str], kinds: Iterable[str]) -> Mapping[str, str]:
    """Return the yes/no choices of a trainee as the agreement of two trainees is computed from.

    Every act of the menu, every element of the report and every fact judged is one item.
    """
    acts = {action for action, _ in done.acts}
    return {
        **{f"act:{name}": "yes" if name in acts else "no" for name in menu},
        **{f"element:{kind}": "yes" if kind in done.elements else "no" for kind in kinds},
        **{f"fact:{name}": said for name, said in done.judgement.facts.items()},
    }
