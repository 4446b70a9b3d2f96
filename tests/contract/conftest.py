"""The five services as they are, for tests of what they promise each other."""

import pytest

from liandong.contracts.definitions import definitions_of
from liandong.definition import ServiceDefinition


@pytest.fixture(scope="session")
def definitions() -> list[ServiceDefinition]:
    return definitions_of()
