"""``liandong preflight`` and ``liandong adopt``: may services start here, and whose data is it."""

import asyncio
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from liandong.cli.failure import CommandFailed
from liandong.cli.options import Options, Yes, options_of
from liandong.cli.output import confirm, give, table
from liandong.contracts.definitions import definition_of
from liandong.preflight import belonging, database
from liandong.preflight.findings import Finding, Refused, State, first_refused, refused
from liandong.preflight.run import inspect
from liandong.settings import Settings

_SHOWN = {State.FIT: "正常", State.REFUSED: "拒绝启动", State.UNKNOWN: "无应答"}


def preflight(ctx: typer.Context) -> None:
    """启动前检查：配置、数据库、主题、认证中心、时钟、归属。只看不改。

    退出码与服务拒绝启动时相同：0 可以启动；2 配置；3 数据库；4 主题；5 认证中心；6 时钟；7 归属。
    """
    options = options_of(ctx)
    found = asyncio.run(_inspected(options))
    give(
        options,
        {
            "services": [
                {"service": service, "check": one.check, "state": one.state, "told": one.told}
                for service, one in found
            ]
        },
        table(
            "启动前检查",
            ["服务", "检查", "结果", "说明"],
            [(service, one.check, _SHOWN[one.state], one.told) for service, one in found],
        ),
    )
    if wrong := first_refused(one for _, one in found):
        raise typer.Exit(wrong.exit_code)


def adopt(
    ctx: typer.Context,
    partitions: Annotated[
        bool, typer.Option("--partitions", help="改为认可主题现在的分区数（须已排空）")
    ] = False,
    yes: Yes = False,
) -> None:
    """认领恢复出来的数据库副本，使其归属本环境；或认可主题新的分区数。须先停止该服务。"""
    options = options_of(ctx)
    settings = options.one()
    what = "主题的分区数" if partitions else "数据库"
    confirm(
        f"认领 {settings.service} 的{what}，归属 {settings.environment} 环境？服务须已停止。",
        yes=yes,
    )
    try:
        told = asyncio.run(_partitions(settings) if partitions else _adopted(settings))
    except Refused as error:
        raise CommandFailed(str(error)) from None
    give(options, {"service": settings.service, "adopted": told}, f"{settings.service}：{told}")


async def _inspected(options: Options) -> list[tuple[str, Finding]]:
    found: list[tuple[str, Finding]] = []
    for settings in options.settings():
        name = settings.service
        try:  # the command line forgives a missing issuer, a service does not
            strict = options.strict_settings_of(name)
        except ValidationError:
            missing = refused(
                "settings.oidc-issuer",
                "请设置 LIANDONG_OIDC_ISSUER",
                "LIANDONG_OIDC_ISSUER is not set",
            )
            found.append((name, missing))
            continue
        around = await inspect(definition_of(name), strict)
        found += [(name, one) for one in around.findings]
    return found


async def _adopted(settings: Settings) -> str:
    async with database.opened(settings) as connection:
        made = await belonging.adopt(definition_of(settings.service), settings, connection)
    return f"数据库归属 {settings.environment} 环境，编号 {made}"


async def _partitions(settings: Settings) -> str:
    from liandong.preflight import topics  # noqa: PLC0415 - not every platform has a broker

    definition: Any = definition_of(settings.service)
    async with database.opened(settings) as connection:
        mine = await belonging.belongs(definition, settings, connection, take=False)
    if mine is None or settings.transport != "kafka":
        raise CommandFailed("该服务没有自己的主题，或从未启动过")
    number = await topics.accept_partitions(settings, mine)
    return f"认可 {number} 个分区"
