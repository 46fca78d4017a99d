"""Asking whether some world satisfies formulas, and reading the plainest one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import z3

from canmou.engine.proving.worlds import Formula, Worlds
from canmou.engine.rulebase.vocabulary import Measure

MOST_MILLISECONDS = 20_000


class Undecided(Exception):  # noqa: N818 - a sentence
    """z3 gave up on a question within its time; nothing may be concluded from it."""


def _holds(solver: z3.Solver) -> bool:
    answer = solver.check()
    if answer == z3.unknown:
        raise Undecided(solver.reason_unknown())
    return bool(answer == z3.sat)


def _solver(worlds: Sequence[Worlds], formulas: Iterable[Formula], names: Iterable[str]) -> Any:
    solver = z3.SimpleSolver()
    solver.set("timeout", MOST_MILLISECONDS)
    solver.add(*formulas)
    wanted = tuple(names)
    for one in worlds:
        solver.add(*one.axioms(wanted))
    return solver


def possible(worlds: Worlds, formulas: Iterable[Formula], names: Iterable[str]) -> bool:
    """Tell whether some world satisfies the formulas; ``names`` are the measures behind them.

    Raises Undecided.
    """
    solver = _solver([worlds], formulas, names)
    if not _holds(solver):
        return False
    model = solver.model()
    if any(z3.is_true(model.eval(leaf)) for leaf in worlds.leaves.values()):
        return True
    if len(worlds.leaves) < len(worlds.rulebase.all_leaves):
        return True  # a type that no formula asks about
    solver.add(z3.Or(list(worlds.leaves.values())))
    return _holds(solver)


def together(worlds: Sequence[Worlds], formulas: Iterable[Formula], names: Iterable[str]) -> bool:
    """Tell whether several worlds satisfy the formulas together. Raises Undecided."""
    return _holds(_solver(worlds, formulas, names))


class Found:
    """One world: the types of the incident and its answers, as files write them.

    ``unknown`` are measures that must stay unanswered.
    """

    def __init__(
        self, types: tuple[str, ...], answers: dict[str, Any], unknown: tuple[str, ...] = ()
    ) -> None:
        self.types, self.answers, self.unknown = types, answers, unknown


def plainest(
    worlds: Sequence[Worlds],
    formulas: Iterable[Formula],
    names: Iterable[str],
    type_needed: bool = True,
    liked: frozenset[str] = frozenset(),
) -> tuple[Found, ...] | None:
    """Return worlds that satisfy the formulas together, None if there are none.

    The first world has one type where that is possible, and every answer as mild as can be; the
    others differ from it as little as can be. A type among ``liked`` is taken before others.
    Raises Undecided.
    """
    wanted = sorted(set(names))
    for one in worlds:
        for name in wanted:
            one.value(name)
    solver = _solver(worlds, formulas, wanted)
    if type_needed:
        for one in worlds:
            for leaf in one.rulebase.all_leaves:
                one.leaf(leaf)
            solver.add(z3.Or(list(one.leaves.values())))
    if not _holds(solver):
        return None
    if type_needed:
        _wish(solver, [z3.AtMost(*one.leaves.values(), 1) for one in worlds])
    first = worlds[0]
    _wish(solver, [z3.Not(missing) for missing in first.unknowns.values()])
    _wish(solver, [
        first.value(name) == other.value(name) for other in worlds[1:] for name in wanted
    ])  # fmt: skip
    for one in worlds:
        _make_mild(solver, one, wanted)
    if type_needed:
        for one in worlds:
            order = sorted(one.leaves, key=lambda leaf: (leaf in liked, leaf))
            _wish(solver, [z3.Not(one.leaves[leaf]) for leaf in order])
    _holds(solver)
    model = solver.model()
    return tuple(_read(one, model, wanted) for one in worlds)


def _wish(solver: Any, formulas: Sequence[Formula]) -> list[bool]:
    """Keep each formula that leaves some world, the first ones first; return which were kept."""
    if not formulas:
        return []
    solver.push()
    solver.add(*formulas)
    if solver.check() == z3.sat:
        return [True] * len(formulas)
    solver.pop()
    if len(formulas) == 1:
        return [False]
    middle = len(formulas) // 2
    return _wish(solver, formulas[:middle]) + _wish(solver, formulas[middle:])


def _make_mild(solver: Any, worlds: Worlds, names: list[str]) -> None:
    """Give each measure its mildest value, or the smallest figure that leaves some world."""
    measures = worlds.rulebase.measures
    plain: list[Formula] = []
    figures: list[str] = []
    for name in names:
        measure, term = measures[name], worlds.value(name)
        if measure.type == "yes_no":
            plain.append(term if measure.worse == "lower" else z3.Not(term))
        elif measure.type != "choice":
            figures.append(name)
            plain.append(term == 0)
    kept = _wish(solver, plain)
    zero = {str(formula) for formula, good in zip(plain, kept, strict=True) if good}
    for name in figures:
        if str(worlds.value(name) == 0) not in zero and name in worlds.read:
            _smallest_whole(solver, worlds.value(name))
    for name in names:
        if measures[name].type == "choice":
            _plain_choice(solver, worlds.value(name), list(measures[name].choices))


def _plain_choice(solver: Any, term: Formula, choices: list[str]) -> None:
    for choice in [*(c for c in ("none", "other") if c in choices), *choices]:
        if _wish(solver, [term == choices.index(choice)])[0]:
            return


def _smallest_whole(solver: Any, term: Formula) -> None:
    """Take the smallest whole figure, else the figure that the model has."""
    if solver.check() != z3.sat:
        return
    found = solver.model().eval(term, model_completion=True)
    low, high = 0, _above(found)
    if high < 0 or not _can(solver, term == high):
        if not _can(solver, z3.And(term >= 0, term <= high + 1)):
            _wish(solver, [term == found])
        return
    while low < high:  # the smallest figure below which nothing holds
        middle = (low + high) // 2
        if _can(solver, z3.And(term >= 0, term <= middle)):
            high = middle
        else:
            low = middle + 1
    for value in (low, low + 1):
        if _wish(solver, [term == value])[0]:
            return
    if _can(solver, z3.And(term >= 0, term <= low)):
        _wish(solver, [term == solver.model().eval(term, model_completion=True)])


def _can(solver: Any, formula: Formula) -> bool:
    return bool(solver.check(formula) == z3.sat)


def _above(value: Any) -> int:
    """Return the whole number at or above a value of the model."""
    fraction = value.as_fraction() if not z3.is_int_value(value) else value.as_long()
    return int(-(-fraction // 1))


def _read(worlds: Worlds, model: Any, names: list[str]) -> Found:
    types = tuple(sorted(n for n, leaf in worlds.leaves.items() if z3.is_true(model.eval(leaf))))
    unknown = tuple(
        sorted(n for n, missing in worlds.unknowns.items() if z3.is_true(model.eval(missing)))
    )
    answers = {}
    for name in names:
        if name in worlds.read and name not in unknown:
            value = model.eval(worlds.value(name), model_completion=True)
            answers[name] = _written(value, worlds.rulebase.measures[name])
    return Found(types, answers, unknown)


def _written(value: Any, measure: Measure) -> Any:
    """Return an answer as files write it."""
    if measure.type == "yes_no":
        return bool(z3.is_true(value))
    if measure.type == "choice":
        return list(measure.choices)[value.as_long()]
    if z3.is_int_value(value):
        return value.as_long()
    fraction = value.as_fraction()
    return int(fraction) if fraction.denominator == 1 else float(fraction)
