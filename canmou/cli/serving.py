"""``canmou serve``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from canmou.cli.shared import Refused
from canmou.engine import RuleErrors


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址 / address")
@click.option("--port", default=8000, show_default=True, help="端口 / port")
@click.option(
    "--instance",
    type=click.Path(path_type=Path),
    default=Path("instance"),
    show_default=True,
    help="数据文件夹 / folder of database and keys",
)
@click.option("--proxies", default=0, show_default=True, help="前置代理层数 / trusted proxies")
@click.option(
    "--drill",
    is_flag=True,
    help="只开演练，账号另建（平时演练在 /drill 下） / a drill alone, with users of its own",
)
@click.pass_obj
def serve_command(
    knowledge: str | None, host: str, port: int, instance: Path, proxies: int, drill: bool
) -> None:  # fmt: skip
    """启动网页 / serve the web application; the first start makes an administrator."""
    from canmou.webui.serve import serve

    config: dict[str, Any] = {"instance": instance.resolve(), "proxies": proxies}
    if drill:  # not the store of the drill beside real work, whose people have no password here
        config |= {"drill": True, "database": instance.resolve() / "canmou-drill-alone.sqlite3"}
    if knowledge is not None:
        config["knowledge"] = Path(knowledge).resolve()
    try:
        serve(host, port, config)
    except RuleErrors as errors:
        raise Refused("\n".join(str(m) for m in errors.mistakes)) from errors
    except OSError as error:
        raise Refused(f"{host}:{port}: 端口用不了 / cannot listen: {error.strerror}") from error
