"""The README names every command, and its rules and files exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from canmou.cli import COMMANDS, main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_in_the_readme(name):
    assert re.search(rf"`(canmou )?{name}\b", README)


@pytest.mark.parametrize("path", re.findall(r"\]\(([^)#]+)\)", README))
def test_every_file_that_is_linked_exists(path):
    assert (ROOT / path).exists()


@pytest.mark.parametrize(
    "path", re.findall(r"\| `((?:canmou|knowledge|tests|bench)/[\w/.]*)`", README)
)
def test_every_folder_of_the_map_exists(path):
    assert (ROOT / path).exists()


def test_incident_of_the_readme_comes_out_as_it_says(tmp_path, monkeypatch):
    """What stands under the first incident is what the program prints, in order; …… leaves out."""
    told = re.search(
        r"```yaml\n# gas.yaml\n(.*?)```.*?```console\n\$ [^\n]*\n(.*?)```", README, re.S
    )
    assert told is not None
    incident = tmp_path / "gas.yaml"
    incident.write_text(told[1], encoding="utf-8")
    monkeypatch.setenv("COLUMNS", "80")
    done = CliRunner().invoke(main, ["assess", str(incident)], catch_exceptions=False)
    printed = iter(line.rstrip() for line in done.stdout.splitlines())
    missing = [line for line in told[2].splitlines() if line != "……" and line not in printed]
    assert missing == []
