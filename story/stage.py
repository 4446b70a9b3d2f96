"""Where the story is played: five services, somebody's tokens, a clock that can be moved."""

import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import httpx

from liandong.clock import CHINA

HEFEI = "340100"


class StoryFailed(AssertionError):
    """The platform did not do what the story tells; says at which step and what it answered."""


class Stage(Protocol):
    def client(self, service: str) -> httpx.AsyncClient:
        """An HTTP client with the service's base address."""
        ...

    def token(
        self, subject: str, role: str, district: str | None, organization_id: str | None
    ) -> str:
        """An access token of somebody."""
        ...

    def set_clock(self, at: datetime) -> None:
        """Makes ``at`` the present instant of every service."""
        ...

    async def pause(self) -> None:
        """A moment between two looks."""
        ...


@dataclass(frozen=True)
class Person:
    """Somebody in the story: each call is made with the person's own token."""

    stage: Stage
    subject: str
    role: str
    district: str | None = HEFEI
    organization_id: str | None = None

    async def call(
        self,
        method: str,
        service: str,
        path: str,
        *,
        expect: int | Iterable[int] = (200, 201, 202, 204),
        version: int | None = None,
        key: str | None = None,
        **given: Any,
    ) -> dict[str, Any]:
        """One request; the JSON answer. An unexpected status ends the story."""
        token = self.stage.token(self.subject, self.role, self.district, self.organization_id)
        headers = {"Authorization": f"Bearer {token}"}
        if version is not None:
            headers["If-Match"] = f'"v{version}"'
        if key is not None:
            headers["Idempotency-Key"] = key
        answer = await self.stage.client(service).request(method, path, headers=headers, **given)
        allowed = (expect,) if isinstance(expect, int) else tuple(expect)
        if answer.status_code not in allowed:
            raise StoryFailed(f"{method} {service}{path}: {answer.status_code} {answer.text[:600]}")
        return answer.json() if answer.content else {}

    async def get(self, service: str, path: str, **given: Any) -> dict[str, Any]:
        return await self.call("GET", service, path, **given)

    async def post(self, service: str, path: str, **given: Any) -> dict[str, Any]:
        return await self.call("POST", service, path, **given)

    async def step(self, service: str, path: str, found: dict[str, Any], **body: Any) -> Any:
        """A change of something that was read: with the version that was read."""
        given: dict[str, Any] = {"json": body} if body else {}
        return await self.call("POST", service, path, version=found["version"], **given)


@dataclass
class Record:
    """What happened, with real times."""

    values: dict[str, Any] = field(default_factory=dict)
    steps: list[tuple[str, str, float]] = field(default_factory=list)
    tell: Callable[[str, str, float], None] = lambda *_: None

    def note(self, when: datetime, what: str, started: float) -> None:
        seconds = time.perf_counter() - started
        day = when.astimezone(CHINA).strftime("%Y-%m-%d")
        self.steps.append((day, what, seconds))
        self.tell(day, what, seconds)


async def wait_until(
    stage: Stage, look: Callable[[], Awaitable[Any]], what: str, seconds: float = 180.0
) -> Any:
    """Looks until there is something; ends the story when it takes too long."""
    until = time.perf_counter() + seconds
    while not (found := await look()):
        if time.perf_counter() > until:
            raise StoryFailed(f"not within {seconds:.0f} s: {what}")
        await stage.pause()
    return found
