"""``liandong cdc begin|status|end``: a connector publishes in the relay's place, and no longer."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import asyncpg
import typer

from liandong.cdc import slot
from liandong.cli.failure import NEEDS_ATTENTION, CommandFailed, speaking_of
from liandong.cli.options import Operator, Options, commands_on, database, operator, options_of
from liandong.cli.output import give, table
from liandong.db.engine import connect
from liandong.db.unit_of_work import SHARDS, UnitOfWork
from liandong.events.relay import SHARD_LOCKS
from liandong.identity.actors import Actor
from liandong.settings import Settings

app = typer.Typer(help="由连接器（CDC）代替中继向 Kafka 发布。", no_args_is_help=True)

Work = Callable[[Settings, asyncpg.Connection], Awaitable[str]]
"""One service's turn; what is told of it."""
Wait = Annotated[float, typer.Option("--wait", min=0, help="最多等待的秒数")]


@app.command()
def begin(ctx: typer.Context, by: Operator, wait: Wait = 60.0) -> None:
    """建立发布与复制槽，等中继发完此前的事件，再交由连接器发布；中继须在运行。

    可重复执行。之后设置 LIANDONG_PUBLISHER=cdc，启动连接器，重启各 worker。
    """
    _each(options_of(ctx), lambda settings, sql: _begin(settings, sql, wait), by, "cdc.begun")


@app.command()
def end(
    ctx: typer.Context,
    by: Operator,
    wait: Wait = 60.0,
    lost: Annotated[
        bool, typer.Option("--lost", help="复制槽已失效：不再等连接器，事后须 reconcile --repair")
    ] = False,
) -> None:
    """等连接器发完已从待发表删除的事件，再交还中继；各 worker 须已停止，连接器须在运行。

    之后停止连接器，再执行一次以删除复制槽；设置 LIANDONG_PUBLISHER=relay，启动各 worker。
    """
    _each(options_of(ctx), lambda settings, sql: _end(settings, sql, wait, lost), by, "cdc.ended")


@app.command()
def status(ctx: typer.Context) -> None:
    """各服务由谁发布，连接器落后多少。退出码：1 设置与数据库不符，或复制槽已失效。"""
    options = options_of(ctx)
    found = asyncio.run(_status(options))
    give(
        options,
        {"publishers": found},
        table(
            "由谁向 Kafka 发布",
            ["服务", "设置", "连接器发布", "复制槽", "连接器在读", "已失效", "落后（字节）"],
            [
                (
                    one["service"], one["setting"], one["marked"], one["slot"], one["active"],
                    one["lost"], one["behind"],
                )
                for one in found
            ],
        ),
    )  # fmt: skip
    if not all(one["fit"] for one in found):
        raise typer.Exit(NEEDS_ATTENTION)


def _each(options: Options, work: Work, by: str, action: str) -> None:
    actor = operator(by)
    done = asyncio.run(_all(options, work, actor, action))
    give(
        options,
        {"services": done},
        *(f"{one['service']}：{one['told']}" for one in done),
    )


async def _all(options: Options, work: Work, actor: Actor, action: str) -> list[dict[str, Any]]:
    done: list[dict[str, Any]] = []
    for settings in options.settings():
        if settings.transport != "kafka":
            raise CommandFailed(f"{settings.service}：没有使用 Kafka（LIANDONG_TRANSPORT）")
        with speaking_of(settings.service):
            sql = await connect(settings, "cdc")
            try:
                told = await work(settings, sql)
            except slot.UnfitSlot as error:
                raise CommandFailed(str(error)) from error
            finally:
                await sql.close()
        await _put_on_record(settings, actor, action)
        done.append({"service": settings.service, "told": told})
    return done


async def _begin(settings: Settings, sql: asyncpg.Connection, seconds: float) -> str:
    if settings.state_topics:
        raise CommandFailed(
            f"{settings.service}：连接器不能发布最新状态：请先取消 LIANDONG_STATE_TOPICS"
        )
    if (await slot.standing(sql, settings)).safe:
        return "已由连接器发布，没有改动"
    await slot.make(sql, settings)
    await _make_heartbeat_topic(settings)
    older, until = await slot.waiting(sql), time.monotonic() + seconds
    while left := await slot.still_waiting(sql, older):
        if time.monotonic() > until:
            raise CommandFailed(
                f"{settings.service}：{left} 个较早的事件还没有由中继发布：请确认 worker 以 "
                "LIANDONG_PUBLISHER=relay 运行、没有受阻的键（liandong outbox blocked），再重试"
            )
        await asyncio.sleep(slot.PAUSE_SECONDS)
    await slot.mark(sql, slot.MARK)
    return "由连接器发布：请启动连接器，设置 LIANDONG_PUBLISHER=cdc 并重启 worker"


async def _make_heartbeat_topic(settings: Settings) -> None:
    # Only here: the other commands need not wait for aiokafka to be imported.
    from aiokafka.errors import KafkaError  # noqa: PLC0415

    from liandong.cdc.heartbeats import make_topic  # noqa: PLC0415
    from liandong.transports.topics import UnfitTopic  # noqa: PLC0415

    try:
        await make_topic(settings)
    except (UnfitTopic, ConnectionError) as error:
        raise CommandFailed(f"{settings.service}：{error}") from error
    except (KafkaError, OSError, TimeoutError) as error:
        raise CommandFailed(
            f"{settings.service}：Kafka 没有应答（{type(error).__name__}）"
        ) from error


async def _end(settings: Settings, sql: asyncpg.Connection, seconds: float, lost: bool) -> str:
    found = await slot.standing(sql, settings)
    if found.marked:
        await _nobody_relays(settings, sql)
        if not lost and not (found.safe and await slot.caught_up(sql, settings, seconds)):
            raise CommandFailed(
                f"{settings.service}：连接器没有发完（复制槽"
                f"{f'落后 {found.behind} 字节' if found.safe else '不存在或已失效'}）："
                "请启动连接器后重试；复制槽已失效时用 --lost"
            )
        await slot.mark(sql, None)
    if found.active:
        return (
            "由中继发布：请停止连接器并再执行一次，然后设置 LIANDONG_PUBLISHER=relay 并启动 worker"
        )
    await slot.drop(sql, settings)
    more = "先执行 liandong reconcile --repair，再" if lost else ""
    return f"由中继发布，复制槽已删除：请{more}设置 LIANDONG_PUBLISHER=relay 并启动 worker"


async def _nobody_relays(settings: Settings, sql: asyncpg.Connection) -> None:
    """A worker that went on deleting would not know that the connector is about to stop."""
    own = await sql.fetchval(
        "SELECT count(*) FROM generate_series(0, $2 - 1) AS shard"
        " WHERE pg_try_advisory_lock($1, shard::int)",
        SHARD_LOCKS,
        SHARDS,
    )
    if (own or 0) < SHARDS:
        raise CommandFailed(f"{settings.service}：仍有 worker 在运行：请先全部停止，再重试")


async def _status(options: Options) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for settings in options.settings():
        with speaking_of(settings.service):
            sql = await connect(settings, "cdc")
            try:
                one = await slot.standing(sql, settings)
            finally:
                await sql.close()
        by_connector = settings.publisher == "cdc"
        found.append(
            {
                "service": settings.service,
                "setting": settings.publisher,
                "marked": one.marked,
                "slot": slot.slot_of(settings) if one.exists else None,
                "active": one.active,
                "lost": one.lost,
                "behind": one.behind,
                "fit": by_connector == one.marked and (one.safe or not by_connector),
            }
        )
    return found


async def _put_on_record(settings: Settings, actor: Actor, action: str) -> None:
    async def work(uow: UnitOfWork) -> None:
        uow.record(action, "publisher", settings.service)

    async with database(settings) as engine:
        await commands_on(settings, engine).run(actor, work)
