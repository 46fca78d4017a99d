"""``canmou law import``: official texts that an office provides."""

from __future__ import annotations

from pathlib import Path

import click

from canmou.cli.shared import Refused, rulebase_of
from canmou.engine.clauses import ClauseReport, check_clauses, official_texts
from canmou.engine.rulebase.errors import nearest
from canmou.engine.rulebase.law_text import LawTextError, articles_of, read_text, store


@click.group("law")
def law_group() -> None:
    """法律文本 / official texts."""


@law_group.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--source", help="依据的名称 / id of the source (default: from the file name)")
@click.option(
    "--instance",
    type=click.Path(path_type=Path),
    default=Path("instance"),
    show_default=True,
    help="数据文件夹 / folder of the data",
)
@click.pass_obj
def import_command(
    knowledge: str | None, files: tuple[Path, ...], source: str | None, instance: Path
) -> None:  # fmt: skip
    """读入官方文本 / read official texts (txt, md, docx) for citations."""
    rulebase = rulebase_of(knowledge)
    if source is not None and len(files) > 1:
        raise Refused("--source 一次只能配一个文件 / --source goes with one file only")
    for path in files:
        name = source or path.stem.replace("-", "_")
        if name not in rulebase.sources:
            near = nearest(name, rulebase.sources)
            hint = f"，是否为 {near}？" if near else ""
            raise Refused(
                f"{path}: 没有依据 {name}{hint}，用 --source 指明 / name it with --source"
            )
        try:
            articles = articles_of(read_text(path))
        except LawTextError as error:
            raise Refused(f"{path}: {error}") from error
        store(instance, name, articles)
        click.echo(f"{path}: {name}，{len(articles)} 条 / articles")
        report = check_clauses(rulebase, official_texts(instance), name)
        missing = [d for d in report.open if d.kind == "no_such_place"]
        if missing:
            click.echo(
                "  规则引用了不存在的条款 / rules cite articles that do not exist: "
                + ", ".join(dict.fromkeys(a for d in missing for a in d.articles))
            )
        if report.open:
            click.echo(
                f"  与规则不同 {len(report.open)} 处 / differences from the rules: "
                f"canmou law check {name}"
            )


@law_group.command("check")
@click.argument("source", required=False)
@click.option(
    "--instance",
    type=click.Path(path_type=Path),
    default=Path("instance"),
    show_default=True,
    help="数据文件夹 / folder of the data",
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON / print JSON")
@click.pass_obj
def check_command(knowledge: str | None, source: str | None, instance: Path, as_json: bool) -> None:
    """拿规则与读入的条文逐条对照 / compare the rules with the imported texts, article by article.

    SOURCE: 只看一个依据 / one source only. 有没说明的不同时退出码为 1 / exit code 1 where a
    difference is not explained.
    """
    rulebase = rulebase_of(knowledge)
    texts = official_texts(instance)
    if source is not None and source not in texts:
        near = nearest(source, texts)
        hint = f"，是否为 {near}？" if near else ""
        raise Refused(
            f"{instance}: 还没有读入 {source}{hint}，先用 canmou law import / not imported yet"
        )
    report = check_clauses(rulebase, texts, source)
    if as_json:
        click.echo(report.model_dump_json())
    else:
        _print(report)
    if report.open:
        raise SystemExit(1)


def _print(report: ClauseReport) -> None:
    for difference in report.differences:
        click.echo(str(difference))
    if report.not_compared:
        click.echo(
            "条文里没有分级的数字（例如附表），没有对照 / no grading figures in the text: "
            + ", ".join(report.not_compared)
        )
    explained = len(report.differences) - len(report.open)
    click.echo(
        f"文本 {len(report.texts)}，引用 {report.citations}，规则 {report.rules}，标准 "
        f"{report.standards}：不同 {len(report.open)} 处，另有已说明的 {explained} 处 / "
        f"{len(report.open)} differences, {explained} explained"
    )
