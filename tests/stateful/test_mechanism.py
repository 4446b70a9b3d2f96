"""The mechanism against its model: whatever is done in whatever order, nothing is lost."""

import pytest

from liandong.testing.postgres import DatabaseTemplates
from tests.stateful.mechanism.checks import Mechanism
from tests.stateful.running import play


@pytest.mark.timeout(0)
def test_every_event_is_published_once_and_takes_effect_once_in_order(
    database_templates: DatabaseTemplates,
) -> None:
    play(Mechanism, database_templates, examples=20)
