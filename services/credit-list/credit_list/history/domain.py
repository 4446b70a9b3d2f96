"""What of the past is told to whom. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from credit_list.checks.repository import Entry, Known
from credit_list.listings.domain import DelistReason
from liandong.clock import china_date
from liandong.identity.actors import Actor, Role
from liandong.problems import FieldError, Invalid


class DayInFuture(Invalid):
    slug, title = "day-in-future", "只能查询今天及以前的日期"


class Audience(StrEnum):
    OFFICIAL = "official"
    """登记机关与审计: sees as well what was known then and has since been corrected"""
    OFFICE = "office"
    """采购、财务、平台服务，以及该组织自己"""
    PARTNER = "partner"
    """合作单位"""


_OFFICIALS: Final = (Role.CLERK, Role.APPROVER, Role.AUDITOR)


def audience_of(actor: Actor) -> Audience:
    if actor.has(*_OFFICIALS):
        return Audience.OFFICIAL
    if actor.has(Role.PARTNER) and not actor.has(Role.SERVICE, Role.BUYER, Role.FINANCE):
        return Audience.PARTNER
    return Audience.OFFICE


def check_day(day: date, now: datetime, pointer: str) -> None:
    """Raises DayInFuture for a day after today; today is told as it stands by now."""
    if day > china_date(now):
        raise DayInFuture(errors=[FieldError(pointer, "day-in-future", "日期不能晚于今天")])


@dataclass(frozen=True, slots=True)
class Told:
    """``entries`` count; ``corrected`` never should have been, and only officials learn of it."""

    entries: Sequence[Entry]
    corrected: Sequence[Entry]
    before_known: bool


def told(known: Known, day: date, audience: Audience, *, repaired_shown: bool) -> Told:
    """A corrected listing never was. A repaired one is not shared any more (Order 36): whether
    that holds for the past as well, the rule set says."""
    hides = audience is Audience.PARTNER and not repaired_shown
    hidden = {DelistReason.REPAIRED} if hides else set()
    corrected = [one for one in known.entries if one.reason == DelistReason.CORRECTED]
    entries = [
        one
        for one in known.entries
        if one.reason != DelistReason.CORRECTED and one.reason not in hidden
    ]
    since = known.known_since
    return Told(
        entries=entries,
        corrected=corrected if audience is Audience.OFFICIAL else [],
        before_known=since is not None and day < since and not known.entries,
    )
