"""The smallest change: what would move an end of the range that is shown."""

from __future__ import annotations

import math
from typing import Literal, cast

from canmou.engine.assembling.citations import citations
from canmou.engine.assessment import Citation
from canmou.engine.facts import Facts
from canmou.engine.inference.run import run
from canmou.engine.records import Level, Record, Text
from canmou.engine.rulebase.conditions import GRADE, RANKS, Among, Compare, atoms
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.valuesets import Choices, Interval, ValueSet
from canmou.engine.wording import LEVEL_NAMES, number_text


class SmallestChange(Record):
    """The nearest value of one measure that moves the lower end of a standard's range up.

    ``sentence`` says it as officers do: 再有 7 人死亡 → 重大.
    """

    measure: str
    label: Text
    standard: str
    level: Level
    direction: Literal["worse", "milder"]
    value: Text
    answer: float | bool
    sentence: Text
    cites: tuple[Citation, ...]


def smallest_changes(facts: Facts, rulebase: RuleBase) -> tuple[SmallestChange, ...]:
    """Return, per standard that grades and per measure, the smallest change that flips its level.

    Each change is tried by a run of its own: it really flips, and no nearer cut point does.
    """
    done = run(facts, rulebase)
    found = []
    for identifier, standard in done.program.standards.items():
        if standard.use not in {"grade", "initial"}:
            continue
        known = cast(Interval, done.trace.env[f"{GRADE}({identifier})"])
        if known.high < 0:
            continue
        for name, cuts in sorted(_cuts(done.program.steps, identifier, rulebase).items()):
            change = _first_flip(facts, rulebase, identifier, name, cuts,
                                 done.trace.env[name], int(known.low))  # fmt: skip
            if change is not None:
                found.append(change)
    return tuple(sorted(found, key=lambda c: (c.standard, RANKS[c.level], c.measure)))


def _cuts(steps, identifier: str, rulebase: RuleBase) -> dict[str, set[float | bool]]:  # type: ignore[no-untyped-def]
    """Return for each asked measure of a standard the values at which one of its atoms turns."""
    found: dict[str, set[float | bool]] = {}
    for step in steps.values():
        if step.owner != identifier or step.kind != "level":
            continue
        for atom in atoms(step.condition):
            measure = rulebase.measures.get(getattr(atom, "name", ""))
            if measure is None or measure.derived or measure.elapsed_since:
                continue
            names = measure.sum_of or (atom.name,)  # type: ignore[union-attr]
            for name in names:
                if isinstance(atom, Compare):
                    step_up = 1 if measure.type == "whole_number" else 1e-6
                    value = atom.value + (step_up if atom.operator in {">", "<="} else 0)
                    found.setdefault(name, set()).add(value)
                elif isinstance(atom, Among) and measure.type == "yes_no":
                    found.setdefault(name, set()).update((True, False))
    return found


def _first_flip(
    facts: Facts, rulebase: RuleBase, identifier: str, name: str,
    cuts: set[float | bool], known: ValueSet, now: int,
) -> SmallestChange | None:  # fmt: skip
    """Return the nearest cut point above what is known that raises the level, or None."""
    candidates: list[float | bool]
    if isinstance(known, Interval):
        low = known.low if math.isfinite(known.low) else 0
        candidates = sorted(c for c in cuts if c > low)
    else:
        candidates = [c for c in (True, False) if c in cuts
                      and cast(Choices, known).values != {c}]  # fmt: skip
    for value in candidates:
        changed = facts.model_copy(update={"answers": {**facts.answers, name: value}})
        rank = int(cast(Interval, run(changed, rulebase).trace.env[f"{GRADE}({identifier})"]).low)
        if rank > now:
            level = cast(Level, next(k for k, r in RANKS.items() if r == rank))
            return _described(rulebase, identifier, name, value, known, level)
    return None


def _described(
    rulebase: RuleBase, identifier: str, name: str, value: float | bool, known: ValueSet,
    level: Level,
) -> SmallestChange:  # fmt: skip
    measure, standard = rulebase.measures[name], rulebase.standards[identifier]
    target = LEVEL_NAMES[level]
    if isinstance(value, bool):
        words = Text(zh="是" if value else "否", en="yes" if value else "no")
        zh, en = f"{measure.label.zh}为{words.zh}", f"{measure.label.en}: {words.en}"
    else:
        unit = measure.unit or Text(zh="", en="")
        words = Text(zh=f"{number_text(value, 'zh')}{unit.zh}",
                     en=f"{number_text(value, 'en')} {unit.en}".strip())  # fmt: skip
        base = cast(Interval, known).low
        if math.isfinite(base) and base > 0:
            more = value - base
            zh = f"{measure.label.zh}再增加{number_text(more, 'zh')}{unit.zh}（达到{words.zh}）"
            en = f"{measure.label.en}: {number_text(more, 'en')} more (reaching {words.en})"
        else:
            zh = f"{measure.label.zh}达到{words.zh}"
            en = f"{measure.label.en} reaching {words.en}"
    return SmallestChange(
        measure=name,
        label=measure.label,
        standard=identifier,
        level=level,
        direction="worse",
        value=words,
        answer=value,
        sentence=Text(zh=f"{zh} → {target.zh}", en=f"{en} → {target.en}"),
        cites=citations(standard.cites, rulebase, standard.verified),
    )
