"""Applying listings to supply-demand's projection: inbox, order, projection, in batches of 500."""

import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg

from benchmarks import events as news
from benchmarks.floors.tables import copy_shape
from benchmarks.processes import connect
from benchmarks.report import Row, at_least, median, spread
from benchmarks.servers import Stage
from credit_list.listings.events import OrganizationDelisted
from liandong.collector import leave_alone_what_is_started
from liandong.events.contract import Event
from liandong.ids import uuid7
from liandong.testing.services import start
from liandong.transports.base import Batch, Delivery
from supply_demand.app import DEFINITION

NAME = "consumer-projection"
GOAL = 0.40
BATCH = 500
BIDDERS = 200

_TOPIC = "liandong.credit-list"
_COLUMNS = (
    "listing_id, organization_id, measures, list, listed_on, delisted_on, delisted_reason,"
    " learned_from, learned_at"
)
_SET = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS.split(", ")[1:])
_CONFLICT = f"ON CONFLICT (listing_id) DO UPDATE SET {_SET}"
_ONE = f"VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) {_CONFLICT}"
_MANY = f"""SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::jsonb[], $4::text[], $5::date[],
    $6::date[], $7::text[], $8::uuid[], $9::timestamptz[]) {_CONFLICT}"""


async def run(stage: Stage) -> list[Row]:
    count = stage.count(20_000, least=60)
    ours: list[float] = []
    single: list[float] = []
    many: list[float] = []
    with_bids: list[float] = []
    for _ in range(stage.rounds):
        url = await stage.database("supply-demand")
        organizations = await _known(url, stage.count(10_000, least=200))
        events = news.history(organizations, count, batch=BATCH)
        ours.append(await _consumed(url, events))
        single.append(await _floor(url, events, by_hand=_by_executemany))
        many.append(await _floor(url, events, by_hand=_by_unnest))
        bidders = organizations[: stage.count(BIDDERS, least=20)]
        await _bids(url, bidders)
        with_bids.append(await _consumed(url, [news.listed(one) for one in bidders]))
    best, how = max((median(many), "unnest"), (median(single), "executemany"))
    chosen = many if how == "unnest" else single
    detail = f"{count:,} events in batches of {BATCH}; {spread(ours, chosen)} ({how})"
    told = f"{len(bidders)} organisations with one live bid each, which the event disqualifies"
    return [
        at_least(NAME, median(ours), "events/s", best, GOAL, detail),
        at_least(f"{NAME}/with-bids", median(with_bids), "events/s", best, None, told),
    ]


async def _consumed(url: str, events: Sequence[Event]) -> float:
    """Events per second through the consumer of the service."""
    batches = _batches(events)
    service = start(DEFINITION, url)
    (consumer,) = service.runtime.consumers
    try:
        await consumer.handle(Batch(_batches([news.listed(uuid7())])[0].deliveries, None))
        leave_alone_what_is_started()  # as its process does
        began = time.perf_counter()
        for batch in batches:
            await consumer.handle(batch)
        seconds = time.perf_counter() - began
    finally:
        await service.close()
    await _all_learned(url, events)
    return len(events) / seconds


def _batches(events: Sequence[Event]) -> list[Batch]:
    deliveries = [
        Delivery(_TOPIC, f"{_TOPIC}/0", str(at), one.key, one.attributes(), one.payload)
        for at, one in enumerate(news.envelopes(events))
    ]
    cut = [deliveries[at : at + BATCH] for at in range(0, len(deliveries), BATCH)]
    return [Batch(part, None) for part in cut]


async def _all_learned(url: str, events: Sequence[Event]) -> None:
    """A benchmark of what was not done would be quick."""
    connection = await connect(url)
    ids = {event.subject for event in events}
    ended = {event.subject for event in events if isinstance(event, OrganizationDelisted)}
    try:
        found = await connection.fetch(
            "SELECT delisted_on IS NOT NULL AS ended, count(*) FROM learned_listing"
            " WHERE listing_id = ANY($1) GROUP BY 1",
            list(ids),
        )
    finally:
        await connection.close()
    counts = {row["ended"]: row["count"] for row in found}
    assert counts.get(True, 0) == len(ended), "a delisting was not applied"
    assert sum(counts.values()) == len(ids), "a listing was not learned"


async def _floor(url: str, events: Sequence[Event], *, by_hand: Any) -> float:
    """Rows per second with nothing but the upsert, one transaction for each batch."""
    now = news.envelope(events[0]).time
    rows = [_row(event, now) for event in events]
    connection = await connect(url)
    try:
        await connection.execute("DROP SCHEMA IF EXISTS floor CASCADE")
        table = await copy_shape(connection, "public.learned_listing")
        leave_alone_what_is_started()
        began = time.perf_counter()
        for at in range(0, len(rows), BATCH):
            async with connection.transaction():
                await by_hand(
                    connection, f"INSERT INTO {table} ({_COLUMNS})", rows[at : at + BATCH]
                )
        return len(rows) / (time.perf_counter() - began)
    finally:
        await connection.close()


async def _by_executemany(
    connection: asyncpg.Connection, insert: str, rows: Sequence[tuple[Any, ...]]
) -> None:
    await connection.executemany(f"{insert} {_ONE}", rows)


async def _by_unnest(
    connection: asyncpg.Connection, insert: str, rows: Sequence[tuple[Any, ...]]
) -> None:
    await connection.execute(f"{insert} {_MANY}", *map(list, zip(*rows, strict=True)))


def _row(event: Any, now: Any) -> tuple[Any, ...]:
    ended = isinstance(event, OrganizationDelisted)
    return (
        event.listing_id,
        event.organization_id,
        json.dumps([] if ended else list(event.measures)),
        event.list,
        None if ended else event.listed_on,
        event.delisted_on if ended else None,
        event.reason if ended else None,
        uuid7(),
        now,
    )


async def _known(url: str, count: int) -> list[UUID]:
    """Organisations that the service has heard of before."""
    ids = [uuid7() for _ in range(count)]
    connection = await connect(url)
    try:
        await connection.execute(
            """
            INSERT INTO learned_organization
                (organization_id, kind, status, name, credit_code, district, learned_from,
                 learned_at, status_learned_from, status_learned_at)
            SELECT id, 'service_institution', 'active', '合肥市庐阳区阳光社会工作服务中心', NULL,
                   '340103', id, now(), id, now()
            FROM unnest($1::uuid[]) AS id
            """,
            ids,
        )
        await connection.execute("ANALYZE learned_organization")
    finally:
        await connection.close()
    return ids


async def _bids(url: str, bidders: Sequence[UUID]) -> None:
    """One open tender and a live bid of each organisation."""
    tender = uuid7()
    connection = await connect(url)
    try:
        await connection.execute(
            """
            INSERT INTO tender
                (id, version, created_at, updated_at, title, district, buyer_district, method,
                 invited_organization_ids, budget_fen, allowed_kinds, closes_at, term_months,
                 multi_year_basis, description, status, created_by, changed_by,
                 rule_set)
            VALUES ($1, 1, now(), now(), '社区居家养老服务项目', '340103', '340103', 'open', '{}',
                    30000000, '[]', $2, 12, '', '', 'published', 'buyer-1',
                    '{}', 'benchmark')
            """,
            tender,
            datetime(2999, 1, 1, tzinfo=UTC),
        )
        await connection.execute(
            """
            INSERT INTO bid
                (id, version, created_at, updated_at, tender_id, organization_id, district,
                 amount_fen, plan, status, rule_set)
            SELECT gen_random_uuid(), 1, now(), now(), $1, id, '340103', 20000000, '方案',
                   'submitted', 'benchmark'
            FROM unnest($2::uuid[]) AS id
            """,
            tender,
            list(bidders),
        )
    finally:
        await connection.close()
