"""The smallest change: what would move an end of the range that is shown."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from typing import Any, Literal, cast

from canmou.engine.assembling.citations import citations
from canmou.engine.assessment import Citation
from canmou.engine.explanation.cut_points import Candidate, candidates, figure_of
from canmou.engine.facts import Facts
from canmou.engine.inference.run import Run, run
from canmou.engine.records import Level, Record, Text
from canmou.engine.rulebase.conditions import GRADE, RANKS
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.valuesets import Interval
from canmou.engine.wording import BELOW, LEVEL_NAMES, figure_text, number_text

Answer = int | float | bool | str
Direction = Literal["worse", "milder"]


class ChangedMeasure(Record):
    """One measure with the answer that it would have."""

    measure: str
    label: Text
    value: Text
    answer: Answer


class SmallestChange(Record):
    """The nearest answers that move the lower end of a standard's range.

    Mostly one measure; two where no single one does. ``level`` is None below the lowest level.
    ``sentence`` says it as officers do: 再有 7 人死亡 → 重大.
    """

    standard: str
    direction: Direction
    level: Level | None
    changes: tuple[ChangedMeasure, ...]
    sentence: Text
    cites: tuple[Citation, ...]


def smallest_changes(facts: Facts, rulebase: RuleBase) -> tuple[SmallestChange, ...]:
    """Return, per standard that grades, the smallest changes that flip its level.

    Per measure the nearest answer that lifts the lower end, and the nearest that lets it fall;
    where no single measure lifts it, the nearest pairs. Each change was tried by a run of its own
    at the cut points, so that no nearer answer of that measure flips.
    """
    search = _Search(facts, rulebase)
    found: list[SmallestChange] = []
    for identifier, standard in search.done.program.standards.items():
        now = search.rank(identifier, {})
        if standard.use in {"grade", "initial"} and now is not None:
            found.extend(search.of(identifier, now))
    return tuple(found)


class _Search:
    def __init__(self, facts: Facts, rulebase: RuleBase) -> None:
        self.facts, self.rulebase = facts, rulebase
        self.done = run(facts, rulebase)
        self._runs: dict[tuple[tuple[str, Answer], ...], Run] = {(): self.done}

    def rank(self, identifier: str, changes: Mapping[str, Answer]) -> int | None:
        """Return the lower end of a standard with changed answers; None where it is not graded."""
        key = tuple(sorted(changes.items()))
        if key not in self._runs:
            answers = {**self.facts.answers, **changes}
            self._runs[key] = run(self.facts.model_copy(update={"answers": answers}), self.rulebase)
        made = self._runs[key]
        if made.contradictions and changes:
            return None
        known = made.trace.env.get(f"{GRADE}({identifier})")
        low = cast(Interval, known).low if known is not None else -1
        high = cast(Interval, known).high if known is not None else -1
        return None if high < 0 else int(max(low, 0))

    def of(self, identifier: str, now: int) -> list[SmallestChange]:
        """Return the changes for one standard: worse ones by level, then milder ones."""
        tried = candidates(identifier, self.done.program, self.done.trace.env, self.rulebase)
        worse, milder = [], []
        for name, answers in tried.items():
            worse.extend(self._first(identifier, name, answers, now, "worse"))
            milder.extend(self._first(identifier, name, answers, now, "milder"))
        if not worse and now < max(RANKS.values()):
            worse = self._pairs(identifier, tried, now)
        return [*sorted(worse, key=_order), *sorted(milder, key=_order)]

    def _first(
        self, identifier: str, name: str, answers: Iterable[Candidate], now: int, way: Direction
    ) -> list[SmallestChange]:
        for candidate in answers:
            rank = self.rank(identifier, {name: candidate.answer})
            if rank is not None and (rank > now if way == "worse" else rank < now):
                return [self._change(identifier, {name: candidate.answer}, rank, way)]
        return []

    def _pairs(
        self, identifier: str, tried: Mapping[str, tuple[Candidate, ...]], now: int
    ) -> list[SmallestChange]:
        """Return the nearest pairs that lift the level: none has a pair nearer in both."""
        found = []
        for one, other in itertools.combinations(tried, 2):
            lifting: list[tuple[Candidate, Candidate, int]] = []
            for first in tried[one]:
                for second in tried[other]:
                    if lifting and second.distance >= lifting[-1][1].distance:
                        break
                    answers = {one: first.answer, other: second.answer}
                    rank = self.rank(identifier, answers)
                    if rank is not None and rank > now:
                        while lifting and lifting[-1][0].distance == first.distance:
                            lifting.pop()  # as near in the one, and this is nearer in the other
                        lifting.append((first, second, rank))
                        break
            found += [
                self._change(identifier, {one: first.answer, other: second.answer}, rank, "worse")
                for first, second, rank in lifting
            ]
        return found

    def _change(
        self, identifier: str, answers: Mapping[str, Answer], rank: int, way: Direction
    ) -> SmallestChange:
        standard = self.rulebase.standards[identifier]
        level = next((cast(Level, k) for k, r in RANKS.items() if r == rank and r > 0), None)
        target = LEVEL_NAMES[level] if level is not None else BELOW
        parts = [self._words(name, answer) for name, answer in answers.items()]
        return SmallestChange(
            standard=identifier,
            direction=way,
            level=level,
            changes=tuple(
                ChangedMeasure(
                    measure=name,
                    label=self.rulebase.measures[name].label,
                    value=self._value(name, answer),
                    answer=answer,
                )
                for name, answer in answers.items()
            ),
            sentence=Text(
                zh="，同时".join(p.zh for p in parts) + f" → {target.zh}",
                en=" and ".join(p.en for p in parts) + f" → {target.en}",
            ),
            cites=citations(standard.cites, self.rulebase, standard.verified),
        )

    def _value(self, name: str, answer: Answer) -> Text:
        measure = self.rulebase.measures[name]
        if isinstance(answer, bool):
            return Text(zh="是" if answer else "否", en="yes" if answer else "no")
        if isinstance(answer, str) and answer in measure.choices:
            return measure.choices[answer]
        figure = figure_text(figure_of(answer), measure)
        zh, en = figure.zh, figure.en
        if isinstance(answer, str) and answer.startswith(">"):
            zh, en = f"超过{zh}", f"more than {en}"
        elif isinstance(answer, str):
            zh, en = f"不到{zh}", f"less than {en}"
        return Text(zh=zh, en=en)

    def _words(self, name: str, answer: Answer) -> Text:
        measure = self.rulebase.measures[name]
        label, value = measure.label, self._value(name, answer)
        known = self.done.trace.env[name]
        if isinstance(answer, str | bool) or not isinstance(known, Interval):
            return Text(zh=f"{label.zh}：{value.zh}", en=f"{label.en}: {value.en}")
        more = answer - known.low
        if 0 < known.low < answer:
            return Text(
                zh=f"{label.zh}再增加{figure_text(more, measure).zh}（达到{value.zh}）",
                en=f"{label.en}: {number_text(more, 'en')} more (reaching {value.en})",
            )
        if more > 0:
            return Text(zh=f"{label.zh}达到{value.zh}", en=f"{label.en} reaching {value.en}")
        return Text(zh=f"{label.zh}是{value.zh}", en=f"{label.en} being {value.en}")


def _order(change: SmallestChange) -> tuple[Any, ...]:
    return (
        RANKS[change.level] if change.level is not None else 0,
        [one.measure for one in change.changes],
        [figure_of(c.answer) if not isinstance(c.answer, str) else 0 for c in change.changes],
    )
