"""How long ``canmou check`` takes: the whole, and one edited file, each in a process of its own.

``make bench-check`` prints seconds. Files are those a policy officer edits most, and some of which
much depends; the first line is with nothing kept of files parsed before.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

from canmou.engine.rulebase.loading import knowledge_folder
from canmou.engine.rulebase.parsed_files import FOLDER_VARIABLE

FILES = (
    "accident_disaster/gas/duties.yaml",
    "accident_disaster/gas/scenarios.yaml",
    "accident_disaster/production_safety/severity.yaml",
    "accident_disaster/production_safety/reports.yaml",
    "public_health/general/severity.yaml",
    "common/command_departments_b.yaml",
    "common/situation.yaml",
    "measures/casualties.yaml",
    "sources.yaml",
)


def seconds(path: str, **variables: str) -> tuple[float, int]:
    """Return how long a check takes, and its exit code."""
    began = time.perf_counter()
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "canmou", "check", path],
        capture_output=True, check=False, env={**os.environ, **variables},
    )  # fmt: skip
    return time.perf_counter() - began, done.returncode


def main() -> None:
    root = knowledge_folder()
    with tempfile.TemporaryDirectory() as folder:
        first = str(root / FILES[0])
        print(f"{seconds(first, **{FOLDER_VARIABLE: folder})[0]:6.2f} s  {FILES[0]} (first time)")
        for file in FILES:
            taken, code = seconds(str(root / file), **{FOLDER_VARIABLE: folder})
            print(f"{taken:6.2f} s  {file}" + ("" if code == 0 else f"  exit code {code}"))
        taken, code = seconds(str(root), **{FOLDER_VARIABLE: folder})
        print(f"{taken:6.2f} s  everything" + ("" if code == 0 else f"  exit code {code}"))


if __name__ == "__main__":
    main()
