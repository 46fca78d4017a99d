"""What the commands share: refusing bad input in one line, loading the rules."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import click

from canmou.engine import RuleBase, RuleErrors, load_rulebase
from canmou.engine.rulebase.loading import load_with_places


class Refused(click.ClickException):
    """Input that cannot be used: one line that says where and what; exit code 2."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        """Print the one line."""
        click.echo(self.message, err=True)


@lru_cache(maxsize=4)
def rulebase_of(folder: str | None) -> RuleBase:
    """Return the rule base of a folder, read once a process.

    Rules that only contradict each other are used, with a warning: an assessment shows the clash.
    Raises Refused with every mistake, one a line.
    """
    try:
        return load_rulebase(folder)
    except RuleErrors as errors:
        if all(m.code == "clash" for m in errors.mistakes):
            click.echo("\n".join(str(m) for m in errors.mistakes), err=True)
            return load_with_places(folder, clashes_too=True)[0]
        raise Refused("\n".join(str(m) for m in errors.mistakes)) from errors
