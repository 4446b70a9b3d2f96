"""``liandong token``: an access token of the development issuer, for trying things out."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from pydantic_settings import BaseSettings, SettingsConfigDict

from liandong.cli.embedded import KEYS, platform_state
from liandong.cli.failure import CommandFailed
from liandong.cli.options import options_of
from liandong.cli.output import give
from liandong.identity.actors import Role
from liandong.identity.development import TokenFor
from liandong.identity.development_keys import AUDIENCE, DEVELOPMENT_ISSUER, DevelopmentKeys
from liandong.settings import SERVICES


class _Issuer(BaseSettings):
    """What the services believe about their issuer."""

    model_config = SettingsConfigDict(env_prefix="LIANDONG_", extra="ignore")

    environment: str = "development"
    oidc_issuer: str = DEVELOPMENT_ISSUER
    oidc_audience: str = AUDIENCE


def token(
    ctx: typer.Context,
    roles: Annotated[list[Role], typer.Option("--role", help="角色，可重复")],
    district: Annotated[str | None, typer.Option(help="行政区划代码")] = None,
    subject: Annotated[str, typer.Option(help="主体；省略则由第一个角色得出")] = "",
    name: Annotated[str, typer.Option(help="姓名或称呼")] = "",
    organization_id: Annotated[UUID | None, typer.Option(help="所属社会组织的编号")] = None,
    scopes: Annotated[list[str] | None, typer.Option("--scope", help="授权范围，可重复")] = None,
    minutes: Annotated[int, typer.Option(min=1, max=7 * 1440, help="有效分钟数")] = 60,
    keys: Annotated[
        Path | None,
        typer.Option(envvar="LIANDONG_ISSUER_KEYS", help="开发用认证服务的密钥文件夹"),
    ] = None,
) -> None:
    """签发一个开发用令牌（生产环境拒绝）。只输出令牌本身，便于脚本使用。"""
    options = options_of(ctx)
    issuer = _Issuer()
    _refuse_production(issuer)
    if options.platform is not None:
        state = platform_state(options.platform)
        issuer = issuer.model_copy(update={"oidc_issuer": state.get("issuer", issuer.oidc_issuer)})
        keys = keys or options.platform / KEYS
    if keys is None or not keys.is_dir():
        raise CommandFailed("没有开发用认证服务的密钥：请用 --keys 或 --platform 指明文件夹")
    wanted = TokenFor(
        subject=subject or f"{roles[0].value}-1",
        name=name,
        roles=tuple(roles),
        district=district,
        organization_id=organization_id,
        scopes=tuple(scopes or ()),
        ttl_seconds=minutes * 60,
    )
    signer = DevelopmentKeys.load_or_create(
        keys, issuer=issuer.oidc_issuer, audience=issuer.oidc_audience
    )
    made = signer.issue(
        subject=wanted.subject,
        roles=wanted.roles,
        name=wanted.name,
        district=wanted.district,
        organization_id=wanted.organization_id,
        scopes=wanted.scopes,
        ttl=timedelta(seconds=wanted.ttl_seconds),
    )
    answer = {
        "access_token": made,
        "token_type": "Bearer",
        "expires_in": wanted.ttl_seconds,
        "issuer": issuer.oidc_issuer,
    }
    if options.json:
        give(options, answer)
    else:
        typer.echo(made)


def _refuse_production(issuer: _Issuer) -> None:
    told = [f"LIANDONG_{name.replace('-', '_').upper()}_ENVIRONMENT" for name in SERVICES]
    environments = {issuer.environment, *(os.environ.get(name, "") for name in told)}
    if "production" in environments:
        raise CommandFailed("生产环境不签发开发用令牌：请使用正式的认证中心")
