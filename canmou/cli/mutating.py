"""``canmou mutate``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date

import click
from rich.console import Console
from rich.progress import track

from canmou.cli.checking import check_folder
from canmou.cli.shared import rulebase_of
from canmou.engine.mutation import KINDS, Score, mutate


@click.command("mutate")
@click.argument("path", required=False, type=click.Path())
@click.option("--sample", type=click.IntRange(min=1), help="只试多少处 / how many changes to try")
@click.option("--seed", type=int, default=0, show_default=True, help="抽样的种子 / seed")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON / print JSON")
@click.pass_obj
def mutate_command(
    knowledge: str | None, path: str | None, sample: int | None, seed: int, as_json: bool
) -> None:
    """逐处改动规则，看情景能不能发现 / change the rules one thing at a time; see what is caught.

    PATH: 只改这个文件夹或文件 / only this folder or file. 没发现的逐处列出并附理由：等价的已证明
    改与不改结果一样，其余附一个改后结果不同的事件；有其余的时退出码为 1 / what was not caught is
    listed with the reason: proved equivalent, or an incident that comes out otherwise; exit code 1
    for the latter.
    """
    folder, part = check_folder(knowledge, path)
    console = Console(stderr=True)

    def progress(results: Iterable[bool], total: int) -> Iterable[bool]:
        return track(results, "改动 / changes", total=total, console=console, transient=True,
                     disable=not console.is_terminal)  # fmt: skip

    score = mutate(
        rulebase_of(folder),
        date.today(),
        lambda file: part is None or part in f"/{file}",
        sample=sample,
        seed=seed,
        progress=progress,
    )
    if as_json:
        click.echo(score.model_dump_json())
    else:
        _print(score)
    if len(score.survivors) > score.equivalent:
        raise SystemExit(1)


def _print(score: Score) -> None:
    for survivor in score.survivors:
        click.echo(str(survivor))
        if survivor.example is not None:
            click.echo(f"    例 / example: {json.dumps(survivor.example, ensure_ascii=False)}")
    for kind, (caught, made) in score.by_kind.items():
        click.echo(f"{KINDS[kind].zh} / {KINDS[kind].en}: {caught}/{made}")
    click.echo(
        f"改动 {score.made} 处（可改 {score.possible} 处），情景发现 {score.caught} 处 / "
        f"{score.caught} of {score.made} changes caught: {score.share:.1%}"
    )
    if score.equivalent:
        click.echo(
            f"其中等价 {score.equivalent} 处，不计则为 {score.share_of_real:.1%} / "
            f"{score.equivalent} are proved equivalent; without them {score.share_of_real:.1%}"
        )
