"""Running the scenarios that lie beside the rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from canmou.engine.answers import AnswerError
from canmou.engine.assembling.questions import mildest
from canmou.engine.assessing import assess
from canmou.engine.assessment import Assessment, Grade, Overall
from canmou.engine.facts import Facts
from canmou.engine.grading_alone import GradeAlone, grade
from canmou.engine.inference.run import FactsError
from canmou.engine.records import Record
from canmou.engine.rulebase.conditions import GRADE, names_read
from canmou.engine.rulebase.records import Scenario
from canmou.engine.rulebase.rulebase import RuleBase
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
    """Try each line of a threshold table: measures that are not given have their mildest value."""
    identifier = rulebase.standard_id(str(scenario.standard)) or ""
    standard = rulebase.standards[identifier]
    table = standard
    if not standard.levels and standard.falls_back_on:
        table = rulebase.standards[standard.falls_back_on]
    names = frozenset().union(
        *(
            names_read(rulebase.conditions[f"level:{table.standard}:{level}"])
            for level in table.levels
        )
    )
    for example in scenario.examples:
        given = dict(example.given)
        if scenario.others == "least":
            for name in sorted(names):
                for part in _parts(name, rulebase):
                    if part not in {rulebase.measure_id(g) for g in given}:
                        value = _mildest_answer(part, rulebase)
                        if value is not None:
                            given[part] = value
        result = grade(identifier, given, rulebase, scenario.on, example.stage)
        found = described(result)
        if found != example.level:
            shown = ", ".join(f"{k}={v}" for k, v in example.given.items())
            yield _failure(scenario, f"{shown} → {example.level}", found)


def _parts(name: str, rulebase: RuleBase) -> tuple[str, ...]:
    measure = rulebase.measures.get(name)
    if measure is None or name.startswith(GRADE) or measure.derived:
        return ()
    return measure.sum_of or (name,)


def _mildest_answer(name: str, rulebase: RuleBase) -> object:
    measure = rulebase.measures[name]
    if measure.type == "yes_no":
        return measure.worse == "lower"
    known = mildest(measure)
    if isinstance(known, Interval) and known.is_exact:
        return known.low
    if isinstance(known, Choices) and known.is_exact:
        return next(iter(known.values))
    return None


def _incident(rulebase: RuleBase, scenario: Scenario) -> Iterator[Failure]:
    facts = Facts(
        incident_types=scenario.incident_types,
        status=scenario.status,
        stage=scenario.stage,
        on=scenario.on,
        at=datetime.fromisoformat(scenario.at) if scenario.at else None,
        place=dict(scenario.place),
        office=scenario.office,
        answers=scenario.answers,
    )
    result = assess(facts, rulebase)
    expected = scenario.expect
    if expected is None:
        return
    if expected.overall is not None and described(result.overall) != expected.overall:
        yield _failure(scenario, f"overall {expected.overall}", described(result.overall))
    yield from _grades(scenario, result)
    yield from _duties(scenario, result)
    yield from _facts(scenario, result)


def _grades(scenario: Scenario, result: Assessment) -> Iterator[Failure]:
    assert scenario.expect is not None  # noqa: S101
    by_standard = {g.standard: described(g) for g in (*result.grades, *result.signals)}
    for standard, level in scenario.expect.grades.items():
        found = by_standard.get(standard, "absent")
        if found != level:
            yield _failure(scenario, f"{standard} {level}", found)


def _duties(scenario: Scenario, result: Assessment) -> Iterator[Failure]:
    assert scenario.expect is not None  # noqa: S101
    status = {f.rule: f.status for f in result.firings if f.kind == "rule"}
    for rules, wanted in (
        (scenario.expect.duties, "certain"),
        (scenario.expect.possible, "open"),
        (scenario.expect.no_duties, None),
    ):
        for rule in rules:
            found = status.get(rule)
            if found == "defeated":
                found = None
            if found != wanted:
                yield _failure(scenario, f"{rule} {wanted or '不出现'}", found or "不出现")


def _facts(scenario: Scenario, result: Assessment) -> Iterator[Failure]:
    assert scenario.expect is not None  # noqa: S101
    state = {f.name: f.state for f in result.facts}
    for name in scenario.expect.facts:
        if state.get(name) != "certain":
            yield _failure(scenario, f"{name} certain", state.get(name, "impossible"))
    for name in scenario.expect.no_facts:
        if state.get(name, "impossible") == "certain":
            yield _failure(scenario, f"{name} 不确定成立", "certain")
    for part, party in scenario.expect.lead.items():
        found = {p.party: p.status for p in getattr(result.lead, part)}
        if found.get(party) != "certain":
            yield _failure(scenario, f"{part} {party}", str(found or "无"))
    texts = " ".join(n.text.zh for n in result.notes)
    for words in scenario.expect.notes:
        if words not in texts:
            yield _failure(scenario, f"提示 “{words}”", texts or "无提示")
