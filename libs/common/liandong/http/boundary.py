"""The outermost layer of every request, in plain ASGI.

It reads the body up to its limit, gives the request an id, runs the application, and repeats the
whole request when its transaction lost a deadlock or a serialization race: commands commit before
the first byte of the answer, so nothing was promised yet. An exhausted pool or an absent database
becomes 503 with Retry-After; any other error becomes a plain 500 without its text.
"""

import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import structlog
from prometheus_client import Gauge
from starlette._utils import get_route_path

from liandong.db.errors import is_busy, is_retryable
from liandong.ids import uuid7
from liandong.logs import REQUEST_ID, request_answered
from liandong.metrics import HTTP_OPEN, HTTP_SECONDS, METHODS
from liandong.problems import Problem, TooLarge, Unavailable

log = structlog.get_logger("liandong.http")

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

ATTEMPTS = 5
RETRY_AFTER_SECONDS = 2

_SECURITY_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"strict-transport-security", b"max-age=31536000"),
]
_DOCUMENTATION = ("/docs", "/redoc")


class InternalError(Problem):
    status, slug, title = 500, "internal", "系统内部错误，请联系管理员并提供请求编号"


@dataclass
class Boundary:
    """Wraps the application of one service."""

    app: App
    service: str
    max_body_bytes: int
    max_upload_bytes: int
    path_prefix: str = ""
    """Where a proxy shows the service; requests are answered with it and without it."""
    _open: Gauge = field(init=False)

    def __post_init__(self) -> None:
        self._open = HTTP_OPEN.labels(self.service)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = str(uuid7())
        started = time.perf_counter()
        prefix = self._prefix_of(scope["path"])
        if prefix:
            scope["root_path"] = prefix
        secure = get_route_path(scope) not in _DOCUMENTATION
        answer = _Answer(send, request_id, secure=secure, prefix=prefix)
        token = REQUEST_ID.set(request_id)
        self._open.inc()
        try:
            await self._answer(scope, receive, answer, request_id)
        finally:
            self._open.dec()
            self._log(scope, answer.status, time.perf_counter() - started)
            REQUEST_ID.reset(token)

    def _prefix_of(self, path: str) -> str:
        prefix = self.path_prefix
        return prefix if prefix and f"{path}/".startswith(f"{prefix}/") else ""

    async def _answer(
        self, scope: Scope, receive: Receive, answer: "_Answer", request_id: str
    ) -> None:
        try:
            body = await self._body(scope, receive)
        except TooLarge as problem:
            await answer.problem(problem)
            return
        if body is None:
            return
        for attempt in range(1, ATTEMPTS + 1):
            attempt_scope = scope | {
                "state": dict(scope.get("state", {})),
                "liandong.request_id": request_id,
            }
            try:
                await self.app(attempt_scope, _replay(body, receive), answer.send)
            except Exception as error:
                scope["route"] = attempt_scope.get("route")
                if answer.started:
                    raise
                if is_retryable(error) and attempt < ATTEMPTS:
                    log.info("command_repeated", attempt=attempt)
                    continue
                await answer.problem(_as_problem(error))
            scope["route"] = attempt_scope.get("route")
            return

    async def _body(self, scope: Scope, receive: Receive) -> bytes | None:
        """The whole body; None when the caller went away before its end."""
        headers = dict(scope["headers"])
        upload = headers.get(b"content-type", b"").startswith(b"multipart/form-data")
        limit = self.max_upload_bytes if upload else self.max_body_bytes
        announced = headers.get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > limit:
            raise TooLarge(f"请求内容不得超过 {limit} 字节")
        chunks: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            chunk = message.get("body", b"")
            size += len(chunk)
            if size > limit:
                raise TooLarge(f"请求内容不得超过 {limit} 字节")
            chunks.append(chunk)
            if not message.get("more_body"):
                break
        return b"".join(chunks)

    def _log(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "unmatched")
        method = scope["method"] if scope["method"] in METHODS else "other"
        HTTP_SECONDS.labels(self.service, method, route, str(status)).observe(seconds)
        if route not in ("/health/live", "/health/ready", "/metrics"):
            request_answered(scope["method"], route, status, seconds)


class _Answer:
    """The way out: adds the headers that every answer carries, remembers how far it got."""

    def __init__(self, send: Send, request_id: str, *, secure: bool, prefix: str = "") -> None:
        self._send = send
        self._prefix = prefix.encode()
        self._extra = [(b"x-request-id", request_id.encode())]
        self._extra += _SECURITY_HEADERS if secure else []
        self.started = False
        self.status = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            self.status = message["status"]
            given = [self._shown(name, value) for name, value in message.get("headers", [])]
            present = {name.lower() for name, _ in given}
            extra = [pair for pair in self._extra if pair[0] not in present]
            message = message | {"headers": [*given, *extra]}
        await self._send(message)

    def _shown(self, name: bytes, value: bytes) -> tuple[bytes, bytes]:
        """What was made is where the caller sees it, behind the prefix."""
        if self._prefix and name.lower() == b"location" and value.startswith(b"/v1/"):
            return name, self._prefix + value
        return name, value

    async def problem(self, problem: Problem) -> None:
        body = json.dumps(problem.as_dict(), ensure_ascii=False).encode()
        headers = [(b"content-type", b"application/problem+json")]
        headers += [(k.lower().encode(), v.encode()) for k, v in problem.headers.items()]
        headers.append((b"content-length", str(len(body)).encode()))
        await self.send(
            {"type": "http.response.start", "status": problem.status, "headers": headers}
        )
        await self.send({"type": "http.response.body", "body": body})


def _replay(body: bytes, receive: Receive) -> Receive:
    """Gives the application the body again, then whatever the client really does."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if not given:
            given = True
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return replay


def _as_problem(error: Exception) -> Problem:
    if is_busy(error) or is_retryable(error):
        log.warning("request_unavailable", error=type(error).__name__)
        return Unavailable(headers={"Retry-After": str(RETRY_AFTER_SECONDS)})
    log.error("request_failed", error=type(error).__name__, exc_info=error)
    return InternalError()
