"""``canmou backtest``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from canmou.casebase import PastCase, Verdict, backtest, backtest_table, load_cases, summary
from canmou.cli.shared import rulebase_of
from canmou.engine import Facts, assess


@click.command("backtest")
@click.argument("cases", required=False, type=click.Path(path_type=Path, exists=True))
@click.option("--json", "as_json", is_flag=True, help="输出 JSON / print JSON")
@click.option("--min-agreement", type=float, help="低于此百分比即失败 / fail below this percentage")
@click.pass_obj
def backtest_command(
    knowledge: str | None, cases: Path | None, as_json: bool, min_agreement: float | None
) -> None:
    """用历史案例检验分级 / assess past cases and compare with the published grades."""
    rulebase = rulebase_of(knowledge)

    def judged(case: PastCase) -> Verdict:
        return Verdict.of_json(json.loads(assess(_facts(case), rulebase).model_dump_json()))

    result = backtest(load_cases(cases) if cases else load_cases(), judged)
    if as_json:
        click.echo(result.model_dump_json())
    else:
        console = Console()
        console.print(backtest_table(result))
        sentence = summary(result)
        click.echo(sentence.zh)
        click.echo(sentence.en)
    if min_agreement is not None and (result.agreement or 0) < min_agreement:
        raise SystemExit(1)


def _facts(case: PastCase) -> Facts:
    data: dict[str, Any] = {
        "incident_types": case.incident_types,
        "status": "occurred",
        "stage": case.figures.stage,
        "on": case.date,
        "place": case.place.model_dump(exclude_none=True),
        "answers": case.figures.measures,
    }
    return Facts.model_validate(data)
