"""What grades and listings amount to, in whatever order the news come."""

from datetime import date
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from liandong.ids import uuid7
from registry.learned import events as news
from registry.learned.domain import Grade, grade_in_force, lists_of, with_grade, with_listing

SOMEBODY = uuid7()


def confirmed(grade_id: UUID, grade: str = "4A", year: int = 2025) -> news.GradeConfirmed:
    return news.GradeConfirmed(
        grade_id=grade_id,
        organization_id=SOMEBODY,
        grade=grade,
        valid_from=date(year, 1, 1),
        valid_until=date(year + 5, 1, 1),
    )


def told(kind: type[news.GradeEvent], grade_id: UUID, grade: str = "4A") -> news.GradeEvent:
    return kind(grade_id=grade_id, organization_id=SOMEBODY, grade=grade)


def after(*events: news.GradeEvent) -> Any:
    known: dict[str, Any] = {}
    for event in events:
        known = with_grade(known, event)
    return grade_in_force(known)


def test_a_confirmed_grade_is_in_force_until_its_last_day() -> None:
    assert after(confirmed(uuid7())) == ("4A", date(2030, 1, 1))


@pytest.mark.parametrize("order", list(permutations(range(2))))
def test_an_adjustment_holds_whether_it_comes_first_or_last(order: tuple[int, ...]) -> None:
    one = uuid7()
    events = [confirmed(one, "4A"), told(news.GradeAdjusted, one, "3A")]
    assert after(*(events[place] for place in order)) == ("3A", date(2030, 1, 1))


@pytest.mark.parametrize("end", [news.GradeCancelled, news.GradeExpired])
@pytest.mark.parametrize("order", list(permutations(range(2))))
def test_a_grade_that_ended_stays_ended_in_any_order(
    order: tuple[int, ...], end: type[news.GradeEvent]
) -> None:
    one = uuid7()
    events = [confirmed(one), told(end, one)]
    assert after(*(events[place] for place in order)) is None


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_later_grade_counts_and_the_end_of_the_earlier_one_changes_nothing(
    order: tuple[int, ...],
) -> None:
    old, new = uuid7(), uuid7()
    events = [confirmed(old, "3A", 2021), confirmed(new, "5A"), told(news.GradeExpired, old)]
    assert after(*(events[place] for place in order)) == ("5A", date(2030, 1, 1))


def test_when_the_later_grade_is_cancelled_the_earlier_one_does_not_come_back() -> None:
    old, new = uuid7(), uuid7()
    assert after(confirmed(old, "3A", 2024), confirmed(new), told(news.GradeCancelled, new)) is None


def test_a_grade_whose_confirmation_was_never_heard_of_is_in_force_without_a_last_day() -> None:
    assert after(told(news.GradeAdjusted, uuid7(), "2A")) == ("2A", None)


def listing(kind: type[news.ListingEvent], one: UUID, name: str = "serious") -> news.ListingEvent:
    days = {"listed_on": date(2026, 3, 1), "delisted_on": date(2026, 3, 2)}
    return kind(listing_id=one, organization_id=SOMEBODY, list=name, **days)  # type: ignore[arg-type]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_one_listing_ends_and_the_other_of_the_same_list_goes_on(order: tuple[int, ...]) -> None:
    one, other = uuid7(), uuid7()
    events = [
        listing(news.OrganizationListed, one, "abnormal"),
        listing(news.OrganizationDelisted, one, "abnormal"),
        listing(news.OrganizationListed, other, "abnormal"),
    ]
    known: dict[str, Any] = {}
    for place in order:
        known = with_listing(known, events[place])
    assert lists_of(known) == {"abnormal"}


def test_a_relapse_tells_the_listing_again_and_one_end_ends_it() -> None:
    one = uuid7()
    known: dict[str, Any] = {}
    for kind in (news.OrganizationListed, news.OrganizationListed, news.OrganizationDelisted):
        known = with_listing(known, listing(kind, one))
    assert lists_of(known) == frozenset()


def test_a_grade_and_those_above_it() -> None:
    assert Grade.A4.and_above() == [Grade.A4, Grade.A5]
