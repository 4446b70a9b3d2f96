"""Terms of office 届期 and what runs out: rules without I/O."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from liandong.problems import FieldError
from liandong.values.periods import add_months
from registry.governance.rules import GovernanceRules, Notices, Term


class Expiring(StrEnum):
    """What runs out."""

    CERTIFICATE = "certificate"
    """登记证书"""
    TERM = "term"
    """届期"""


class Ending(StrEnum):
    """Why somebody is no longer in a post."""

    TERM_ENDED = "term_ended"
    """届满"""
    RESIGNED = "resigned"
    """辞职"""
    REMOVED = "removed"
    """罢免、免去"""
    DECEASED = "deceased"
    """去世"""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Election:
    """换届: one election and the term that it begins."""

    number: int
    elected_on: date
    starts_on: date
    ends_on: date


def election_errors(
    election: Election, before: Election | None, rule: Term, today: date
) -> Iterator[FieldError]:
    """What is wrong with an election that is filed after the one before it."""
    if election.elected_on > today:
        yield FieldError("/elected_on", "in-the-future", "选举日期不能晚于今日")
    if election.starts_on < election.elected_on:
        yield FieldError("/starts_on", "too-early", "届期的起始日不能早于选举日期")
    if election.ends_on <= election.starts_on:
        yield FieldError("/ends_on", "before-its-start", "届期的截止日应晚于起始日")
    elif election.ends_on >= add_months(election.starts_on, 12 * rule.most_years):
        told = f"每届不得超过{rule.most_years}年（{rule.basis}）"
        yield FieldError("/ends_on", "term-too-long", told)
    if before is None:
        return
    if election.number <= before.number:
        told = f"已有第{before.number}届，届次应大于{before.number}"
        yield FieldError("/number", "not-later", told)
    if election.starts_on <= before.starts_on:
        told = f"第{before.number}届自{before.starts_on}开始，新一届应在其后"
        yield FieldError("/starts_on", "terms-overlap", told)


def extended_at_most(ends_on: date, rules: GovernanceRules) -> date:
    """延期换届: the last day to which a term may be put off."""
    return add_months(ends_on, rules.extension_months)


def temporary_until(starts_on: date, rules: GovernanceRules) -> date:
    """临时证书: its last day."""
    return add_months(starts_on, rules.temporary_months) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reminder:
    """One day on which something is told of a last day."""

    on: date
    days_left: int
    """-1: it has run out."""


def reminders(last_day: date, notices: Notices) -> Sequence[Reminder]:
    """In order of days; the last one tells that it has run out."""
    before = [Reminder(_minus(last_day, days), days) for days in notices.days_before]
    return [*before, Reminder(last_day + timedelta(days=1), -1)]


def reached(plan: Sequence[Reminder], today: date) -> Reminder | None:
    """The latest that is due; what was missed before it is not told any more."""
    return next((one for one in reversed(plan) if one.on <= today), None)


def next_after(plan: Sequence[Reminder], today: date) -> date | None:
    return next((one.on for one in plan if one.on > today), None)


def _minus(day: date, days: int) -> date:
    return date.fromordinal(max(1, day.toordinal() - days))
