"""How widely is looked before an index is asked."""

import pytest

from registry.search.domain import Criteria, second_look


@pytest.mark.parametrize(
    ("limit", "found", "looked_at"),
    [(51, 0, 0), (51, 2, 0), (51, 3, 40_800), (51, 50, 40_800), (2, 1, 0), (11, 3, 20_000)],
)
def test_what_promises_few_hits_is_for_the_index_at_once(
    limit: int, found: int, looked_at: int
) -> None:
    assert second_look(limit, found) == looked_at


def test_no_page_is_looked_for_without_end() -> None:
    assert second_look(201, 200) == 100_000


def test_criteria_of_one_shape_differ_in_values_alone() -> None:
    one = Criteria(name="协会", district="340100", is_hub=True)
    assert one.shape == Criteria(name="学会", district="340104", is_hub=True).shape
    assert one.shape != Criteria(name="协会", district="340100", is_hub=False).shape
    assert one.shape != Criteria(name="协会", district="340100").shape
    assert Criteria(is_charity=False).shape != Criteria(is_charity=True).shape
