"""Days of cases: when a paper counts as served, what falls due next and when. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from credit_list.cases.domain import HearingStatus, NoticeMethod, Status
from credit_list.cases.rules import Clocks, Period, PublicNotice, Remedy
from credit_list.periods import CalendarMissing, add_months, add_working_days
from liandong.problems import Conflict, FieldError, Invalid


class NotByPublicNotice(Conflict):
    slug, title = "not-by-public-notice", "不能公告送达"


@dataclass(frozen=True, slots=True)
class Given:
    """A service as an officer enters it: the day of delivery, or of the publication."""

    method: NoticeMethod
    served_on: date | None
    published_on: date | None


@dataclass(frozen=True, slots=True)
class Served:
    told_on: date
    """From this day on the organisation can know."""
    served_on: date


def served(
    given: Given, rules: PublicNotice | None, *, not_before: date, today: date, failed: int
) -> Served:
    """When the paper counts as served. A day before the paper was made, or one to come, would
    shorten the window of the organisation."""
    public = given.method is NoticeMethod.PUBLIC_NOTICE
    name = "published_on" if public else "served_on"
    wrong = "served_on" if public else "published_on"
    day = given.published_on if public else given.served_on
    word = "公告发布日期" if public else "送达日期"
    if day is None:
        raise Invalid(f"请填写{word}", [FieldError(f"/{name}", "missing", f"请填写{word}")])
    if (given.served_on if public else given.published_on) is not None:
        text = "公告送达的送达日期由规则算出" if public else "只有公告送达填写公告发布日期"
        raise Invalid(text, [FieldError(f"/{wrong}", "not-for-this-method", text)])
    if day > today:
        text = f"{word}不能晚于今日"
        raise Invalid(text, [FieldError(f"/{name}", "in-the-future", text)])
    if day < not_before:
        text = f"{word}不能早于文书拟制之日（{not_before.isoformat()}）"
        raise Invalid(text, [FieldError(f"/{name}", "before-document", text)])
    if not public:
        return Served(day, day)
    if rules is None:
        raise NotByPublicNotice("本地规则没有规定公告送达")
    if failed < rules.failed_attempts:
        raise NotByPublicNotice(
            f"其他方式未能送达{rules.failed_attempts}次以上的，方可公告送达",
            extra={"failed_attempts": failed, "needed": rules.failed_attempts},
        )
    return Served(day, day + timedelta(days=rules.days))


class Due(StrEnum):
    """The step that falls due next."""

    DRAFT_NOTICE = "draft_notice"
    SERVE_NOTICE = "serve_notice"
    VERIFY_STATEMENT = "verify_statement"
    HOLD_HEARING = "hold_hearing"
    DECIDE = "decide"
    SERVE_DECISION = "serve_decision"


def next_step(
    status: Status, *, unverified: bool, hearing: HearingStatus | None, decision_served: bool
) -> Due | None:
    """What the officers have to do next; None: they wait for the organisation, or are done."""
    if status in (Status.PROPOSED, Status.SUPPLEMENT_NEEDED):
        return Due.DRAFT_NOTICE
    if status in (Status.NOTICE_DRAFTED, Status.SUPPLEMENT_DRAFTED):
        return Due.SERVE_NOTICE
    if status is Status.WITHDRAWN:
        return None
    if status is Status.DECIDED:
        return None if decision_served else Due.SERVE_DECISION
    if unverified:
        return Due.VERIFY_STATEMENT
    if hearing is HearingStatus.REQUESTED:
        return Due.HOLD_HEARING
    return None if status is Status.NOTICE_SERVED else Due.DECIDE


def due_on(step: Due, clocks: Clocks | None, since: date) -> date | None:
    """The last day for a step that begins on that day; None: no clock, or a year whose working
    days are not known yet (an office clock stops nobody)."""
    if clocks is None:
        return None
    periods: dict[Due, Period] = {
        Due.DRAFT_NOTICE: clocks.draft,
        Due.SERVE_NOTICE: clocks.serve,
        Due.HOLD_HEARING: clocks.hold_hearing,
        Due.DECIDE: clocks.decide,
        Due.SERVE_DECISION: clocks.serve_decision,
    }
    if step not in periods:
        return None
    try:
        return add_working_days(since, periods[step].working_days)
    except CalendarMissing:
        return None


def remedies_until(remedy: Remedy, served_on: date) -> tuple[date | None, date | None]:
    """Last day of 行政复议 and of 行政诉讼; the day of service is not counted."""
    review = None if remedy.review_days is None else served_on + timedelta(days=remedy.review_days)
    suit = None if remedy.suit_months is None else add_months(served_on, remedy.suit_months)
    return review, suit
