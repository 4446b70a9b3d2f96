"""A reverse proxy on the loopback, for tests of replacements: it does what operators are told to.

Requests go in turn to the replicas whose ``/health/ready`` says so. Connections to them are kept
open. A request is sent to another replica only when no connection came about; one that breaks
after it was sent is answered with 502, as nginx does with a POST.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvicorn

from liandong.testing.services import eventually

_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "accept-encoding"}
_LONGEST_POLL = {"connect": 5.0, "read": 120.0, "write": 120.0, "pool": 120.0}


@dataclass
class Balancer:
    """Serves at ``port``, see :func:`balanced`. ``replicas`` are base addresses and may change."""

    port: int
    look_seconds: float = 0.2
    replicas: list[str] = field(default_factory=list)
    ready: set[str] = field(default_factory=set)
    elsewhere: int = 0
    """How often no connection came about and another replica was asked."""
    broken: list[str] = field(default_factory=list)
    """Requests that were sent and not answered: each a 502."""
    under_way: Counter[str] = field(default_factory=Counter[str])
    """Requests at each replica, but for the long polls of its feed."""
    _turn: int = 0
    _wire: httpx.AsyncHTTPTransport = field(
        default_factory=lambda: httpx.AsyncHTTPTransport(
            limits=httpx.Limits(max_connections=None, keepalive_expiry=60)
        )
    )

    async def until_ready(self, url: str) -> None:
        async def there() -> bool:
            return url in self.ready

        await eventually(there)

    async def until_unready(self, url: str) -> None:
        async def gone() -> bool:
            return url not in self.ready

        await eventually(gone)

    async def until_idle(self, url: str) -> None:
        """For a replica to which nothing is sent any more."""

        async def idle() -> bool:
            return not self.under_way[url]

        await eventually(idle)

    async def look(self) -> None:
        """Asks the replicas again and again until it is cancelled."""
        async with httpx.AsyncClient(timeout=5) as client:
            while True:
                for url in [*self.replicas]:
                    try:
                        well = (await client.get(f"{url}/health/ready")).status_code == 200
                    except httpx.HTTPError:
                        well = False
                    (self.ready.add if well else self.ready.discard)(url)
                self.ready.intersection_update(self.replicas)
                await asyncio.sleep(self.look_seconds)

    async def close(self) -> None:
        await self._wire.aclose()

    async def __call__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[dict[str, Any]]],
        send: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        content, more = b"", True
        while more:
            message = await receive()
            content += message.get("body", b"")
            more = message.get("more_body", False)
        answer = await self._answered(scope, content)
        headers = [
            (name.encode(), value.encode())
            for name, value in answer.headers.multi_items()
            if name not in _HOP
        ]
        headers.append((b"content-length", str(len(answer.content)).encode()))
        await send(
            {"type": "http.response.start", "status": answer.status_code, "headers": headers}
        )
        await send({"type": "http.response.body", "body": answer.content})

    async def _answered(self, scope: dict[str, Any], content: bytes) -> httpx.Response:
        path = scope["raw_path"].decode() + (f"?{scope['query_string'].decode()}").rstrip("?")
        given = [
            (name.decode(), value.decode("latin-1"))
            for name, value in scope["headers"]
            if name.decode() not in _HOP | {"host"}
        ]
        for url in self._in_turn():
            request = httpx.Request(scope["method"], url + path, headers=given, content=content)
            request.extensions["timeout"] = _LONGEST_POLL
            counted = not path.startswith("/v1/events")
            self.under_way[url] += counted
            try:
                found = await self._wire.handle_async_request(request)
                body = await found.aread()
            except (httpx.ConnectError, httpx.ConnectTimeout):
                self.elsewhere += 1
                continue
            except httpx.TransportError as error:
                self.broken.append(f"{scope['method']} {path} at {url}: {type(error).__name__}")
                return httpx.Response(502)
            finally:
                self.under_way[url] -= counted
            return httpx.Response(found.status_code, headers=found.headers, content=body)
        return httpx.Response(503)

    def _in_turn(self) -> list[str]:
        known = [url for url in self.replicas if url in self.ready]
        self._turn += 1
        at = self._turn % len(known) if known else 0
        return known[at:] + known[:at]


@asynccontextmanager
async def balanced(port: int) -> AsyncIterator[Balancer]:
    """Serves at the port of 127.0.0.1 while the block runs."""
    found = Balancer(port)
    config = uvicorn.Config(
        found, port=port, lifespan="off", log_config=None, access_log=False, timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
    )  # fmt: skip
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    tasks = [asyncio.create_task(one) for one in (server.main_loop(), found.look())]
    try:
        yield found
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await found.close()  # what is still asked ends with it
        await server.shutdown()
