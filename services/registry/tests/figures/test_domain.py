"""Shares and groups of figures."""

import pytest

from registry.figures.domain import Dimension, Figure, Share, grouped, growth, shares


def figure(number: int, **given: object) -> Figure:
    told = {"area": "", "value": "", "kind": "association", "status": "active"}
    return Figure(**told | {"is_community": False} | given, number=number)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [(939, 1716, "54.7"), (1, 2, "50.0"), (1, 2000, "0.1"), (1, 2001, "0.0"), (0, 5, "0.0"),
     (5, 5, "100.0"), (0, 0, None)],
)  # fmt: skip
def test_a_share_has_one_decimal_and_halves_go_up(
    part: int, whole: int, percent: str | None
) -> None:
    assert Share("one", "", part, whole).percent == percent


@pytest.mark.parametrize(
    ("number", "before", "percent"),
    [(110, 100, "10.0"), (90, 100, "-10.0"), (100, 100, "0.0"), (1, 0, None),
     (99999, 100000, "0.0")],
)  # fmt: skip
def test_growth_is_told_against_the_year_before(
    number: int, before: int, percent: str | None
) -> None:
    assert growth(number, before) == percent


def test_what_adds_up_to_nothing_is_left_out() -> None:
    figures = [figure(2), figure(-2), figure(3, kind="foundation")]
    assert grouped(figures, [Dimension.KIND]) == {("foundation",): 3}


def test_groups_keep_the_order_in_which_they_were_asked_for() -> None:
    figures = [figure(2, value="service"), figure(1, value="", kind="foundation")]
    assert grouped(figures, [Dimension.NATURE, Dimension.KIND]) == {
        ("", "foundation"): 1,
        ("service", "association"): 2,
    }


def test_party_coverage_counts_instructors_as_work_and_not_as_organisation() -> None:
    party = [figure(3, value="own"), figure(1, value="joint"), figure(2, value="instructor")]
    party += [figure(4, value="none"), figure(10, value="")]
    numbers = {"": [figure(20)], "nature": [], "party_organization": party}
    numbers |= {"is_hub": [], "charity_status": []}
    found = {one.name: one for one in shares(numbers)}
    assert (found["party_organization"].part, found["party_work"].part) == (4, 6)
    assert found["party_work"].percent == "30.0"
