"""Months and differences: pure."""

from datetime import date
from itertools import product

import pytest

from credit_list.reports.domain import (
    TRANSITIONS,
    Action,
    Difference,
    Month,
    MonthNotOver,
    Status,
    advance,
    check_over,
    differences,
    due_on,
    month_of,
)
from credit_list.reports.rules import ReportParameters
from liandong.problems import IllegalTransition, Invalid

SEPTEMBER = Month(date(2019, 9, 1), date(2019, 9, 30))


@pytest.mark.parametrize(("status", "action"), list(product(Status, Action)))
def test_only_the_listed_transitions_exist(status: Status, action: Action) -> None:
    if (status, action) in TRANSITIONS:
        assert advance(status, action) is TRANSITIONS[status, action]
    else:
        with pytest.raises(IllegalTransition):
            advance(status, action)


@pytest.mark.parametrize(
    ("name", "last"),
    [
        ("2019-09", date(2019, 9, 30)),
        ("2019-12", date(2019, 12, 31)),
        ("2020-02", date(2020, 2, 29)),
    ],
)
def test_a_month_ends_on_its_last_day(name: str, last: date) -> None:
    month = month_of(name, date(2020, 2, 1))
    assert (month.last, month.name) == (last, name)


def test_a_month_to_come_has_no_report_and_one_that_runs_is_not_over() -> None:
    with pytest.raises(Invalid):
        month_of("2019-10", date(2019, 9, 30))
    with pytest.raises(MonthNotOver):
        check_over(SEPTEMBER, date(2019, 9, 30))
    check_over(SEPTEMBER, date(2019, 10, 1))


@pytest.mark.parametrize(
    ("later", "day"), [(0, date(2019, 9, 25)), (1, date(2019, 10, 25)), (3, date(2019, 12, 25))]
)
def test_it_is_due_on_the_25th(later: int, day: date) -> None:
    assert due_on(SEPTEMBER, ReportParameters(due_day=25, months_later=later)) == day


def test_every_figure_that_is_another_now_is_named() -> None:
    def of(entered: int, left: dict[str, int]) -> dict[str, object]:
        row = {"district": "340103", "list": "serious", "entered": entered, "left": left}
        return {"lists": [row], "cases": []}

    assert differences(of(1, {}), of(1, {})) == []
    assert differences(of(2, {"repaired": 1}), of(1, {"corrected": 1})) == [
        Difference("lists/340103/serious/entered", 2, 1),
        Difference("lists/340103/serious/left/corrected", 0, 1),
        Difference("lists/340103/serious/left/repaired", 1, 0),
    ]
    assert differences(of(1, {}), {}) == [Difference("lists/340103/serious/entered", 1, 0)]
