"""``liandong status``: how the services stand, and whether somebody must act."""

import asyncio
from collections.abc import Sequence

import typer
from rich.console import RenderableType

from liandong.cli.failure import CANNOT, NEEDS_ATTENTION
from liandong.cli.options import Options, options_of
from liandong.cli.output import give, seconds, table
from liandong.cli.standing import Standing, join_lags, needs_attention, standing_of

_COUNTED = (("retrying", "重试中"), ("waiting", "排队"), ("dead", "待处理"))


def status(ctx: typer.Context) -> None:
    """各服务的运行状况：待发事件、消费进度、死信、到期事项、审计封存、库结构。

    退出码：0 正常；1 有需要人处理的情况；2 有服务连不上。
    """
    options = options_of(ctx)
    standings = asyncio.run(_standings(options))
    give(options, {"services": standings}, *_shown(standings))
    if not all(one["reachable"] for one in standings):
        raise typer.Exit(CANNOT)
    if any(map(needs_attention, standings)):
        raise typer.Exit(NEEDS_ATTENTION)


async def _standings(options: Options) -> list[Standing]:
    settings = options.settings()
    standings = list(await asyncio.gather(*map(standing_of, settings)))
    join_lags(standings)
    return standings


def _shown(standings: Sequence[Standing]) -> list[RenderableType]:
    up = [one for one in standings if one["reachable"]]
    shown: list[RenderableType] = [one["reason"] for one in standings if not one["reachable"]]
    if up:
        shown.insert(0, _services(up))
    groups = [(one["service"], group) for one in up for group in one["groups"]]
    if groups:
        shown.insert(1, _groups(groups))
    return shown


def _services(standings: Sequence[Standing]) -> RenderableType:
    return table(
        "服务",
        [
            "服务", "库结构", "待发事件", "最久等待", "受阻键", "事件流位置", "未封存审计",
            "逾期未办", "失败期限",
        ],
        [
            (
                one["service"],
                "正常" if one["schema"]["ok"] else f"不一致（{'、'.join(one['schema']['found'])}）",
                one["outbox"]["rows"],
                seconds(one["outbox"]["oldest_seconds"]),
                one["outbox"]["blocked_keys"],
                one["feed"]["head"],
                one["audit"]["unsealed"],
                one["deadlines"]["overdue"],
                one["deadlines"]["failed"],
            )
            for one in standings
        ],
    )  # fmt: skip


def _groups(groups: Sequence[tuple[str, Standing]]) -> RenderableType:
    return table(
        "消费组",
        ["服务", "消费组", "来源", "位置", "落后", "停留的键", *(title for _, title in _COUNTED)],
        [
            (
                service,
                group["group"],
                source["source"],
                source["position"],
                source["lag"],
                group["held_keys"],
                *(group["dead_letters"].get(status, 0) for status, _ in _COUNTED),
            )
            for service, group in groups
            for source in group["sources"] or [{"source": None, "position": None, "lag": None}]
        ],
    )
