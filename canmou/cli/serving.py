"""``canmou serve``."""

from __future__ import annotations

from pathlib import Path

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
@click.pass_obj
def serve_command(
    knowledge: str | None, host: str, port: int, instance: Path, proxies: int
) -> None:  # fmt: skip
    """启动网页 / serve the web application; the first start makes an administrator."""
    from canmou.webui.serve import serve

    config = {"instance": instance.resolve(), "proxies": proxies}
    if knowledge is not None:
        config["knowledge"] = Path(knowledge).resolve()
    try:
        serve(host, port, config)
    except RuleErrors as errors:
        raise Refused("\n".join(str(m) for m in errors.mistakes)) from errors
    except OSError as error:
        raise Refused(f"{host}:{port}: 端口用不了 / cannot listen: {error.strerror}") from error
