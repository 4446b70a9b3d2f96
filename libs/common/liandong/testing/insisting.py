"""A client that sends a request again until it is answered, as a caller must when a server dies."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx

from liandong.ids import uuid7


@dataclass
class Insisting(httpx.AsyncBaseTransport):
    """Asks the servers in turn until one answers; a command keeps its ``Idempotency-Key``.

    A command without a key gets one. ``addresses`` may change while requests are under way; empty
    means the address of the request. ``busy_too``: an answer 503 is not taken as one.
    """

    addresses: Sequence[str] = ()
    busy_too: bool = True
    seconds: float = 90.0
    repeated: int = 0
    """How often something was sent again."""
    wire: httpx.AsyncHTTPTransport = field(default_factory=httpx.AsyncHTTPTransport)
    """What sends; of one's own where a certificate has to be known."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method != "GET":
            request.headers.setdefault("Idempotency-Key", str(uuid7()))
        turn = 0
        async with asyncio.timeout(self.seconds):
            while True:
                answer = await self._once(request, turn)
                if answer is not None:
                    return answer
                self.repeated += 1
                turn += 1
                await asyncio.sleep(0.02)

    async def _once(self, request: httpx.Request, turn: int) -> httpx.Response | None:
        if self.addresses:
            chosen = httpx.URL(self.addresses[turn % len(self.addresses)])
            request.url = request.url.copy_with(host=chosen.host, port=chosen.port)
            request.headers["Host"] = f"{chosen.host}:{chosen.port}"
        try:
            found = await self.wire.handle_async_request(request)
            content = b"".join([part async for part in found.aiter_raw()])
            await found.aclose()
        except httpx.TransportError:
            return None
        if found.status_code == httpx.codes.SERVICE_UNAVAILABLE and self.busy_too:
            return None
        return httpx.Response(found.status_code, headers=found.headers, content=content)

    async def aclose(self) -> None:
        await self.wire.aclose()


@dataclass
class AskingOnce(httpx.AsyncBaseTransport):
    """Sends a request once, and keeps count of what came of it: for tests in which nothing may be
    noticed."""

    answers: Counter[int] = field(default_factory=Counter[int])
    broken: list[str] = field(default_factory=list)
    """Requests without an answer."""
    _wire: httpx.AsyncHTTPTransport = field(default_factory=httpx.AsyncHTTPTransport)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            answer = await self._wire.handle_async_request(request)
        except httpx.TransportError as error:
            self.broken.append(f"{request.method} {request.url}: {type(error).__name__}")
            raise
        self.answers[answer.status_code] += 1
        return answer

    async def aclose(self) -> None:
        await self._wire.aclose()
