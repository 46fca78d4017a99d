"""Rules and standards that no scenario names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from canmou.engine.proving.findings import Finding, Witness
from canmou.engine.proving.prover import Prover
from canmou.engine.proving.tables import Table, outcome
from canmou.engine.proving.witnesses import all_certain, incident, needed
from canmou.engine.records import Text
from canmou.engine.rulebase.conditions import RANKS, Always
from canmou.engine.rulebase.records import (
    FactConclusion,
    LeadConclusion,
    NoteConclusion,
    Rule,
    Standard,
)
from canmou.engine.rulebase.rulebase import RuleBase


class Named:
    """What the scenarios name: rules, standards, derived names, leaders, words of notes.

    A table of one rule counts by the cases in which it holds; a line of ``asks`` says what a rule
    asks and not when, so that it counts where a rule always holds.
    """

    def __init__(self, rulebase: RuleBase) -> None:
        self.rules: set[str] = set()
        self.standards: set[str] = set()
        self.facts: set[str] = set()
        self.leaders: set[str] = set()
        self.notes: set[str] = set()
        for scenario in rulebase.scenarios:
            always = (r for r in scenario.asks if rulebase.conditions.get(f"rule:{r}") == Always())
            self.rules.update(always)
            if scenario.rule is not None and scenario.holds:
                self.rules.add(scenario.rule)
                self.standards.add(rulebase.standard_id(scenario.rule) or "")
            if scenario.standard is not None:
                self.standards.add(rulebase.standard_id(scenario.standard) or "")
            expect = scenario.expect
            if expect is not None:
                self.rules |= expect.open.union(expect.duties)
                self.standards |= {rulebase.standard_id(s) or "" for s in expect.grades}
                self.facts |= set(expect.facts)
                self.leaders |= set(expect.lead.values())
                self.notes |= set(expect.notes)

    def has(self, rule: Rule) -> bool:
        """Whether some scenario says that a rule holds, or that what it concludes does."""
        if rule.id in self.rules:
            return True
        return any(self._concluded(c) for c in rule.then)

    def _concluded(self, conclusion: object) -> bool:
        if isinstance(conclusion, FactConclusion):
            return conclusion.conclude in self.facts
        if isinstance(conclusion, NoteConclusion):
            return any(words in conclusion.note.zh for words in self.notes)
        if isinstance(conclusion, LeadConclusion):
            lead = conclusion.lead
            return bool({lead.authority, lead.department, lead.commander} & self.leaders)
        return False


def without_scenario(
    prover: Prover, rules: Iterable[Rule], standards: Iterable[Standard]
) -> Iterator[Finding]:
    """Yield the rules and standards that no scenario names, each with an incident to begin with."""
    named = Named(prover.rulebase)
    for rule in rules:
        if not named.has(rule):
            witness = _rule_witness(prover, rule)
            if witness is not None:
                yield Finding(
                    kind="no_scenario",
                    place=prover.of_rule(rule),
                    entry=rule.id,
                    message=Text(
                        zh=f"没有情景写明“{rule.title.zh}”何时成立",
                        en=f'no scenario says when "{rule.title.en}" holds',
                    ),
                    witness=witness,
                )
    for standard in standards:
        if standard.standard not in named.standards and standard.levels:
            yield Finding(
                kind="no_scenario",
                place=prover.of_standard(standard),
                entry=standard.standard,
                message=Text(
                    zh=f"没有情景写明“{standard.title.zh}”的等级",
                    en=f'no scenario gives a level of "{standard.title.en}"',
                ),
                witness=_standard_witness(prover, standard),
            )


def _rule_witness(prover: Prover, rule: Rule) -> Witness | None:
    step = f"rule:{rule.id}"
    for moment in prover.calendar.moments(rule):
        worlds = prover.worlds(moment)
        found = prover.plainest(
            worlds, [worlds.step(step)], worlds.behind_step(step), file=rule.file
        )
        if found is None:
            continue
        filled = needed(
            incident(found, moment, prover.rulebase), all_certain([step], prover.rulebase)
        )
        shows = Text(zh=f"{rule.id} 成立，没有情景管着它", en=f"{rule.id} holds, unwatched")
        return Witness(incident=filled, shows=shows)
    return None


def _standard_witness(prover: Prover, standard: Standard) -> Witness | None:
    moment = prover.calendar.first(standard)
    if moment is None:
        return None
    table = Table(prover, standard, moment)
    for level in reversed(table.levels):
        found = table.plainest(table.rank() == RANKS[level])
        if found is not None:
            filled = table.filled(found)
            return table.witness(filled, outcome(table.rank_in(filled)))
    return None
