"""Housekeeping of the mechanism's tables: months ahead, months past, old keys."""

from datetime import UTC, datetime
from uuid import UUID

import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

log = structlog.get_logger(__name__)

FEED_MONTHS = 36
INBOX_MONTHS = 3
"""Longer than a topic keeps its messages (28 days) and than any replay that is not asked for."""
KEY_HOURS = 24

_LOCK = 0x4C44_0004_0000_0000


async def run(engine: AsyncEngine) -> None:
    """One round; several workers may call it, one at a time does the work."""
    await _partitions(engine)
    async with engine.begin() as connection:
        await connection.execute(
            text(
                "DELETE FROM backbone.idempotency_key WHERE ctid = ANY(ARRAY("
                " SELECT ctid FROM backbone.idempotency_key"
                " WHERE created_at < clock_timestamp() - make_interval(hours => :hours)"
                " LIMIT 5000))"
            ),
            {"hours": KEY_HOURS},
        )


async def _partitions(engine: AsyncEngine) -> None:
    today = datetime.now(UTC)
    ahead = [_month(today, offset) for offset in range(3)]
    for start in ahead:
        end = _month(start, 1)
        name = f"{start:%Y_%m}"
        await _create(
            engine,
            f"event_feed_{name}",
            "event_feed",
            f"FROM ('{start.isoformat()}') TO ('{end.isoformat()}')",
        )
        await _create(
            engine,
            f"inbox_{name}",
            "inbox",
            f"FROM ('{_first_id(start)}') TO ('{_first_id(end)}')",
        )
    await _drop_before(engine, "event_feed", _month(today, -FEED_MONTHS))
    await _drop_before(engine, "inbox", _month(today, -INBOX_MONTHS))


async def _create(engine: AsyncEngine, name: str, parent: str, bounds: str) -> None:
    async with engine.connect() as connection:
        if await connection.scalar(text(f"SELECT to_regclass('backbone.{name}')")):
            return
    try:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:l)"), {"l": _LOCK})
            await connection.execute(text("SET LOCAL lock_timeout = '2s'"))
            await connection.execute(
                text(
                    f"CREATE TABLE IF NOT EXISTS backbone.{name}"
                    f" PARTITION OF backbone.{parent} FOR VALUES {bounds}"
                )
            )
    except DBAPIError as error:
        # Rows of the month are already in the rest partition: they stay there, nothing is lost.
        log.warning("partition_not_created", name=name, error=type(error.orig).__name__)


async def _drop_before(engine: AsyncEngine, parent: str, oldest: datetime) -> None:
    async with engine.begin() as connection:
        names = await connection.scalars(
            text("""
                SELECT c.relname FROM pg_inherits i
                JOIN pg_class c ON c.oid = i.inhrelid
                WHERE i.inhparent = CAST(:parent AS regclass) AND c.relname ~ '_[0-9]{4}_[0-9]{2}$'
            """),
            {"parent": f"backbone.{parent}"},
        )
        for name in names.all():
            if name < f"{parent}_{oldest:%Y_%m}":
                await connection.execute(text("SET LOCAL lock_timeout = '2s'"))
                await connection.execute(text(f"DROP TABLE backbone.{name}"))
                log.info("partition_dropped", name=name)


def _month(moment: datetime, offset: int) -> datetime:
    """The first instant, in UTC, of the month ``offset`` months away."""
    months = moment.year * 12 + moment.month - 1 + offset
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC)


def _first_id(moment: datetime) -> UUID:
    """The smallest UUIDv7 of an instant."""
    milliseconds = int(moment.timestamp() * 1000)
    return UUID(int=milliseconds << 80)
