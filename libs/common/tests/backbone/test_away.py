"""Which errors mean that the database cannot be reached, and say nothing against the work."""

import errno
import socket
from typing import Any

import asyncpg
import pytest

from liandong.db.errors import is_away, is_busy
from liandong.http.boundary import Boundary

UNREACHABLE = [
    socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"),
    socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
    OSError(errno.EHOSTUNREACH, "No route to host"),
    OSError(errno.ENETUNREACH, "Network is unreachable"),
    OSError("Multiple exceptions: [Errno 111] Connect call failed, [Errno 99] Cannot assign"),
    ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"),
    ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"),
    TimeoutError(),
    asyncpg.CannotConnectNowError("the database system is starting up"),
    asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation"),
]
OTHERS = [
    FileNotFoundError(errno.ENOENT, "No such file or directory"),
    PermissionError(errno.EACCES, "Permission denied"),
    OSError(errno.ENOSPC, "No space left on device"),
    ValueError("a defect"),
    asyncpg.UndefinedTableError("a defect"),
]


@pytest.mark.parametrize("error", UNREACHABLE, ids=repr)
def test_a_server_that_cannot_be_reached_is_away(error: Exception) -> None:
    assert is_away(error)
    assert is_busy(error)


@pytest.mark.parametrize("error", OTHERS, ids=repr)
def test_what_has_another_cause_is_not_taken_for_it(error: Exception) -> None:
    assert not is_away(error)


async def status_of(error: Exception) -> int:
    """What a request is answered with in which the error comes up."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise error

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/v1/things", "headers": []}
    await Boundary(app, "probe", 1000, 1000)(scope, receive, send)
    return sent[0]["status"]


@pytest.mark.parametrize("error", UNREACHABLE, ids=repr)
async def test_a_request_is_told_to_come_again(error: Exception) -> None:
    assert await status_of(error) == 503


@pytest.mark.parametrize("error", OTHERS, ids=repr)
async def test_a_defect_is_told_as_one(error: Exception) -> None:
    assert await status_of(error) == 500
