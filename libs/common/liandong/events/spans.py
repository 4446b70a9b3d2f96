"""The spans of an event's way, by OpenTelemetry's conventions for messaging.

The ``traceparent`` that an event carries is that of the request or handler that published it: it
is written with the event, so whatever relays it changes nothing. ``send`` (relay) and ``process``
(handler) are both its children; the handler of many has its first event's for a parent and links
to those of the others.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from opentelemetry import trace
from opentelemetry.propagate import extract
from opentelemetry.trace import Link, Span, SpanKind, StatusCode

from liandong.events.deliveries import Item
from liandong.tracing import enabled
from liandong.transports.base import Outgoing, PublishReport

_tracer = trace.get_tracer("liandong.events")
KAFKA, FEED = "kafka", "liandong.feed"


class Sending:
    """The spans of a batch on its way; ``report`` says what became of it."""

    def __init__(self, spans: Sequence[tuple[int, Span]]) -> None:
        self._spans = spans

    def report(self, report: PublishReport) -> None:
        for seq, span in self._spans:
            if seq not in report.accepted:
                span.set_status(StatusCode.ERROR)
                span.set_attribute("error.type", "refused" if seq in report.refused else "waiting")


@contextmanager
def sending(messages: Sequence[Outgoing], system: str) -> Iterator[Sending]:
    """One span for each message that belongs to a trace; nothing while nobody gathers spans."""
    traced = [one for one in messages if "traceparent" in one.attributes] if enabled() else ()
    spans = [(one.seq, _sent(one, system)) for one in traced]
    try:
        yield Sending(spans)
    except BaseException as error:
        for _, span in spans:
            span.set_status(StatusCode.ERROR)
            span.set_attribute("error.type", type(error).__name__)
        raise
    finally:
        for _, span in spans:
            span.end()


def processing(items: Sequence[Item], group: str) -> AbstractContextManager[Any]:
    """The current span while the handler of these events runs."""
    if not enabled():
        return nullcontext()
    first = items[0]
    delivery = first.delivery
    attributes: dict[str, str | int] = {
        **_attributes("process", delivery.topic, str(first.envelope.id), first.envelope.type),
        "messaging.consumer.group.name": group,
    }
    if delivery.lane.startswith(f"{delivery.topic}/"):
        attributes["messaging.system"] = KAFKA
        attributes["messaging.destination.partition.id"] = delivery.lane.rpartition("/")[2]
        attributes["messaging.kafka.offset"] = int(delivery.offset)
    else:
        attributes["messaging.system"] = FEED
    if len(items) > 1:
        attributes["messaging.batch.message_count"] = len(items)
    return _tracer.start_as_current_span(
        f"process {delivery.topic}",
        context=_context(first.envelope.traceparent),
        kind=SpanKind.CONSUMER,
        attributes=attributes,
        links=[Link(_span_context(one.envelope.traceparent)) for one in items[1:]],
    )


def _sent(message: Outgoing, system: str) -> Span:
    told = message.attributes
    return _tracer.start_span(
        f"send {message.topic}",
        context=_context(told["traceparent"]),
        kind=SpanKind.PRODUCER,
        attributes={
            **_attributes("send", message.topic, str(message.id), told["type"]),
            "messaging.system": system,
            "messaging.message.body.size": len(message.payload),
        },
    )


def _attributes(operation: str, topic: str, event_id: str, event_type: str) -> dict[str, str]:
    return {
        "messaging.operation.name": operation,
        "messaging.operation.type": operation,
        "messaging.destination.name": topic,
        "messaging.message.id": event_id,
        "cloudevents.event_type": event_type,
    }


def _context(traceparent: str | None) -> Any:
    """Of the publisher; a root of its own where the event tells of none."""
    return extract({"traceparent": traceparent or ""})


def _span_context(traceparent: str | None) -> trace.SpanContext:
    return trace.get_current_span(_context(traceparent)).get_span_context()
