"""配置: what can be said of the settings alone, without asking anybody."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from limits import parse

from liandong.db.engine import UnfitDatabase, asyncpg_arguments, sqlalchemy_url
from liandong.definition import ServiceDefinition
from liandong.identity.development_keys import DEVELOPMENT_ISSUER
from liandong.identity.tokens import ASYMMETRIC
from liandong.preflight.findings import Finding, fit, refused
from liandong.settings import Settings

_PREFIX = re.compile(r"[A-Za-z0-9._-]{0,200}")
_RATES = ("rate_limit", "public_rate_limit", "inquiry_rate_limit")


def findings(definition: ServiceDefinition, settings: Settings) -> list[Finding]:
    """One for each setting that is missing or cannot be meant; or the one that all are fit."""
    found = list(_malformed(settings))
    if settings.environment == "production":
        found += _missing_in_production(definition, settings)
    return found or [fit("settings")]


def _malformed(settings: Settings) -> Iterator[Finding]:
    if not _is_database(settings.database_url):
        yield refused(
            "settings.database-url",
            "LIANDONG_DATABASE_URL 应写作 postgresql://用户:密码@主机:端口/库名",
            "LIANDONG_DATABASE_URL must read postgresql://user:password@host:port/name",
        )
    if settings.environment != "test" and not _is_web(settings.oidc_issuer):
        yield refused(
            "settings.oidc-issuer",
            "LIANDONG_OIDC_ISSUER 应为认证中心的完整地址，以 https:// 或 http:// 开头",
            "LIANDONG_OIDC_ISSUER must be the issuer's whole address",
        )
    if not ASYMMETRIC.intersection(settings.oidc_algorithms):
        yield refused(
            "settings.oidc-algorithms",
            'LIANDONG_OIDC_ALGORITHMS 中没有可用的非对称签名算法，请改为例如 ["ES256"]',
            "LIANDONG_OIDC_ALGORITHMS names no asymmetric algorithm",
        )
    if not _PREFIX.fullmatch(settings.topic_prefix):
        yield refused(
            "settings.topic-prefix",
            "LIANDONG_TOPIC_PREFIX 只能含字母、数字、点、下划线和连字符",
            "LIANDONG_TOPIC_PREFIX may hold letters, digits, '.', '_' and '-' only",
        )
    for name in _RATES:
        try:
            parse(getattr(settings, name))
        except ValueError:
            yield refused(
                f"settings.{name.replace('_', '-')}",
                f"LIANDONG_{name.upper()} 应写作“次数/单位”，例如 1200/minute",
                f"LIANDONG_{name.upper()} must read like 1200/minute",
            )


def _missing_in_production(definition: ServiceDefinition, settings: Settings) -> Iterator[Finding]:
    wanted = {
        "encryption_keys": (True, "个人信息的加密密钥"),
        "client_id": (True, "本服务在认证中心的客户端标识"),
        "client_secret": (True, "本服务在认证中心的客户端密钥"),
        "storage": (definition.keeps_files, "附件的存储位置"),
        "receipt_keys": (bool(definition.receipts), "查询回执的签名密钥"),
    }
    for name, (needed, meaning) in wanted.items():
        value = getattr(settings, name)
        if needed and not (value.get_secret_value() if name == "client_secret" else value):
            yield refused(
                f"settings.{name.replace('_', '-')}",
                f"生产环境必须设置 LIANDONG_{name.upper()}（{meaning}）",
                f"LIANDONG_{name.upper()} must be set in production",
            )
    if settings.oidc_issuer == DEVELOPMENT_ISSUER:
        yield refused(
            "settings.development-issuer",
            f"生产环境不得使用开发用认证服务（{DEVELOPMENT_ISSUER}）：请将 LIANDONG_OIDC_ISSUER "
            "改为正式的认证中心",
            "production must not trust the development issuer: change LIANDONG_OIDC_ISSUER",
        )
    missing = sorted(
        services_asked(definition, settings) - {definition.name} - set(settings.service_urls)
    )
    if missing:
        yield refused(
            "settings.service-urls",
            f"请在 LIANDONG_SERVICE_URLS 中写明这些服务的地址：{'、'.join(missing)}",
            f"LIANDONG_SERVICE_URLS lacks {', '.join(missing)}",
        )


def services_asked(definition: ServiceDefinition, settings: Settings) -> set[str]:
    """The services that this one calls by HTTP."""
    if settings.transport == "feed":
        return {*definition.asks, *(one for group in definition.groups for one in group.services())}
    return set(definition.asks)


def _is_database(url: str) -> bool:
    try:
        sqlalchemy_url(url)
        return bool(asyncpg_arguments(url)["database"])
    except (UnfitDatabase, ValueError):
        return False


def _is_web(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.netloc)
