"""``liandong outbox blocked|unblock``: keys whose next event the broker refused."""

import asyncio
from typing import Annotated, Any

import typer
from sqlalchemy import text

from liandong.cli.failure import CommandFailed
from liandong.cli.options import (
    Operator,
    Options,
    commands_on,
    database,
    operator,
    options_of,
)
from liandong.cli.output import give, table
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.actors import Actor

app = typer.Typer(help="待发事件。", no_args_is_help=True)

_BLOCKED = text("""
    SELECT b.aggregateid AS key, b.event_id, b.reason, b.blocked_at, e.type,
           octet_length(e.payload) AS bytes,
           (SELECT count(*) FROM backbone.outbox w WHERE w.aggregateid = b.aggregateid) AS waiting
    FROM backbone.outbox_blocked b LEFT JOIN backbone.outbox e ON e.id = b.event_id
    ORDER BY b.blocked_at
""")
_UNBLOCK = text(
    "DELETE FROM backbone.outbox_blocked WHERE aggregateid = :key RETURNING event_id, reason"
)


@app.command()
def blocked(ctx: typer.Context) -> None:
    """列出受阻的键：第一个事件发不出去，后面的排着等。"""
    options = options_of(ctx)
    found = asyncio.run(_blocked(options))
    give(
        options,
        {"blocked": found},
        table(
            f"受阻的键（{len(found)}）",
            ["服务", "键", "事件", "类型", "字节", "原因", "排队", "何时受阻"],
            [
                (
                    one["service"], one["key"], one["event_id"], one["type"], one["bytes"],
                    one["reason"], one["waiting"], one["blocked_at"],
                )
                for one in found
            ],
        ),
    )  # fmt: skip


@app.command()
def unblock(ctx: typer.Context, key: Annotated[str, typer.Argument()], by: Operator) -> None:
    """解除一个键：原因消除（如调高 Kafka 的消息上限）之后，中继再次尝试发送。"""
    options, actor = options_of(ctx), operator(by)
    services = asyncio.run(_unblock(options, key, actor))
    if not services:
        raise CommandFailed(f"键 {key} 没有受阻")
    give(
        options,
        {"key": key, "unblocked": services},
        f"已解除 {'、'.join(services)} 的 {key}，中继将再次发送",
    )


async def _blocked(options: Options) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for settings in options.settings():
        async with database(settings) as engine, engine.connect() as connection:
            rows = (await connection.execute(_BLOCKED)).mappings().all()
        found += [{"service": settings.service, **row} for row in rows]
    return found


async def _unblock(options: Options, key: str, by: Actor) -> list[str]:
    async def work(uow: UnitOfWork) -> bool:
        row = (await uow.session.execute(_UNBLOCK, {"key": key})).first()
        if row is not None:
            uow.record(
                "outbox.unblocked", "outbox-key", key, event_id=row.event_id, reason=row.reason
            )
        return row is not None

    services: list[str] = []
    for settings in options.settings():
        async with database(settings) as engine:
            if await commands_on(settings, engine).run(by, work):
                services.append(settings.service)
    return services
