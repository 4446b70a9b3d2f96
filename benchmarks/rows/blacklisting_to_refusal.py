"""From the commit of a blacklisting in credit-list until supply-demand refuses the organisation.

The worker of credit-list and supply-demand, whole, run as processes of their own, with Kafka
between them, under 200 listings a second of other organisations. A listing counts as obeyed when
the transaction of supply-demand that bars the organisation is committed: a trigger on its
projection, for the measured listings alone, tells so by NOTIFY, which PostgreSQL delivers at the
commit. That the endpoint of eligibility then refuses is checked for the last one of each round.
"""

import asyncio
import json
import time
import urllib.request
from uuid import UUID

import asyncpg

from benchmarks import events as news
from benchmarks.floors.tables import copy_shape
from benchmarks.processes import HOST, connect, running
from benchmarks.report import Row, at_most
from benchmarks.servers import Stage
from liandong.embedded.program import Program
from liandong.ids import uuid7
from liandong.settings import SERVICES

NAME = "blacklisting-to-refusal"
GOAL = 2.0
RATE = 200
MEASURED = 4
"""Every so manieth event is a blacklisting that is timed; the others are the background."""

_PREFIX = "refusal."
_FLOOR_PREFIX = "refusal-floor."
"""Its messages are no events of the platform: nobody but the floor may read them."""
_PATIENCE = 60
_TELL = """
    CREATE FUNCTION public.tell() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM pg_notify('barred', NEW.listing_id::text); RETURN NULL; END $$;
    CREATE TRIGGER tell AFTER INSERT ON public.learned_listing FOR EACH ROW
        WHEN (NEW.list = 'serious') EXECUTE FUNCTION public.tell();
"""


async def run(stage: Stage) -> list[Row]:
    bootstrap = await stage.topics(_PREFIX)
    await stage.topics(_FLOOR_PREFIX)
    credit_list = await stage.database("credit-list")
    supply_demand = await stage.database("supply-demand")
    settings = {
        "LIANDONG_TRANSPORT": "kafka",
        "LIANDONG_KAFKA_BOOTSTRAP_SERVERS": bootstrap,
        "LIANDONG_TOPIC_PREFIX": _PREFIX,
    }
    relay = stage.service("credit-list", "worker", credit_list, **settings)
    reader = stage.service("supply-demand", "all", supply_demand, **settings)
    count = round(stage.seconds(10, least=1) * RATE)
    ours: list[float] = []
    floors: list[float] = []
    outbox = news.Outbox(credit_list, f"{_PREFIX}liandong.credit-list")
    await _prepare(supply_demand)
    with running(relay, reader):
        await _timed(outbox, supply_demand, 8)  # until the consumer has its partitions
        for turn in range(stage.rounds):
            barred = await _timed(outbox, supply_demand, count)
            ours += barred.values()
            _assert_refused(stage, reader, list(barred)[-1])
            told = (bootstrap, f"{_FLOOR_PREFIX}liandong.{SERVICES[turn]}")
            numbers = (str(count), str(RATE), str(MEASURED))
            floors += await stage.tool("benchmarks.floors.pass_on", *told, *numbers, supply_demand)
    base = _at(floors, 0.99)
    half, half_base = _at(ours, 0.5), _at(floors, 0.5)
    detail = f"{len(ours)} blacklistings at {RATE} events/s; seen by NOTIFY at the commit"
    return [
        at_most(NAME, _at(ours, 0.99), "ms p99", base, GOAL, detail),
        at_most(f"{NAME}/p50", half, "ms p50", half_base, None),
    ]


async def _prepare(url: str) -> None:
    connection = await connect(url)
    try:
        await copy_shape(connection, "public.learned_listing")
        await connection.execute(_TELL)
    finally:
        await connection.close()


async def _timed(outbox: news.Outbox, url: str, count: int) -> dict[UUID, float]:
    """Commits events at the rate; the milliseconds until each measured organisation was barred."""
    writer, listener = await connect(outbox.url), await connect(url)
    organizations: dict[UUID, UUID] = {}
    committed: dict[UUID, float] = {}
    seen: dict[UUID, float] = {}

    def note(_: object, __: int, ___: str, listing: object) -> None:
        seen[UUID(str(listing))] = time.monotonic()

    await listener.add_listener("barred", note)
    try:
        await _write(outbox, writer, count, organizations, committed)
        until = time.monotonic() + _PATIENCE
        while len(seen) < len(committed):
            if time.monotonic() > until:
                raise TimeoutError(f"{len(seen)} of {len(committed)}: {await _state(outbox, url)}")
            await asyncio.sleep(0.01)
    finally:
        await listener.close()
        await writer.close()
    return {organizations[one]: (seen[one] - at) * 1000 for one, at in committed.items()}


async def _state(outbox: news.Outbox, url: str) -> str:
    """Where the listings are that did not come through."""
    queries = {
        outbox.url: "SELECT count(*) || ' in the outbox' FROM backbone.outbox",
        url: "SELECT (SELECT count(*) FROM learned_listing) || ' learned, ' || coalesce("
        "string_agg(DISTINCT status || ' ' || reason || ' ' || detail, '; '), 'none set aside')"
        " FROM backbone.dead_letter",
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
    organizations: dict[UUID, UUID],
    committed: dict[UUID, float],
) -> None:
    began = time.monotonic()
    for number in range(count):
        await asyncio.sleep(max(0.0, began + number / RATE - time.monotonic()))
        timed = number % MEASURED == 0
        event = news.listed(uuid7(), "serious" if timed else "abnormal")
        await outbox.add(writer, event)
        if timed:
            committed[event.listing_id] = time.monotonic()
            organizations[event.listing_id] = event.organization_id


def _assert_refused(stage: Stage, service: Program, organization_id: UUID) -> None:
    asked = urllib.request.Request(
        f"http://{HOST}:{service.port}/v1/eligibility/{organization_id}",
        headers={"Authorization": stage.bearer("buyer-1", "buyer")},
    )
    with urllib.request.urlopen(asked, timeout=10) as answer:
        rules = {rule["code"]: rule["passed"] for rule in json.load(answer)["rules"]}
    assert rules["not-on-serious-list"] is False, "the organisation is not barred"


def _at(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
