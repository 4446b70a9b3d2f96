"""What of the past is told to whom."""

from datetime import UTC, date, datetime
from itertools import product

import pytest

from credit_list.checks.domain import Listed
from credit_list.checks.repository import Entry, Known
from credit_list.history.domain import Audience, DayInFuture, audience_of, check_day, told
from credit_list.listings.domain import DelistReason
from liandong.identity.actors import Role
from liandong.testing.services import an_actor

DAY = date(2020, 1, 1)


def an_entry(reason: str | None) -> Entry:
    listed = Listed("l", "serious", "fine-50000", "2019-10-12", None, [], "r")
    return Entry(listed, reason, "r", DAY, "r", "340103")


@pytest.mark.parametrize(
    ("reason", "audience", "shown"),
    list(product([None, *DelistReason], Audience, [True, False])),
)
def test_who_is_told_of_which_listing(reason: str | None, audience: Audience, shown: bool) -> None:
    entry = an_entry(reason)
    said = told(Known("o", "active", None, [entry]), DAY, audience, repaired_shown=shown)
    never_was = reason == DelistReason.CORRECTED
    hidden = reason == DelistReason.REPAIRED and audience is Audience.PARTNER and not shown
    assert list(said.entries) == ([] if never_was or hidden else [entry])
    assert list(said.corrected) == ([entry] if never_was and audience is Audience.OFFICIAL else [])


@pytest.mark.parametrize(
    ("since", "entries", "before"),
    [
        (None, [], False),
        (date(2020, 1, 1), [], False),
        (date(2020, 1, 2), [], True),
        (date(2020, 1, 2), [an_entry(None)], False),
    ],
)
def test_before_the_first_day_nothing_is_known(
    since: date | None, entries: list[Entry], before: bool
) -> None:
    known = Known("o", "active", since, entries)
    assert told(known, DAY, Audience.OFFICE, repaired_shown=True).before_known is before


@pytest.mark.parametrize(
    ("roles", "audience"),
    [
        ([Role.CLERK], Audience.OFFICIAL),
        ([Role.AUDITOR, Role.PARTNER], Audience.OFFICIAL),
        ([Role.PARTNER], Audience.PARTNER),
        ([Role.PARTNER, Role.BUYER], Audience.OFFICE),
        ([Role.ORGANIZATION], Audience.OFFICE),
        ([Role.SERVICE], Audience.OFFICE),
    ],
)
def test_whose_eyes_see(roles: list[Role], audience: Audience) -> None:
    assert audience_of(an_actor("x", *roles)) is audience


def test_today_in_china_may_be_asked_for_and_tomorrow_not() -> None:
    late = datetime(2020, 1, 1, 17, 0, tzinfo=UTC)  # one o'clock of 2 January there
    check_day(date(2020, 1, 2), late, "/day")
    with pytest.raises(DayInFuture):
        check_day(date(2020, 1, 3), late, "/day")
