"""The command line (DESIGN: contracts)."""

from __future__ import annotations

import click

from canmou import __version__
from canmou.cli.cases import backtest_command
from canmou.cli.catalogue import LISTS, coverage_command
from canmou.cli.checking import check_command
from canmou.cli.judging import assess_command, grade_command
from canmou.cli.law import law_group
from canmou.cli.mutating import mutate_command
from canmou.cli.serving import serve_command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, package_name="canmou")
@click.option(
    "--knowledge", help="规则文件夹 / folder of the rule files (default: the shipped ones)"
)
@click.pass_context
def main(context: click.Context, knowledge: str | None) -> None:
    """参谋 Canmou：突发事件应对的规则型决策支持 / decision support for public emergencies."""
    context.obj = knowledge


for command in (
    serve_command,
    assess_command,
    grade_command,
    *LISTS,
    check_command,
    mutate_command,
    coverage_command,
    backtest_command,
    law_group,
):
    main.add_command(command)
