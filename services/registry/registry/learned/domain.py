"""What the news of grades and listings amount to, in whatever order they came. Pure.

A grade and a listing are remembered by their ids for ever: one that has ended does not come back,
so that a beginning that arrives behind its end changes nothing.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from registry.learned import events as news

Facts = dict[str, Any]
"""What is remembered of each grade or listing, by its id, as JSON values."""


class Grade(StrEnum):
    """评估等级."""

    A1 = "1A"
    A2 = "2A"
    A3 = "3A"
    A4 = "4A"
    A5 = "5A"

    def and_above(self) -> list["Grade"]:
        return [one for one in Grade if one >= self]


class ListName(StrEnum):
    SERIOUS = "serious"
    """严重违法失信名单"""
    ABNORMAL = "abnormal"
    """活动异常名录"""
    RED = "red"
    """红名单"""


class GradeInForce(NamedTuple):
    grade: str
    valid_until: date | None
    """None: its confirmation was never heard of."""


def with_grade(known: Mapping[str, Any], event: news.GradeEvent) -> Facts:
    """The grades after the event."""
    key = str(event.grade_id)
    before = known.get(key, {"from": None, "until": None, "ended": False})
    after = before | {"grade": event.grade}
    if isinstance(event, news.GradeConfirmed):
        after |= {"from": event.valid_from.isoformat(), "until": event.valid_until.isoformat()}
        if "grade" in before:  # adjusted or ended meanwhile
            after["grade"] = before["grade"]
    elif isinstance(event, news.GradeCancelled | news.GradeExpired):
        after["ended"] = True
    return {**known, key: after}


def with_listing(known: Mapping[str, Any], event: news.ListingEvent) -> Facts:
    """The listings after the event."""
    key = str(event.listing_id)
    before = known.get(key, {"on": None, "ended": False})
    after = before | {"list": event.list}
    if isinstance(event, news.OrganizationListed):
        after["on"] = event.listed_on.isoformat()
    else:
        after["ended"] = True
    return {**known, key: after}


def grade_in_force(grades: Mapping[str, Any]) -> GradeInForce | None:
    """The latest grade, unless it has ended: a confirmation takes the place of what was before.

    Whether its last day has passed is for whoever asks, and for the event that says so.
    """
    if not grades:
        return None
    _, latest = max(grades.items(), key=lambda one: (one[1]["from"] or "", one[0]))
    if latest["ended"]:
        return None
    until = latest["until"]
    return GradeInForce(latest["grade"], date.fromisoformat(until) if until else None)


def lists_of(listings: Mapping[str, Any]) -> frozenset[str]:
    """The lists on which the organisation is."""
    return frozenset(one["list"] for one in listings.values() if not one["ended"])
