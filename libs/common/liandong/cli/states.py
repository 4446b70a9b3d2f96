"""``liandong states rebuild``: every latest state is told once more."""

import asyncio
import dataclasses
from typing import Any

import typer

from liandong.cli.failure import CommandFailed
from liandong.cli.options import (
    Operator,
    Options,
    Yes,
    commands_on,
    database,
    operator,
    options_of,
)
from liandong.cli.output import confirm, give, progress, table
from liandong.contracts.definitions import definition_of
from liandong.events.restating import restate
from liandong.identity.actors import Actor

app = typer.Typer(help="各主体的最新状态（压缩主题）。", no_args_is_help=True)


@app.callback()
def _states() -> None:
    """各主体的最新状态（压缩主题）。"""


@app.command()
def rebuild(
    ctx: typer.Context,
    by: Operator = "",
    yes: Yes = False,
) -> None:
    """把每个主体的当前状态再写入一遍；开通最新状态主题之后、恢复备份之后执行。

    经由待发表发出，不打乱事件的先后；服务不必停，可重复执行。
    """
    options, actor = options_of(ctx), operator(by)
    chosen = [one for one in options.settings() if definition_of(one.service).states]
    unready = [one.service for one in chosen if one.transport != "kafka" or not one.state_topics]
    if unready:
        raise CommandFailed(
            f"{'、'.join(unready)} 没有开通最新状态主题：请设置 LIANDONG_TRANSPORT=kafka "
            "和 LIANDONG_STATE_TOPICS=true"
        )
    if not chosen:
        raise CommandFailed("所选的服务没有最新状态")
    confirm(f"再写入 {'、'.join(one.service for one in chosen)} 的全部最新状态？", yes=yes)
    found = asyncio.run(_rebuild(options, actor))
    give(
        options,
        {"rebuilt": found},
        table(
            "已写入待发表，由中继发出",
            ["服务", "状态", "主体数"],
            [(one["service"], one["type"], one["aggregates"]) for one in found],
        ),
    )


async def _rebuild(options: Options, actor: Actor) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for settings in options.settings():
        states = definition_of(settings.service).states
        if not states:
            continue
        async with database(settings) as engine:
            units = dataclasses.replace(
                commands_on(settings, engine), topic_prefix=settings.topic_prefix
            )
            for kind in states:
                with progress(options) as bar:
                    task = bar.add_task(kind.state.type, total=None)
                    many = await restate(
                        units, actor, kind, told=lambda some, task=task: bar.advance(task, some)
                    )
                found.append(
                    {"service": settings.service, "type": kind.state.type, "aggregates": many}
                )
    return found
