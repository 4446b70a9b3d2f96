"""The probe and its mirror: two services on which the mechanism is tried."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest_asyncio

from liandong.definition import ServiceDefinition
from liandong.events.subscriptions import RetryPolicy
from liandong.testing.postgres import DatabaseTemplates
from liandong.testing.probe import PROBE, database_for, mirror_definition
from liandong.testing.services import ServiceUnderTest, start

Start = Callable[..., Awaitable[ServiceUnderTest]]


@pytest_asyncio.fixture
async def start_service(database_templates: DatabaseTemplates) -> AsyncIterator[Start]:
    """Starts a service on a database of its own, or a second process of it on the same one."""
    started: list[ServiceUnderTest] = []
    urls: list[str] = []

    async def begin(
        definition: ServiceDefinition, *, same_database_as: ServiceUnderTest | None = None, **given
    ) -> ServiceUnderTest:
        if same_database_as is not None:
            url = same_database_as.runtime.settings.database_url
        else:
            url = await database_for(database_templates, definition)
            urls.append(url)
        started.append(start(definition, url, **given))
        return started[-1]

    yield begin
    for service in started:
        await service.close()
    for url in urls:
        await database_templates.drop(url)


@pytest_asyncio.fixture
async def probe(start_service: Start) -> ServiceUnderTest:
    """A service that owns things and publishes what happens to them."""
    return await start_service(PROBE)


@pytest_asyncio.fixture
async def mirror(start_service: Start, probe: ServiceUnderTest) -> ServiceUnderTest:
    """A service that reads the probe's events; a failed event is given up after three attempts."""
    return await start_service(mirror_definition(), peers={"probe": probe.client})


@pytest_asyncio.fixture
async def patient_mirror(start_service: Start, probe: ServiceUnderTest) -> ServiceUnderTest:
    """Like ``mirror``, but a failed event waits for an hour before it is tried again."""
    policy = RetryPolicy(first_delay=3600, longest_delay=3600, attempts=3)
    return await start_service(mirror_definition(policy), peers={"probe": probe.client})
