"""What can be done in a drill: what the rules ask for, what they forbid, and what is beside it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable

from canmou.drill.expected import NOT_AN_ACT, Expected, is_own
from canmou.drill.records import Scenario, Temptation
from canmou.engine.assessment import Assessment
from canmou.engine.records import Record, Text
from canmou.engine.rulebase.records import Duty
from canmou.engine.rulebase.rulebase import RuleBase

MORE_ASKED = 4
DECOYS = 5
USUAL = 2
"""How many rules must ask an act of such offices for it to be a likely mistake."""
DECOY_KINDS = {"keep_out", "move", "rescue", "care", "inform", "supply", "protect", "command"}


class MenuItem(Record):
    """One act to choose, in neutral words; nothing in it tells whether it is right."""

    action: str
    text: Text


def menu(
    assessment: Assessment, rulebase: RuleBase, scenario: Scenario, wanted: Expected
) -> tuple[MenuItem, ...]:
    """Return the acts to choose from, in an order that gives nothing away.

    The first duties of the office, some further ones, the acts that tempt, and some that no rule
    asks for in this situation. The same scenario and situation give the same menu.
    """
    own = [
        d.action
        for d in assessment.duties
        if is_own(d, scenario.level, rulebase)
        and d.kind not in NOT_AN_ACT
        and d.modality in {"must", "should"}
        and (d.status == "certain" or d.act_now)
    ]
    first = [duty.action for duty in wanted.first]
    further = [a for a in dict.fromkeys(own) if a not in first][:MORE_ASKED]
    instead = [s.instead for s in scenario.silences if s.instead is not None]
    tempting = {t.action: t.text for t in scenario.temptations}
    named = [*dict.fromkeys([*first, *further, *instead, *tempting])]
    named += _decoys(rulebase, wanted, named, scenario.id, scenario.level)
    items = [
        MenuItem(action=name, text=tempting.get(name, rulebase.actions[name].label))
        for name in named
    ]
    return tuple(sorted(items, key=lambda item: _shuffled(scenario.id, item.action)))


def tempting_acts(assessment: Assessment, rulebase: RuleBase) -> tuple[Temptation, ...]:
    """Return what the rules forbid here in their own words: what tempts in a drill of a case."""
    found = dict.fromkeys(
        d.action
        for d in assessment.duties
        if d.modality == "must_not" and d.kind in DECOY_KINDS and _now(d.status, d.act_now)
    )
    return tuple(Temptation(action=a, text=rulebase.actions[a].label) for a in found)[:MORE_ASKED]


def _now(status: str, act_now: bool) -> bool:
    return status == "certain" or act_now


def _decoys(
    rulebase: RuleBase, wanted: Expected, taken: Iterable[str], seed: str, level: str
) -> list[str]:
    """Return what such an office often has to do, but not in this situation."""
    forbidden = {duty.action for duty in wanted.forbidden}
    out = {*wanted.asked_actions, *forbidden, *taken}
    times = Counter(
        conclusion.action
        for rule in rulebase.rules.values()
        for conclusion in rule.then
        if isinstance(conclusion, Duty)
        and conclusion.modality in {"must", "should"}
        and any(rulebase.parties[name].level == level for name in conclusion.by)
    )
    free = [
        name
        for name, action in rulebase.actions.items()
        if name not in out and action.kind in DECOY_KINDS and times[name] >= USUAL
    ]
    return sorted(free, key=lambda name: _shuffled(f"decoy {seed}", name))[:DECOYS]


def _shuffled(seed: str, name: str) -> str:
    return hashlib.sha256(f"{seed} {name}".encode()).hexdigest()
