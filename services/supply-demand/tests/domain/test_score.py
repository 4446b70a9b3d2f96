"""The score of a match and its reasons."""

from itertools import product

import pytest

from supply_demand.app import DEFINITION
from supply_demand.fairs.domain import MatchingParameters, Pair, score
from supply_demand.fields import Grade

WEIGHTS: MatchingParameters = (
    DEFINITION.rule_book().shipped["supply-demand.matching"][-1].parameters
)


@pytest.mark.parametrize(
    ("same_class", "near", "grade", "red"),
    list(product((True, False), (True, False), (None, *Grade), (True, False))),
)
def test_the_score_is_the_sum_of_its_reasons(
    same_class: bool, near: bool, grade: Grade | None, red: bool
) -> None:
    pair = Pair(
        wanted_class="elderly-care",
        offered_class="elderly-care" if same_class else "culture",
        wanted_district="340103001001",
        served_districts=["340700", "340103" if near else "340104"],
        grade=grade,
        on_red_list=red,
    )
    total, reasons = score(pair, WEIGHTS)
    expected = (50 if same_class else 0) + (25 if near else 0) + (10 if red else 0)
    expected += 0 if grade is None else grade.rank * 3
    assert total == expected == sum(reason.points for reason in reasons)
    assert [reason.code for reason in reasons] == [
        "class-equal",
        "district-overlap",
        "grade",
        "standing",
    ]


def test_an_offer_for_one_street_overlaps_the_county_that_holds_it() -> None:
    pair = Pair("a", "a", "340103", ["340103001"], None, False)
    assert score(pair, WEIGHTS)[1][1].points == 25
