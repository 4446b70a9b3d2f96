"""``liandong dead-letters list|show|discard``: events that were set aside."""

import asyncio
import json
from typing import Annotated, Any
from uuid import UUID

import typer
from sqlalchemy import text

from liandong.cli.driving import driven
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
from liandong.cli.output import confirm, give, table
from liandong.cli.redriving import redrive
from liandong.events.letters import OPEN, list_letters
from liandong.identity.actors import Actor
from liandong.settings import Settings

app = typer.Typer(help="死信：没能处理、被搁置的事件。", no_args_is_help=True)
app.command("redrive")(redrive)

STATUS = {
    "retrying": "自动重试中",
    "waiting": "排在同键之后",
    "dead": "待人工处理",
    "redriven": "已处理",
    "discarded": "已放弃",
}

_LETTER = text("SELECT * FROM backbone.dead_letter WHERE id = :id")
_BEFORE = text("""
    SELECT count(*) FROM backbone.dead_letter
    WHERE consumer_group = :group AND key = :key AND place < :place
      AND status IN ('retrying', 'waiting', 'dead')
""")


@app.command("list")
def list_(
    ctx: typer.Context,
    group: Annotated[str | None, typer.Option(help="只看一个消费组")] = None,
    everything: Annotated[bool, typer.Option("--all", help="包括已处理和已放弃的")] = False,
) -> None:
    """列出死信，同一键的按到达顺序排列。"""
    options = options_of(ctx)
    found = asyncio.run(_all_letters(options, group, everything))
    give(
        options,
        {"letters": found},
        table(
            f"死信（{len(found)}）",
            ["服务", "编号", "消费组", "键", "状态", "事件类型", "原因", "次数", "首次出现"],
            [
                (
                    one["service"], one["id"], one["consumer_group"], one["key"],
                    STATUS[one["status"]], one["type"], one["reason"], one["attempts"],
                    one["first_seen_at"],
                )
                for one in found
            ],
        ),
    )  # fmt: skip


@app.command()
def show(ctx: typer.Context, letter: Annotated[UUID, typer.Argument(metavar="ID")]) -> None:
    """显示一条死信：为什么失败、事件内容、前面还有几条。"""
    options = options_of(ctx)
    settings, found = asyncio.run(find_letter(options, letter))
    headers, payload = found.pop("headers"), bytes(found.pop("payload"))
    found["attributes"] = json.loads(headers) if isinstance(headers, str) else headers
    found["data"] = _readable(payload)
    found = {"service": settings.service, **found}
    give(
        options,
        found,
        table(
            "死信",
            ["项目", "内容"],
            [
                (name, json.dumps(value, ensure_ascii=False) if name in _NESTED else value)
                for name, value in found.items()
            ],
        ),
    )


@app.command()
def discard(
    ctx: typer.Context,
    letter: Annotated[UUID, typer.Argument(metavar="ID")],
    reason: Annotated[str, typer.Option(help="放弃的理由，记入审计日志")],
    by: Operator,
    yes: Yes = False,
) -> None:
    """放弃一条死信：它的事件不再处理，同一键后面的事件继续。"""
    options, actor = options_of(ctx), operator(by)
    if not reason.strip():
        raise CommandFailed("请写明放弃的理由")
    settings, found = asyncio.run(find_letter(options, letter))
    if found["status"] not in OPEN:
        raise CommandFailed(f"这条死信的状态是“{STATUS[found['status']]}”，不必再放弃")
    confirm(f"放弃 {found['type']}（键 {found['key']}）？它在本服务将永不生效", yes=yes)
    asyncio.run(_discard(settings, found, actor, reason.strip()))
    give(options, {"service": settings.service, "discarded": str(letter)}, f"已放弃 {letter}")


_NESTED = ("attributes", "data")


async def _all_letters(
    options: Options, group: str | None, everything: bool
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for settings in options.settings():
        async with database(settings) as engine:
            rows = await list_letters(
                commands_on(settings, engine), group=group, everything=everything
            )
        found += [{"service": settings.service, **row} for row in rows]
    return found


async def find_letter(options: Options, letter: UUID) -> tuple[Settings, dict[str, Any]]:
    """The letter and the service that set it aside; with the number of letters before it."""
    for settings in options.settings():
        async with database(settings) as engine, engine.connect() as connection:
            row = (await connection.execute(_LETTER, {"id": letter})).mappings().first()
            if row is None:
                continue
            names = {"group": row["consumer_group"], "key": row["key"], "place": row["place"]}
            before = await connection.scalar(_BEFORE, names)
            return settings, {**row, "letters_before": before}
    raise CommandFailed(f"没有编号为 {letter} 的死信")


async def _discard(settings: Settings, letter: dict[str, Any], by: Actor, reason: str) -> None:
    async with driven(settings) as letters:
        await letters(letter["consumer_group"]).discard(letter["id"], by=by, reason=reason)


def _readable(payload: bytes) -> Any:
    try:
        return json.loads(payload)
    except ValueError:
        return payload.decode(errors="replace")
