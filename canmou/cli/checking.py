"""``canmou check``."""

from __future__ import annotations

import gc
import json
import os
import re
import time
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import track

from canmou.cli.shared import Refused
from canmou.engine import RuleErrors
from canmou.engine.proving.findings import Finding
from canmou.engine.proving.running import Step, run_checks
from canmou.engine.proving.witness_files import write_witnesses
from canmou.engine.rulebase.loading import load_with_places
from canmou.engine.rulebase.rulebase import RuleBase

MOST_PROCESSES = 8
NAMES_IN_A_FILE = re.compile(
    r"\b(?:id|standard|conclude|group|authority|department|commander): *([\w.-]+)"
)


@click.command("check")
@click.argument("path", required=False, type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="输出 JSON / print JSON")
@click.option("--stream", is_flag=True, hidden=True, help="each step as a line of JSON")
@click.option("--accepted", is_flag=True, help="也列出已接受的 / list what is accepted too")
@click.option(
    "--witnesses", type=click.Path(path_type=Path), metavar="DIR",
    help="把每处的例子写成文件，供 canmou assess 读 / write each witness as a file to assess",
)  # fmt: skip
@click.option("--processes", type=click.IntRange(1), help="用几个进程 / processes (default: all)")
@click.pass_obj
def check_command(
    knowledge: str | None, path: str | None, as_json: bool, stream: bool, accepted: bool,
    witnesses: Path | None, processes: int | None,
) -> None:  # fmt: skip
    """检查规则文件 / check the rule files and run their scenarios; PATH limits what is checked.

    每处问题都附一个能用 canmou assess 重现的例子 / each finding comes with an incident that shows
    it in ``canmou assess``.
    """
    began = time.monotonic()
    folder, part = check_folder(knowledge, path)
    try:
        rulebase, mistakes, place_of = load_with_places(
            folder, clashes_too=True, read=_needed_for(folder, part)
        )
    except RuleErrors as errors:
        raise Refused("\n".join(str(m) for m in errors.mistakes)) from errors
    gc.freeze()  # what was loaded stays: neither this process nor those it forks looks at it again
    if part is not None and part.endswith(".yaml"):
        gc.disable()  # one file takes a second: looking for garbage costs more than it frees
    here = [m for m in mistakes if part is None or part in f"/{m.place.file}"]
    if here or (mistakes and part is None):
        if stream:
            click.echo(json.dumps({"mistakes": len(here)}))
        else:
            _report([str(m) for m in here], [], as_json)
        raise SystemExit(1)
    if mistakes:
        click.echo(
            f"其他文件里另有 {len(mistakes)} 处问题 / {len(mistakes)} mistakes elsewhere", err=True
        )
    steps = run_checks(rulebase, date.today(), place_of, _files(part), _processes(processes))
    if stream:
        for step in steps:
            click.echo(step.model_dump_json())
        return
    findings, failures = _gathered(steps)
    left = [f for f in findings if f.accepted is None]
    if witnesses is not None:
        write_witnesses(witnesses, left)
    lines = [*map(str, failures), *map(str, left)]
    kept = [f for f in findings if f.accepted is not None]
    _report(lines, findings if accepted else left, as_json)
    if lines:
        raise SystemExit(1)
    if not as_json:
        _print_summary(rulebase, part, len(kept), time.monotonic() - began)


def check_folder(knowledge: str | None, path: str | None) -> tuple[str | None, str | None]:
    """Return the folder to load and the part of it that is checked."""
    if path is None:
        return knowledge, None
    where = Path(path).resolve()
    for parent in (where, *where.parents):
        if (parent / "sources.yaml").exists():
            part = where.relative_to(parent).as_posix()
            return str(parent), None if part == "." else f"/{part}"
    return path, None


def _needed_for(folder: str | None, part: str | None) -> Callable[[str, str], bool]:
    """Return which files must be read to check a part: scenario files only where they name it."""
    path = Path(folder or ".") / (part or "/")[1:]
    if part is None or not path.is_file():
        return lambda name, text: True
    own = path.read_text(encoding="utf-8")
    if re.search(r"\bnote:", own):  # scenarios name a note by its words
        return lambda name, text: True
    words = set(NAMES_IN_A_FILE.findall(own))

    def needed(name: str, text: str) -> bool:
        scenarios = Path(name).name.startswith("scenarios")
        return not scenarios or f"/{name}" == part or any(word in text for word in words)

    return needed


def _files(part: str | None) -> Callable[[str], bool] | None:
    return None if part is None else lambda file: part in f"/{file}"


def _processes(wanted: int | None) -> int:
    """Return how many processes work at most."""
    return wanted if wanted is not None else min(os.cpu_count() or 1, MOST_PROCESSES)


def _gathered(steps: Iterable[Step]) -> tuple[list[Finding], list[object]]:
    """Return what all steps found, in the order of the files, with progress on a terminal."""
    console = Console(stderr=True)
    findings: list[Finding] = []
    failures: list[Any] = []
    first = next(iterator := iter(steps))
    total = first.total

    def every() -> Iterable[Step]:
        yield first
        yield from iterator

    for step in track(every(), "检查 / checking", total=total, console=console, transient=True,
                      disable=not console.is_terminal):  # fmt: skip
        findings += step.findings
        failures += step.failures
    findings.sort(key=lambda f: (f.place.file, f.place.line, f.entry, f.kind, f.about))
    failures.sort(key=lambda f: (f.file, f.line))
    return findings, failures


def _report(lines: list[str], findings: list[Finding], as_json: bool) -> None:
    if as_json:
        details = [f.model_dump(mode="json") for f in findings]
        click.echo(json.dumps({"findings": lines, "details": details}, ensure_ascii=False))
        return
    witnesses = {str(f): f for f in findings}
    for line in lines:
        click.echo(line)
        found = witnesses.pop(line, None)
        if found is not None and found.witness is not None:
            _print_witness(found)
    for line, found in witnesses.items():
        reason = found.accepted
        click.echo(f"{line}\n    已接受 / accepted: {reason.zh if reason else ''}")


def _print_witness(finding: Finding) -> None:
    witness = finding.witness
    if witness is None:
        return
    click.echo(f"    例 / witness: {witness.shows.zh} / {witness.shows.en}")
    for filled in (witness.beside, witness.incident):
        if filled is not None:
            click.echo(f"      {json.dumps(filled, ensure_ascii=False)}")
    if witness.standard is not None:
        click.echo(f"      canmou grade {witness.standard}")


def _print_summary(rulebase: RuleBase, part: str | None, kept: int, seconds: float) -> None:
    chosen = [s for s in rulebase.scenarios if part is None or part in f"/{s.file}"]
    examples = sum(len(s.examples) or 1 for s in chosen)
    click.echo(
        f"规则 {len(rulebase.rules)}，标准 {len(rulebase.standards)}，"
        f"情景 {len(chosen)}（{examples} 例）：没有发现问题 / no problem found"
        + (f"；已说明理由而保留 {kept} 处 / {kept} kept with a reason" if kept else "")
        + f"；用时 {seconds:.1f} 秒 / {seconds:.1f} s"
    )
