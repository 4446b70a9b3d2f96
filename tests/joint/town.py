"""The town of the fault campaign in one process, and the door to credit-list's answers."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import asyncpg
import httpx

from liandong.db.engine import asyncpg_arguments
from liandong.testing.services import Platform, bearer, eventually
from tests.faults.town import Found, Town

_WAITING = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
_AT_WORK = """
    SELECT (SELECT count(*) FROM backbone.outbox)
         + (SELECT count(*) FROM backbone.dead_letter
            WHERE status IN ('retrying', 'waiting', 'dead'))
"""


@dataclass
class Joined:
    """What a town needs of a fleet: addresses, tokens, the time and the databases."""

    platform: Platform

    @property
    def processes(self) -> "Joined":
        return self

    @property
    def urls(self) -> dict[str, str]:
        return {name: f"http://{name}.test" for name in self.platform.services}

    def bearer(self, *given: Any, **more: Any) -> dict[str, str]:
        return bearer(*given, **more)

    def move_to(self, at: datetime) -> None:
        self.platform.clock.set(at)

    async def fetch(self, name: str, query: str, *arguments: Any) -> list[asyncpg.Record]:
        url = self.platform.services[name].runtime.settings.database_url
        connection = await asyncpg.connect(**asyncpg_arguments(url))
        try:
            return await connection.fetch(query, *arguments)
        finally:
            await connection.close()


@dataclass
class Door(httpx.AsyncBaseTransport):
    """The way of the confirming question to the real credit-list; events pass. ``late-question``:
    it hears the question only when the door opens; ``late-answer``: it has answered, and the
    answer comes when the door opens."""

    app: Any
    mood: str = ""
    came: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    opened: asyncio.Event = field(default_factory=asyncio.Event)

    def close(self, mood: str) -> None:
        self.mood, self.came, self.opened = mood, asyncio.Semaphore(0), asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        real = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        if not request.url.path.startswith("/v1/standings/"):
            return await real.handle_async_request(request)
        if self.mood == "dead":
            raise httpx.ConnectError("nobody there")
        if self.mood == "rubbish":
            return httpx.Response(200, content=b"[" * 50_000)
        if self.mood == "late-question":
            self.came.release()
            await self.opened.wait()
        answer = await real.handle_async_request(request)
        if self.mood == "late-answer":
            self.came.release()
            await self.opened.wait()
        return answer


class JointTown(Town):
    """Its people speak to the services without a network; the workers are real."""

    def __init__(self, platform: Platform, client: httpx.AsyncClient) -> None:
        super().__init__(Joined(platform), platform.clock.now())  # type: ignore[arg-type]
        self.platform = platform
        self.client = client
        self.door = Door(platform.services["credit-list"].app)
        asked = httpx.AsyncClient(transport=self.door, base_url="http://credit-list.test")
        for name in ("supply-demand", "funding"):
            runtime = platform.services[name].runtime
            runtime.peers = {**runtime.peers, "credit-list": asked}

    @staticmethod
    def ways(platform: Platform) -> dict[str, httpx.AsyncBaseTransport | None]:
        return {
            f"http://{name}.test": httpx.ASGITransport(service.app, raise_app_exceptions=False)
            for name, service in platform.services.items()
        }

    async def waits(self, service: str) -> None:
        """Returns when somebody waits for a lock in the service's database."""

        async def waiting() -> bool:
            return bool((await self.fleet.fetch(service, _WAITING))[0][0])

        await eventually(waiting)

    async def quiet(self, *services: str) -> None:
        """Returns when these have nothing to publish and nothing set aside."""

        async def at_rest() -> bool:
            for name in services or self.platform.services:
                if (await self.fleet.fetch(name, _AT_WORK))[0][0]:
                    return False
            return True

        await eventually(at_rest)

    async def obeyed(self, listing: str) -> dict[str, str]:
        """Who executes what, and how far: as credit-list shows it."""
        found = await self.read_list("credit-list", f"/v1/listings/{listing}/measures")
        return {f"{one['service']}.{one['code']}": one["obedience"] for one in found}

    async def read_list(self, service: str, path: str, **query: Any) -> list[Found]:
        found: Any = await self.read(service, path, **query)
        return found
