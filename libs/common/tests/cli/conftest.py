"""``liandong`` under test: the real commands on a migrated database of the registry.

The registry of these tests also listens to evaluation, so that there is a consumer group.
"""

import asyncio
import dataclasses
import json
import os
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import create_async_engine
from typer.testing import CliRunner

from liandong.audit.log import seal
from liandong.cli.main import app
from liandong.db.engine import asyncpg_arguments, sqlalchemy_url
from liandong.db.unit_of_work import UnitOfWork
from liandong.definition import ServiceDefinition
from liandong.events.contract import Event
from liandong.events.envelope import Envelope
from liandong.events.subscriptions import Group, on
from liandong.ids import uuid7
from liandong.testing.postgres import DatabaseTemplates
from liandong.testing.services import (
    KEYS,
    START,
    ServiceUnderTest,
    an_actor,
    migrated,
    start,
)
from liandong.transports.base import Batch, Delivery
from registry.app import DEFINITION

GROUP = "registry.learned-grades"
KEY = UUID("00000000-0000-7000-8000-000000000001")
T = TypeVar("T")


class GradeTold(Event):
    """What these tests' registry reads of evaluation's events."""

    type: ClassVar[str] = "cn.liandong.evaluation.grade.confirmed"
    subject_field: ClassVar[str] = "organization_id"
    organization_id: UUID
    number: int


@dataclass
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.out, self.err
        return json.loads(self.out)


@dataclass
class Terminal:
    """Runs commands; ``url`` is the registry's database, ``handled`` what its handler took."""

    url: str
    templates: DatabaseTemplates
    definition: ServiceDefinition
    handled: list[int] = field(default_factory=list)
    failing: set[int] = field(default_factory=set)
    extra: list[str] = field(default_factory=list)

    def run(self, *arguments: str) -> Answer:
        result = CliRunner().invoke(app, list(arguments))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Answer(result.exit_code, result.stdout, result.stderr)

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        async def go() -> list[tuple[Any, ...]]:
            connection = await asyncpg.connect(**asyncpg_arguments(self.url))
            try:
                return [tuple(row) for row in await connection.fetch(statement, *values)]
            finally:
                await connection.close()

        return asyncio.run(go())

    async def connection(self, **settings: str) -> asyncpg.Connection:
        return await asyncpg.connect(**asyncpg_arguments(self.url), server_settings=settings)

    def url_of(self, database: str) -> str:
        parts = urlsplit(self.url)
        return urlunsplit(parts._replace(netloc=parts.netloc or "", path=f"/{database}"))

    def empty_database(self) -> str:
        return self._made(self.templates.clone())

    def clone_of_itself(self, *, events: int, days_old: int = 0) -> str:
        """Another service's database: tables like ours, and a feed with so many grades."""
        other = dataclasses.replace(
            self, url=self._made(migrated(self.templates, DEFINITION)), extra=[]
        )
        other.append_to_feed(events, days_old=days_old)
        return other.url

    def append_to_feed(self, events: int, *, days_old: int = 0) -> None:
        for number in range(1, events + 1):
            envelope = _grade(KEY, number)
            self.sql(
                "INSERT INTO backbone.event_feed (id, key, type, headers, payload, appended_at)"
                " VALUES ($1, $2, $3, $4, $5, now() - make_interval(days => $6))",
                UUID(f"00000000-0000-7000-8000-{number:012}"), envelope.key, envelope.type,
                json.dumps(envelope.attributes()), envelope.payload, days_old,
            )  # fmt: skip

    def _made(self, making: Coroutine[Any, Any, str]) -> str:
        self.extra.append(asyncio.run(making))
        return self.extra[-1]

    def inside(self, work: Callable[[ServiceUnderTest], Coroutine[Any, Any, T]]) -> T:
        """Runs ``work`` in a running service on the database."""

        async def go() -> T:
            service = start(self.definition, self.url)
            try:
                return await work(service)
            finally:
                await service.close()

        return asyncio.run(go())

    def deliver(self, *events: tuple[UUID, int]) -> list[UUID]:
        """The group is sent grades, in this order: (organisation, number); the events' ids."""
        deliveries = [_delivery(key, number) for key, number in events]

        async def work(service: ServiceUnderTest) -> None:
            consumer = service.runtime.consumers[0]
            await consumer.handle(Batch(deliveries, None))

        self.inside(work)
        return [UUID(one.attributes["id"]) for one in deliveries]

    def record(self, *actions: str, subject: str = "s-1") -> None:
        """Writes audit entries and seals them."""

        async def work(service: ServiceUnderTest) -> None:
            for action in actions:
                async with service.runtime.commands.begin(an_actor()) as uow:
                    uow.record(action, "thing", subject, note="正常")
            engine = create_async_engine(sqlalchemy_url(self.url))
            await seal(engine, "registry")
            await engine.dispose()

        self.inside(work)


def _grade(key: UUID, number: int) -> Envelope:
    return Envelope(
        id=uuid7(),
        source="/liandong/evaluation",
        type=GradeTold.type,
        subject=str(key),
        time=START,
        key=str(key),
        sequence=number,
        dataschema=GradeTold.dataschema(),
        payload=GradeTold(organization_id=key, number=number).model_dump_json().encode(),
    )


def _delivery(key: UUID, number: int) -> Delivery:
    envelope = _grade(key, number)
    return Delivery(
        topic="liandong.evaluation",
        lane="evaluation",
        offset=str(number),
        key=str(key),
        attributes=envelope.attributes(),
        payload=envelope.payload,
    )


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """No settings but those that a test makes."""
    for name in list(os.environ):
        if name.startswith("LIANDONG_") and not name.startswith("LIANDONG_TEST_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("LIANDONG_OIDC_ISSUER", KEYS.issuer)
    return monkeypatch


@pytest.fixture
def terminal(
    database_templates: DatabaseTemplates, environment: pytest.MonkeyPatch
) -> Iterator[Terminal]:
    url = asyncio.run(migrated(database_templates, DEFINITION))
    environment.setenv("LIANDONG_REGISTRY_DATABASE_URL", url)

    async def take(event: GradeTold, uow: UnitOfWork) -> None:
        del uow
        if event.number in found.failing:
            raise RuntimeError(f"grade {event.number} is not wanted")
        found.handled.append(event.number)

    definition = dataclasses.replace(DEFINITION, groups=[Group(GROUP, [on(GradeTold, take)])])
    environment.setattr("registry.app.DEFINITION", definition)
    found = Terminal(url, database_templates, definition)
    yield found
    for one in (url, *found.extra):
        asyncio.run(database_templates.drop(one))
