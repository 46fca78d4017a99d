"""``canmou backtest``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from canmou.casebase import (
    CaseFileError,
    PastCase,
    Verdict,
    backtest,
    backtest_table,
    load_cases,
    summary,
)
from canmou.cli.shared import Refused, rulebase_of
from canmou.engine import Facts, assess


@click.command("backtest")
@click.argument("cases", required=False, type=click.Path(path_type=Path))
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

    result = backtest(_cases(cases), judged)
    if as_json:
        counts = {
            "comparable": result.comparable,
            "agreement": result.agreement,
            "points": len(result.points),
            "ranges": len(result.ranges),
            "misses": len(result.misses),
            "not_comparable": len(result.not_comparable),
        }
        click.echo(json.dumps({"summary": counts, **result.model_dump(mode="json")},
                              ensure_ascii=False))  # fmt: skip
    else:
        if result.misses:
            Console().print(backtest_table(result))
        sentence = summary(result)
        click.echo(sentence.zh)
        click.echo(sentence.en)
    if min_agreement is not None and (result.agreement or 0) < min_agreement:
        raise SystemExit(1)


def _cases(path: Path | None) -> tuple[PastCase, ...]:
    """Return the cases of a folder or of one file. Raises Refused with every mistake."""
    if path is not None and not path.exists():
        raise Refused(f"{path}: 没有这个文件或文件夹 / no such file or folder")
    try:
        return load_cases(path) if path is not None else load_cases()
    except CaseFileError as error:
        raise Refused(str(error)) from error


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
