"""The one synchronous question between services: the confirming check at a point of no return.

It fails closed: whatever goes wrong is :class:`PeerUnavailable` (503), and the caller's command
changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import httpx
from fastapi import Depends, Request

from liandong.identity.client import ServiceTokens
from liandong.problems import Problem, Unavailable

ANSWER_SECONDS = 2.0


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
            answer = await client.get(
                path, headers=await self.tokens.authorization(), timeout=ANSWER_SECONDS
            )
            if answer.status_code != httpx.codes.OK:
                raise _unavailable(service)
            found = answer.json()
        except (httpx.HTTPError, ValueError, Problem):
            raise _unavailable(service) from None
        if not isinstance(found, dict):
            raise _unavailable(service)
        return found


def _unavailable(service: str) -> PeerUnavailable:
    return PeerUnavailable(headers={"Retry-After": "2"}, extra={"service": service})


async def _peers(request: Request) -> Peers:
    runtime = request.app.state.runtime
    return Peers(runtime.peers, runtime.tokens)


AskPeers = Annotated[Peers, Depends(_peers)]
