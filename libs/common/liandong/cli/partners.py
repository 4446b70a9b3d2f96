"""``liandong partners plan|apply``: who may read the topics from outside."""

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from liandong.cli.failure import CommandFailed
from liandong.cli.options import Yes, options_of
from liandong.cli.output import confirm, give, table
from liandong.partners import rights
from liandong.partners.catalogue import InvalidCatalogue, Partner, read, user_prefix
from liandong.partners.passwords import UnfitPassword, forget, password_of

app = typer.Typer(help="接入单位的 Kafka 用户、权限与限额。", no_args_is_help=True)

Catalogue = Annotated[Path, typer.Argument(help="接入单位清单（YAML）")]
Prune = Annotated[bool, typer.Option("--prune", help="清单之外的接入单位一并撤销")]
Rotate = Annotated[
    list[str] | None, typer.Option("--rotate", help="为这个接入单位换发口令，可重复")
]
Passwords = Annotated[
    Path,
    typer.Option(envvar="LIANDONG_PARTNER_PASSWORDS", help="口令文件夹，每个单位一个文件"),
]


@dataclass(frozen=True)
class _Step:
    name: str
    changes: rights.Changes
    new_password: bool = False


@app.command()
def plan(
    ctx: typer.Context, catalogue: Catalogue, prune: Prune = False, rotate: Rotate = None
) -> None:
    """说明 apply 会改动什么；不改动。"""
    steps = asyncio.run(_work(catalogue, prune, rotate or [], None))
    give(options_of(ctx), {"changes": _told(steps)}, _table("将要改动", steps))


@app.command()
def apply(
    ctx: typer.Context,
    catalogue: Catalogue,
    passwords: Passwords,
    prune: Prune = False,
    rotate: Rotate = None,
    yes: Yes = False,
) -> None:
    """使 Kafka 上的用户、权限、限额与清单一致；可重复执行。没有口令文件的，生成一个。"""
    if prune:
        confirm("清单之外的接入单位将被撤销，继续？", yes=yes)
    steps = asyncio.run(_work(catalogue, prune, rotate or [], passwords))
    give(options_of(ctx), {"changes": _told(steps)}, _table("已改动", steps))


async def _work(
    catalogue: Path, prune: bool, rotate: list[str], passwords: Path | None
) -> list[_Step]:
    # Only here: no other command has to wait for aiokafka to be imported.
    from liandong.partners.broker import BrokerRefused, opened  # noqa: PLC0415
    from liandong.transports.access import KafkaAccess  # noqa: PLC0415

    access = KafkaAccess.from_environment()
    if not access.bootstrap_servers:
        raise CommandFailed("请设置 LIANDONG_KAFKA_BOOTSTRAP_SERVERS")
    prefix = os.environ.get("LIANDONG_TOPIC_PREFIX", "")
    try:
        partners = read(catalogue).partners
        unknown = sorted(set(rotate) - {one.name for one in partners})
        if unknown:
            raise CommandFailed(f"清单中没有 {'、'.join(unknown)}")
        async with opened(access) as book:
            now = await book.standing(user_prefix(prefix))
            steps = _steps(partners, prefix, now, rotate, prune=prune)
            if passwords is not None:
                for step in steps:
                    password = ""
                    if step.changes.set_password:
                        password = password_of(passwords, step.name, new=step.new_password)
                    await book.carry_out(step.changes, password)
                    if step.changes.forget_password:
                        forget(passwords, step.name)
            return steps
    except (InvalidCatalogue, UnfitPassword, BrokerRefused) as error:
        raise CommandFailed(str(error)) from error


def _steps(
    partners: tuple[Partner, ...],
    prefix: str,
    now: dict[str, rights.Standing],
    rotate: list[str],
    *,
    prune: bool,
) -> list[_Step]:
    nothing = rights.Standing()
    steps = [
        _Step(
            one.name,
            rights.to_provision(
                one, prefix, now.get(one.user(prefix), nothing), rotate=one.name in rotate
            ),
            new_password=one.name in rotate,
        )
        for one in partners
    ]
    if prune:
        steps += [
            _Step(user.removeprefix(user_prefix(prefix)), rights.to_remove(user, now[user]))
            for user in rights.gone(now, partners, prefix)
        ]
    return [step for step in steps if step.changes]


def _told(steps: list[_Step]) -> list[dict[str, Any]]:
    return [
        {
            "partner": step.name,
            "user": step.changes.user,
            "withdrawn": sorted(f"{one.name}@{one.host}" for one in step.changes.withdraw),
            "allowed": sorted(f"{one.name}@{one.host}" for one in step.changes.allow),
            "quotas": dict(step.changes.quotas),
            "password": _password(step.changes),
        }
        for step in steps
    ]


def _password(changes: rights.Changes) -> str:
    if changes.forget_password:
        return "removed"
    return "set" if changes.set_password else "kept"


def _table(title: str, steps: list[_Step]) -> Any:
    if not steps:
        return "Kafka 与清单一致，没有改动"
    labels = {"removed": "撤销", "set": "设置", "kept": "不变"}
    return table(
        title,
        ["接入单位", "用户", "收回的权限", "给予的权限", "限额", "口令"],
        [
            (
                one["partner"], one["user"], one["withdrawn"], one["allowed"],
                [f"{name}={value}" for name, value in one["quotas"].items()],
                labels[one["password"]],
            )
            for one in _told(steps)
        ],
    )  # fmt: skip
