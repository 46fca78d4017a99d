"""``canmou law import``: official texts that an office provides."""

from __future__ import annotations

from pathlib import Path

import click

from canmou.cli.shared import Refused, rulebase_of
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
        cited = {
            c.article.split(".")[0]
            for r in rulebase.rules.values()
            for c in r.cites
            if c.source == name and c.article and c.article[0].isdigit()
        }
        missing = sorted((a for a in cited if a not in articles), key=int)
        click.echo(f"{path}: {name}，{len(articles)} 条 / articles")
        if missing:
            click.echo(
                "  规则引用了不存在的条 / rules cite articles that do not exist: "
                + ", ".join(missing)
            )
