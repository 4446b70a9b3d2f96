"""The one synchronous question between services: the confirming check at a point of no return.

It fails closed: whatever goes wrong is :class:`PeerUnavailable` (503), and the caller's command
changes nothing.
"""

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import httpx
from fastapi import Depends, Request
from opentelemetry import trace
from opentelemetry.propagate import inject
from opentelemetry.trace import SpanKind

from liandong.identity.client import ServiceTokens
from liandong.metrics import CONFIRMING_DECISIONS, CONFIRMING_SECONDS
from liandong.problems import Problem, Unavailable

_tracer = trace.get_tracer(__name__)
ANSWER_SECONDS = 2.0
"""From the question to the last byte: the caller holds locks meanwhile."""
ANSWER_BYTES = 100_000


class Confirmations:
    """Counts what the confirming checks before one sort of decision came to: ``clear``,
    ``barred``, or ``unclear`` where the answer said neither."""

    def __init__(self, decision: str) -> None:
        outcomes = ("clear", "barred", "unclear")
        self._counts = {one: CONFIRMING_DECISIONS.labels(decision, one) for one in outcomes}

    def count(self, outcome: Literal["clear", "barred", "unclear"]) -> None:
        self._counts[outcome].inc()


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
        started, outcome = time.perf_counter(), "unavailable"
        try:
            with _tracer.start_as_current_span(
                f"ask {service}", kind=SpanKind.CLIENT, attributes={"peer.service": service}
            ):
                found = await self._answered(service, path)
            outcome = "answered"
            return found
        finally:
            seconds = time.perf_counter() - started
            CONFIRMING_SECONDS.labels(service, outcome).observe(seconds)

    async def _answered(self, service: str, path: str) -> dict[str, Any]:
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
        headers = dict(await self.tokens.authorization())
        inject(headers)  # the other service's span belongs to the same trace
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
