"""The command ``liandong``: the root, its global options, and the commands below it."""

import logging
from pathlib import Path
from typing import Annotated

import typer

from liandong import logs
from liandong.cli import audit, cdc, events, feed, letters, outbox, partners, rules, states
from liandong.cli.capacity import capacity
from liandong.cli.clock import clock
from liandong.cli.failure import Commands
from liandong.cli.options import Options
from liandong.cli.preflight import adopt, preflight
from liandong.cli.reconcile import reconcile
from liandong.cli.recover import recover
from liandong.cli.status import status
from liandong.cli.token import token

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="联动平台的管理命令。退出码：0 正常；1 有需要人处理的情况；2 不能执行。",
)
app.command()(status)
app.command()(reconcile)
app.command()(recover)
app.add_typer(letters.app, name="dead-letters")
app.add_typer(outbox.app, name="outbox")
app.add_typer(feed.app, name="feed")
app.add_typer(audit.app, name="audit")
app.add_typer(rules.app, name="rules")
app.add_typer(events.app, name="events")
app.command()(preflight)
app.command()(adopt)
app.add_typer(states.app, name="states")
app.add_typer(partners.app, name="partners")
app.add_typer(cdc.app, name="cdc")
app.command()(token)
app.command()(clock)
app.command()(capacity)


@app.callback()
def root(
    ctx: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="输出 JSON，供程序读取")] = False,
    service: Annotated[
        list[str] | None, typer.Option("--service", help="只针对这个服务，可重复")
    ] = None,
    platform: Annotated[
        Path | None, typer.Option("--platform", help="本机运行的平台的文件夹，由此得知各数据库")
    ] = None,
) -> None:
    """联动平台的管理命令。设置与各服务相同（LIANDONG_… 环境变量）。"""
    ctx.obj = Options(json=json, services=tuple(dict.fromkeys(service or ())), platform=platform)


def main() -> None:
    """The entry point."""
    logs.configure("cli", level=logging.CRITICAL)
    app(prog_name="liandong")


if __name__ == "__main__":
    main()
