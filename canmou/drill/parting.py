"""Where trainee and system part: the first step of inference that they see differently."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from canmou.drill.expected import Expected
from canmou.drill.records import Performance
from canmou.drill.scoring import Part, Score
from canmou.engine.assessment import Assessment
from canmou.engine.records import Record, Text

Kind = Literal["fact", "lead", "duty", "harm", "grade"]


class Parting(Record):
    """The first step that trainee and system see differently.

    ``conclusion`` is its key in the explanation graph, ``firing`` the number of the step and
    ``rule`` the rule that carried it; no step where the system concluded nothing.
    """

    kind: Kind
    conclusion: str
    firing: int | None
    step: str | None
    rule: str | None
    title: Text


def first_parting(
    result: Assessment, wanted: Expected, done: Performance, score: Score
) -> Parting | None:
    """Return the first step, in the order of inference, that the trainee saw differently."""
    found = [_located(result, kind, key) for kind, key in _differences(wanted, done, score)]
    order = len(result.firings) + 1
    found.sort(key=lambda p: p.firing if p.firing is not None else order)
    return found[0] if found else None


def _differences(wanted: Expected, done: Performance, score: Score) -> Iterator[tuple[Kind, str]]:
    for name, state in wanted.facts.items():
        said = done.judgement.facts.get(name)
        if said is not None and said != state:
            yield "fact", f"fact:{name}"
    for part in ("authority", "department"):
        known = getattr(wanted, part).certain
        if known and getattr(done.judgement, part) not in known:
            yield "lead", f"lead:{part}:{known[0]}"
    missed = set(score.part("duties").bad)
    yield from (("duty", f"duty:{d.key}") for d in wanted.first if d.action in missed)
    harmful = set(score.part("harm").bad)
    yield from (("harm", f"duty:{d.key}") for d in wanted.forbidden if d.action in harmful)
    if _wrong(score.part("grade")):
        yield "grade", "grade"


def _wrong(part: Part) -> bool:
    return part.score is not None and part.score < 1


def _located(result: Assessment, kind: Kind, key: str) -> Parting:
    wanted = "grade:" if key == "grade" else key
    for firing in result.firings:
        if any(c == key or (key == "grade" and c.startswith(wanted)) for c in firing.conclusions):
            return Parting(
                kind=kind,
                conclusion=key,
                firing=firing.number,
                step=firing.step,
                rule=firing.rule,
                title=firing.title,
            )
    return Parting(
        kind=kind, conclusion=key, firing=None, step=None, rule=None, title=Text(zh="", en="")
    )
