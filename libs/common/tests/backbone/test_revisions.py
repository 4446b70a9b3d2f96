"""The revisions that the code needs are read as alembic would read them."""

import pytest
from alembic.script import ScriptDirectory

from liandong.contracts.definitions import definition_of
from liandong.db.migrations import config
from liandong.db.revisions import heads
from liandong.settings import SERVICES


@pytest.mark.parametrize("service", SERVICES)
def test_alembic_finds_the_same_heads(service: str) -> None:
    definition = definition_of(service)
    scripts = ScriptDirectory.from_config(config(definition, ""))
    assert heads(definition) == tuple(scripts.get_heads())
