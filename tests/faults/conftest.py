"""Fixtures of the fault campaign."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path

import pytest
import pytest_asyncio

from liandong.ids import uuid7
from liandong.testing.fleet import fleet
from liandong.testing.pair import Pair, pair
from liandong.testing.postgres import DatabaseTemplates
from liandong.testing.processes import preload
from tests.faults.town import SEPTEMBER_2019, Town

preload(
    "credit_list.app",
    "evaluation.app",
    "funding.app",
    "liandong.testing.releases",
    "registry.app",
    "supply_demand.app",
)

NewPair = Callable[..., Awaitable[Pair]]
NewTown = Callable[..., Awaitable[Town]]


@pytest.fixture(params=["feed", "kafka"])
def transport(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest_asyncio.fixture
async def new_pair(
    request: pytest.FixtureRequest,
    transport: str,
    database_templates: DatabaseTemplates,
    tmp_path: Path,
) -> AsyncIterator[NewPair]:
    """Makes a probe and a mirror, joined by the transport, for one round."""
    bootstrap = request.getfixturevalue("kafka_bootstrap") if transport == "kafka" else ""
    async with AsyncExitStack() as stack:

        async def begin(**given: object) -> Pair:
            folder = tmp_path / uuid7().hex
            folder.mkdir()
            return await stack.enter_async_context(
                pair(database_templates, folder, transport, bootstrap, **given)
            )

        yield begin


@pytest_asyncio.fixture
async def new_town(
    request: pytest.FixtureRequest,
    transport: str,
    database_templates: DatabaseTemplates,
    tmp_path: Path,
) -> AsyncIterator[NewTown]:
    """Makes real services, joined by the transport, and the people who use them, for one round."""
    bootstrap = request.getfixturevalue("kafka_bootstrap") if transport == "kafka" else ""
    async with AsyncExitStack() as stack:

        async def begin(*services: str, at: datetime = SEPTEMBER_2019, **settings: object) -> Town:
            folder = tmp_path / uuid7().hex
            folder.mkdir()
            given = {"services": services} if services else {}
            found = await stack.enter_async_context(
                fleet(database_templates, folder, transport, bootstrap, at, **given, **settings)
            )
            return await stack.enter_async_context(Town(found, at))

        yield begin
