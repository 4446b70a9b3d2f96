"""The embedded platform with a real service: the registry stands for all five."""

import json
import signal
import stat
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


def a_platform(folder: Path, **given: dict[str, str]) -> EmbeddedPlatform:
    return EmbeddedPlatform(folder, Ports.free(), services=["registry"], durable=False, **given)


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
        return Stopped(
            folder=folder,
            pids=[before, service.pid, platform.process("issuer").pid],
            state=(folder / "platform.json").read_text(),
            secrets=[told["LIANDONG_CLIENT_SECRET"], *json.loads(told["LIANDONG_ENCRYPTION_KEYS"])],
            read=read,
            refused=refused,
            restarted=(before, service.pid),
        )


def test_a_token_of_the_platform_opens_its_services(ran: Stopped) -> None:
    assert ran.read.status_code == 200
    assert ran.refused.status_code == 401


def test_a_killed_service_can_be_started_anew(ran: Stopped) -> None:
    before, after = ran.restarted
    assert before != after


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
