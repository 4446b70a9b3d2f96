"""Two services joined by Kafka, the scripts of the backup, and the command line beside them."""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio
from typer.testing import CliRunner

import credit_list.app
import registry.app
from liandong.cli.main import app
from liandong.db.engine import asyncpg_arguments
from liandong.db.incarnation import assert_not_restored
from liandong.embedded.binaries import binary, environment
from liandong.identity.actors import Role
from liandong.settings import Settings
from liandong.testing.postgres import DatabaseTemplates
from liandong.testing.services import (
    ENCRYPTION_KEY,
    KEYS,
    Platform,
    bearer,
    eventually,
    platform,
    start,
)
from liandong.transports.topics import ensure_topics
from liandong.values.credit_code import make

DEFINITIONS = [registry.app.DEFINITION, credit_list.app.DEFINITION]
CLERK = bearer("clerk-1", Role.CLERK)
SCRIPTS = Path(__file__).parents[2] / "deploy/backup"
_LEARNED = "SELECT name FROM known_organization"


def run_script(
    name: str, *arguments: str | Path, first: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """The script as an operator runs it, with the programs of the server's own release; those in
    the folder ``first`` before them."""
    folders = [first, Path(binary("pg_dump")).parent, environment()["PATH"]]
    path = os.pathsep.join(str(one) for one in folders if one is not None)
    return subprocess.run(
        ["sh", str(SCRIPTS / name), *map(str, arguments)],
        env=environment() | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def name_of(number: int) -> str:
    return f"合肥市庐阳区阳光第{number}社会工作服务中心"


@dataclass
class Office:
    """The registry and credit-list, their databases, and the administrator's terminal."""

    running: Platform
    templates: DatabaseTemplates
    given: dict[str, Any]
    monkeypatch: pytest.MonkeyPatch
    extra: list[str] = field(default_factory=list)

    def url(self, service: str) -> str:
        return self.running.services[service].runtime.settings.database_url

    def settings(self, service: str) -> Settings:
        return self.running.services[service].runtime.settings

    def configure(self) -> None:
        self.monkeypatch.setenv("LIANDONG_OIDC_ISSUER", KEYS.issuer)
        self.monkeypatch.setenv("LIANDONG_ENCRYPTION_KEYS", f'["{ENCRYPTION_KEY}"]')
        for name, value in self.given.items():
            self.monkeypatch.setenv(f"LIANDONG_{name.upper()}", str(value))
        for service in self.running.services:
            variable = f"LIANDONG_{service.replace('-', '_').upper()}_DATABASE_URL"
            self.monkeypatch.setenv(variable, self.url(service))

    async def command(self, *arguments: str) -> Any:
        """The exit code and what was said."""
        self.configure()
        result = await asyncio.to_thread(CliRunner().invoke, app, list(arguments))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    async def fetch(self, service: str, query: str, *arguments: Any) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(**asyncpg_arguments(self.url(service)))
        try:
            return await connection.fetch(query, *arguments)
        finally:
            await connection.close()

    async def register(self, number: int) -> UUID:
        body = {
            "kind": "service_institution",
            "name": name_of(number),
            "credit_code": make("52", "340103", f"XN{number:06}"),
            "district": "340103",
            "registered_on": "2019-05-06",
        }
        answer = await self.running["registry"].post("/v1/organizations", json=body, headers=CLERK)
        assert answer.status_code == 201, answer.text
        return UUID(answer.json()["id"])

    async def rename(self, organization: UUID, name: str) -> None:
        """The clerk changes the name, on the version that he was shown."""
        found = await self.running["registry"].get(
            f"/v1/organizations/{organization}", headers=CLERK
        )
        answer = await self.running["registry"].patch(
            f"/v1/organizations/{organization}",
            json={"name": name},
            headers=CLERK | {"If-Match": found.headers["ETag"]},
        )
        assert answer.status_code == 200, answer.text

    async def learned(self) -> list[str]:
        return sorted(row["name"] for row in await self.fetch("credit-list", _LEARNED))

    async def knows(self, *numbers: int, renamed: str = "") -> None:
        """Returns when credit-list has learned these organisations, the first one's new name."""
        names = [name_of(one) for one in numbers]

        async def told() -> bool:
            return await self.learned() == sorted([renamed, *names[1:]] if renamed else names)

        await eventually(told)

    async def dump(self, service: str, folder: Path) -> Path:
        name = service.replace("-", "_")
        done = await asyncio.to_thread(run_script, "dump.sh", folder, name, self.url(service))
        assert (done.returncode, done.stderr) == (0, "")
        file = Path(done.stdout.strip())
        noted = await self.fetch(service, "SELECT kind, name, bytes FROM backbone.backup")
        size = (await asyncio.to_thread(file.stat)).st_size
        assert [tuple(row) for row in noted] == [("dump", file.name, size)]
        return file

    async def restore(self, service: str, file: Path) -> None:
        """Into a new database, on which the service is made anew; its worker is not started."""
        url = await self.templates.clone()
        self.extra.append(url)
        done = await asyncio.to_thread(run_script, "restore.sh", file, url)
        assert done.returncode == 0, done.stderr
        before = self.running.services[service]
        await before.runtime.close()
        peers = {name: one.client for name, one in self.running.services.items()}
        self.running.services[service] = start(
            before.definition, url, clock=self.running.clock, peers=peers, **self.given
        )


@pytest_asyncio.fixture
async def office(
    database_templates: DatabaseTemplates,
    kafka_bootstrap: str,
    kafka_topic_prefix: str,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Office]:
    names: Sequence[str] = [f"{kafka_topic_prefix}liandong.{one}" for one in topics()]
    await ensure_topics(kafka_bootstrap, names, partitions=3, replication=1)
    given = {
        "transport": "kafka",
        "kafka_bootstrap_servers": kafka_bootstrap,
        "topic_prefix": kafka_topic_prefix,
    }
    made: list[str] = []
    async with platform(DEFINITIONS, database_templates, **given) as running:
        for service in running.services.values():
            await assert_not_restored(service.runtime.settings)  # as at a start of the process
        yield Office(running, database_templates, given, monkeypatch, made)
    for url in made:
        await database_templates.drop(url)


def topics() -> list[str]:
    """Of both services and of those that they listen to."""
    read = [one for each in DEFINITIONS for group in each.groups for one in group.services()]
    return sorted({*(each.name for each in DEFINITIONS), *read})
