"""The settings of the web application, with the values that suit one office."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from canmou.engine.records import Record


class Settings(Record):
    """What an installation may set.

    ``instance`` is the folder of the database and the secret key; ``knowledge`` the folder of the
    rule files, the shipped ones when absent. ``proxies`` is the number of trusted reverse proxies
    in front: only then are their ``X-Forwarded-*`` headers believed. ``drill`` serves a store of
    its own, with a mark on every page and document: nothing leaves a drill. ``home`` is the
    database of real work whose people take part in the drill; nothing else of it is read.
    """

    instance: Path = Path("instance")
    database: Path | None = None
    knowledge: Path | None = None
    secret_key: str | None = None
    proxies: int = 0
    testing: bool = False
    drill: bool = False
    home: Path | None = None
    login_limit: str = "10 per minute"
    shift: timedelta = timedelta(hours=14)

    @property
    def database_path(self) -> Path:
        """Where the case base lies."""
        name = "canmou-drill.sqlite3" if self.drill else "canmou.sqlite3"
        return self.database or self.instance / name

    def beside(self) -> Settings:
        """Return the settings of the drill that is served beside real work, for the same people."""
        drill = self.database_path.with_name("canmou-drill.sqlite3")
        return self.model_copy(
            update={
                "drill": True,
                "database": drill,
                "home": self.database_path,
                "secret_key": self.session_key(),
                "proxies": 0,
            }
        )

    def session_key(self) -> str:
        """Return the key that signs sessions; made once and kept in the instance folder.

        A drill that is served alone has users of its own: its sessions must not open real work.
        """
        if self.secret_key:
            return self.secret_key
        kept = self.instance / ("secret-drill.key" if self.drill else "secret.key")
        if not kept.exists():
            self.instance.mkdir(parents=True, exist_ok=True)
            kept.touch(mode=0o600)
            kept.write_text(secrets.token_urlsafe(48), encoding="utf-8")
        return kept.read_text(encoding="utf-8").strip()


def settings_from(config: Settings | Mapping[str, Any] | None) -> Settings:
    """Return settings from a mapping; a name that does not exist is refused."""
    if isinstance(config, Settings):
        return config
    return Settings.model_validate(dict(config or {}))
