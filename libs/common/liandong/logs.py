"""Structured logs: static messages, data in fields, primitives only, no personal data."""

import json
import logging
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any

import structlog
from opentelemetry import trace


def configure(service: str, *, level: int = logging.INFO) -> None:
    """One JSON object per line on standard error, for our own logs and the libraries'."""

    def name_service(_: Any, __: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        fields["service"] = service
        return fields

    shared: list[Any] = [
        name_service,
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_trace,
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, _as_line],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(_StandardError()),  # pyright: ignore[reportArgumentType]
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
    for name in ("aiokafka", "httpx", "httpcore", "uvicorn.error", "opentelemetry", "alembic"):
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


_encoder = json.JSONEncoder(ensure_ascii=False, default=repr)


def _as_line(_: Any, __: str, fields: MutableMapping[str, Any]) -> str:
    return _encoder.encode(fields)


def _with_trace(_: Any, __: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        fields["trace_id"] = format(context.trace_id, "032x")
    return fields
