"""The log of a process: one JSON object for a line, with the request that it belongs to."""

import io
import json
import logging
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import structlog

from liandong import logs


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What a process with configured logs writes to standard error."""
    root = logging.getLogger()
    before, configured = (root.handlers, root.level), structlog.get_config()
    written = io.StringIO()
    monkeypatch.setattr(logs, "sys", SimpleNamespace(stderr=written))
    monkeypatch.setattr(logs, "_service", "")
    logs.configure("probe")
    yield written
    structlog.configure(**configured)  # what others of this process log goes where it went
    root.handlers, root.level = before


def _read(written: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_a_request_is_one_line_that_says_what_was_answered(lines):
    token = logs.REQUEST_ID.set("request-1")
    try:
        logs.request_answered("GET", "/v1/things/{thing_id}", 200, 0.01234)
    finally:
        logs.REQUEST_ID.reset(token)
    [line] = _read(lines)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "request",
        "level": "info",
        "service": "probe",
        "request_id": "request-1",
        "method": "GET",
        "route": "/v1/things/{thing_id}",
        "status": 200,
        "milliseconds": 12.3,
    }


def test_every_line_of_a_request_bears_its_number_and_no_other_line_does(lines):
    log = structlog.get_logger("anything")
    token = logs.REQUEST_ID.set("request-1")
    log.warning("within", count=1)
    logs.REQUEST_ID.reset(token)
    log.warning("outside")
    within, outside = _read(lines)
    assert (within["service"], within["request_id"]) == ("probe", "request-1")
    assert "request_id" not in outside


def test_lines_of_libraries_are_json_too(lines):
    logging.getLogger("somebody").warning("told %s", "so")
    [line] = _read(lines)
    assert (line["event"], line["service"], line["level"]) == ("told so", "probe", "warning")


def test_a_log_that_nobody_reads_any_more_fails_no_command(lines, monkeypatch):
    lines.close()
    logs.request_answered("GET", "/v1/things", 200, 0.01)
    structlog.get_logger("anything").error("told to nobody")


def test_where_logs_are_not_configured_requests_are_not_told(lines, monkeypatch):
    monkeypatch.setattr(logs, "_service", "")
    logs.request_answered("GET", "/v1/things", 200, 0.01)
    assert _read(lines) == []
