"""``canmou assess`` and ``canmou grade``."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, Literal

import click
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape

from canmou.casebase import NearCase, load_cases
from canmou.cli.shared import Refused, rulebase_of
from canmou.engine import AnswerError, Facts, FactsError, RuleBase, RuleErrors, assess, grade
from canmou.engine.rulebase import yaml_nodes
from canmou.engine.wording import LEVEL_NAMES
from canmou.precedents import near_cases, result_json


def _facts(data: Any, where: str, on: str | None, at: str | None) -> Facts:
    """Return the facts of one input. Raises Refused with the place and what is allowed."""
    if not isinstance(data, dict):
        raise Refused(f"{where}: 要一个表（incident_types、on、answers …）/ a mapping is expected")
    data = dict(data)
    if on is not None:
        data["on"] = on
    if at is not None:
        data["at"] = at
    data.setdefault("on", date.today().isoformat())
    try:
        return Facts.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(p) for p in first["loc"])
        allowed = "、".join(n for n in (*Facts.model_fields, "incident_type"))
        raise Refused(f"{where}: 字段 {field}：{first['msg']}（可用字段：{allowed}）") from error


@click.command("assess")
@click.argument("file", type=str)
@click.option("--on", help="事发日期 / day of occurrence, YYYY-MM-DD")
@click.option("--at", help="研判时刻 / moment of assessment")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON / print JSON")
@click.option("--graph", "graph", type=click.Path(), help="把解释图写成 SVG / write the graph")
@click.pass_obj
def assess_command(
    knowledge: str | None, file: str, on: str | None, at: str | None, as_json: bool,
    graph: str | None,
) -> None:  # fmt: skip
    """研判一个事件 / assess an incident: FILE (YAML or JSON), or - for JSON Lines."""
    rulebase = rulebase_of(knowledge)
    if file == "-":
        _assess_lines(rulebase, on, at)
        return
    path = Path(file)
    if not path.is_file():
        raise Refused(f"{file}: 没有这个文件 / no such file")
    try:
        data = yaml_nodes.read(path, file).data
    except RuleErrors as errors:
        raise Refused(str(errors.mistakes[0])) from errors
    except UnicodeDecodeError as error:
        raise Refused(f"{file}: 不是 UTF-8 文本 / not a UTF-8 text") from error
    facts = _facts(data, file, on, at)
    try:
        result = assess(facts, rulebase)
    except (AnswerError, FactsError) as error:
        raise Refused(f"{file}: {error}") from error
    if graph is not None:
        from canmou.engine.explanation.graph import svg

        Path(graph).write_text(svg(result), encoding="utf-8")
    near = near_cases(facts, rulebase, load_cases())
    if as_json:
        click.echo(result_json(result, near))
    else:
        from canmou.engine.explanation.report import print_assessment

        console = Console()
        print_assessment(result, console)
        _print_near(near, console)


def _print_near(near: Iterable[NearCase], console: Console) -> None:
    """Print the nearest past cases: name, day, published grade, how near."""
    console.print("\n[bold]相似案例[/bold]")
    for one in near:
        grade = LEVEL_NAMES[one.case.official_grade].zh if one.case.official_grade else "未公布等级"
        console.print(
            f"  • {escape(one.case.name.zh)} [dim]{one.case.date} · {grade} · "
            f"{round(one.score * 100)}%[/dim]",
            highlight=False,
        )


def _assess_lines(rulebase: RuleBase, on: str | None, at: str | None) -> None:
    cases = load_cases()
    for number, line in enumerate(sys.stdin, start=1):
        if not line.strip():
            continue
        where = f"第 {number} 行 / line {number}"
        try:
            facts = _facts(json.loads(line), where, on, at)
            result = assess(facts, rulebase)
        except json.JSONDecodeError as error:
            click.echo(_error_line(f"{where}: JSON 读不懂 / not JSON: {error.msg}"))
        except Refused as error:
            click.echo(_error_line(error.message))
        except (AnswerError, FactsError) as error:
            click.echo(_error_line(f"{where}: {error}"))
        else:
            click.echo(result_json(result, near_cases(facts, rulebase, cases)))


def _error_line(message: str) -> str:
    return json.dumps({"error": message}, ensure_ascii=False)


@click.command("grade")
@click.argument("standard")
@click.argument("values", nargs=-1)
@click.option("--on", help="日期 / day, YYYY-MM-DD (default: today)")
@click.option("--stage", type=click.Choice(["initial", "final"]), default="final")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON / print JSON")
@click.pass_obj
def grade_command(
    knowledge: str | None, standard: str, values: tuple[str, ...], on: str | None,
    stage: Literal["initial", "final"],
    as_json: bool,
) -> None:  # fmt: skip
    """按一个标准分级 / grade by one standard: STANDARD MEASURE=VALUE …, or - for JSON Lines."""
    rulebase = rulebase_of(knowledge)
    if standard == "-":
        for number, line in enumerate(sys.stdin, start=1):
            if line.strip():
                click.echo(_grade_line(rulebase, line, number, on))
        return
    answers: dict[str, Any] = {}
    for item in values:
        name, separator, value = item.partition("=")
        if not separator:
            raise Refused(f"{item}: 写成 要素=值 / write MEASURE=VALUE, such as deaths=3")
        if name.endswith((">", "<")):
            name, value = name[:-1], f"{name[-1]}={value}"
        if name.strip() in answers:
            raise Refused(f"{item}: {name.strip()} 写了两次 / is given twice")
        answers[name.strip()] = value.strip()
    try:
        day = date.fromisoformat(on) if on else date.today()
        result = grade(standard, answers, rulebase, day, stage)
    except (AnswerError, FactsError) as error:
        raise Refused(str(error)) from error
    except ValueError as error:
        raise Refused(f"--on {on}: 日期写成 2026-11-22 / write a day as 2026-11-22") from error
    if as_json:
        click.echo(result.model_dump_json())
    else:
        low, high = result.at_least or "—", result.at_most or "—"
        click.echo(f"{result.standard}: {result.state} {low}..{high}  {result.because.zh}")


def _grade_line(rulebase: RuleBase, line: str, number: int, on: str | None) -> str:
    where = f"第 {number} 行 / line {number}"
    try:
        data = json.loads(line)
        day = date.fromisoformat(str(data.get("on") or on or date.today().isoformat())[:10])
        result = grade(
            str(data["standard"]),
            data.get("answers") or {},
            rulebase,
            day,
            data.get("stage", "final"),
        )
    except (AnswerError, FactsError) as error:
        return _error_line(f"{where}: {error}")
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        return _error_line(
            f'{where}: 要 {{"standard", "answers", "on"}} / expected that form ({error})'
        )
    return result.model_dump_json()
