"""What a process knows of itself, told when it is asked: a scrape waits for nothing."""

import os
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncEngine

from liandong.db.engine import pool_of
from liandong.db.reads import ReadPool
from liandong.metrics import (
    AUDIT_SEALED,
    BUILD,
    CONFIRMING_SECONDS,
    CONSUMER_HALTED,
    CONSUMER_HANDLED,
    DEADLINES_FIRED,
    EFFECT_SECONDS,
    FEED_SERVED,
    FEED_WAITING,
    HANDLER_SECONDS,
    POOL_CONNECTIONS,
    POOL_LIMIT,
    POOL_WAITING,
    RELAY_BLOCKED,
    RELAY_FAILED,
    RELAY_PUBLISHED,
    RELAY_SHARDS,
    RELAY_WAIT,
    STATES_TOLD,
)
from liandong.runtime import Runtime

OUTCOMES = ("handled", "duplicate", "stale", "failed", "waiting", "dead")
READERS = ("service", "partner", "other")


class PoolState(NamedTuple):
    """Connections of one pool now."""

    used: int
    idle: int
    limit: int
    waiting: int


def announce(runtime: Runtime, *, api: bool, worker: bool) -> None:
    """Once, at the start: what runs here, and zeros for what may
    never happen or has not yet: the first of them is then an increase."""
    service = runtime.definition.name
    part = "all" if api and worker else "api" if api else "worker"
    revision = os.environ.get("LIANDONG_REVISION", "unknown")
    BUILD.labels(service, part, _version(), revision).set(1)
    RELAY_FAILED.labels(service)
    STATES_TOLD.labels(service)
    for reader in READERS:
        FEED_SERVED.labels(service, reader)
    for peer in runtime.definition.asks:
        for outcome in ("answered", "unavailable"):
            CONFIRMING_SECONDS.labels(peer, outcome)
    if worker:
        _announce_work(runtime)


def _announce_work(runtime: Runtime) -> None:
    service = runtime.definition.name
    for series in (RELAY_PUBLISHED, RELAY_BLOCKED, RELAY_WAIT, AUDIT_SEALED):
        series.labels(service)
    for kind in runtime.definition.deadlines:
        DEADLINES_FIRED.labels(kind)
    for consumer in runtime.consumers:
        group = consumer.group.name
        HANDLER_SECONDS.labels(group)
        for outcome in OUTCOMES:
            CONSUMER_HANDLED.labels(group, outcome)
        for event_type in consumer.group.by_type():
            EFFECT_SECONDS.labels(group, event_type)


def refresh(runtime: Runtime) -> None:
    """Before a scrape is answered."""
    service = runtime.definition.name
    for name, state in _pools(runtime):
        POOL_CONNECTIONS.labels(service, name, "used").set(state.used)
        POOL_CONNECTIONS.labels(service, name, "idle").set(state.idle)
        POOL_LIMIT.labels(service, name).set(state.limit)
        POOL_WAITING.labels(service, name).set(state.waiting)
    FEED_WAITING.labels(service).set(runtime.feed_tail.waiting)
    RELAY_SHARDS.labels(service).set(len(runtime.relay.owned_shards))
    for consumer in runtime.consumers:
        group = consumer.group.name
        CONSUMER_HALTED.labels(group).set(group in runtime.halted)


def _pools(runtime: Runtime) -> Iterator[tuple[str, PoolState]]:
    for name, engine in (
        ("api", runtime.read_engine),
        ("worker", runtime.worker_engine),
        ("feed", runtime.feed_engine),
    ):
        yield name, _of_engine(engine)
    for pool in (runtime.reads, runtime.lists, runtime.questions.pool):
        yield pool.purpose, _of_reads(pool)


def _of_engine(engine: AsyncEngine) -> PoolState:
    pool = pool_of(engine)
    return PoolState(pool.checkedout(), pool.checkedin(), pool.size(), pool.waiting)


def _of_reads(pool: ReadPool) -> PoolState:
    opened, idle = pool.connections
    return PoolState(opened - idle, idle, pool.settings.read_pool_size, pool.waiting)


def _version() -> str:
    try:
        return version("liandong-common")
    except PackageNotFoundError:
        return "unknown"
