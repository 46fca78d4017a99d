"""Running the scenarios that lie beside the rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from canmou.engine.answers import AnswerError
from canmou.engine.assembling.duty_asks import acted_on
from canmou.engine.assembling.notes import notes
from canmou.engine.assembling.questions import mildest
from canmou.engine.assessment import Grade, Overall
from canmou.engine.facts import Facts
from canmou.engine.grading_alone import GradeAlone, grade
from canmou.engine.inference.run import FactsError, Run, run
from canmou.engine.records import Record
from canmou.engine.rulebase.conditions import GRADE, names_read
from canmou.engine.rulebase.outcomes import fact_of, grade_of, lead_of, overall_of, status_of
from canmou.engine.rulebase.rule_alone import unlike_alone
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.rulebase.scenario_records import Example, Scenario
from canmou.engine.rulebase.tables import unlike_tables
from canmou.engine.valuesets import Choices, Interval


class Failure(Record):
    """A scenario that does not come out as it says."""

    file: str
    line: int
    name: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.name}: 应为 {self.expected}，得出 {self.found}"


def run_scenarios(rulebase: RuleBase, scenarios: Iterable[Scenario]) -> Iterator[Failure]:
    """Yield what does not come out as the scenarios say."""
    for scenario in scenarios:
        try:
            if scenario.standard is not None:
                yield from _examples(rulebase, scenario)
            elif scenario.rule is not None:
                found = unlike_alone(scenario, rulebase)
                yield from (_failure(scenario, *pair) for pair in found)
            elif scenario.asks or scenario.in_force:
                found = unlike_tables(scenario, rulebase)
                yield from (_failure(scenario, *pair) for pair in found)
            else:
                yield from _incident(rulebase, scenario)
        except (AnswerError, FactsError) as error:
            yield _failure(scenario, "可以使用的回答 / usable answers", error.text.zh)


def _failure(scenario: Scenario, expected: str, found: str) -> Failure:
    return Failure(
        file=scenario.file,
        line=scenario.line,
        name=scenario.name.zh,
        expected=expected,
        found=found,
    )


def described(result: Grade | Overall | GradeAlone) -> str:
    """Return a grade in the short form of scenarios.

    ``III``, ``III..I``, ``below``, ``open`` or ``not_graded``.
    """
    if result.state == "graded":
        at_least, at_most = result.at_least, result.at_most
        return str(at_least) if at_least == at_most else f"{at_least}..{at_most}"
    return {"below_lowest": "below", "open": "open", "not_graded": "not_graded"}[result.state]


def _examples(rulebase: RuleBase, scenario: Scenario) -> Iterator[Failure]:
    """Try each line of a threshold table."""
    identifier = rulebase.standard_id(str(scenario.standard)) or ""
    for example, given in examples_of(rulebase, scenario):
        found = described(
            grade(identifier, given, rulebase, scenario.on, example.stage, scenario.incident_types)
        )
        if found != example.level:
            shown = ", ".join(f"{k}={v}" for k, v in example.given.items())
            yield _failure(scenario, f"{shown} → {example.level}", found)


def examples_of(
    rulebase: RuleBase, scenario: Scenario
) -> Iterator[tuple[Example, dict[str, object]]]:
    """Yield the lines of a threshold table with all answers.

    Measures that are not given have their mildest value.
    """
    standard = rulebase.standards[rulebase.standard_id(str(scenario.standard)) or ""]
    table = rulebase.table_of(standard)
    names = frozenset().union(
        *(
            names_read(rulebase.conditions[f"level:{table.standard}:{level}"])
            for level in table.levels
        )
    )
    for example in scenario.examples:
        given = dict(example.given)
        if scenario.others == "least":
            known = {rulebase.measure_id(g) for g in given}
            for part in sorted({p for name in names for p in _parts(name, rulebase)}):
                value = mildest_answer(part, rulebase)
                if part not in known and value is not None:
                    given[part] = value
        yield example, given


def _parts(name: str, rulebase: RuleBase) -> tuple[str, ...]:
    measure = rulebase.measures.get(name)
    if measure is None or name.startswith(GRADE) or measure.derived:
        return ()
    return measure.sum_of or (name,)


def mildest_answer(name: str, rulebase: RuleBase) -> object:
    """Return the least serious value of a measure, None where there is no such value."""
    measure = rulebase.measures[name]
    if measure.type == "yes_no":
        return measure.worse == "lower"
    known = mildest(measure)
    if isinstance(known, Interval) and known.is_exact:
        return known.low
    if isinstance(known, Choices) and known.is_exact:
        return next(iter(known.values))
    return None


def incident_facts(scenario: Scenario) -> Facts:
    """Return the facts of the incident that a scenario describes."""
    return Facts(
        incident_types=scenario.incident_types,
        status=scenario.status,
        stage=scenario.stage,
        on=scenario.on,
        at=datetime.fromisoformat(scenario.at) if scenario.at else None,
        place=dict(scenario.place),
        office=scenario.office,
        answers=scenario.answers,
    )


def _incident(rulebase: RuleBase, scenario: Scenario) -> Iterator[Failure]:
    done = run(incident_facts(scenario), rulebase)
    for expected, found in unmet(scenario, done, rulebase):
        yield _failure(scenario, expected, found)


def unmet(scenario: Scenario, done: Run, rulebase: RuleBase) -> Iterator[tuple[str, str]]:
    """Yield what a scenario expects of a run and what the run gives, where they differ."""
    expected = scenario.expect
    if expected is None:
        return
    if expected.overall is not None and overall_of(done) != expected.overall:
        yield f"overall {expected.overall}", overall_of(done)
    for standard, level in expected.grades.items():
        if grade_of(done, standard) != level:
            yield f"{standard} {level}", grade_of(done, standard)
    for rules, wanted in (
        (expected.duties, "certain"),
        (sorted(expected.open), "open"),
        (expected.no_duties, None),
    ):
        for rule in rules:
            found = status_of(done, rule)
            if found != wanted:
                yield f"{rule} {wanted or '不出现'}", found or "不出现"
    for rules, wanted, other in (
        (expected.acted_on, "acted_on", "waiting"),
        (expected.waiting, "waiting", "acted_on"),
    ):
        for rule in rules:
            acts = acted_on(rule, done, rulebase)
            if status_of(done, rule) == "open" and acts is not (wanted == "acted_on"):
                yield f"{rule} {wanted}", other
    for name in expected.facts:
        if fact_of(done, name) != "certain":
            yield f"{name} certain", fact_of(done, name) or "impossible"
    for name in expected.no_facts:
        if fact_of(done, name) == "certain":
            yield f"{name} 不确定成立", "certain"
    for part, party in expected.lead.items():
        found = lead_of(done, part).get(party)
        if found != "certain":
            yield f"{part} {party}", str(found or "无")
    if expected.notes:
        texts = " ".join(n.text.zh for n in notes(done, rulebase))
        for words in expected.notes:
            if words not in texts:
                yield f"提示 “{words}”", texts or "无提示"
