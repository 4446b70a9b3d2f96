"""``liandong feed show|replay``: what a service has published, and reading it once more."""

import asyncio
import json
from typing import Annotated, Any

import typer

from liandong.cli.failure import CommandFailed
from liandong.cli.options import Operator, Options, Yes, database, operator, options_of
from liandong.cli.output import confirm, give, table
from liandong.cli.replaying import Plan, plan, set_back
from liandong.events.feed import Asked, FeedTail, read_cursor, read_page, write_cursor
from liandong.settings import Settings
from liandong.values.districts import subtree_prefix

app = typer.Typer(help="事件流。", no_args_is_help=True)

_ONCE = "已处理过的事件不会再次生效（收件箱去重），只有没处理过的会被处理"


@app.command()
def show(
    ctx: typer.Context,
    after: Annotated[str, typer.Option(help="游标，从它之后开始；省略则从头")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    types: Annotated[list[str] | None, typer.Option("--type", help="只看这些事件类型")] = None,
    district: Annotated[str, typer.Option(help="只看这个区划及下级")] = "",
) -> None:
    """显示一个服务的事件流（须用 --service 指明服务）。"""
    options = options_of(ctx)
    found = asyncio.run(_page(options, after, limit, types or [], district))
    give(
        options,
        found,
        table(
            f"{found['service']} 的事件",
            ["位置", "时间", "类型", "主体", "版本", "区划", "内容"],
            [
                (
                    one["position"], one["time"], one["type"], one["subject"], one["sequence"],
                    one.get("district"), json.dumps(one["data"], ensure_ascii=False),
                )
                for one in found["items"]
            ],
        ),
        f"下一页：--after {found['next']}" if found["more"] else "已到末尾",
    )  # fmt: skip


@app.command()
def replay(
    ctx: typer.Context,
    group: Annotated[str, typer.Option(help="消费组，如 funding.credit-hold")],
    by: Operator = "",
    cursor: Annotated[str | None, typer.Option("--from", help="退回到这个游标")] = None,
    beginning: Annotated[bool, typer.Option("--beginning", help="从头再读")] = False,
    source: Annotated[str | None, typer.Option(help="来源服务；消费组只有一个来源时可省略")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只说明会怎样，不改动")] = False,
    beyond_inbox: Annotated[
        bool, typer.Option("--beyond-inbox", help="允许退到收件箱已清理的时期")
    ] = False,
    yes: Yes = False,
) -> None:
    """把消费组在来源事件流中的位置退回，使其再读一遍。须先停止该服务的工作进程。

    已处理过的事件由收件箱去重，不会再次生效；--service 指明消费组所在的服务。
    """
    options = options_of(ctx)
    if (cursor is None) == (not beginning):
        raise CommandFailed("请在 --from 和 --beginning 中选一个")
    actor = None if dry_run else operator(by)
    settings = _service_of(options, group)
    found = asyncio.run(plan(options, settings, group, source, read_cursor(cursor or "")))
    if actor is None:
        give(options, found.as_dict() | {"changed": False}, *_told(found))
        return
    found.check(beyond_inbox=beyond_inbox)
    if not options.json:
        give(options, {}, *_told(found))
    confirm(f"把 {group} 退回到位置 {found.target}？", yes=yes)
    asyncio.run(set_back(settings, found, actor))
    give(
        options,
        found.as_dict() | {"changed": True},
        "已退回。启动工作进程后即开始再读。",
    )


def _told(found: Plan) -> list[str]:
    counted = "" if found.events is None else f"，涉及 {found.events} 个所订阅的事件"
    fresh = "" if found.unhandled is None else f"，其中 {found.unhandled} 个尚未处理过"
    told = [
        f"{found.group}：在 {found.source} 的事件流中由位置 {found.current} 退回到 {found.target}"
        f"{counted}{fresh}。",
        f"{_ONCE}。",
    ]
    if found.worker_running:
        told.append("该服务的工作进程正在运行，须先停止：它会用自己记得的位置覆盖。")
    if found.beyond_inbox:
        told.append("其中有些事件早于收件箱的保存期，只靠版本号防止重复。")
    return told


def _service_of(options: Options, group: str) -> Settings:
    """A group's name begins with its service; ``--service`` may stand beside it."""
    name = group.partition(".")[0]
    if name not in options.names:
        raise CommandFailed(f"消费组 {group} 不属于所选的服务")
    settings = options.settings_of(name)
    if settings is None:
        raise CommandFailed(f"没有配置 {name} 的数据库")
    return settings


async def _page(
    options: Options, after: str, limit: int, types: list[str], district: str
) -> dict[str, Any]:
    settings = options.one()
    position = read_cursor(after)
    area = subtree_prefix(district) if district else ""
    async with database(settings) as engine:
        head = await FeedTail(engine).look()
        rows = await read_page(engine, Asked(position, head, tuple(types), area, limit))
    more = len(rows) == limit
    return {
        "service": settings.service,
        "items": [
            {
                "position": row["position"],
                **(
                    row["headers"]
                    if isinstance(row["headers"], dict)
                    else json.loads(row["headers"])
                ),
                "data": json.loads(bytes(row["payload"])),
            }
            for row in rows
        ],
        "next": write_cursor(rows[-1]["position"] if more else max(head, position)),
        "more": more,
    }
