"""Three services against a model: whoever is listed wins nothing and is paid nothing."""

import pytest

from liandong.testing.postgres import DatabaseTemplates
from tests.stateful.domain.checks import Domain
from tests.stateful.running import play


@pytest.mark.timeout(0)
def test_a_listing_takes_effect_everywhere_in_every_order_of_commands_and_news(
    database_templates: DatabaseTemplates,
) -> None:
    play(Domain, database_templates, examples=6)
