"""Serving: the first start makes the database and an administrator; then waitress runs."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from typing import Any

from flask import Flask
from waitress import serve as run_waitress

from canmou.casebase import OneTimePassword, connect, create_first_administrator
from canmou.webui.application import create_app
from canmou.webui.services import services, shipped_cases
from canmou.webui.settings import Settings, settings_from
from canmou.webui.timewords import now

THREADS = 8


def prepare(settings: Settings) -> OneTimePassword | None:
    """Make the instance folder and the database; return the administrator of a first start."""
    settings.instance.mkdir(parents=True, exist_ok=True)
    with connect(settings.database_path, drill=settings.drill) as store:
        return create_first_administrator(store, at=now())


def warm_up(app: Flask) -> None:
    """Load rules and cases before the first call, and keep them from the garbage collector."""
    services(app).rules.rulebase()
    shipped_cases()
    gc.collect()
    gc.freeze()


def serve(
    host: str = "127.0.0.1", port: int = 8000, config: Settings | Mapping[str, Any] | None = None
) -> None:
    """Serve the application until it is stopped.

    Raises RuleErrors when the rule files are wrong. On the first start the one-time password of
    the administrator is printed here, and nowhere else.
    """
    settings = settings_from(config)
    app = create_app(settings)
    warm_up(app)
    first = prepare(settings)
    if first is not None:
        print("第一次启动：已建立管理员账号，密码只显示这一次。")
        print("First start: an administrator was made; the password is shown only once.")
        print(f"  用户名 user:     {first.name}")
        print(f"  一次性密码 password: {first.password}")
    print(f"参谋 Canmou: http://{host}:{port}/   （Ctrl+C 停止 / stops）", flush=True)
    run_waitress(app, host=host, port=port, threads=THREADS, ident=None)
