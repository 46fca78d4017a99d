"""``canmou check``."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track

from canmou.engine.rulebase.loading import load_what_is_right
from canmou.engine.rulebase.scenarios import run_scenarios


@click.command("check")
@click.argument("path", required=False, type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="输出 JSON / print JSON")
@click.pass_obj
def check_command(knowledge: str | None, path: str | None, as_json: bool) -> None:
    """检查规则文件 / check the rule files and run their scenarios; PATH limits what is run."""
    console = Console(stderr=True)
    folder, part = check_folder(knowledge, path)
    rulebase, mistakes = load_what_is_right(folder)
    here = [m for m in mistakes if part is None or part in f"/{m.place.file}"]
    if here or (mistakes and part is None):
        _report([str(m) for m in here], as_json)
        raise SystemExit(1)
    if mistakes:
        click.echo(
            f"其他文件里另有 {len(mistakes)} 处问题 / {len(mistakes)} mistakes elsewhere", err=True
        )
    chosen = [s for s in rulebase.scenarios if part is None or part in f"/{s.file}"]
    failures = [
        str(f)
        for scenario in track(chosen, "情景 / scenarios", console=console, transient=True,
                              disable=not console.is_terminal)
        for f in run_scenarios(rulebase, [scenario])
    ]  # fmt: skip
    _report(failures, as_json)
    if failures:
        raise SystemExit(1)
    if not as_json:
        examples = sum(len(s.examples) or 1 for s in chosen)
        click.echo(
            f"规则 {len(rulebase.rules)}，标准 {len(rulebase.standards)}，"
            f"情景 {len(chosen)}（{examples} 例）：没有发现问题 / no problem found"
        )


def check_folder(knowledge: str | None, path: str | None) -> tuple[str | None, str | None]:
    """Return the folder to load and the part of it whose scenarios run."""
    if path is None:
        return knowledge, None
    where = Path(path).resolve()
    for parent in (where, *where.parents):
        if (parent / "sources.yaml").exists():
            part = where.relative_to(parent).as_posix()
            return str(parent), None if part == "." else f"/{part}"
    return path, None


def _report(lines: list[str], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"findings": lines}, ensure_ascii=False))
    else:
        for line in lines:
            click.echo(line)
