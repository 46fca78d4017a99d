"""Rules that never hold, that an exception always defeats, or that add nothing to others."""

from __future__ import annotations

from collections.abc import Iterable

import z3

from canmou.engine.proving.findings import Finding, Witness
from canmou.engine.proving.moments import Moment
from canmou.engine.proving.prover import Prover
from canmou.engine.proving.rows import Row
from canmou.engine.proving.solving import Found
from canmou.engine.proving.witnesses import (
    all_certain,
    assessed,
    incident,
    needed,
    nothing_known,
    states,
)
from canmou.engine.records import Text
from canmou.engine.rulebase.records import Duty, FactConclusion, Rule
from canmou.engine.rulebase.vocabulary import Cite, FindingKind
from canmou.engine.valuesets import Certainty


def never_holds(prover: Prover, rule: Rule) -> Finding | None:
    """Return that a rule never holds, by itself or because an exception always defeats it."""
    first = prover.calendar.first(rule)
    if first is not None and can_hold(prover, rule, first):
        return None
    moments = prover.calendar.moments(rule)
    if not moments:
        return _finding(
            prover, rule, "never_fires",
            "没有一天在施行：它的施行日期与所引依据的施行日期没有重合",
            "is in force on no day: its period and those of its sources do not meet",
            None,
        )  # fmt: skip
    for moment in moments:
        if can_hold(prover, rule, moment):
            return None
    for moment in moments:
        worlds = prover.worlds(moment)
        found = prover.plainest(
            worlds, [worlds.condition_of(f"rule:{rule.id}")],
            worlds.behind_step(f"rule:{rule.id}"), file=rule.file,
        )  # fmt: skip
        if found is not None:
            return _defeated(prover, rule, moment, found)
    return _impossible(prover, rule, moments[0])


def can_hold(prover: Prover, rule: Rule, moment: Moment) -> bool:
    """Tell whether a rule can hold at a moment with nothing excepting it."""
    worlds, step = prover.worlds(moment), f"rule:{rule.id}"
    return prover.possible(worlds, [worlds.step(step)], worlds.behind_step(step))


def _defeated(prover: Prover, rule: Rule, moment: Moment, found: Found) -> Finding:
    filled = incident(found, moment, prover.rulebase)
    result = assessed(filled, prover.rulebase)
    by = next(
        (f.defeated_by for f in result.firings if f.rule == rule.id and f.kind == "rule"), ()
    ) if result is not None else ()  # fmt: skip
    names = "、".join(n.split(":", 1)[-1] for n in by)
    return _finding(
        prover, rule, "defeated",
        f"条件能成立，但每次都被例外（{names}）排除，所以从不生效",
        f"can hold, but an exception ({names}) always defeats it",
        Witness(
            incident=filled,
            shows=Text(zh=f"条件成立，但被 {names} 排除", en=f"holds, but {names} defeats it"),
        ),
    )  # fmt: skip


def _impossible(prover: Prover, rule: Rule, moment: Moment) -> Finding:
    worlds = prover.worlds(moment)
    names = worlds.behind_step(f"rule:{rule.id}")
    kept: list[object] = []
    for part in Row("", 0, prover.rulebase.conditions[f"rule:{rule.id}"]).parts:
        formula = worlds.formula(part)
        if prover.possible(worlds, [*kept, formula], names):
            kept.append(formula)
    found = prover.plainest(worlds, kept, names, file=rule.file)
    filled = incident(found, moment, prover.rulebase) if found else nothing_known(moment)
    return _finding(
        prover, rule, "never_fires",
        f"条件永远不能成立：{rule.when}", f"the condition can never hold: {rule.when}",
        Witness(
            incident=filled,
            shows=Text(
                zh="其余各项尽量成立，这条规则仍不成立",
                en="the other parts hold as far as they can, and the rule does not",
            ),
        ),
    )  # fmt: skip


def _finding(
    prover: Prover, rule: Rule, kind: FindingKind, zh: str, en: str, witness: Witness | None,
    about: str = "",
) -> Finding:  # fmt: skip
    return Finding(
        kind=kind,
        place=prover.of_rule(rule, "when"),
        entry=rule.id,
        about=about,
        message=Text(zh=zh, en=en),
        witness=witness,
    )


# -- rules that add nothing -------------------------------------------------------------------


def concluded_alike(rules: Iterable[Rule]) -> list[tuple[Rule, tuple[Rule, ...]]]:
    """Return each rule with those that conclude all that it concludes, for the same articles."""
    by_conclusion: dict[object, list[Rule]] = {}
    every = list(rules)
    for rule in every:
        for conclusion in rule.then:
            by_conclusion.setdefault(sense(conclusion), []).append(rule)
    found = []
    for rule in every:
        groups = [by_conclusion[sense(c)] for c in rule.then]
        others = [r for r in groups[0] if r is not rule and all(r in g for g in groups[1:])]
        others = [r for r in others if _as_wide(r, rule)]
        if others:
            found.append((rule, tuple(others)))
    return found


def sense(conclusion: object, exact: bool = True) -> object:
    """Return what makes two conclusions the same: for a duty all but its words.

    Unless ``exact`` the time limit does not count either.
    """
    if isinstance(conclusion, Duty):
        words = (conclusion.action, conclusion.by, conclusion.to, conclusion.modality)
        when = (conclusion.within, conclusion.if_open, conclusion.waits_at)
        return (*words, *when) if exact else words
    if isinstance(conclusion, FactConclusion):
        return conclusion.conclude
    return conclusion


def _as_wide(other: Rule, rule: Rule) -> bool:
    """Whether a rule holds wherever and for whomever another does, on the same articles."""
    if (other.area not in {None, rule.area}) or (other.office not in {None, rule.office}):
        return False
    if all(isinstance(c, FactConclusion) for c in rule.then):
        return True
    return {_article(c) for c in rule.cites} <= {_article(c) for c in other.cites}


def _article(cite: Cite) -> tuple[str, str | None]:
    return cite.source, cite.article


def adds_nothing(
    prover: Prover, rule: Rule, others: tuple[Rule, ...], told: set[str]
) -> Finding | None:
    """Return that a rule holds only where another that concludes the same holds too.

    ``told`` are rules of which this has been told already; they count for nothing any more.
    """
    left = [o for o in others if o.id not in told]
    if not left or rule.excepts:
        return None
    step = f"rule:{rule.id}"
    moments = prover.calendar.moments(rule)
    if any(holds_alone(prover, rule, left, moment) for moment in moments):
        return None
    for moment in moments:
        worlds = prover.worlds(moment)
        found = prover.plainest(worlds, [worlds.step(step)], worlds.behind_step(step).union(
            *(worlds.behind_step(f"rule:{o.id}") for o in left)), file=rule.file)  # fmt: skip
        if found is not None:
            return _covered(prover, rule, left, moment, found)
    return None


def holds_alone(prover: Prover, rule: Rule, others: Iterable[Rule], moment: Moment) -> bool:
    """Tell whether a rule can hold at a moment while none of some others does."""
    worlds, steps = prover.worlds(moment), [f"rule:{o.id}" for o in others]
    names = worlds.behind_step(f"rule:{rule.id}").union(*map(worlds.behind_step, steps))
    rest = [z3.Not(worlds.step(s)) for s in steps]
    return prover.possible(worlds, [worlds.step(f"rule:{rule.id}"), *rest], names)


def _covered(
    prover: Prover, rule: Rule, others: list[Rule], moment: Moment, found: Found
) -> Finding:
    filled = incident(found, moment, prover.rulebase)
    before = states(filled, prover.rulebase)
    by = [o.id for o in others if before.get(f"rule:{o.id}") is Certainty.CERTAIN][:1]
    both = all_certain([f"rule:{r}" for r in (rule.id, *by)], prover.rulebase)
    filled = needed(filled, both)
    names = "、".join(by)
    return _finding(
        prover, rule, "subsumed",
        f"没有作用：它成立时，得出同样结论的 {names} 也总成立",
        f"adds nothing: whenever it holds, {names} with the same conclusion holds too",
        Witness(
            incident=filled,
            shows=Text(zh=f"两条都成立：{rule.id}、{names}", en=f"both hold: {rule.id}, {names}"),
        ),
        by[0] if by else "",
    )  # fmt: skip
