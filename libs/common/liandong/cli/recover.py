"""``liandong recover``: a service works on, on a database that was restored."""

import asyncio
from typing import Annotated, Any

import typer
from sqlalchemy import text

from liandong.cli.failure import CommandFailed, speaking_of
from liandong.cli.options import Operator, Options, Yes, commands_on, database, operator, options_of
from liandong.cli.output import confirm, give, table
from liandong.cli.reconcile import one_service
from liandong.contracts.definitions import definition_of
from liandong.db.incarnation import begin_next
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.actors import Actor
from liandong.preflight.belonging import READ, copied_from
from liandong.reconciliation import sources
from liandong.reconciliation.findings import Finding, open_ones
from liandong.settings import Settings

_RUNNING = text("""
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = ANY(:names)
      AND pid <> pg_backend_pid()
""")
_PARTS = ("api", "worker", "relay", "feed", "reads", "lists", "questions", "feed-place")


def recover(
    ctx: typer.Context,
    by: Operator = "",
    show: Annotated[int, typer.Option(min=0, max=10_000, help="列出多少个已遗忘的事件")] = 200,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只说明会怎样，不改动")] = False,
    yes: Yes = False,
) -> None:
    """数据库恢复之后：开始新的世代，使版本号、事件流位置高于此前可能用过的，消费组从头再读。

    须先停止该服务的所有进程。已发布而本库已遗忘的事件会列出并记入审计日志，须由经办人重新办理。
    """
    options = options_of(ctx)
    settings = one_service(options)
    actor = None if dry_run else operator(by)
    forgotten = asyncio.run(_forgotten(settings, show))
    told = {"service": settings.service, "forgotten": [one.as_dict() for one in forgotten]}
    if actor is None:
        give(options, told | {"changed": False}, *_shown(settings, forgotten))
        return
    if not options.json:
        give(options, {}, *_shown(settings, forgotten))
    confirm(f"在恢复后的数据库上开始 {settings.service} 的新世代？", yes=yes)
    number = asyncio.run(_recover(options, settings, actor, forgotten))
    give(
        options,
        told | {"changed": True, "incarnation": number},
        f"{settings.service} 已进入第 {number} 世代，可以启动；启动后请再执行 liandong reconcile。",
    )


async def _forgotten(settings: Settings, show: int) -> list[Finding]:
    """What the topic tells of the service that its database does not know, by person to redo."""
    with speaking_of(settings.service):
        async with sources.opened(settings) as source:
            theirs = copied_from(await source.sql.fetchrow(READ), settings)
            if theirs is not None:
                raise CommandFailed(
                    f"这是 {theirs} 环境的数据库副本，没有改动：请先执行 liandong adopt --service "
                    f"{settings.service}，使其归属 {settings.environment} 环境，再执行 recover"
                )
            return open_ones(await sources.forgotten(source, show))


async def _recover(
    options: Options, settings: Settings, by: Actor, forgotten: list[Finding]
) -> int:
    del options
    definition = definition_of(settings.service)
    async with database(settings) as engine:
        async with engine.connect() as connection:
            names = [f"liandong-{settings.service}-{part}" for part in _PARTS]
            if await connection.scalar(_RUNNING, {"names": names}):
                raise CommandFailed(f"{settings.service} 的进程仍在运行：请先全部停止")
        if settings.transport == "kafka":
            await _rewind(settings)

        async def work(uow: UnitOfWork) -> int:
            number = await begin_next(uow.sql, definition, by.subject)
            uow.record(
                "database.recovered",
                "incarnation",
                str(number),
                forgotten=sum(one.count for one in forgotten),
                events=[_named(row) for one in forgotten for row in one.examples],
            )
            return number

        return await commands_on(settings, engine).run(by, work)


async def _rewind(settings: Settings) -> None:
    """A restored inbox lacks what the groups had read since: they read the topics again, and what
    the inbox knows has no second effect."""
    from liandong.reconciliation import topics  # noqa: PLC0415 - not every platform has Kafka
    from liandong.transports.topics import topic_names  # noqa: PLC0415

    for group in definition_of(settings.service).groups:
        names = topic_names(group.services(), settings.topic_prefix)
        await topics.rewind(settings, group.name, names)


def _named(row: dict[str, Any]) -> str:
    return f"{row['type']} {row['subject']} v{row['version']} {row['id']}"


def _shown(settings: Settings, forgotten: list[Finding]) -> list[Any]:
    if settings.transport == "feed":
        return ["没有 Kafka 主题可供对照：丢失了哪些办理事项，请对照纸质与备份之后的记录核对。"]
    if not forgotten:
        return ["主题中没有本库不知道的事件。"]
    rows = [row for one in forgotten for row in one.examples]
    return [
        table(
            f"已发布、本库已遗忘的事件（{sum(one.count for one in forgotten)}）",
            ["类型", "主体", "版本", "编号"],
            [(row["type"], row["subject"], row["version"], row["id"]) for row in rows],
        ),
        "这些事项须由经办人核对后重新办理；其他服务已按它们行事，重新办理之前请勿付款、授予合同。",
    ]
