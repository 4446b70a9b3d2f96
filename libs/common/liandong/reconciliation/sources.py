"""One service as a source: what it has told, and what its topic holds.

Both lie in temporary tables of the service's own database while they are compared, so that
millions of events cost disk there and no memory here.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg

from liandong.cdc import slot
from liandong.db.engine import connect
from liandong.db.incarnation import VERSIONS
from liandong.ids import made_at
from liandong.reconciliation.errors import TopicUnreadable
from liandong.reconciliation.findings import Finding, Kind
from liandong.settings import Settings

if TYPE_CHECKING:
    from liandong.reconciliation.topics import Extent, Record

_SLACK = timedelta(minutes=1)
"""Between a message's publication and its row in the feed."""

_TABLES = """
    SET statement_timeout = 0;
    SET idle_in_transaction_session_timeout = 0;
    CREATE TEMP TABLE topic_event (
        id uuid PRIMARY KEY, part integer, place bigint, key text, type text, subject text,
        sequence bigint);
    CREATE TEMP TABLE not_taken (consumer_group text, id uuid, PRIMARY KEY (consumer_group, id));
    CREATE TEMP TABLE told AS
        SELECT id, key, type, headers->>'subject' AS subject,
               CAST(headers->>'sequence' AS bigint) AS sequence
        FROM backbone.event_feed WHERE headers->>'sequence' ~ '^[0-9]{1,18}$'
        UNION ALL
        SELECT id, aggregateid, type, headers->>'subject', CAST(headers->>'sequence' AS bigint)
        FROM backbone.outbox WHERE NOT topic LIKE '%.state';
    CREATE INDEX ON told (subject, sequence);
    ANALYZE told
"""
_STANDING = """
    SELECT (SELECT coalesce(max(position), 0) FROM backbone.event_feed) AS head,
           (SELECT count(*) FROM backbone.event_feed) AS events,
           (SELECT last_value FROM backbone.event_feed_position) AS given,
           (SELECT min(appended_at) FROM backbone.event_feed) AS oldest,
           (SELECT number FROM backbone.incarnation ORDER BY number DESC LIMIT 1) AS number,
           (SELECT begun_at FROM backbone.incarnation WHERE number > 1
             ORDER BY number DESC LIMIT 1) AS begun_at
"""
_TAKE = """
    INSERT INTO topic_event SELECT * FROM unnest(
        $1::uuid[], $2::integer[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::bigint[])
    ON CONFLICT DO NOTHING
"""
_NOT_IN_TOPIC = """
    SELECT f.position, f.id, f.type, f.key, f.headers->>'subject' AS subject,
           f.headers->>'sequence' AS version, f.appended_at
    FROM backbone.event_feed f
    WHERE f.position > $1 AND f.position <= $2 AND ($3::timestamptz IS NULL OR f.appended_at >= $3)
      AND NOT EXISTS (SELECT 1 FROM topic_event t WHERE t.id = f.id)
    ORDER BY f.position LIMIT $4
"""
_FORGOTTEN = """
    SELECT t.id, t.type, t.key, t.subject, t.sequence AS version, t.part AS partition,
           t.place AS "offset"
    FROM topic_event t
    WHERE NOT EXISTS (SELECT 1 FROM backbone.event_feed f WHERE f.id = t.id)
      AND NOT EXISTS (SELECT 1 FROM backbone.outbox o WHERE o.id = t.id)
      AND t.id > $1
    ORDER BY t.id LIMIT $2
"""
_REUSED = """
    WITH both_ways AS (
        SELECT subject, sequence, id FROM told UNION SELECT subject, sequence, id FROM topic_event)
    SELECT subject, sequence AS version, array_agg(id::text ORDER BY id) AS ids,
           max(id::text)::uuid AS id
    FROM both_ways GROUP BY subject, sequence HAVING count(*) > 1
    ORDER BY subject, sequence
"""
_UNKNOWN = """
    SELECT one.id FROM unnest($1::uuid[]) AS one (id)
    WHERE NOT EXISTS (SELECT 1 FROM backbone.event_feed f WHERE f.id = one.id)
      AND NOT EXISTS (SELECT 1 FROM backbone.outbox o WHERE o.id = one.id)
"""
_PAGE = 5000
_CDC_SECONDS = 60.0


@dataclass
class Source:
    """A service whose told events are at hand; made by :func:`opened`."""

    settings: Settings
    sql: asyncpg.Connection
    head: int
    """Where its feed ended when the comparison began."""
    events: int
    given: int
    """The highest position that the feed has ever given."""
    oldest: datetime | None
    number: int
    begun_at: datetime | None
    extent: "Extent | None" = None
    findings: list[Finding] = field(default_factory=list[Finding])

    @property
    def name(self) -> str:
        return self.settings.service

    @property
    def told_as(self) -> str:
        return f"/liandong/{self.name}"

    def accepted(self, event_id: UUID) -> bool:
        """Whether the event is older than the present incarnation, which is not the first."""
        return self.begun_at is not None and made_at(event_id) < self.begun_at

    def outlived(self, version: int) -> bool:
        """Whether every version that is still to come is above it."""
        return version < (self.number - 1) * VERSIONS

    async def unknown_among(self, ids: Sequence[UUID]) -> list[UUID]:
        return [row["id"] for row in await self.sql.fetch(_UNKNOWN, ids)]

    async def pages_not_in_topic(self) -> AsyncIterator[list[asyncpg.Record]]:
        """What the feed has and the topic should have, in the order of the feed."""
        since = self.extent.since + _SLACK if self.extent and self.extent.since else None
        position = 0
        while rows := await self.sql.fetch(_NOT_IN_TOPIC, position, self.head, since, _PAGE):
            yield rows
            position = rows[-1]["position"]


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Source]:
    """Reads what the service has told and, on Kafka, its whole topic.

    Raises the driver's errors without its database and TopicUnreadable without its topic.
    """
    sql = await connect(settings, "reconcile")
    try:
        standing = await sql.fetchrow(_STANDING)
        assert standing is not None
        await sql.execute(_TABLES)
        source = Source(
            settings=settings,
            sql=sql,
            head=standing["head"],
            events=standing["events"],
            given=standing["given"],
            oldest=standing["oldest"],
            number=standing["number"] or 1,
            begun_at=standing["begun_at"],
        )
        if settings.transport == "kafka":
            await _read_topic(source)
        yield source
    finally:
        await sql.close()


async def _read_topic(source: Source) -> None:
    from liandong.reconciliation import topics  # noqa: PLC0415 - not every platform has Kafka

    if source.settings.publisher == "cdc":
        await _connector_has_told(source)
    topic = topics.topic_of(source.settings)
    async with topics.reader_of(source.settings) as reader:
        source.extent = await topics.extent_of(source.settings, reader, topic)
        async for page in topics.events(reader, topic, source.extent, source.told_as):
            await source.sql.execute(_TAKE, *_columns(page))
    await source.sql.execute("ANALYZE topic_event")


async def _connector_has_told(source: Source) -> None:
    """By CDC the feed may be ahead of the topic: what is on its way is not missing."""
    found = await slot.standing(source.sql, source.settings)
    if found.safe and not await slot.caught_up(source.sql, source.settings, _CDC_SECONDS):
        raise TopicUnreadable(
            f"{source.name}：连接器落后 {found.behind} 字节日志，暂时无法核对：请检查连接器后重试"
        )


def _columns(page: "Sequence[Record]") -> list[list[Any]]:
    return [list(column) for column in zip(*page, strict=True)]


async def compare(source: Source, show: int) -> None:
    """The source against its topic: what is missing on either side, and versions used twice."""
    missing = Finding(Kind.NOT_IN_TOPIC, source.name)
    if source.extent is not None:
        async for page in source.pages_not_in_topic():
            missing.add(page, show)
    source.findings += [missing, *await forgotten(source, show), *await _reused(source, show)]
    source.findings[:] = [one for one in source.findings if one.count]


async def forgotten(source: Source, show: int) -> list[Finding]:
    """What the topic holds of the source and the source does not know."""
    open_, accepted = (
        Finding(Kind.UNKNOWN_TO_SOURCE, source.name, accepted=known) for known in (False, True)
    )
    last = UUID(int=0)
    while rows := await source.sql.fetch(_FORGOTTEN, last, _PAGE):
        open_.add([row for row in rows if not source.accepted(row["id"])], show)
        accepted.add([row for row in rows if source.accepted(row["id"])], show)
        last = rows[-1]["id"]
    return [open_, accepted]


async def _reused(source: Source, show: int) -> list[Finding]:
    open_, accepted = (
        Finding(Kind.VERSION_REUSED, source.name, accepted=known) for known in (False, True)
    )
    async with source.sql.transaction():
        async for row in source.sql.cursor(_REUSED, prefetch=_PAGE):
            told = {"subject": row["subject"], "version": row["version"], "ids": row["ids"]}
            (accepted if source.accepted(row["id"]) else open_).add([told], show)
    return [open_, accepted]
