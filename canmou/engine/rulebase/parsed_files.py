"""What YAML files hold, kept by their content, so that a file that did not change is parsed once.

Kept in memory, and in a database in the user's cache folder for the next start: a JSON text under
the hash of file and parser, never anything that could be run. Where the folder is not one's own or
cannot be written every file is parsed. A file with a mistake is never kept.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import stat
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

from canmou.engine.rulebase import yaml_nodes
from canmou.engine.rulebase.yaml_nodes import Parsed

FOLDER_VARIABLE = "CANMOU_CACHE"
"""Names the cache folder; ``off`` keeps nothing on disk."""
MOST_KEPT = 4096
_in_memory: dict[str, Parsed] = {}
"""By content alone: the same for everybody who loads the same file."""


class ParsedFiles:
    """Parses texts, or finds them parsed; what is new is written to disk at the end.

    ``folder`` and ``memory`` are where it looks and keeps: of this user and process, by default.
    """

    def __init__(self, folder: Path | None = None, memory: dict[str, Parsed] | None = None) -> None:
        self._folder = folder or _folder()
        self._memory = _in_memory if memory is None else memory
        self._disk: sqlite3.Connection | None = None
        self._new: list[tuple[str, str]] = []

    def __enter__(self) -> ParsedFiles:
        if self._folder is not None:
            self._disk = _opened(self._folder)
        return self

    def __exit__(self, *_: object) -> None:
        if self._disk is None:
            return
        try:
            if self._new:
                _store(self._disk, self._new)
        except sqlite3.Error:
            pass  # another process writes, or the disk is full: the next start parses again
        finally:
            self._disk.close()

    def parsed(self, text: str, name: str) -> Parsed:
        """Return what a text holds; ``name`` is what messages call it. Raises RuleErrors."""
        key = hashlib.sha256(f"{_parser()}\0{text}".encode()).hexdigest()
        found = self._memory.get(key)
        if found is not None:
            return found
        found = self._on_disk(key)
        if found is None:
            found = yaml_nodes.parse(text, name)
            self._new.append((key, _written(found)))
        if len(self._memory) >= MOST_KEPT:
            self._memory.clear()
        self._memory[key] = found
        return found

    def _on_disk(self, key: str) -> Parsed | None:
        if self._disk is None:
            return None
        try:
            row = self._disk.execute("select parsed from files where key = ?", (key,)).fetchone()
            return None if row is None else _read(row[0])
        except (sqlite3.Error, ValueError, TypeError, KeyError, IndexError):
            return None  # damaged: parsed again


@cache
def _parser() -> str:
    """Return what tells this parser from any other: its own text and the library's version."""
    own = hashlib.sha256()
    for file in (yaml_nodes.__file__, __file__):
        own.update(Path(file).read_bytes())
    return f"{own.hexdigest()} {version('ruamel.yaml')}"


def _folder() -> Path | None:
    named = os.environ.get(FOLDER_VARIABLE)
    if named == "off":
        return None
    return Path(named) if named else user_cache_path("canmou")


def _opened(folder: Path) -> sqlite3.Connection | None:
    """Return the database in a folder that is one's own, else None."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not _own(folder):
            return None
        disk = sqlite3.connect(folder / "parsed.sqlite", timeout=1, isolation_level=None)
    except (OSError, RuntimeError, sqlite3.Error):
        return None
    try:
        disk.execute("create table if not exists files (key text primary key, parsed text)")
    except sqlite3.Error as error:
        disk.close()
        if not isinstance(error, sqlite3.OperationalError):  # no database: made anew next time
            (folder / "parsed.sqlite").unlink(missing_ok=True)
        return None
    return disk


def _own(folder: Path) -> bool:
    """Whether only this user can have written what lies in a folder."""
    if not hasattr(os, "getuid"):
        return True  # the cache folder of Windows lies in the user's profile
    state = folder.stat()
    return state.st_uid == os.getuid() and not state.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _store(disk: sqlite3.Connection, new: list[tuple[str, str]]) -> None:
    with disk:
        disk.execute("begin immediate")
        disk.executemany("insert or replace into files values (?, ?)", new)
        disk.execute(
            "delete from files where rowid <= (select max(rowid) from files) - ?", (MOST_KEPT,)
        )


def _written(parsed: Parsed) -> str:
    """Return it as JSON; dates are told by their paths, as JSON has none."""
    dates: list[list[str | int]] = []
    data = _without_dates(parsed.data, [], dates)
    return json.dumps([data, dates, parsed.marks, parsed.tops], ensure_ascii=False)


def _without_dates(data: Any, path: list[str | int], dates: list[list[str | int]]) -> Any:
    if isinstance(data, dict):
        return {k: _without_dates(v, [*path, k], dates) for k, v in data.items()}
    if isinstance(data, list):
        return [_without_dates(v, [*path, n], dates) for n, v in enumerate(data)]
    if isinstance(data, date):
        dates.append(path)
        return data.isoformat()
    return data


def _read(text: str) -> Parsed:
    data, dates, marks, tops = json.loads(text)
    for path in dates:
        *outer, last = path
        here = data
        for step in outer:
            here = here[step]
        here[last] = date.fromisoformat(here[last])
    return Parsed(data, tuple(marks), tuple(tops))
