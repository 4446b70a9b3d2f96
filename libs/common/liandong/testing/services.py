"""Services under test: the real application on a migrated database, without a network.

``ServiceUnderTest`` calls the application in the process (no port) and lets a test run the
background parts step by step; :func:`platform` connects several services, with their real
workers, by the feed or by Kafka.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import httpx
from pydantic import SecretStr

from liandong import logs
from liandong.clock import FixedClock
from liandong.db.engine import connect
from liandong.db.migrations import SQL_FOLDER, migrate
from liandong.definition import ServiceDefinition
from liandong.http.app import create_app
from liandong.identity.actors import Actor, Role
from liandong.identity.development_keys import DevelopmentKeys
from liandong.identity.jwks import StaticJwks
from liandong.identity.tokens import TokenVerifier
from liandong.imports.runner import ImportRunner
from liandong.runtime import Runtime, build
from liandong.settings import SERVICES, Settings
from liandong.testing.postgres import DatabaseTemplates
from liandong.worker import Worker

logs.configure("test", level=logging.WARNING)
KEYS = DevelopmentKeys.in_memory()
ENCRYPTION_KEY = "test:" + "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Monday 2 March 2026, nine o'clock in China: a working day in force of the 2026 rules."""


class KeysOnly:
    """The tokens with which a service under test calls another."""

    def __init__(self, service: str) -> None:
        self._service = service

    async def authorization(self) -> dict[str, str]:
        return bearer(f"service-{self._service}", Role.SERVICE, district=None)

    def discard(self) -> None:
        return None


def bearer(
    subject: str,
    *roles: Role | str,
    district: str | None = "340100",
    organization_id: UUID | str | None = None,
    scopes: Iterable[str] = (),
) -> dict[str, str]:
    """The Authorization header of somebody with these roles."""
    token = KEYS.issue(
        subject=subject,
        roles=roles,
        district=district,
        organization_id=organization_id,
        scopes=scopes,
    )
    return {"Authorization": f"Bearer {token}"}


def an_actor(subject: str = "clerk-1", *roles: Role, district: str = "340100") -> Actor:
    return Actor(subject=subject, roles=frozenset(roles or (Role.CLERK,)), district=district)


async def migrated(templates: DatabaseTemplates, definition: ServiceDefinition) -> str:
    """The address of a fresh database with the service's tables."""
    files = sorted(definition.migrations.glob("versions/*.py"))
    files += sorted(SQL_FOLDER.glob("*.sql"))
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()

    async def run_migrations(url: str) -> None:
        await asyncio.to_thread(migrate, definition, url)

    template = await templates.ensure(definition.package[:20], run_migrations, fingerprint=digest)
    return await templates.clone(template)


@cache
def _files() -> TemporaryDirectory[str]:
    """Where the services of this process keep their files; gone when it ends."""
    return TemporaryDirectory(prefix="liandong-files-")


def settings_for(service: str, url: str, **given: Any) -> Settings:
    return Settings(
        **{
            "service": service,
            "environment": "test",
            "database_url": url,
            "oidc_issuer": KEYS.issuer,
            "service_urls": {name: f"http://{name}.test" for name in SERVICES},
            "encryption_keys": (SecretStr(ENCRYPTION_KEY),),
            "storage": f"file://{_files().name}",
            "connect_seconds": 60,  # the machine may be busy; a test of the limit sets its own
            "pool_wait_seconds": 60,
            "rate_limit": "100000/minute",
            "public_rate_limit": "100000/minute",
            "inquiry_rate_limit": "100000/minute",
            **given,
        }
    )


@dataclass(repr=False)
class ServiceUnderTest:
    """One service: ``client`` speaks HTTP to it, ``runtime`` is inside it.

    It is not written out: asyncio's runner takes down the outcome of every fixture and test when
    it gives the signals back, and this one holds all rule sets.
    """

    definition: ServiceDefinition
    runtime: Runtime
    client: httpx.AsyncClient
    clock: FixedClock
    app: Any

    async def settle(self) -> None:
        """Runs what the worker would run, until nothing is left to do."""
        runtime = self.runtime
        busy = True
        while busy:
            busy = False
            if runtime.deadlines is not None:
                busy |= bool(await runtime.deadlines.fire_due())
            if runtime.definition.imports:
                runner = ImportRunner(runtime.work, runtime.definition.imports)
                busy |= bool(await runner.run_next())
            for chore in runtime.definition.chores:
                busy |= bool(await chore.work(runtime))
            for letters in runtime.letters:
                busy |= bool(await letters.retry_due())
        await runtime.relay.drain()

    async def published(self) -> list[dict[str, Any]]:
        """Every event the service has published, as the feed shows them, oldest first."""
        await self.runtime.relay.drain()
        answer = await self.client.get(
            "/v1/events", params={"limit": 1000}, headers=bearer("reader", Role.SYSTEM_ADMIN)
        )
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]

    async def kept(self, name: str) -> dict[UUID, dict[str, Any]]:
        """What it keeps of others' facts ``<service>.<facts>``, as ``reconcile`` reads it."""
        [learnt] = (one for one in self.definition.learnt if one.name == name)
        sql = await connect(self.runtime.settings, "test")
        try:
            return {row["key"]: json.loads(row["facts"]) for row in await sql.fetch(learnt.query)}
        finally:
            await sql.close()

    async def close(self) -> None:
        await self.client.aclose()
        await self.runtime.close()


def start(
    definition: ServiceDefinition,
    url: str,
    *,
    clock: FixedClock | None = None,
    peers: Mapping[str, httpx.AsyncClient] | None = None,
    **given: Any,
) -> ServiceUnderTest:
    """A service on a migrated database; ``given`` are settings."""
    clock = clock or FixedClock(START)
    verifier = TokenVerifier(KEYS.issuer, KEYS.audience, StaticJwks(KEYS.jwks()), ("ES256",))
    runtime = build(
        definition,
        settings_for(definition.name, url, **given),
        clock=clock,
        verifier=verifier,
        tokens=KeysOnly(definition.name),  # type: ignore[arg-type]
        peers=peers or {},
    )
    app = create_app(runtime)
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(app, raise_app_exceptions=False),
        base_url=f"http://{definition.name}.test",
        timeout=60,
    )
    return ServiceUnderTest(definition, runtime, client, clock, app)


@dataclass
class Platform:
    """Several services at once, connected, with their workers running."""

    services: dict[str, ServiceUnderTest]
    clock: FixedClock
    _workers: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    def __getitem__(self, service: str) -> httpx.AsyncClient:
        return self.services[service].client

    def start_worker(self, service: str) -> None:
        worker = Worker(self.services[service].runtime)
        self._workers[service] = asyncio.create_task(worker.run())

    async def stop_worker(self, *names: str) -> None:
        """It publishes and hears nothing until it is started again. Raises what it failed with."""
        stopped = [self._workers.pop(name) for name in names]
        for task in stopped:
            task.cancel()
        for outcome in await asyncio.gather(*stopped, return_exceptions=True):
            if isinstance(outcome, Exception):
                raise outcome

    async def stop(self) -> None:
        await self.stop_worker(*self._workers)


@asynccontextmanager
async def platform(
    definitions: Iterable[ServiceDefinition],
    templates: DatabaseTemplates,
    *,
    clock: FixedClock | None = None,
    **given: Any,
) -> AsyncIterator[Platform]:
    """Starts the services and their workers; stops them and drops the databases afterwards."""
    clock = clock or FixedClock(START)
    peers: dict[str, httpx.AsyncClient] = {}
    services: dict[str, ServiceUnderTest] = {}
    urls: list[str] = []
    for definition in definitions:
        urls.append(await migrated(templates, definition))
        service = start(definition, urls[-1], clock=clock, peers=peers, **given)
        services[definition.name] = service
    for name, service in services.items():
        peers[name] = service.client
        service.runtime.peers = peers
    found = Platform(services, clock)
    for name in services:
        found.start_worker(name)
    try:
        yield found
    finally:
        try:
            await found.stop()
        finally:
            for service in services.values():
                await service.runtime.close()
            for url in urls:
                await templates.drop(url)


async def eventually(condition: Any, seconds: float = 90.0) -> Any:
    """Waits until ``await condition()`` gives something true, and gives it back."""
    async with asyncio.timeout(seconds):
        while True:
            found = await condition()
            if found:
                return found
            await asyncio.sleep(0.01)
