"""The registry under test: ``registry`` is the running service on a fresh database."""

from collections.abc import AsyncIterator

import pytest_asyncio

from liandong.testing.postgres import DatabaseTemplates
from liandong.testing.services import ServiceUnderTest, migrated, start
from registry.app import DEFINITION


@pytest_asyncio.fixture
async def registry(database_templates: DatabaseTemplates) -> AsyncIterator[ServiceUnderTest]:
    url = await migrated(database_templates, DEFINITION)
    service = start(DEFINITION, url)
    yield service
    await service.close()
    await database_templates.drop(url)
