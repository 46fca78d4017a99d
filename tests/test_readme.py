"""The README names every command, and its rules and files exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from canmou.cli import COMMANDS

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
