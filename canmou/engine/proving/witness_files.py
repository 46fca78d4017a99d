"""Witnesses as files that ``canmou assess`` reads."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from canmou.engine.proving.findings import Finding


def as_yaml(filled: dict[str, Any]) -> str:
    """Return an incident as YAML, as ``canmou assess`` reads it.

    >>> print(as_yaml({"on": "2026-11-01", "answers": {"deaths": 3}}), end="")
    on: '2026-11-01'
    answers:
      deaths: 3
    """
    stream = io.StringIO()
    yaml = YAML(pure=True)
    yaml.allow_unicode = True
    yaml.dump(filled, stream)
    return stream.getvalue()


def write_witnesses(folder: Path, findings: Iterable[Finding]) -> list[Path]:
    """Write the witness of each finding to a file of its own and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for number, finding in enumerate(findings, start=1):
        if finding.witness is None:
            continue
        name = f"{number:03}-{finding.kind}-{finding.entry}"
        for mark, filled in (("", finding.witness.incident), ("-beside", finding.witness.beside)):
            if filled is not None:
                path = folder / f"{name}{mark}.yaml"
                shows = f"# {finding.message.zh}\n# {finding.witness.shows.zh}\n"
                path.write_text(shows + as_yaml(filled), encoding="utf-8")
                written.append(path)
    return written
