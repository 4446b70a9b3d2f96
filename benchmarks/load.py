"""The load generator: HTTP/1.1 on kept-open connections, in a process of its own.

``python -m benchmarks.load PLAN`` reads a :class:`Plan` as JSON and prints a :class:`Result`.
It writes prepared bytes and looks at three fields of each answer; against a bare ASGI application
it is quicker than the application, so that neither side of a comparison waits for it.
"""

import asyncio
import json
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

import uvloop

from benchmarks.processes import HOST, run_module
from benchmarks.servers import Stage

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_GIVE_UP_SECONDS = 120


@dataclass(frozen=True)
class Plan:
    """``requests`` are sent one after the other, the first ``warm`` of them before the clock runs.

    With ``seconds`` they are repeated from the beginning until the time is over.
    """

    port: int
    requests: Sequence[str]
    connections: int = 16
    warm: int = 0
    seconds: float | None = None
    status: int = 200


@dataclass(frozen=True)
class Result:
    answers: int
    seconds: float
    p50_ms: float
    p99_ms: float

    @property
    def rate(self) -> float:
        return self.answers / self.seconds


def get(path: str, **headers: str) -> str:
    return _request("GET", path, headers, "")


def post(path: str, body: object, **headers: str) -> str:
    return _with_body("POST", path, body, headers)


def put(path: str, body: object, **headers: str) -> str:
    return _with_body("PUT", path, body, headers)


def _with_body(method: str, path: str, body: object, headers: dict[str, str]) -> str:
    text = json.dumps(body, ensure_ascii=False)
    headers |= {"content_type": "application/json", "content_length": str(len(text.encode()))}
    return _request(method, path, headers, text)


def _request(method: str, path: str, headers: dict[str, str], body: str) -> str:
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([f"{method} {path} HTTP/1.1", f"host: {HOST}", *lines, "", body])


async def measure(stage: Stage, plan: Plan) -> Result:
    """Carries the plan out; raises when any answer had another status."""
    file = stage.folder / "plan.json"
    file.write_text(json.dumps(asdict(plan)))
    return Result(**json.loads(await run_module("benchmarks.load", str(file))))


class _Load:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.requests = [request.encode() for request in plan.requests]
        self.expected = str(plan.status).encode()
        self.done = asyncio.get_running_loop().create_future()
        self.latencies: list[float] = []
        self.sent = self.answered = self.open = 0
        self.started = self.last = time.perf_counter()

    def next(self) -> bytes | None:
        """The next request; None when this connection may end."""
        if self.plan.seconds is None:
            if self.sent == len(self.requests):
                return None
        elif self.answered >= self.plan.warm and self.last > self.started + self.plan.seconds:
            return None
        request = self.requests[self.sent % len(self.requests)]
        self.sent += 1
        return request

    def answer(self, status: bytes, began: float, data: bytes) -> None:
        self.last = now = time.perf_counter()
        if status != self.expected:
            self.fail(f"answered {status.decode()}: {data[-400:].decode(errors='replace')}")
        self.answered += 1
        if self.answered <= self.plan.warm:
            self.started = now
        else:
            self.latencies.append(now - began)

    def fail(self, reason: str) -> None:
        if not self.done.done():
            self.done.set_exception(RuntimeError(reason))

    def ended(self) -> None:
        self.open -= 1
        if self.open == 0 and not self.done.done():
            self.done.set_result(None)

    def result(self) -> Result:
        ordered = sorted(self.latencies)
        at = lambda share: ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000  # noqa: E731
        return Result(len(ordered), self.last - self.started, at(0.5), at(0.99))


class _Connection(asyncio.Protocol):
    def __init__(self, load: _Load) -> None:
        self._load = load
        self._rest = b""
        self._began = 0.0
        self._finished = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._load.open += 1
        self._send()

    def data_received(self, data: bytes) -> None:
        data = self._rest + data if self._rest else data
        head = data.find(b"\r\n\r\n")
        length = _LENGTH.search(data, 0, head) if head >= 0 else None
        if head >= 0 and length is None:
            self._load.fail("an answer without a length cannot be read")
            return
        if length is None or len(data) < head + 4 + int(length[1]):
            self._rest = data
            return
        self._rest = b""
        self._load.answer(data[9:12], self._began, data)
        self._send()

    def connection_lost(self, error: Exception | None) -> None:
        if not self._finished:
            self._load.fail(f"a connection was closed: {error}")
        self._load.ended()

    def _send(self) -> None:
        request = self._load.next()
        if request is None:
            self._finished = True
            self._transport.close()
            return
        self._began = time.perf_counter()
        self._transport.write(request)


async def carry_out(plan: Plan) -> Result:
    load = _Load(plan)
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, what: load.fail(str(what)))
    transports: list[asyncio.Transport] = []
    try:
        async with asyncio.timeout(_GIVE_UP_SECONDS):
            for _ in range(plan.connections):
                made, _protocol = await loop.create_connection(
                    lambda: _Connection(load), HOST, plan.port
                )
                transports.append(made)
            await load.done
    finally:
        for transport in transports:
            transport.abort()
    return load.result()


def main() -> None:
    plan = Plan(**json.loads(Path(sys.argv[1]).read_text()))
    sys.stdout.write(json.dumps(asdict(uvloop.run(carry_out(plan)))))


if __name__ == "__main__":
    main()
