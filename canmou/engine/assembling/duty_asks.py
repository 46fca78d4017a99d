"""What the rules of a program ask of whom: certain, open, or to be done while it is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from canmou.engine.assembling.evidence import asked
from canmou.engine.assembling.questions import worst_for_people
from canmou.engine.assembling.type_share import open_types, type_share
from canmou.engine.inference.program import Step
from canmou.engine.inference.run import Run
from canmou.engine.rulebase.conditions import GRADE, REPORTING_GRADE, STATUS, names_read
from canmou.engine.rulebase.records import Duty, Rule, duty_key
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.valuesets import YES, Certainty, Choices, ValueSet


@dataclass(frozen=True, slots=True, eq=False)
class Ask:
    """One duty that one rule of a program may ask of one party.

    ``told_by_status`` are the derived names in its condition that go back to the status,
    ``share`` is for which share of the types that the incident may be the rule can hold.
    """

    step: Step
    rule: Rule
    duty: Duty
    party: str
    hangs_on_grade: bool
    told_by_status: frozenset[str]
    share: float


class Asked(NamedTuple):
    """A duty that a rule asks for in a run, certain or open, before merging."""

    ask: Ask
    state: Certainty
    act_now: bool
    waits: tuple[str, ...]
    group: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Asks:
    """What the rules of a program may ask for, by duty, and which duties a step bears on.

    ``on_grade`` are the duties that hang on a grade, ``roles`` the parties that are roles.
    """

    by_duty: Mapping[str, tuple[Ask, ...]]
    of_step: Mapping[str, tuple[str, ...]]
    on_grade: frozenset[str]
    roles: tuple[str, ...]


def asks_of(done: Run, rulebase: RuleBase) -> Asks:
    """Return for each duty of a program the rules that may ask for it, in inference order."""
    found: dict[str, list[Ask]] = {}
    leaves = open_types(done)
    for step in done.program.order:
        if not isinstance(step, Step) or step.kind != "rule":
            continue
        rule = done.program.rules[step.owner]
        names = names_read(step.condition)
        hangs = any(n in (GRADE, REPORTING_GRADE) or n.startswith(f"{GRADE}(") for n in names)
        told = names & rulebase.told_by_status
        for duty in rule.then:
            if isinstance(duty, Duty):
                for party in duty.by:
                    share = type_share(step.condition, leaves)
                    found.setdefault(duty_key(duty, party), []).append(
                        Ask(step, rule, duty, party, hangs, told, share)
                    )
    of_step: dict[str, list[str]] = {}
    for key, asks in found.items():
        for ask in asks:
            of_step.setdefault(ask.step.id, []).append(key)
    parties = sorted({ask.party for asks in found.values() for ask in asks})
    return Asks(
        by_duty={key: tuple(asks) for key, asks in found.items()},
        of_step={step: tuple(keys) for step, keys in of_step.items()},
        on_grade=frozenset(k for k, asks in found.items() if any(a.hangs_on_grade for a in asks)),
        roles=tuple(party for party in parties if rulebase.parties[party].role),
    )


def asked_of(
    ask: Ask,
    state: Certainty,
    people: People,
    group_of: Mapping[str, str],
    done: Run,
    rulebase: RuleBase,
) -> Asked:
    """Return what a rule asks for in a run, when its condition has ``state``."""
    certain = state is Certainty.CERTAIN
    at_once = ask.duty.if_open == "act" and not _waits(ask, done)
    return Asked(
        ask=ask,
        state=state,
        act_now=certain or (at_once and people.make_possible(ask)),
        waits=() if certain else asked(ask.step, done, rulebase),
        group=group_of.get(ask.rule.id),
    )


def acted_on(rule: str, done: Run, rulebase: RuleBase) -> bool:
    """Whether some duty of a rule is done in a run: certain, or open and done as if it held."""
    people = People(done, rulebase)
    state = done.trace.states.get(f"rule:{rule}", Certainty.IMPOSSIBLE)
    return state is not Certainty.IMPOSSIBLE and any(
        asked_of(ask, state, people, {}, done, rulebase).act_now
        for asks in asks_of(done, rulebase).by_duty.values()
        for ask in asks
        if ask.rule.id == rule
    )


def _waits(ask: Ask, done: Run) -> bool:
    """Whether the status is for certain one at which the duty waits while its condition is open.

    It does not wait once something in its condition that the status alone leaves open is certain:
    with somebody known to be trapped, rescue goes on under control as it did before.
    """
    env = done.trace.env
    status = env.get(STATUS)
    if not isinstance(status, Choices):
        return False
    waits = status.among(frozenset(ask.duty.waits_at)) is Certainty.CERTAIN
    return waits and not any(env.get(name) == YES for name in ask.told_by_status)


class People:
    """Whether an open duty is done as if its condition held (先按可能情形办).

    A clock that hangs on a grade runs only while people who are trapped, missing or threatened
    make that grade possible; unknown money alone never starts it.
    """

    def __init__(self, done: Run, rulebase: RuleBase) -> None:
        self._done, self._rulebase = done, rulebase
        self._states: dict[str, bool] = {}

    @cached_property
    def _worst(self) -> dict[str, ValueSet] | None:
        return worst_for_people(self._done, self._rulebase)

    def make_possible(self, ask: Ask) -> bool:
        """Whether what people may suffer makes the condition of an open duty possible."""
        if not ask.hangs_on_grade:
            return True
        known = self._states.get(ask.step.id)
        if known is None:
            worst = self._worst
            known = worst is not None and ask.step.condition.evaluate(worst) > 0
            self._states[ask.step.id] = known
        return known
