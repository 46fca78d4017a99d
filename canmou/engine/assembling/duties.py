"""Duties: merged over rules, roles resolved, the most urgent first."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from operator import attrgetter

from canmou.engine.assembling.duty_asks import Asks, People, asked_of, asks_of
from canmou.engine.assembling.duty_lines import Line, line_of
from canmou.engine.assembling.evidence import state_in
from canmou.engine.assembling.leading import resolved
from canmou.engine.assessment import DutyLine, LeadResult
from canmou.engine.inference.pool import Kept
from canmou.engine.inference.run import Run
from canmou.engine.rulebase.conditions import STATUS
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.rulebase.vocabulary import BEGINS
from canmou.engine.valuesets import Certainty


def duties(done: Run, rulebase: RuleBase, leading: LeadResult) -> tuple[DutyLine, ...]:
    """Return the duties of all levels; the same action, party and object are shown once."""
    asks = done.program.memory.of("asks", None, lambda: asks_of(done, rulebase))
    group_of = {
        rule: group
        for group, choose in done.program.chooses.items()
        for rule in choose.choose.items
        if state_in(done, f"choose:{group}") > 0
    }
    who = {party: resolved(party, leading, rulebase) for party in asks.roles}
    moments = (done.facts.learned_at, *(done.trace.env.get(m) for m in BEGINS.values()))
    people = People(done, rulebase)
    rests_on = (group_of, who, moments, done.trace.env.get(STATUS))
    lines, to_make = _kept(asks, rests_on, done)
    for key in to_make:
        everyone = asks.by_duty[key]
        asked_for = [
            asked_of(ask, state, people, group_of, done, rulebase)
            for ask in everyone
            if (state := done.trace.states.get(ask.step.id, Certainty.IMPOSSIBLE))
        ]
        if not asked_for:
            lines.pop(key, None)
            continue
        party = everyone[0].party
        parties = who.get(party, (party,))
        lines[key] = done.program.memory.of(
            ("duty", key),
            (asked_for, parties, moments),
            partial(line_of, key, asked_for, parties, done, rulebase),
        )
    done.made.duties = Kept(rests_on, lines)
    return tuple(found.line for found in sorted(lines.values(), key=attrgetter("order")))


def _kept(asks: Asks, rests_on: object, done: Run) -> tuple[dict[str, Line], Iterable[str]]:
    """Return the lines of an earlier run of the engine, and the duties to be made anew."""
    if done.made.earlier is None or done.made.earlier[0].rests_on != rests_on:
        return {}, asks.by_duty
    earlier, affected = done.made.earlier
    touched = (asks.of_step.get(step, ()) for step in affected)
    return dict(earlier.lines), sorted(asks.on_grade.union(*touched))
