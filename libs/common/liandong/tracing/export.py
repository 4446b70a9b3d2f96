"""OpenTelemetry, OTLP over HTTP: traces that join a request to the handlers it sets off elsewhere.

What leaves the process is only what is named here: routes, codes, identifiers of events and
requests. Paths as they were asked for, queries, addresses and the texts of errors may hold credit
codes and names, and stay behind.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import Link, Status

from liandong.settings import Settings

TOLD: Final = frozenset({
    "http.method", "http.request.method", "http.route", "http.status_code",
    "http.response.status_code", "http.scheme", "url.scheme", "error.type", "exception.type",
    "messaging.system", "messaging.operation.name", "messaging.operation.type",
    "messaging.destination.name", "messaging.destination.partition.id",
    "messaging.consumer.group.name", "messaging.batch.message_count", "messaging.message.id",
    "messaging.message.body.size", "messaging.kafka.offset",
    "cloudevents.event_type", "peer.service",
})  # fmt: skip
"""Attributes of spans, of their events and links; every other one is dropped."""


def configure(settings: Settings) -> None:
    """Exports spans when an OTLP endpoint is set; without one, tracing costs nothing."""
    if not settings.otlp_endpoint:
        return
    provider = TracerProvider(
        sampler=ParentBased(TraceIdRatioBased(settings.otlp_sample_ratio)),
        resource=Resource.create(
            {
                "service.name": f"liandong-{settings.service}",
                "service.namespace": "liandong",
                "deployment.environment.name": settings.environment,
            }
        ),
    )
    exporter = OTLPSpanExporter(endpoint=f"{settings.otlp_endpoint.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(Discreet(exporter)))
    trace.set_tracer_provider(provider)


class Discreet(SpanExporter):
    """Passes spans on with what :data:`TOLD` names."""

    def __init__(self, inner: SpanExporter) -> None:
        self._inner = inner

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self._inner.export([_discreet(one) for one in spans])

    def shutdown(self) -> None:
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._inner.force_flush(timeout_millis)


def _discreet(span: ReadableSpan) -> ReadableSpan:
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=_told(span.attributes),
        events=[
            Event(one.name, attributes=_told(one.attributes), timestamp=one.timestamp)
            for one in span.events
        ],
        links=[Link(one.context, _told(one.attributes)) for one in span.links],
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _told(attributes: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (attributes or {}).items() if name in TOLD}
