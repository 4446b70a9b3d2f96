"""``liandong capacity``: what a platform of a given size needs."""

from typing import Annotated

import typer

from liandong.capacity.figures import UnknownAssumption, assumptions, measured
from liandong.capacity.model import Model
from liandong.capacity.page import needs
from liandong.cli.failure import CommandFailed
from liandong.cli.options import options_of
from liandong.cli.output import give, table


def capacity(
    ctx: typer.Context,
    given: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="名称=值", help="改变一个假设，可重复"),
    ] = None,
) -> None:
    """由假设与实测数据推算所需的分区、进程、连接、磁盘与内存；不连接任何服务。

    各假设与实测数据的来源见 docs/operations/capacity.md。
    """
    pairs = [one.partition("=") for one in given or ()]
    wrong = next((name for name, equals, _ in pairs if not equals), None)
    if wrong is not None:
        raise CommandFailed(f"{wrong} 应写作 名称=值")
    try:
        assumed = assumptions({name: value for name, _, value in pairs})
    except UnknownAssumption as error:
        raise CommandFailed(str(error)) from error
    found = needs(Model(assumed, measured()))
    give(
        options_of(ctx),
        {
            "assumptions": {name: one.value for name, one in assumed.items()},
            "needs": {what: how_much for what, how_much, _ in found},
        },
        table("所需容量", ["项目", "数量", "依据"], found),
    )
