"""What other services tell, handed to the registry's own consumers."""

from liandong.events.contract import Event
from liandong.events.envelope import Envelope
from liandong.ids import uuid7
from liandong.testing.services import ServiceUnderTest
from liandong.transports.base import Batch, Delivery


async def deliver(registry: ServiceUnderTest, event: Event, sequence: int = 1) -> None:
    envelope = Envelope(
        id=uuid7(),
        source=f"/liandong/{event.service()}",
        type=event.type,
        subject=str(event.subject),
        time=registry.clock.now(),
        key=event.key,
        sequence=sequence,
        dataschema=event.dataschema(),
        payload=event.model_dump_json().encode(),
    )
    delivery = Delivery(
        topic=event.topic(),
        lane="test",
        offset=str(envelope.id),
        key=envelope.key,
        attributes=envelope.attributes(),
        payload=envelope.payload,
    )
    for consumer in registry.runtime.consumers:
        if event.type in consumer.group.by_type():
            await consumer.handle(Batch([delivery], None))
