"""One trace from the HTTP request to the handler in the other service."""

import asyncio

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from liandong.identity.actors import Role
from liandong.testing.probe import PROBE, effects, mirror_definition
from liandong.testing.services import bearer, eventually
from liandong.worker import Worker


async def test_the_handler_in_the_other_service_belongs_to_the_trace_of_the_request(
    start_service,
):
    exporter = InMemorySpanExporter()
    provider = trace.get_tracer_provider()
    if not isinstance(provider, TracerProvider):
        provider = TracerProvider()
        trace.set_tracer_provider(provider)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    probe = await start_service(PROBE)
    mirror = await start_service(mirror_definition(), peers={"probe": probe.client})
    tasks = [asyncio.create_task(Worker(one.runtime).run()) for one in (probe, mirror)]
    try:
        answer = await probe.client.post(
            "/v1/things", json={"value": 1}, headers=bearer("clerk-1", Role.CLERK)
        )
        assert answer.status_code == 201

        async def handled():
            return await effects(mirror.runtime.worker_engine)

        await eventually(handled)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    spans = {span.name: span for span in exporter.get_finished_spans()}
    request = spans["POST /v1/things"]
    handler = spans["process liandong.probe"]
    assert handler.context.trace_id == request.context.trace_id
