"""The registry with a store of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from liandong.testing.postgres import DatabaseTemplates
from liandong.testing.services import ServiceUnderTest, migrated, start
from registry.app import DEFINITION


@pytest_asyncio.fixture
async def registry(
    database_templates: DatabaseTemplates, tmp_path: Path
) -> AsyncIterator[ServiceUnderTest]:
    url = await migrated(database_templates, DEFINITION)
    service = start(DEFINITION, url, storage=(tmp_path / "files").as_uri())
    yield service
    await service.close()
    await database_templates.drop(url)
