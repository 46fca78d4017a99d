"""The command line (DESIGN: contracts)."""

from __future__ import annotations

from importlib import import_module

import click

from canmou import __version__

COMMANDS = {
    "serve": "serving:serve_command",
    "assess": "judging:assess_command",
    "grade": "judging:grade_command",
    "types": "catalogue:types_command",
    "measures": "catalogue:measures_command",
    "parties": "catalogue:parties_command",
    "actions": "catalogue:actions_command",
    "sources": "catalogue:sources_command",
    "standards": "catalogue:standards_command",
    "check": "checking:check_command",
    "mutate": "mutating:mutate_command",
    "coverage": "catalogue:coverage_command",
    "statuses": "catalogue:statuses_command",
    "backtest": "cases:backtest_command",
    "law": "law:law_group",
}
"""Each command with the module and the name it has there; a module is read when it is called."""


class _ReadWhenCalled(click.Group):
    """A group whose commands are imported one by one: ``check`` waits for no case base."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(f"canmou.cli.{module}"), name)
        return command


@click.group(cls=_ReadWhenCalled, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, package_name="canmou")
@click.option(
    "--knowledge", help="规则文件夹 / folder of the rule files (default: the shipped ones)"
)
@click.pass_context
def main(context: click.Context, knowledge: str | None) -> None:
    """参谋 Canmou：突发事件应对的规则型决策支持 / decision support for public emergencies."""
    context.obj = knowledge
