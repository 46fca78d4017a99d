"""``canmou serve``."""

from __future__ import annotations

from pathlib import Path

import click
import waitress

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
@click.option("--threads", default=8, show_default=True, help="线程 / threads")
@click.option("--proxies", default=0, show_default=True, help="前置代理层数 / trusted proxies")
@click.pass_obj
def serve_command(
    knowledge: str | None, host: str, port: int, instance: Path, threads: int, proxies: int
) -> None:  # fmt: skip
    """启动网页 / serve the web application; the first start makes an administrator."""
    from canmou.webui import create_app

    config = {"instance": instance.resolve(), "proxies": proxies}
    if knowledge is not None:
        config["knowledge"] = Path(knowledge).resolve()
    try:
        app = create_app(config)
    except RuleErrors as errors:
        raise Refused("\n".join(str(m) for m in errors.mistakes)) from errors
    click.echo(f"参谋 Canmou: http://{host}:{port}/  （Ctrl+C 停止 / stops）")
    waitress.serve(app, host=host, port=port, threads=threads, ident="canmou")
