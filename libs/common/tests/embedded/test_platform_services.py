"""The embedded platform with a real service: the registry stands for all five."""

import asyncio
import json
import signal
import stat
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import httpx
import pytest

from liandong.db.engine import asyncpg_arguments
from liandong.embedded.errors import PlatformError
from liandong.embedded.platform import EmbeddedPlatform
from liandong.embedded.ports import Ports
from liandong.embedded.processes import find
from liandong.process import GRACE_SECONDS
from liandong.testing.services import eventually

pytestmark = pytest.mark.timeout(300)


@dataclass
class Stopped:
    """What was seen of a platform that has run and ended."""

    folder: Path
    pids: list[int]
    state: str
    secrets: list[str]
    read: httpx.Response
    refused: httpx.Response
    restarted: tuple[int, int]
    last_page: httpx.Response
    last_exit: int | None
    """None when the service did not end well within the grace that it gives to requests."""


def a_platform(folder: Path, **given: dict[str, str]) -> EmbeddedPlatform:
    return EmbeddedPlatform(folder, Ports.free(), services=["registry"], durable=False, **given)


async def stopped_while_read(platform: EmbeddedPlatform, token: str) -> httpx.Response:
    """What a reader that waits for events is given when the service is asked to end."""
    looked = (
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%backbone.event_feed%'"
        " AND application_name = 'liandong-registry-feed'"
    )
    database = await asyncpg.connect(**asyncpg_arguments(platform.postgres.url("registry")))
    async with httpx.AsyncClient(trust_env=False, timeout=60) as http:
        url, headers = platform.urls["registry"], {"Authorization": f"Bearer {token}"}
        reading = asyncio.create_task(http.get(f"{url}/v1/events?wait=30", headers=headers))
        await eventually(lambda: database.fetchval(looked))
        platform.process("registry").terminate()
        answer = await reading
    await database.close()
    return answer


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Stopped:
    folder = tmp_path_factory.mktemp("a platform")
    with a_platform(folder) as platform, httpx.Client(trust_env=False) as http:
        address = platform.urls["registry"] + "/v1/organizations"
        token = platform.token(subject="clerk-1", roles=["clerk"], district="340100")
        read = http.get(address, headers={"Authorization": f"Bearer {token}"})
        refused = http.get(address, headers={"Authorization": "Bearer of.bad.news"})
        platform.clock.set(datetime(2019, 6, 3, tzinfo=UTC))
        service = platform.process("registry")
        before = service.pid
        service.kill()
        assert platform.dead() == [service]
        platform.restart("registry")
        told = service.environment
        reader = platform.token(subject="a service", roles=["service"])
        last_page = asyncio.run(stopped_while_read(platform, reader))
        service.join(time.monotonic() + GRACE_SECONDS / 2)
        return Stopped(
            folder=folder,
            pids=[before, service.pid, platform.process("issuer").pid],
            state=(folder / "platform.json").read_text(),
            secrets=[told["LIANDONG_CLIENT_SECRET"], *json.loads(told["LIANDONG_ENCRYPTION_KEYS"])],
            read=read,
            refused=refused,
            restarted=(before, service.pid),
            last_page=last_page,
            last_exit=service.exit_code,
        )


def test_a_token_of_the_platform_opens_its_services(ran: Stopped) -> None:
    assert ran.read.status_code == 200
    assert ran.refused.status_code == 401


def test_a_killed_service_can_be_started_anew(ran: Stopped) -> None:
    before, after = ran.restarted
    assert before != after


def test_readers_that_wait_for_events_do_not_hold_up_the_end(ran: Stopped) -> None:
    assert (ran.last_page.status_code, ran.last_page.json()["items"]) == (200, [])
    assert ran.last_exit == 0


def test_stopping_leaves_no_process(ran: Stopped) -> None:
    assert [pid for pid in ran.pids if find(pid) is not None] == []
    assert not (ran.folder / "postgres" / "data" / "postmaster.pid").exists()


def test_the_state_file_holds_no_secret(ran: Stopped) -> None:
    assert "registry" in ran.state
    assert all(secret not in ran.state for secret in ran.secrets)
    assert stat.S_IMODE((ran.folder / "logs").stat().st_mode) == 0o700


async def test_a_database_of_a_newer_version_is_refused_with_what_to_do(ran: Stopped) -> None:
    platform = a_platform(ran.folder)
    with platform.postgres:
        connection = await asyncpg.connect(**asyncpg_arguments(platform.postgres.url("registry")))
        current = await connection.fetchval("SELECT version_num FROM alembic_version")
        await connection.execute("UPDATE alembic_version SET version_num = '9999'")
        await connection.close()
    try:
        with pytest.raises(PlatformError, match=r"registry 由更新版本.*make clean-data"):
            platform.start()
    finally:
        with platform.postgres:
            connection = await asyncpg.connect(
                **asyncpg_arguments(platform.postgres.url("registry"))
            )
            await connection.execute("UPDATE alembic_version SET version_num = $1", current)
            await connection.close()


def test_a_service_that_does_not_start_is_named_with_its_last_words(ran: Stopped) -> None:
    before = signal.getsignal(signal.SIGTERM)
    platform = a_platform(ran.folder, settings={"LIANDONG_API_POOL_SIZE": "0"})
    with pytest.raises(PlatformError, match=r"(?s)registry 未能启动（退出代码 2）.*API_POOL_SIZE"):
        platform.start()
    assert find(platform.process("issuer").pid) is None
    assert signal.getsignal(signal.SIGTERM) == before
