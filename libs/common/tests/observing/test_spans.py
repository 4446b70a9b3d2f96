"""What leaves the process of a span: what is named, and nothing that was said."""

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from liandong.tracing.export import Discreet


def test_texts_of_errors_paths_and_addresses_stay_behind() -> None:
    told = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(Discreet(told)))
    tracer = provider.get_tracer("test")
    attributes = {
        "http.route": "/v1/organizations/{id}",
        "http.target": "/v1/organizations/52340103MJ0000001X?name=某社工中心",
        "net.peer.ip": "10.0.0.8",
        "http.user_agent": "curl",
    }
    try:
        with tracer.start_as_current_span("GET /v1/organizations/{id}", attributes=attributes):
            raise ValueError("某社工中心 52340103MJ0000001X")
    except ValueError:
        pass
    [span] = told.get_finished_spans()
    assert dict(span.attributes or {}) == {"http.route": "/v1/organizations/{id}"}
    [event] = span.events
    assert dict(event.attributes or {}) == {"exception.type": "ValueError"}
    assert span.status.description is None
    assert not span.status.is_ok
    assert "某" not in span.to_json()
    assert "MJ0000001X" not in span.to_json()
