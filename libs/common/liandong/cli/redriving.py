"""``liandong dead-letters redrive``: set-aside events are handled now, in order of their key."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import typer
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from liandong.cli.driving import driven
from liandong.cli.failure import NEEDS_ATTENTION, CommandFailed
from liandong.cli.options import Operator, Options, database, operator, options_of
from liandong.cli.output import give, progress, table
from liandong.identity.actors import Actor
from liandong.settings import Settings

_KEYS = text("""
    SELECT consumer_group, key, count(*) AS letters FROM backbone.dead_letter
    WHERE status IN ('retrying', 'waiting', 'dead')
      AND (CAST(:group AS text) IS NULL OR consumer_group = :group)
      AND (CAST(:key AS text) IS NULL OR key = :key)
      AND (CAST(:id AS uuid) IS NULL OR (consumer_group, coalesce(key, id::text)) IN
           (SELECT consumer_group, coalesce(key, id::text) FROM backbone.dead_letter
             WHERE id = :id AND status IN ('retrying', 'waiting', 'dead')))
    GROUP BY consumer_group, key ORDER BY min(place)
""")
_LEFT = text("""
    SELECT count(*) OVER () AS letters, reason, detail FROM backbone.dead_letter
    WHERE consumer_group = :group AND key = :key AND status IN ('retrying', 'waiting', 'dead')
    ORDER BY place LIMIT 1
""")


@dataclass(frozen=True)
class Wanted:
    """Which letters: of a key, of the key of one letter, or all; within a group if told."""

    key: str | None
    letter: UUID | None
    everything: bool
    group: str | None

    def check(self) -> None:
        if sum((self.key is not None, self.letter is not None, self.everything)) != 1:
            raise CommandFailed("请在 --key、--id 和 --all 中选一个")


def redrive(
    ctx: typer.Context,
    by: Operator,
    key: Annotated[str | None, typer.Option(help="一个键的全部死信")] = None,
    letter: Annotated[
        UUID | None, typer.Option("--id", help="这条死信所在的键，从最早的一条开始")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="全部死信")] = False,
    group: Annotated[str | None, typer.Option(help="只在一个消费组内")] = None,
) -> None:
    """重新处理死信。同一键严格按顺序，一条再次失败则其后的留在原处；每条记入审计日志。

    退出码：0 全部处理完；1 有再次失败的。
    """
    options, actor = options_of(ctx), operator(by)
    wanted = Wanted(key, letter, everything, group)
    wanted.check()
    outcomes = asyncio.run(_redrive(options, wanted, actor))
    if not outcomes and not everything:
        raise CommandFailed("没有这样的未处理死信")
    done = sum(one["redriven"] for one in outcomes)
    left = sum(one["left"] for one in outcomes)
    give(
        options,
        {"redriven": done, "left": left, "keys": outcomes},
        table(
            f"重新处理 {done} 条，留下 {left} 条",
            ["服务", "消费组", "键", "已处理", "留下", "再次失败的原因"],
            [tuple(one.values()) for one in outcomes],
        ),
    )
    if left:
        raise typer.Exit(NEEDS_ATTENTION)


async def _redrive(options: Options, wanted: Wanted, by: Actor) -> list[dict[str, Any]]:
    outcomes: list[dict[str, Any]] = []
    with progress(options) as bar:
        for settings in options.settings():
            async with database(settings) as engine:
                keys = await _keys(engine, wanted)
                if not keys:
                    continue
                task = bar.add_task(settings.service, total=sum(one.letters for one in keys))

                def advance(number: int, task: Any = task) -> None:
                    bar.advance(task, number)

                outcomes += await _service(settings, engine, keys, by, advance)
    return outcomes


async def _keys(engine: AsyncEngine, wanted: Wanted) -> Sequence[Any]:
    async with engine.connect() as connection:
        rows = await connection.execute(
            _KEYS, {"group": wanted.group, "key": wanted.key, "id": wanted.letter}
        )
        return rows.all()


async def _service(
    settings: Settings,
    engine: AsyncEngine,
    keys: Sequence[Any],
    by: Actor,
    advance: Callable[[int], None],
) -> list[dict[str, Any]]:
    outcomes: list[dict[str, Any]] = []
    async with driven(settings) as letters:
        for one in keys:
            outcome = {
                "service": settings.service,
                "group": one.consumer_group,
                "key": one.key,
                "redriven": 0,
                "left": one.letters,
                "reason": "没有键的消息无法重新处理，只能放弃",
            }
            if one.key is not None:
                outcome["redriven"] = await letters(one.consumer_group).redrive(one.key, by=by)
                outcome |= await _left(engine, one.consumer_group, one.key)
            outcomes.append(outcome)
            advance(one.letters)
    return outcomes


async def _left(engine: AsyncEngine, group: str, key: str) -> dict[str, Any]:
    async with engine.connect() as connection:
        row = (await connection.execute(_LEFT, {"group": group, "key": key})).first()
    if row is None:
        return {"left": 0, "reason": None}
    return {
        "left": row.letters,
        "reason": f"{row.reason}：{row.detail}" if row.detail else row.reason,
    }
