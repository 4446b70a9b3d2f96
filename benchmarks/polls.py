"""Many readers who wait at one service's feed at once, each on a connection of its own."""

import asyncio
import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass

import psutil

from benchmarks.load import get
from benchmarks.processes import HOST

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_STILL_SECONDS = 0.5
_AT_ONCE = 50


@dataclass(frozen=True)
class Answer:
    """``at`` by ``time.perf_counter``; ``next`` is the cursor behind what was read."""

    status: int
    at: float
    next: str


class Readers:
    """Open connections; each poll sends one request on every one of them."""

    def __init__(self, port: int, authorization: str) -> None:
        self._port, self._authorization = port, authorization
        self._streams: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def grow(self, count: int) -> None:
        while len(self._streams) < count:
            some = min(_AT_ONCE, count - len(self._streams))
            opened = (asyncio.open_connection(HOST, self._port) for _ in range(some))
            self._streams += await asyncio.gather(*opened)

    async def poll(self, cursor: str, seconds: float) -> Sequence[asyncio.Task[Answer]]:
        """Everybody waits behind the cursor; the answers come when there is something."""
        path = f"/v1/events?wait={seconds:g}&after={cursor}"
        told = get(path, authorization=self._authorization).encode()
        for _, writer in self._streams:
            writer.write(told)
        await asyncio.gather(*(writer.drain() for _, writer in self._streams))
        return [asyncio.create_task(_answer(reader)) for reader, _ in self._streams]

    def close(self) -> None:
        for _, writer in self._streams:
            writer.close()


async def _answer(reader: asyncio.StreamReader) -> Answer:
    head = await reader.readuntil(b"\r\n\r\n")
    length = _LENGTH.search(head)
    body = await reader.readexactly(int(length[1]) if length else 0)
    at = time.perf_counter()
    status = int(head.split(b" ", 2)[1])
    return Answer(status, at, json.loads(body)["next"] if status == 200 else "")


async def sent(port: int, request: str) -> None:
    """Sends one command on a connection of its own; returns when it is answered."""
    reader, writer = await asyncio.open_connection(HOST, port)
    writer.write(request.encode())
    try:
        answer = await reader.readuntil(b"\r\n")
        if b" 201 " not in answer:
            raise RuntimeError(answer.decode())
    finally:
        writer.close()


async def stands_still(pid: int) -> None:
    """Returns when the process has next to nothing to do: everybody waits."""
    process, before = psutil.Process(pid), -1.0
    while True:
        now = sum(process.cpu_times()[:2])
        if now - before < _STILL_SECONDS * 0.2:
            return
        before = now
        await asyncio.sleep(_STILL_SECONDS)
