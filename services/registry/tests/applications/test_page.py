"""The page of the matters says what the rule set says."""

from registry.applications.condition_rules import Conditions
from services.registry.tests.applications.page import LABELS, PAGE, rendered


def test_the_page_of_the_matters_is_in_step_with_the_rule_set() -> None:
    assert PAGE.read_text(encoding="utf-8") == rendered()


def test_every_condition_that_a_rule_set_can_make_is_named_on_the_page() -> None:
    assert LABELS.keys() == Conditions.model_fields.keys()
