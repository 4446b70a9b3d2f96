"""How long a listing takes from its commit in credit-list until other services have committed what
they do about it: a trigger for the measured listings tells so by NOTIFY, which PostgreSQL delivers
at the commit."""

import asyncio
import time
from collections.abc import Callable, Sequence
from uuid import UUID

import asyncpg

from benchmarks import events as news
from benchmarks.processes import connect
from liandong.ids import uuid7

RATE = 200
"""Listings a second."""
MEASURED = 4
"""Every so manieth event is a blacklisting that is timed; the others are the background."""
_PATIENCE = 60


def telling(table: str, listing: str, when: str) -> str:
    """SQL that makes the commit of such a row told."""
    return f"""
        CREATE FUNCTION public.tell() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN PERFORM pg_notify('barred', ({listing})::text); RETURN NULL; END $$;
        CREATE TRIGGER tell AFTER INSERT ON public.{table} FOR EACH ROW
            WHEN ({when}) EXECUTE FUNCTION public.tell();
    """


async def timed(
    outbox: news.Outbox, urls: Sequence[str], count: int, rate: int = RATE
) -> dict[UUID, float]:
    """Commits events at the rate; of each measured organisation the milliseconds until the last
    of the databases at ``urls`` had what it does about it."""
    writer = await connect(outbox.url)
    listeners = [await connect(url) for url in urls]
    organizations: dict[UUID, UUID] = {}
    committed: dict[UUID, float] = {}
    seen: list[dict[UUID, float]] = [{} for _ in urls]
    try:
        for number, listener in enumerate(listeners):
            await listener.add_listener("barred", _noting(seen[number]))
        await _write(outbox, writer, count, rate, organizations, committed)
        until = time.monotonic() + _PATIENCE
        while any(len(one) < len(committed) for one in seen):
            if time.monotonic() > until:
                told = [await _state(outbox, url) for url in urls]
                raise TimeoutError(f"{[len(one) for one in seen]} of {len(committed)}: {told}")
            await asyncio.sleep(0.01)
    finally:
        for connection in (*listeners, writer):
            await connection.close()
    return {
        organizations[listing]: (max(one[listing] for one in seen) - at) * 1000
        for listing, at in committed.items()
    }


def at(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _noting(seen: dict[UUID, float]) -> Callable[[object, int, str, object], None]:
    def note(_: object, __: int, ___: str, listing: object) -> None:
        seen[UUID(str(listing))] = time.monotonic()

    return note


async def _state(outbox: news.Outbox, url: str) -> str:
    """Where the listings are that did not come through."""
    queries = {
        outbox.url: "SELECT count(*) || ' in the outbox' FROM backbone.outbox",
        url: "SELECT coalesce(string_agg(DISTINCT status || ' ' || reason || ' ' || detail, '; '),"
        " 'none set aside') FROM backbone.dead_letter",
    }
    told: list[str] = []
    for address, query in queries.items():
        connection = await connect(address)
        told.append(str(await connection.fetchval(query)))
        await connection.close()
    return "; ".join(told)


async def _write(
    outbox: news.Outbox,
    writer: asyncpg.Connection,
    count: int,
    rate: int,
    organizations: dict[UUID, UUID],
    committed: dict[UUID, float],
) -> None:
    began = time.monotonic()
    for number in range(count):
        await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
        is_timed = number % MEASURED == 0
        event = news.listed(uuid7(), "serious" if is_timed else "abnormal")
        await outbox.add(writer, event)
        if is_timed:
            committed[event.listing_id] = time.monotonic()
            organizations[event.listing_id] = event.organization_id
