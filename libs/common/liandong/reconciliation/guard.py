"""Before a relay publishes: the topic may know what the database has forgotten.

A base backup, a recovery to a point in time and a replica that became the primary look like the
database that was lost. The topic tells them apart: its last events are in the feed or wait in the
outbox, unless the database has gone back. Then nothing is published, and the process ends.
"""

import asyncio

import structlog

from liandong.db.engine import connect
from liandong.db.incarnation import latest
from liandong.reconciliation import topics
from liandong.reconciliation.errors import TopicUnreadable
from liandong.reconciliation.topics import Record
from liandong.settings import Settings

log = structlog.get_logger(__name__)

_PAUSE_SECONDS = 2.0
_UNKNOWN = """
    SELECT one.id FROM unnest($1::uuid[]) AS one (id)
    WHERE NOT EXISTS (SELECT 1 FROM backbone.event_feed f WHERE f.id = one.id)
      AND NOT EXISTS (SELECT 1 FROM backbone.outbox o WHERE o.id = one.id)
      AND NOT EXISTS (
          SELECT 1 FROM backbone.incarnation i
          WHERE i.number > 1 AND i.begun_at > to_timestamp((
              ('x0000' || left(one.id::text, 8) || substr(one.id::text, 10, 4))::bit(64)::bigint
          ) / 1000.0))
"""


class DatabaseForgot(RuntimeError):
    """The service's own topic tells of events that its database does not know."""


async def wait_until_known(settings: Settings) -> None:
    """Returns when the end of the topic is known to the database; waits for a broker that is away.

    What was published before the present incarnation was accepted when that began. Raises
    :class:`DatabaseForgot`.
    """
    while True:
        try:
            last = await _last(settings)
            break
        except TopicUnreadable as error:
            log.warning("topic_not_readable", reason=str(error))
            await asyncio.sleep(_PAUSE_SECONDS)
    sql = await connect(settings, "incarnation")
    try:
        unknown = [row["id"] for row in await sql.fetch(_UNKNOWN, [one.id for one in last])]
        present = await latest(sql)
    finally:
        await sql.close()
    if unknown:
        raise DatabaseForgot(
            f"Kafka 主题中有本库不知道的事件（如 {unknown[0]}）：数据库回到了较早的时间点。请执行 "
            f"liandong reconcile 核对，再执行 liandong recover --service {settings.service}"
        )
    log.info("topic_known", events=len(last), incarnation=present.number if present else 1)


async def _last(settings: Settings) -> list[Record]:
    topic = topics.topic_of(settings)
    async with topics.reader_of(settings) as reader:
        extent = await topics.extent_of(settings, reader, topic)
        return await topics.last_events(reader, topic, extent, f"/liandong/{settings.service}")
