"""The drills that ship as files: read, checked against the names that the rules know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from canmou.drill.records import Scenario
from canmou.drill.situation import facts_of
from canmou.engine.answers import AnswerError, answer_set
from canmou.engine.records import Text
from canmou.engine.rulebase.rulebase import RuleBase

SCENARIOS = Path(__file__).with_name("scenarios")
CHECKED_ON = datetime(2026, 11, 1, 8)


class ScenarioError(Exception):
    """A drill file cannot be used; ``problems`` says where and what."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        joined = "\n".join(problems)
        self.text = Text(zh=f"演练脚本有误：\n{joined}", en=f"A drill file is wrong:\n{joined}")
        super().__init__(joined)


def load_scenarios(folder: Path = SCENARIOS) -> tuple[Scenario, ...]:
    """Return the drills of a folder, by id. Raises ScenarioError with every mistake."""
    problems: list[str] = []
    found: dict[str, Scenario] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            content = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
            scenario = Scenario.model_validate(content)
        except (YAMLError, UnicodeDecodeError) as error:
            problems.append(f"{path.name}: {error}")
            continue
        except ValidationError as error:
            problems.extend(
                f"{path.name}: {'.'.join(str(s) for s in one['loc'])}: {one['msg']}"
                for one in error.errors()
            )
            continue
        if scenario.id != path.stem:
            problems.append(
                f"{path.name}: id 应与文件名相同 / the id must be that of the file: {scenario.id}"
            )
        found[scenario.id] = scenario
    if problems:
        raise ScenarioError(tuple(problems))
    return tuple(found[name] for name in sorted(found))


def problems_of(scenario: Scenario, rulebase: RuleBase) -> tuple[str, ...]:
    """Return what a drill names that the rules do not know; nothing when all is well."""
    return tuple(_problems(scenario, rulebase))


def _problems(scenario: Scenario, rules: RuleBase) -> Iterator[str]:
    for name in scenario.incident_types:
        if rules.type_id(name) is None:
            yield _unknown(name, "事件类型", "incident type", rules.incident_types)
    contacts = {contact.id for contact in scenario.contacts}
    for silence in scenario.silences:
        if silence.party not in rules.parties and silence.party not in contacts:
            yield _unknown(silence.party, "责任单位", "party", [*rules.parties, *contacts])
        if silence.instead is not None and silence.instead not in rules.actions:
            yield _unknown(silence.instead, "行动", "action", rules.actions)
    for tempting in scenario.temptations:
        if tempting.action not in rules.actions:
            yield _unknown(tempting.action, "行动", "action", rules.actions)
    given = [scenario.answers, *(inject.answers for inject in scenario.injects)]
    for answers in given:
        yield from _answers(answers, rules)
    facts_of(scenario, scenario.injects, CHECKED_ON)


def _answers(answers: dict[str, object], rules: RuleBase) -> Iterator[str]:
    for name, value in answers.items():
        known = rules.measure_id(name)
        if known is None or rules.measures[known].derived:
            yield _unknown(name, "要素", "measure", rules.measures)
            continue
        try:
            answer_set(rules.measures[known], {"statements": [{"value": value}]})
        except AnswerError as error:
            yield str(error)


def _unknown(name: str, zh: str, en: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), n=1)
    hint = f"，是否为 {near[0]}？ / did you mean {near[0]}?" if near else ""
    return f'未知{zh} "{name}" / unknown {en}{hint}'
