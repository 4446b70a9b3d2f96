"""The one synchronous question between services: the confirming check at a point of no return.

It fails closed: whatever goes wrong is :class:`PeerUnavailable` (503), and the caller's command
changes nothing.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import httpx
from fastapi import Depends, Request

from liandong.identity.client import ServiceTokens
from liandong.problems import Problem, Unavailable

ANSWER_SECONDS = 2.0
"""From the question to the last byte: the caller holds locks meanwhile."""
ANSWER_BYTES = 100_000


class PeerUnavailable(Unavailable):
    """The other service gave no usable answer in time."""

    slug, title = "peer-unavailable", "无法核实对方服务的最新状态，本次操作未执行，请稍后再试"


@dataclass(frozen=True)
class Peers:
    """The other services, reached with this service's own token."""

    clients: Mapping[str, httpx.AsyncClient]
    tokens: ServiceTokens

    async def ask(self, service: str, path: str) -> dict[str, Any]:
        """``GET path`` of another service as JSON; raises :class:`PeerUnavailable`."""
        client = self.clients.get(service)
        if client is None:
            raise _unavailable(service)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                found = await self._asked(client, path)
        except (httpx.HTTPError, ValueError, RecursionError, TimeoutError, Problem):
            raise _unavailable(service) from None
        if not isinstance(found, dict):
            raise _unavailable(service)
        return found

    async def _asked(self, client: httpx.AsyncClient, path: str) -> Any:
        """Raises ValueError for an answer that cannot be used."""
        headers = await self.tokens.authorization()
        async with client.stream("GET", path, headers=headers, timeout=ANSWER_SECONDS) as answer:
            if answer.status_code != httpx.codes.OK:
                raise ValueError(f"answered {answer.status_code}")
            body = b""
            async for part in answer.aiter_bytes():
                body += part
                if len(body) > ANSWER_BYTES:
                    raise ValueError("the answer is too long")
        return json.loads(body)


def _unavailable(service: str) -> PeerUnavailable:
    return PeerUnavailable(headers={"Retry-After": "2"}, extra={"service": service})


async def _peers(request: Request) -> Peers:
    runtime = request.app.state.runtime
    return Peers(runtime.peers, runtime.tokens)


AskPeers = Annotated[Peers, Depends(_peers)]
