"""The global options: which services, from where, and how to answer."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine

from liandong.cli.embedded import embedded_settings
from liandong.cli.failure import CommandFailed, Unreachable, speaking_of
from liandong.clock import Clock, RehearsalClock, SystemClock
from liandong.db.engine import api_engine, transactional
from liandong.db.unit_of_work import UnitOfWorkFactory
from liandong.identity.actors import SYSTEM_PREFIX, Actor, Role
from liandong.rules.book import RuleBook
from liandong.settings import SERVICES, Settings
from liandong.values.districts import ROOT

_NO_ISSUER = "http://issuer.invalid"

Operator = Annotated[
    str,
    typer.Option(
        "--as", envvar="LIANDONG_OPERATOR", show_default=False, help="操作人，记入审计日志"
    ),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="不再询问")]


@dataclass(frozen=True)
class Options:
    json: bool = False
    services: tuple[str, ...] = ()
    platform: Path | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The services asked for, all five unless told; needs no configuration."""
        return self.services or SERVICES

    def settings(self) -> list[Settings]:
        """Of the services asked for; unless told, of every service that is configured."""
        found = {name: self.settings_of(name) for name in self.names}
        missing = [name for name, one in found.items() if one is None]
        if self.services and missing:
            raise CommandFailed(
                f"没有配置 {'、'.join(missing)} 的数据库：请设置 {_variable(missing[0])}"
            )
        configured = [one for one in found.values() if one is not None]
        if not configured:
            raise CommandFailed(
                f"没有配置任何服务的数据库：请设置 {_variable(SERVICES[0])} 等，或用 --platform"
            )
        shared = Counter(one.database_url for one in configured).most_common(1)[0]
        if shared[1] > 1 and not self.services:
            raise CommandFailed(
                "LIANDONG_DATABASE_URL 只说明一个数据库：请用 --service 说明是哪个服务"
            )
        return configured

    def one(self) -> Settings:
        """For a command that concerns one service only."""
        found = self.settings()
        if len(found) > 1:
            raise CommandFailed("这个命令一次只针对一个服务：请用 --service 指明")
        return found[0]

    def strict_settings_of(self, service: str) -> Settings:
        """As the service itself reads them; ValidationError when it could not."""
        given = embedded_settings(self.platform, service) if self.platform else {}
        return Settings.load(service, **(given or {}))

    def settings_of(self, service: str) -> Settings | None:
        """None when the service has no database here."""
        if service not in SERVICES:
            raise CommandFailed(f"没有服务 {service}（有 {'、'.join(SERVICES)}）")
        given = embedded_settings(self.platform, service) if self.platform else {}
        if given is None:
            return None
        try:
            return Settings.load(service, **given)
        except ValidationError as error:
            missing = {one["loc"][0] for one in error.errors() if one["type"] == "missing"}
            if "database_url" in missing:
                return None
            if missing != {"oidc_issuer"}:
                raise
            return Settings.load(service, **given, oidc_issuer=_NO_ISSUER)


def options_of(ctx: typer.Context) -> Options:
    found = ctx.find_object(Options)
    assert found is not None, "the root command makes them"
    return found


@asynccontextmanager
async def database(settings: Settings) -> AsyncIterator[AsyncEngine]:
    """A pool on the service's database; its errors name the service."""
    try:
        engine = api_engine(settings)
    except (ArgumentError, ValueError):
        raise Unreachable(
            f"{settings.service}：数据库地址写得不对（应为 postgresql://用户:密码@主机:端口/库名）"
        ) from None
    with speaking_of(settings.service):
        try:
            yield engine
        finally:
            await engine.dispose()


def clock_of(settings: Settings) -> Clock:
    """The clock by which the service decides."""
    if settings.rehearsal_clock_file is not None:
        return RehearsalClock(settings.rehearsal_clock_file)
    return SystemClock()


def commands_on(settings: Settings, engine: AsyncEngine) -> UnitOfWorkFactory:
    """Units of work for what changes the mechanism's own tables, with their audit entries."""
    return UnitOfWorkFactory(
        engine=transactional(engine),
        unmanaged=engine,
        clock=clock_of(settings),
        service=settings.service,
        rule_book=RuleBook(),
    )


def operator(name: str) -> Actor:
    """The administrator who works at the terminal, in the whole country."""
    if not name.strip() or name.startswith(SYSTEM_PREFIX):
        raise CommandFailed("请用 --as 写明操作人（平台自身的名字不行）")
    return Actor(
        subject=name.strip(), name=name, roles=frozenset({Role.SYSTEM_ADMIN}), district=ROOT
    )


def _variable(service: str) -> str:
    return f"LIANDONG_{service.replace('-', '_').upper()}_DATABASE_URL"
