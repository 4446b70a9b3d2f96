"""Grades 评估等级: states, the committee's vote, score bands, validity, bans. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from evaluation.grades.rules import GradeRules, GradeScale, Level, ValidityStart
from liandong.problems import Conflict, FieldError, IllegalTransition


class Status(StrEnum):
    PROPOSED = "proposed"
    """拟定"""
    PUBLICISED = "publicised"
    """公示中"""
    CURRENT = "current"
    """有效: the organisation's one grade in force"""
    SUPERSEDED = "superseded"
    """由新等级取代"""
    CANCELLED = "cancelled"
    """取消等级"""
    EXPIRED = "expired"
    """期满"""
    WITHDRAWN = "withdrawn"
    """撤回: never took effect"""

    @property
    def label(self) -> str:
        return _STATUS_LABELS[self]


_STATUS_LABELS: Final = {
    Status.PROPOSED: "拟定",
    Status.PUBLICISED: "公示中",
    Status.CURRENT: "有效",
    Status.SUPERSEDED: "已由新等级取代",
    Status.CANCELLED: "已取消",
    Status.EXPIRED: "已期满",
    Status.WITHDRAWN: "已撤回",
}

CONFIRMED: Final = (Status.CURRENT, Status.SUPERSEDED, Status.CANCELLED, Status.EXPIRED)
"""A grade in one of these was confirmed at some time."""
PUBLIC: Final = (Status.PUBLICISED, *CONFIRMED)
"""What everybody may read: publicity is for the public, and so are confirmed grades."""
OPEN_PROPOSAL: Final = (Status.PROPOSED, Status.PUBLICISED)


class Action(StrEnum):
    CORRECT = "correct"
    PUBLICISE = "publicise"
    WITHDRAW = "withdraw"
    CONFIRM = "confirm"
    ADJUST = "adjust"
    CANCEL = "cancel"
    EXPIRE = "expire"
    SUPERSEDE = "supersede"

    @property
    def label(self) -> str:
        return _ACTION_LABELS[self]


_ACTION_LABELS: Final = {
    Action.CORRECT: "更正",
    Action.PUBLICISE: "公示",
    Action.WITHDRAW: "撤回",
    Action.CONFIRM: "确认",
    Action.ADJUST: "调整等级",
    Action.CANCEL: "取消等级",
    Action.EXPIRE: "期满终止",
    Action.SUPERSEDE: "以新等级取代",
}

TRANSITIONS: Final[Mapping[tuple[Status, Action], Status]] = {
    (Status.PROPOSED, Action.CORRECT): Status.PROPOSED,
    (Status.PROPOSED, Action.PUBLICISE): Status.PUBLICISED,
    (Status.PROPOSED, Action.WITHDRAW): Status.WITHDRAWN,
    # What is corrected must be shown to the public again, from the beginning.
    (Status.PUBLICISED, Action.CORRECT): Status.PROPOSED,
    (Status.PUBLICISED, Action.WITHDRAW): Status.WITHDRAWN,
    (Status.PUBLICISED, Action.CONFIRM): Status.CURRENT,
    (Status.CURRENT, Action.ADJUST): Status.CURRENT,
    (Status.CURRENT, Action.CANCEL): Status.CANCELLED,
    (Status.CURRENT, Action.EXPIRE): Status.EXPIRED,
    (Status.CURRENT, Action.SUPERSEDE): Status.SUPERSEDED,
}


def advance(status: Status, action: Action) -> Status:
    """The status after the action; raises IllegalTransition (409) when it is not allowed."""
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise IllegalTransition(
            f"当前状态为“{status.label}”，不能{action.label}",
            extra={"current_status": status.value, "action": action.value},
        ) from None


class NoLowerGrade(Conflict):
    slug, title = "no-lower-grade", "没有可以降到的等级"


def lowered(present: Level, to: Level | None = None) -> Level:
    """One step down (Order 39 art. 30), or the stated grade, which must be below the present."""
    if to is None:
        below = [level for level in Level if level < present]
        if not below:
            raise NoLowerGrade(f"{present} 已是最低等级，只能取消")
        return max(below)
    if to >= present:
        raise NoLowerGrade(f"调整后的等级应低于现等级 {present}")
    return to


@dataclass(frozen=True, slots=True)
class Vote:
    """The named ballot of the evaluation committee."""

    members: int
    present: int
    yes: int


def vote_findings(vote: Vote, rules: GradeRules) -> Iterator[FieldError]:
    """Why the ballot does not carry the conclusion; nothing when it does.

    A quorum of all members must be present, and more than half of ALL members, not of those
    present, must agree (评估委员会终审会议, Order 39).
    """
    least, most = rules.committee_members_min, rules.committee_members_max
    if not least <= vote.members <= most:
        yield _vote("members", "committee-size", f"评估委员会应为 {least} 至 {most} 人")
    if vote.present > vote.members:
        yield _vote("present", "more-than-members", "到会人数不能多于委员人数")
    if vote.yes > vote.present:
        yield _vote("yes", "more-than-present", "同意票不能多于到会人数")
    quorum = rules.quorum
    if vote.present * quorum.denominator < vote.members * quorum.numerator:
        needed = -(-vote.members * quorum.numerator // quorum.denominator)
        yield _vote("present", "no-quorum", f"到会委员不足，{vote.members} 人至少应到 {needed} 人")
    approval = rules.approval
    if vote.yes * approval.denominator <= vote.members * approval.numerator:
        needed = vote.members * approval.numerator // approval.denominator + 1
        yield _vote("yes", "not-carried", f"同意票不足，{vote.members} 人至少应有 {needed} 票同意")


def _vote(field: str, code: str, message: str) -> FieldError:
    return FieldError(f"/committee/{field}", code, message)


def band_of(score: Decimal, scale: GradeScale) -> Level | None:
    """The grade that the score earns; None below the lowest band."""
    for band in scale.bands:
        if score > band.min_score or (band.min_inclusive and score == band.min_score):
            return band.grade
    return None


def score_findings(grade: Level, score: Decimal | None, scale: GradeScale) -> Iterator[FieldError]:
    """Why the score does not go with the grade; a missing score is not judged."""
    if score is None:
        return
    if score > scale.max_score:
        yield FieldError("/score", "above-maximum", f"得分不能高于满分 {scale.max_score}")
        return
    earned = band_of(score, scale)
    if earned is not grade:
        found = earned.value if earned else "无等级"
        yield FieldError("/score", "outside-band", f"得分 {score} 对应 {found}，不是 {grade}")


def add_years(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes 1 March in a common year."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def validity(confirmed_on: date, rules: GradeRules) -> tuple[date, date]:
    """First and last day of the grade.

    Order 39: years from confirmation. 2026 revision: from 1 January after the announcement to
    31 December of the last year.
    """
    years = rules.validity_years
    if rules.validity_starts is ValidityStart.NEXT_JANUARY:
        return date(confirmed_on.year + 1, 1, 1), date(confirmed_on.year + years, 12, 31)
    return confirmed_on, add_years(confirmed_on, years)


def barred_until(
    adjusted_on: date | None, cancelled_on: date | None, rules: GradeRules
) -> date | None:
    """The first day on which the organisation may be evaluated again; None when never barred."""
    days = [
        add_years(day, years)
        for day, years in (
            (adjusted_on, rules.reapply_years_after_adjustment),
            (cancelled_on, rules.reapply_years_after_cancellation),
        )
        if day is not None
    ]
    return max(days, default=None)
