"""The benchmarks run and tell what they measured. How quick anything is, is not tested here.

Left out: ``eligibility-p99-1m``, and the rows that need a broker and several whole services
(``relay-to-kafka``, ``blacklisting-to-refusal``, ``idle-memory``, ``relay-drain-memory``). Starting
those takes longer than all that this file may take; ``make bench`` runs them.
"""

import asyncio
import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from benchmarks import report
from benchmarks.load import Plan, carry_out, get, post
from benchmarks.processes import HOST
from benchmarks.rows.catalogue import ROWS
from benchmarks.sampling import library_of

pytestmark = pytest.mark.timeout(300)
ROOT = Path(__file__).parents[2]
QUICK = (
    "read-by-credit-code",
    "register-organization",
    "consumer-projection",
)
FIELDS = {"name", "value", "unit", "floor", "ratio", "goal", "met", "detail"}


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, object]]:
    file = tmp_path_factory.mktemp("bench") / "bench.json"
    only = [word for name in QUICK for word in ("--only", name)]
    command = [sys.executable, "-m", "benchmarks", *only, "--scale", "0.001", "--json", str(file)]
    run = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    with run:
        try:
            output, _ = run.communicate(timeout=240)
        finally:
            run.terminate()  # it then stops its servers; a kill would leave them behind
            run.wait(30)
    assert run.returncode in (0, 1), output
    return json.loads(file.read_text())


def test_a_run_tells_of_every_row_that_was_asked_for(measured: list[dict[str, object]]) -> None:
    names = {str(row["name"]).partition("/")[0] for row in measured}

    assert names == set(QUICK) <= set(ROWS)


def test_every_row_has_the_fields_that_programs_read(measured: list[dict[str, object]]) -> None:
    for row in measured:
        assert set(row) == FIELDS
        assert isinstance(row["value"], float)
        assert row["value"] > 0
        assert (row["goal"] is None) == (row["met"] is None)


def test_a_row_with_a_floor_carries_their_ratio(measured: list[dict[str, object]]) -> None:
    for row in measured:
        assert row["ratio"] == pytest.approx(row["value"] / row["floor"])


def test_more_is_better_where_the_goal_is_a_share_of_the_floor() -> None:
    assert report.at_least("row", 60, "/s", 100, 0.6).met is True
    assert report.at_least("row", 59, "/s", 100, 0.6).met is False


def test_less_is_better_where_the_goal_is_a_multiple_of_the_floor() -> None:
    assert report.at_most("row", 200, "ms", 100, 2.0).met is True
    assert report.at_most("row", 201, "ms", 100, 2.0).met is False


def test_less_is_better_where_the_goal_is_a_limit() -> None:
    assert report.within("row", 20, "MB", 20).met is True
    assert report.within("row", 21, "MB", 20).met is False


def test_a_row_without_a_goal_is_neither_met_nor_missed() -> None:
    assert report.at_least("row", 1, "/s", 100, None).met is None


class Answers:
    """A server that gives every request the same answer, in two pieces."""

    def __init__(self, head: bytes, body: bytes) -> None:
        self.requests: list[bytes] = []
        self.served: list[asyncio.Task[None] | None] = []
        self._pieces = (head, body)

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.served.append(asyncio.current_task())
        with suppress(ConnectionError):
            while head := await reader.read(65536):
                self.requests.append(head)
                for piece in self._pieces:
                    writer.write(piece)
                    await writer.drain()
            writer.close()
            await writer.wait_closed()


async def load(server: Answers, **given: object) -> object:
    async with await asyncio.start_server(server, HOST, 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        try:
            return await carry_out(Plan(**{"port": port, "connections": 2} | given))  # type: ignore[arg-type]
        finally:
            await asyncio.gather(*filter(None, server.served))


async def test_the_load_generator_sends_every_request_once() -> None:
    server = Answers(b"HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n", b"ok")

    result = await load(
        server, requests=[post("/x", {"名": n}) for n in range(30)], warm=10, status=201
    )

    assert result.answers == 20  # type: ignore[attr-defined]
    assert sorted(one.rpartition(b"\r\n")[2] for one in server.requests) == sorted(
        json.dumps({"名": n}, ensure_ascii=False).encode() for n in range(30)
    )


async def test_the_load_generator_repeats_requests_until_the_time_is_over() -> None:
    server = Answers(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", b"ok")

    result = await load(server, requests=[get("/x")], warm=5, seconds=0.05)

    assert result.seconds >= 0.05  # type: ignore[attr-defined]
    assert len(server.requests) > result.answers > 1  # type: ignore[attr-defined]


async def test_an_answer_of_another_status_fails_the_measurement() -> None:
    server = Answers(b"HTTP/1.1 503 Busy\r\ncontent-length: 4\r\n\r\n", b"full")

    with pytest.raises(RuntimeError, match="answered 503"):
        await load(server, requests=[get("/x")] * 4)


async def test_an_answer_without_a_length_fails_the_measurement() -> None:
    server = Answers(b"HTTP/1.1 200 OK\r\n\r\n", b"?")

    with pytest.raises(RuntimeError, match="length"):
        await load(server, requests=[get("/x")] * 4)


@pytest.mark.parametrize(
    ("file", "library"),
    [
        ("/v/lib/python3.11/site-packages/sqlalchemy/orm/session.py", "sqlalchemy"),
        ("/v/lib/python3.11/site-packages/typing_extensions.py", "typing_extensions"),
        ("/p/services/credit-list/credit_list/app.py", "credit_list"),
        ("/p/libs/common/liandong/http/app.py", "liandong"),
        ("/v/lib/python3.11/asyncio/runners.py", "event loop"),
        ("/v/lib/python3.11/json/__init__.py", ""),
    ],
)
def test_a_sample_is_counted_for_the_library_of_its_file(file: str, library: str) -> None:
    assert library_of(file) == library
