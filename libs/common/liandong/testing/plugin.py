"""The shared fixtures, for ``pytest_plugins = ["liandong.testing.plugin"]`` in the root conftest.

A test that needs a server gets a real one or fails with what to install; it is never skipped.
"""

import gc
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from liandong.ids import uuid7
from liandong.testing.kafka import (
    KafkaBroker,
    KafkaUnavailable,
    kafka_for_tests,
    private_broker,
)
from liandong.testing.kafka_secured import SecuredKafka, secured
from liandong.testing.postgres import DatabaseTemplates, PostgresServer, postgres_for_tests

CloneDatabase = Callable[..., Awaitable[str]]
"""``await clone_database(template)`` is the address of a fresh database; dropped after the test."""

_FIRST_DOWNLOAD_SECONDS = 600


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first test that wants Kafka may have to wait for its download."""
    for item in items:
        wanted = {"kafka_bootstrap", "private_kafka"} & set(getattr(item, "fixturenames", ()))
        if wanted and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(_FIRST_DOWNLOAD_SECONDS))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server shared by all test processes."""
    with postgres_for_tests() as server:
        yield server


@pytest.fixture(scope="session")
def database_templates(postgres_server: PostgresServer) -> DatabaseTemplates:
    """``await database_templates.ensure(name, build, fingerprint=…)`` names a template."""
    return DatabaseTemplates(postgres_server)


@pytest_asyncio.fixture
async def clone_database(database_templates: DatabaseTemplates) -> AsyncIterator[CloneDatabase]:
    """Makes databases of this test's own, from a template or empty, as many as it asks for."""
    made: list[str] = []

    async def clone(template: str | None = None) -> str:
        made.append(await database_templates.clone(template))
        return made[-1]

    yield clone
    for url in made:
        await database_templates.drop(url)


@pytest.fixture(scope="session")
def kafka_bootstrap() -> Iterator[str]:
    """The address of a Kafka broker shared by all test processes; it makes no topic unasked."""
    try:
        with kafka_for_tests() as broker:
            yield broker.bootstrap_servers
    except KafkaUnavailable as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture
def kafka_topic_prefix() -> Iterator[str]:
    """Begins the name of every topic and group of one test, so that tests share none.

    aiokafka forgets a connection that one of its own tasks was making when its client is
    stopped. Such connections are let go here, and not in the middle of some later test, whose
    warnings are errors.
    """
    yield f"t{uuid7().hex}."
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture(scope="module")
def secured_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecuredKafka]:
    """A broker of this file's own that is reached by TLS, and asks who one is."""
    with secured(tmp_path_factory.mktemp("secured") / "kafka") as broker:
        yield broker


@pytest.fixture
def private_kafka(tmp_path: Path) -> Iterator[KafkaBroker]:
    """A broker of this test's own, which it may stop, kill and restart."""
    try:
        broker = private_broker(tmp_path / "kafka")
    except KafkaUnavailable as error:
        pytest.fail(str(error), pytrace=False)
    yield broker
    broker.discard()
