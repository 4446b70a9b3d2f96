"""OpenTelemetry: traces that join a request to the handlers it sets off in other services."""

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from liandong.settings import Settings


def configure(settings: Settings) -> None:
    """Exports spans when an OTLP endpoint is set; without one, tracing costs nothing."""
    if not settings.otlp_endpoint:
        return
    provider = TracerProvider(
        resource=Resource.create(
            {
                "service.name": f"liandong-{settings.service}",
                "deployment.environment.name": settings.environment,
            }
        )
    )
    exporter = OTLPSpanExporter(endpoint=f"{settings.otlp_endpoint.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
