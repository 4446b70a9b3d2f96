"""The database is short of connections, in a deadlock, or behind by millions of events."""

import asyncio
import json
import sys
from contextlib import asynccontextmanager

import asyncpg
import psutil
import pytest

from liandong.db.engine import asyncpg_arguments
from liandong.db.unit_of_work import SHARDS
from liandong.events import relay
from liandong.testing import releases
from liandong.testing.probe import ThingMade
from liandong.testing.services import eventually

MEGABYTE = 1024 * 1024
MAX_GROWTH = 64 * MEGABYTE


@asynccontextmanager
async def locked(pair, thing):
    """Holds the thing's row, as a slow transaction does."""
    connection = await asyncpg.connect(**asyncpg_arguments(pair.probe_database))
    try:
        async with connection.transaction():
            await connection.execute("SELECT 1 FROM thing WHERE id = $1 FOR UPDATE", thing)
            yield
    finally:
        await connection.close()


@pytest.mark.scenario(
    34,
    "connection pool exhausted by slow requests",
    "503 with Retry-After within a bound; relay and consumer go on",
)
async def test_a_flood_of_slow_requests_is_refused_and_events_flow_on(campaign, new_pair):
    for _ in campaign.rounds():
        pair = await new_pair()
        patience = {"lock_wait_seconds": 100, "statement_seconds": 100}
        api = pair.probe("api", api_pool_size=3, pool_wait_seconds=0.3, **patience)
        pair.probe("worker", other_port=True).start()
        pair.mirror().start()
        api.start()
        await api.ready()
        thing = await pair.make(1)
        await pair.settled()
        body, expected = {"value": 2}, {"If-Match": '"v1"'}
        async with pair.client() as client:
            async with locked(pair, thing):
                path = f"/v1/things/{thing}"
                slow = [
                    asyncio.create_task(client.put(path, json=body, headers=expected, timeout=100))
                    for _ in range(3)
                ]
                await eventually(lambda pair=pair: _waiting(pair, 3))
                # httpx gives up after 30 seconds: every refusal comes within that bound
                refused = await asyncio.gather(
                    *(
                        client.put(path, json=body, headers=expected)
                        for _ in range(campaign.scale(15, 60))
                    )
                )
                assert {answer.status_code for answer in refused} == {503}
                assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)
                others = await pair.write(2, changes=2)
                await pair.published()
                await eventually(lambda pair=pair, ids=others: _mirrored(pair, ids, 2))
            answers = [(await one).status_code for one in slow]
            assert sorted(answers) == [200, 412, 412]
        await pair.settled()
        campaign.count(await pair.tally())


async def _waiting(pair, number):
    rows = await pair.fetch(
        pair.probe_database,
        "SELECT 1 FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'",
    )
    return len(rows) >= number


async def _mirrored(pair, things, value):
    rows = await pair.fetch(
        pair.mirror_database,
        "SELECT 1 FROM mirrored_thing WHERE thing_id = ANY($1) AND value = $2",
        things,
        value,
    )
    return len(rows) == len(things)


@pytest.mark.scenario(
    35,
    "deadlock between two use cases",
    "one is carried out again unseen; both end states are there, no event twice",
)
async def test_a_deadlock_is_not_seen_by_the_callers(campaign, new_pair):
    for _ in campaign.rounds():
        pair = await new_pair()
        replicas = [
            pair.processes.service(
                releases.crossing_probe,
                database_url=pair.probe_database,
                urls={"probe": pair.probe_url},
                mode=mode,
                port=port,
                **pair.settings,
            )
            for mode, port in (("all", pair.probe_port), ("api", 0))
        ]
        pair.mirror().start()
        for one in replicas:
            one.start()
        await asyncio.gather(*(one.ready() for one in replicas))
        left, right = await pair.make(0), await pair.make(0)
        rounds = campaign.scale(3, 15)
        async with pair.client() as client:
            for value in range(1, rounds + 1):
                answers = await asyncio.gather(
                    *(
                        client.post(
                            f"{one.url}/v1/crossings",
                            json={"first": str(first), "second": str(second), "value": value},
                        )
                        for one, first, second in (
                            (replicas[0], left, right),
                            (replicas[1], right, left),
                        )
                    )
                )
                assert [answer.status_code for answer in answers] == [200, 200]

        async def noticed(pair=pair):
            [row] = await pair.fetch(
                pair.probe_database,
                "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()",
            )
            return row["deadlocks"] > 0

        await eventually(noticed)
        versions = await pair.fetch(pair.probe_database, "SELECT version FROM thing")
        assert {row["version"] for row in versions} == {1 + 2 * rounds}
        await pair.settled()
        campaign.count(await pair.tally())


_THINGS = """
    INSERT INTO thing (id, version, value, created_at, updated_at)
    SELECT CAST(lpad(to_hex(n), 32, '0') AS uuid), $2, 0, now(), now()
    FROM generate_series(1, $1) AS n
"""
_BACKLOG = """
    INSERT INTO backbone.outbox
        (id, shard, topic, aggregatetype, aggregateid, type, headers, payload, occurred_at)
    SELECT gen_random_uuid(), n % $3, $4, 'thing', t.id::text, CAST($5 AS text), jsonb_build_object(
        'specversion', '1.0', 'id', gen_random_uuid()::text, 'source', '/liandong/probe',
        'type', CAST($5 AS text), 'subject', t.id::text, 'time', '2026-03-02T01:00:00Z',
        'datacontenttype', 'application/json', 'dataschema', CAST($6 AS text),
        'partitionkey', t.id::text, 'sequence', v::text),
        convert_to(json_build_object('thing_id', t.id, 'value', v)::text, 'UTF8'), now()
    FROM generate_series(1, $2) AS v, generate_series(1, $1) AS n,
         LATERAL (SELECT CAST(lpad(to_hex(n), 32, '0') AS uuid) AS id) AS t
    ORDER BY v, n
"""


async def fill(pair, events, versions=10):
    """A backlog as a relay finds it that was away for long: things in turn, version by version."""
    connection = await asyncpg.connect(**asyncpg_arguments(pair.probe_database))
    try:
        topic = pair.topic.name if pair.topic else "liandong.probe"
        kind = (ThingMade.type, ThingMade.dataschema())
        await connection.execute(_THINGS, events // versions, versions)
        await connection.execute(_BACKLOG, events // versions, versions, SHARDS, topic, *kind)
        await connection.execute("VACUUM ANALYZE backbone.outbox")
    finally:
        await connection.close()


async def plan_of_claim(connection, shards, known):
    """As the relay asks; ``known`` are the events that are on their way already."""
    [[told]] = await connection.fetch(
        f"EXPLAIN (FORMAT JSON) {relay._CLAIM}", shards, relay.Relay.batch_size, known
    )
    return json.loads(told)[0]["Plan"]


def nodes(plan):
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)


@pytest.mark.timeout(900)
@pytest.mark.scenario(
    38,
    "outbox with a backlog of millions of rows",
    "the claim is read from an index, unsorted; order is kept; memory is flat",
)
async def test_a_great_backlog_is_drained_in_order_with_flat_memory(campaign, new_pair):
    for _ in campaign.rounds(1):
        pair = await new_pair()
        events = campaign.scale(200_000, 5_000_000)
        await fill(pair, events)
        await _claims_by_index(pair)
        worker = pair.probe("worker")
        worker.start()
        await worker.ready()
        before = await _published_beyond(pair, 2_000)
        memory = psutil.Process(worker.pid)
        sizes = [memory.memory_info().rss]
        for part in range(1, 6):
            await _published_beyond(pair, before + part * campaign.scale(3_000, 60_000))
            sizes.append(memory.memory_info().rss)
        worker.terminate()
        assert await worker.died() == 0
        sys.stdout.write(f"memory of the relay: {[size // MEGABYTE for size in sizes]} MB\n")
        assert max(sizes) - sizes[0] < MAX_GROWTH
        await _in_order(pair)


async def _claims_by_index(pair):
    """Whatever shards a relay owns, the claim sorts nothing and reads no whole outbox."""
    connection = await asyncpg.connect(**asyncpg_arguments(pair.probe_database))
    try:
        for shards, known in (
            (list(range(SHARDS)), []),
            (list(range(SHARDS)), list(range(1, 501))),
            ([3], []),
            ([0, 5, 9], [1, 2]),
        ):
            plan = list(nodes(await plan_of_claim(connection, shards, known)))
            kinds = {node["Node Type"] for node in plan}
            of_outbox = {
                node["Node Type"] for node in plan if node.get("Relation Name") == "outbox"
            }
            assert of_outbox <= {"Index Scan", "Index Only Scan"}, plan
            assert of_outbox
            assert not {"Sort", "Incremental Sort"} & kinds, plan
        claim = await connection.prepare(relay._CLAIM)
        times = sorted([await _seconds(claim) for _ in range(200)])
        told = f"p50 {times[100] * 1000:.1f} ms, p99 {times[197] * 1000:.1f} ms"
        sys.stdout.write(f"claim: {told}\n")
    finally:
        await connection.close()


async def _seconds(claim):
    loop = asyncio.get_running_loop()
    started = loop.time()
    found = await claim.fetch(list(range(SHARDS)), relay.Relay.batch_size, [])
    assert len(found) == relay.Relay.batch_size
    return loop.time() - started


async def _published_beyond(pair, number):
    async def enough():
        [row] = await pair.fetch(
            pair.probe_database, "SELECT coalesce(max(position), 0) AS n FROM backbone.event_feed"
        )
        return row["n"] if row["n"] >= number else None

    return await eventually(enough, 300)


async def _in_order(pair):
    """What was published of each thing is the beginning of its story, in order."""
    rows = await pair.fetch(
        pair.probe_database,
        "SELECT key, array_agg(CAST(headers->>'sequence' AS int) ORDER BY position) AS versions"
        " FROM backbone.event_feed GROUP BY key",
    )
    assert rows
    assert all(row["versions"] == list(range(1, len(row["versions"]) + 1)) for row in rows)
