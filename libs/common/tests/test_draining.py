"""How a process ends that was asked to: first not ready, then deaf, then gone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import httpx
import pytest

from liandong.db.engine import asyncpg_arguments
from liandong.process import KEEP_ALIVE_SECONDS, server_config
from liandong.testing.pair import Pair, pair
from liandong.testing.postgres import DatabaseTemplates
from liandong.testing.probe import COMMIT_GATE, WAITS_AT_COMMIT
from liandong.testing.processes import Child
from liandong.testing.services import eventually, settings_for

LONGEST_OF_NGINX = 60
_WAITS = """
    SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = $1)
"""


async def _unready(client: httpx.AsyncClient) -> httpx.Response:
    async def told() -> httpx.Response | None:
        answer = await client.get("/health/ready")
        return answer if answer.status_code == 503 else None

    return await eventually(told)


@asynccontextmanager
async def running(
    templates: DatabaseTemplates, folder: Path, mode: str, drain_seconds: float
) -> AsyncIterator[tuple[Pair, Child]]:
    async with pair(templates, folder, "feed") as town:
        probe = town.probe(mode, drain_seconds=drain_seconds)
        probe.start()
        await probe.ready()
        yield town, probe


async def test_an_api_drains_before_it_ends(
    database_templates: DatabaseTemplates, tmp_path: Path
) -> None:
    async with (
        running(database_templates, tmp_path, "api", 60) as (town, probe),
        town.client() as client,
    ):
        before = await client.post("/v1/things", json={"value": 1})
        assert "connection" not in before.headers
        probe.terminate()
        unready = await _unready(client)
        assert unready.json()["checks"]["process"] == "ending"
        for _ in range(3):  # the door is open; no connection is used twice
            answer = await client.post("/v1/things", json={"value": 2})
            assert (answer.status_code, answer.headers["connection"]) == (201, "close")
        probe.terminate()  # who does not want to wait says so again
        assert await probe.died() == 0
        with pytest.raises(httpx.ConnectError):
            await client.get("/health/ready")


async def test_what_is_open_at_the_end_is_finished(
    database_templates: DatabaseTemplates, tmp_path: Path
) -> None:
    async with running(database_templates, tmp_path, "api", 0.1) as (town, probe):
        gate = await asyncpg.connect(**asyncpg_arguments(town.probe_database))
        async with town.client() as client:
            await gate.execute("SELECT pg_advisory_lock($1)", COMMIT_GATE)
            open_one = asyncio.create_task(
                client.post("/v1/things", json={"value": WAITS_AT_COMMIT})
            )

            async def waits() -> bool:
                return await gate.fetchval(_WAITS, COMMIT_GATE)

            await eventually(waits)
            probe.terminate()

            async def closed() -> bool:
                async with httpx.AsyncClient(base_url=probe.url) as another:
                    try:
                        await another.get("/health/live")
                    except httpx.ConnectError:
                        return True
                    except httpx.TransportError:  # it was taken while the door was being shut
                        return False
                return False

            await eventually(closed)
            assert not open_one.done()
            await gate.close()
            assert (await open_one).status_code == 201
        assert await probe.died() == 0


async def test_a_worker_to_which_nobody_sends_anything_does_not_wait(
    database_templates: DatabaseTemplates, tmp_path: Path
) -> None:
    async with running(database_templates, tmp_path, "worker", 120) as (_, worker):
        worker.terminate()
        assert await worker.died(60) == 0


def test_a_proxy_closes_idle_connections_first() -> None:
    config = server_config(None, settings_for("probe", "postgresql://x/x"))
    assert config.timeout_keep_alive == KEEP_ALIVE_SECONDS > LONGEST_OF_NGINX
