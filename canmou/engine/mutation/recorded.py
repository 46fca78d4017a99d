"""The scenarios run once on the rules as they are, and which of them can see a rule."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from canmou.engine.facts import Facts
from canmou.engine.grading_alone import facts_alone, standards_read
from canmou.engine.inference.run import Run
from canmou.engine.mutation.replaying import replayed
from canmou.engine.rulebase.conditions import names_read
from canmou.engine.rulebase.records import FactConclusion, LeadConclusion, NoteConclusion, Rule
from canmou.engine.rulebase.rule_alone import case_env, key_of
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.rulebase.scenario_records import Scenario
from canmou.engine.rulebase.scenarios import examples_of, incident_facts
from canmou.engine.valuesets import Certainty, ValueSet


@dataclass(frozen=True)
class Line:
    """One line of a threshold table: the run of its standard alone and the level expected."""

    standard: str
    level: str
    facts: Facts
    only: tuple[str, ...]
    run: Run


@dataclass(frozen=True)
class Case:
    """One case of a rule alone."""

    env: dict[str, ValueSet]
    wanted: Certainty


@dataclass
class Recorded:
    """All scenarios with their runs.

    ``mentions`` leads from a rule to the incidents whose expectations name it, ``lines`` from a
    standard to its table, ``cases`` from a condition to its cases, ``asks`` from a rule to the
    lines written from the law, ``periods`` likewise.
    """

    rulebase: RuleBase
    incidents: list[tuple[Scenario, Run]] = field(default_factory=list)
    mentions: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    lines: dict[str, list[Line]] = field(default_factory=lambda: defaultdict(list))
    cases: dict[str, list[Case]] = field(default_factory=lambda: defaultdict(list))
    asks: dict[str, list[tuple[str, ...]]] = field(default_factory=lambda: defaultdict(list))
    periods: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def record(rulebase: RuleBase) -> Recorded:
    """Run every scenario once."""
    found = Recorded(rulebase)
    for scenario in rulebase.scenarios:
        if scenario.standard is not None:
            _lines(found, scenario)
        elif scenario.rule is not None:
            key = key_of(rulebase, scenario.rule)
            names = names_read(rulebase.conditions[key])
            for cases, wanted in ((scenario.holds, Certainty.CERTAIN),
                                  (scenario.holds_not, Certainty.IMPOSSIBLE)):  # fmt: skip
                for given in cases:
                    found.cases[key].append(Case(case_env(names, given, rulebase), wanted))
        elif scenario.asks or scenario.in_force:
            for name, said in scenario.asks.items():
                found.asks[name].append(said)
            for name, period in scenario.in_force.items():
                found.periods[name].append(period)
        elif scenario.expect is not None:
            run = replayed(incident_facts(scenario), rulebase)
            expected = scenario.expect
            for rule in expected.rules:
                found.mentions[rule].append(len(found.incidents))
            found.incidents.append((scenario, run))
    return found


def _lines(found: Recorded, scenario: Scenario) -> None:
    rulebase = found.rulebase
    identifier = rulebase.standard_id(str(scenario.standard)) or ""
    only = standards_read(identifier, rulebase)
    for example, given in examples_of(rulebase, scenario):
        facts = facts_alone(
            identifier, given, rulebase, scenario.on, example.stage, scenario.incident_types
        )
        line = Line(identifier, example.level, facts, only, replayed(facts, rulebase, only))
        for standard in only:
            found.lines[standard].append(line)
            table = rulebase.standards[standard].falls_back_on
            if table is not None and table not in only:
                found.lines[table].append(line)


def only_duties(rule: Rule) -> bool:
    """Whether nothing rests on a rule: it concludes duties and is no exception to another."""
    others = FactConclusion | LeadConclusion | NoteConclusion
    return not rule.excepts and not any(isinstance(c, others) for c in rule.then)
