"""A database from whose log a connector reads, and Kafka Connect with Debezium."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest

from liandong.contracts.definitions import definition_of
from liandong.db.engine import asyncpg_arguments
from liandong.db.migrations import migrate
from liandong.embedded.postgres import EmbeddedPostgres
from liandong.testing.connect import SOURCE, ConnectWorker, access, logical_postgres
from liandong.testing.kafka_ready import KafkaUnavailable

SERVICES = ("registry", "credit-list")
ROLES = SOURCE / "roles.sql"


@dataclass(frozen=True)
class Capture:
    """``url`` of a service's database on the server, and the running Connect worker."""

    server: EmbeddedPostgres
    connect: ConnectWorker

    def url(self, service: str, user: str = "postgres") -> str:
        found = self.server.url(service.replace("-", "_"))
        return found.replace("://postgres@", f"://{user}@")


async def _grant(url: str, role: str) -> None:
    """Carries out deploy/debezium/roles.sql for the database of one service."""
    sql = await asyncpg.connect(**asyncpg_arguments(url))
    try:
        await sql.execute(f"CREATE ROLE {role} LOGIN")
        for statement in ROLES.read_text().replace("registry", role).split(";"):
            made = "CREATE ROLE liandong_cdc" in statement and await sql.fetchval(
                "SELECT 1 FROM pg_roles WHERE rolname = 'liandong_cdc'"
            )
            if statement.strip() and not made:
                await sql.execute(statement)
    finally:
        await sql.close()


@pytest.fixture(scope="session")
def capture(tmp_path_factory: pytest.TempPathFactory, kafka_bootstrap: str) -> Iterator[Capture]:
    folder: Path = tmp_path_factory.mktemp("cdc")
    with logical_postgres(folder / "postgres") as server:
        environment: dict[str, str] = {}
        for service in SERVICES:
            database = service.replace("-", "_")
            server.ensure_database(database)
            migrate(definition_of(service), server.url(database))
            asyncio.run(_grant(server.url(database), database))
            environment |= access(service, server.port, database, user="liandong_cdc")
        try:
            with ConnectWorker(folder / "worker", kafka_bootstrap, environment) as connect:
                yield Capture(server, connect)
        except KafkaUnavailable as error:
            pytest.fail(str(error), pytrace=False)
