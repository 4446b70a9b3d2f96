"""Fixtures of the fault campaign."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio

from liandong.ids import uuid7
from liandong.testing.pair import Pair, pair
from liandong.testing.postgres import DatabaseTemplates

NewPair = Callable[..., Awaitable[Pair]]


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
