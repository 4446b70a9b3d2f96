"""Connections to the service's own database: separate pools for requests and for the worker."""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool
from sqlalchemy.pool.base import PoolProxiedConnection

from liandong.settings import Settings

FEED_CONNECTIONS = 2


class UnfitDatabase(RuntimeError):
    """The database cannot be used; the message says in one sentence what to change."""


class CountingPool(AsyncAdaptedQueuePool):
    """Knows how many wait for one of its connections, those being opened included."""

    waiting = 0

    def connect(self) -> PoolProxiedConnection:
        self.waiting += 1
        try:
            return super().connect()
        finally:
            self.waiting -= 1


def pool_of(engine: AsyncEngine) -> CountingPool:
    """The pool of an engine of this module."""
    pool = engine.pool
    assert isinstance(pool, CountingPool)
    return pool


def sqlalchemy_url(url: str) -> str:
    """The URL with the driver that the platform uses."""
    scheme, rest = url.split("://", 1)
    if scheme.split("+")[0] not in ("postgresql", "postgres"):
        raise UnfitDatabase(f"数据库地址须以 postgresql:// 开头（现为 {scheme}://）")
    return f"postgresql+asyncpg://{rest}"


def api_engine(settings: Settings) -> AsyncEngine:
    return _engine(settings, settings.api_pool_size, "api")


def worker_engine(settings: Settings) -> AsyncEngine:
    return _engine(settings, settings.worker_pool_size, "worker")


def feed_engine(settings: Settings) -> AsyncEngine:
    """For the readers of the feed alone: no flood of requests keeps events from them."""
    return _engine(settings, FEED_CONNECTIONS, "feed")


def transactional(engine: AsyncEngine) -> AsyncEngine:
    """The same pool, with SQLAlchemy opening and ending transactions."""
    return engine.execution_options(isolation_level="READ COMMITTED")


def _engine(settings: Settings, size: int, purpose: str) -> AsyncEngine:
    """Every statement for itself: whoever needs a transaction says so, here (``transactional``)
    or on the driver's connection (:mod:`liandong.db.transaction`), which costs less."""
    return create_async_engine(
        sqlalchemy_url(settings.database_url),
        poolclass=CountingPool,
        pool_size=size,
        max_overflow=0,
        pool_timeout=settings.pool_wait_seconds,
        pool_pre_ping=False,
        pool_use_lifo=True,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,  # errors are logged, and parameters may be personal data
        connect_args={
            "timeout": settings.connect_seconds,
            "server_settings": session_settings(settings, purpose),
        },
    )


def session_settings(settings: Settings, purpose: str) -> dict[str, str]:
    """What every connection of a service is set to: its name, its time zone, its limits."""
    milliseconds = {
        "lock_timeout": settings.lock_wait_seconds,
        "statement_timeout": settings.statement_seconds,
        "idle_in_transaction_session_timeout": settings.statement_seconds * 2,
    }
    return {
        "application_name": f"liandong-{settings.service}-{purpose}",
        "timezone": "UTC",
        **{name: str(int(seconds * 1000)) for name, seconds in milliseconds.items()},
    }


async def connect(settings: Settings, purpose: str) -> asyncpg.Connection:
    """One connection outside every pool, for the owner of locks and for long work."""
    return await asyncpg.connect(
        **asyncpg_arguments(settings.database_url),
        timeout=settings.connect_seconds,
        server_settings=session_settings(settings, purpose),
    )


def asyncpg_arguments(url: str) -> dict[str, Any]:
    """Arguments for asyncpg that mean what the URL means, sockets (``?host=``) included."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    found: dict[str, Any] = {"database": unquote(parts.path.lstrip("/"))}
    if parts.hostname or "host" in query:
        found["host"] = parts.hostname or query["host"][0]
    if parts.port or "port" in query:
        found["port"] = parts.port or int(query["port"][0])
    if parts.username:
        found["user"] = unquote(parts.username)
    if parts.password:
        found["password"] = unquote(parts.password)
    return found
