"""The five worlds, each built when the first test asks for it."""

from collections.abc import AsyncIterator

import pytest_asyncio

from liandong.testing.postgres import DatabaseTemplates
from tests.authorisation.stage import Stage, Stages


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stages(database_templates: DatabaseTemplates) -> AsyncIterator[Stages]:
    stages = Stages(database_templates)
    yield stages
    await stages.close()


@pytest_asyncio.fixture(loop_scope="module")
async def stage(stages: Stages, service: str) -> Stage:
    """The service that the test's parameter names."""
    return await stages.of(service)
