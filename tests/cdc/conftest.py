"""A database from whose log a connector reads, and Kafka Connect with Debezium."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from liandong.contracts.definitions import definition_of
from liandong.db.migrations import migrate
from liandong.embedded.postgres import EmbeddedPostgres
from liandong.testing.connect import ConnectWorker, access, logical_postgres
from liandong.testing.kafka_ready import KafkaUnavailable

SERVICES = ("registry", "credit-list")


@dataclass(frozen=True)
class Capture:
    """``url`` of a service's database on the server, and the running Connect worker."""

    server: EmbeddedPostgres
    connect: ConnectWorker

    def url(self, service: str) -> str:
        return self.server.url(service)


@pytest.fixture(scope="session")
def capture(tmp_path_factory: pytest.TempPathFactory, kafka_bootstrap: str) -> Iterator[Capture]:
    folder: Path = tmp_path_factory.mktemp("cdc")
    with logical_postgres(folder / "postgres") as server:
        environment: dict[str, str] = {}
        for service in SERVICES:
            server.ensure_database(service)
            migrate(definition_of(service), server.url(service))
            environment |= access(service, server.port, service)
        try:
            with ConnectWorker(folder / "worker", kafka_bootstrap, environment) as connect:
                yield Capture(server, connect)
        except KafkaUnavailable as error:
            pytest.fail(str(error), pytrace=False)
