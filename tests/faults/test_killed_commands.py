"""The API is killed around its commit, or the commit fails; the command is sent again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import asyncpg
import httpx
import pytest

from liandong.db.engine import asyncpg_arguments
from liandong.testing import probe as probes
from liandong.testing.services import eventually

KEY = {"Idempotency-Key": "one-thing"}
WAITS = {"value": probes.WAITS_AT_COMMIT}
A_COMMIT_FAILS = pytest.mark.scenario(
    3,
    "commit fails: constraint, serialization, wait for a lock, connection cut",
    "the caller is told 5xx, nothing exists, nothing is published",
)


@pytest.mark.scenario(
    1, "API killed after the write, before the commit", "nothing exists; the retry succeeds once"
)
async def test_a_command_killed_before_its_commit_left_nothing(campaign, new_pair):
    for _ in campaign.rounds():
        pair = await new_pair()
        probe = pair.probe("api")
        pair.probe("worker", other_port=True).start()
        pair.mirror().start()
        probe.start(crash_at="command.before_commit")
        await probe.ready()
        async with pair.client() as client:
            with pytest.raises(httpx.HTTPError):
                await client.post("/v1/things", json={"value": 1}, headers=KEY)
        assert await probe.died() == -9
        assert await pair.fetch(pair.probe_database, "SELECT 1 FROM thing") == []
        assert await pair.fetch(pair.probe_database, "SELECT 1 FROM backbone.outbox") == []
        probe.start()
        await probe.ready()
        async with pair.client() as client:
            answer = await client.post("/v1/things", json={"value": 1}, headers=KEY)
        assert answer.status_code == 201
        await pair.settled()
        tally = await pair.tally()
        assert tally.committed == 1
        campaign.count(tally)


@pytest.mark.scenario(
    2,
    "API killed after the commit, before the answer",
    "one row, one event; the retry gets the first answer",
)
async def test_a_command_killed_after_its_commit_is_answered_when_it_comes_again(
    campaign, new_pair
):
    for _ in campaign.rounds():
        pair = await new_pair()
        probe = pair.probe("api")
        pair.probe("worker", other_port=True).start()
        pair.mirror().start()
        probe.start(crash_at="command.after_commit")
        await probe.ready()
        async with pair.client() as client:
            with pytest.raises(httpx.HTTPError):
                await client.post("/v1/things", json={"value": 1}, headers=KEY)
        assert await probe.died() == -9
        [thing] = await pair.fetch(pair.probe_database, "SELECT id, version FROM thing")
        probe.start()
        await probe.ready()
        async with pair.client() as client:
            answer = await client.post("/v1/things", json={"value": 1}, headers=KEY)
        assert (answer.status_code, answer.json()["id"]) == (201, str(thing["id"]))
        assert answer.headers["idempotent-replay"] == "true"
        await pair.settled()
        tally = await pair.tally()
        assert tally.committed == 1
        campaign.count(tally)


@pytest.mark.parametrize(
    "value", [probes.FORBIDDEN_AT_COMMIT, probes.CONFLICTS_AT_COMMIT], ids=["refused", "conflict"]
)
@A_COMMIT_FAILS
async def test_a_commit_that_the_database_refuses_is_never_answered_with_success(
    campaign, new_pair, value
):
    for _ in campaign.rounds():
        pair = await new_pair()
        async with _served(pair) as client:
            for _ in range(campaign.scale(3, 20)):
                refused = await client.post("/v1/things", json={"value": value}, headers=KEY)
                assert refused.status_code >= 500
            await _is_carried_out_afterwards(pair, client)
        campaign.count(await pair.tally())


@A_COMMIT_FAILS
async def test_a_commit_that_waited_too_long_is_never_answered_with_success(campaign, new_pair):
    for _ in campaign.rounds():
        pair = await new_pair()
        async with _served(pair, lock_wait_seconds=0.5) as client:
            async with _closed_gate(pair):
                refused = await client.post("/v1/things", json=WAITS, headers=KEY)
            assert refused.status_code >= 500
            await _is_carried_out_afterwards(pair, client)
        campaign.count(await pair.tally())


@A_COMMIT_FAILS
async def test_a_commit_whose_connection_is_cut_is_never_answered_with_success(campaign, new_pair):
    for _ in campaign.rounds():
        pair = await new_pair()
        async with _served(pair, lock_wait_seconds=60) as client:
            async with _closed_gate(pair):
                command = asyncio.create_task(client.post("/v1/things", json=WAITS, headers=KEY))
                await eventually(partial(_at_the_gate, pair))
                assert await pair.cut(pair.probe_database, "api") > 0
                assert (await command).status_code >= 500
            await _is_carried_out_afterwards(pair, client)
        campaign.count(await pair.tally())


@asynccontextmanager
async def _served(pair, **settings) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the API, with a worker and a reader beside it."""
    pair.probe("worker", other_port=True).start()
    pair.mirror().start()
    probe = pair.probe("api", **settings)
    probe.start()
    await probe.ready()
    async with pair.client() as client:
        yield client


async def _is_carried_out_afterwards(pair, client) -> None:
    """Nothing is left of the failed commands, and the same key works now, once."""
    for table in ("thing", "backbone.outbox", "backbone.event_feed", "backbone.idempotency_key"):
        assert await pair.fetch(pair.probe_database, f"SELECT 1 FROM {table}") == []
    for _ in range(2):
        answer = await client.post("/v1/things", json={"value": 1}, headers=KEY)
        assert answer.status_code == 201
    await pair.settled()
    assert (await pair.tally()).committed == 1


@asynccontextmanager
async def _closed_gate(pair) -> AsyncIterator[None]:
    """Inside the block nothing commits that waits at the gate."""
    connection = await asyncpg.connect(**asyncpg_arguments(pair.probe_database))
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", probes.COMMIT_GATE)
        yield
    finally:
        await connection.close()


async def _at_the_gate(pair) -> bool:
    return bool(
        await pair.fetch(
            pair.probe_database,
            "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = $1"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            probes.COMMIT_GATE,
        )
    )
