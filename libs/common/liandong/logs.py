"""Structured logs: static messages, data in fields, primitives only, no personal data."""

import json
import logging
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import structlog
from opentelemetry import trace

REQUEST_ID: ContextVar[str] = ContextVar("liandong_request_id", default="")
"""Stands in every line that is written while a request is answered."""

_service = ""
_level = logging.INFO


def configure(service: str, *, level: int = logging.INFO) -> None:
    """One JSON object per line on standard error, for our own logs and the libraries'."""
    global _service, _level
    _service, _level = service, level
    shared: list[Any] = [
        _with_origin,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_trace,
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, _as_line],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(_standard_error),  # pyright: ignore[reportArgumentType]
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    pool = "liandong.db.engine.CountingPool"  # SQLAlchemy names its logs after the class
    for name in (
        "aiokafka",
        "httpx",
        "httpcore",
        "uvicorn.error",
        "opentelemetry",
        "alembic",
        pool,
    ):
        logging.getLogger(name).setLevel(logging.WARNING)


class _StandardError:
    """Standard error as it is at the moment. A log that nobody reads any more must not fail the
    command that it tells of."""

    def write(self, line: str) -> None:
        with suppress(OSError, ValueError):
            sys.stderr.write(line)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            sys.stderr.flush()


def request_answered(method: str, route: str, status: int, seconds: float) -> None:
    """The line of a request: the one that is written so often that the chain of processors, which
    the others pass, would be felt in every answer. Nothing where logs are not configured."""
    if not _service or _level > logging.INFO:
        return
    fields = {
        "method": method,
        "route": route,
        "status": status,
        "milliseconds": round(seconds * 1000, 1),
        "event": "request",
        "service": _service,
        "request_id": REQUEST_ID.get(),
        "level": "info",
        "timestamp": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
    }
    _standard_error.write(_encoder.encode(_with_trace(None, "", fields)) + "\n")


_standard_error = _StandardError()
_encoder = json.JSONEncoder(ensure_ascii=False, default=repr)


def _with_origin(_: Any, __: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    fields["service"] = _service
    if request_id := REQUEST_ID.get():
        fields["request_id"] = request_id
    return fields


def _as_line(_: Any, __: str, fields: MutableMapping[str, Any]) -> str:
    return _encoder.encode(fields)


def _with_trace(_: Any, __: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        fields["trace_id"] = format(context.trace_id, "032x")
        fields["span_id"] = format(context.span_id, "016x")
    return fields
