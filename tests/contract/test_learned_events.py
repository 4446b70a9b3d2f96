"""What each service reads of another's events is what the other publishes."""

import pytest

from liandong.contracts.definitions import definitions_of
from liandong.contracts.events import event_schema
from liandong.contracts.reading import Reading
from liandong.definition import ServiceDefinition
from liandong.events.contract import Event
from liandong.settings import SERVICES

DEFINITIONS = definitions_of()
PUBLISHED = {event.type: event for one in DEFINITIONS for event in one.events}
LEARNED = sorted(
    {
        (definition.name, subscription.event)
        for definition in DEFINITIONS
        for group in definition.groups
        for subscription in group.subscriptions
    },
    key=lambda one: (one[0], one[1].type),
)


@pytest.mark.parametrize(
    ("reader", "learned"), LEARNED, ids=[f"{reader}-{one.type}" for reader, one in LEARNED]
)
def test_what_is_read_of_an_event_is_published(reader: str, learned: type[Event]) -> None:
    published = PUBLISHED.get(learned.type)
    assert published is not None, f"nobody publishes {learned.type}, which {reader} reads"
    findings = Reading(
        data=event_schema(published),
        reader=learned.model_json_schema(mode="validation"),
        every_field=True,
    ).findings()
    assert not findings, "\n".join(map(str, findings))


@pytest.mark.parametrize(
    ("reader", "learned"), LEARNED, ids=[f"{reader}-{one.type}" for reader, one in LEARNED]
)
def test_a_reader_keeps_the_order_of_the_same_key(reader: str, learned: type[Event]) -> None:
    """The reader's class names the same aggregate, so that its subject is the publisher's."""
    assert learned.subject_field in learned.model_fields, f"{reader}: {learned.__name__}"
    assert learned.subject_field == PUBLISHED[learned.type].subject_field
    assert learned.service() != reader, "a service does not learn from itself"


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda one: one.name)
def test_groups_are_named_after_their_service_and_purpose(definition: ServiceDefinition) -> None:
    for group in definition.groups:
        service, _, purpose = group.name.partition(".")
        assert service == definition.name
        assert purpose
        assert set(group.services()) <= set(SERVICES)


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda one: one.name)
def test_a_service_publishes_under_its_own_name_and_each_type_once(
    definition: ServiceDefinition,
) -> None:
    assert all(event.service() == definition.name for event in definition.events)
    names = [(event.type, event.version) for event in definition.events]
    assert len(set(names)) == len(names)
