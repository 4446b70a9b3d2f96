"""The five services in one process, joined by the feed or by Kafka, with the people of the town."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from liandong.clock import FixedClock
from liandong.contracts.definitions import definition_of
from liandong.settings import SERVICES
from liandong.testing.postgres import DatabaseTemplates
from liandong.testing.services import platform
from liandong.transports.topics import ensure_topics
from tests.faults.town import SEPTEMBER_2019
from tests.joint.town import JointTown


@pytest.fixture(params=["feed", "kafka"])
async def transport(request: pytest.FixtureRequest) -> dict[str, Any]:
    if request.param == "feed":
        return {}
    bootstrap = request.getfixturevalue("kafka_bootstrap")
    prefix = request.getfixturevalue("kafka_topic_prefix")
    return {"transport": "kafka", "kafka_bootstrap_servers": bootstrap, "topic_prefix": prefix}


@pytest_asyncio.fixture
async def town(
    transport: dict[str, Any], database_templates: DatabaseTemplates
) -> AsyncIterator[JointTown]:
    if transport:
        names = [f"{transport['topic_prefix']}liandong.{one}" for one in SERVICES]
        await ensure_topics(transport["kafka_bootstrap_servers"], names, 3, replication=1)
    definitions = [definition_of(one) for one in SERVICES]
    clock = FixedClock(SEPTEMBER_2019)
    async with (
        platform(definitions, database_templates, clock=clock, **transport) as running,
        httpx.AsyncClient(mounts=JointTown.ways(running), timeout=60) as client,
    ):
        yield JointTown(running, client)
