"""Cases: states, transitions, who may decide when. Pure.

No path leads to a listing but by a served notice, the end of the defence window, the check of
every statement that was made, and a second officer.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from credit_list.cases.rules import Trigger
from credit_list.periods import add_months
from liandong.problems import Conflict, FieldError, IllegalTransition, Invalid


class Status(StrEnum):
    PROPOSED = "proposed"
    NOTICE_SERVED = "notice_served"
    STATEMENT_RECEIVED = "statement_received"
    STATEMENT_VERIFIED = "statement_verified"
    WINDOW_ELAPSED = "window_elapsed"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return _STATUS_LABELS[self]


_STATUS_LABELS: Final = {
    Status.PROPOSED: "已提出",
    Status.NOTICE_SERVED: "已告知，陈述申辩期内",
    Status.STATEMENT_RECEIVED: "已收到陈述申辩，待核实",
    Status.STATEMENT_VERIFIED: "陈述申辩已核实",
    Status.WINDOW_ELAPSED: "期满未陈述申辩",
    Status.DECIDED: "已决定",
    Status.WITHDRAWN: "已撤回",
}

CLOSED: Final = (Status.DECIDED, Status.WITHDRAWN)


class Action(StrEnum):
    SERVE_NOTICE = "serve_notice"
    RECORD_STATEMENT = "record_statement"
    VERIFY_STATEMENT = "verify_statement"
    ELAPSE = "elapse"
    DECIDE = "decide"
    WITHDRAW = "withdraw"

    @property
    def label(self) -> str:
        return _ACTION_LABELS[self]


_ACTION_LABELS: Final = {
    Action.SERVE_NOTICE: "登记告知书送达",
    Action.RECORD_STATEMENT: "提交陈述申辩",
    Action.VERIFY_STATEMENT: "核实陈述申辩",
    Action.ELAPSE: "陈述申辩期满",
    Action.DECIDE: "作出决定",
    Action.WITHDRAW: "撤回",
}

TRANSITIONS: Final[Mapping[tuple[Status, Action], Status]] = {
    (Status.PROPOSED, Action.SERVE_NOTICE): Status.NOTICE_SERVED,
    (Status.NOTICE_SERVED, Action.RECORD_STATEMENT): Status.STATEMENT_RECEIVED,
    (Status.NOTICE_SERVED, Action.ELAPSE): Status.WINDOW_ELAPSED,
    # A supplement within the window has to be verified again.
    (Status.STATEMENT_RECEIVED, Action.RECORD_STATEMENT): Status.STATEMENT_RECEIVED,
    (Status.STATEMENT_VERIFIED, Action.RECORD_STATEMENT): Status.STATEMENT_RECEIVED,
    # A paper that came in time may be entered after the last day.
    (Status.WINDOW_ELAPSED, Action.RECORD_STATEMENT): Status.STATEMENT_RECEIVED,
    (Status.STATEMENT_RECEIVED, Action.VERIFY_STATEMENT): Status.STATEMENT_VERIFIED,
    (Status.STATEMENT_VERIFIED, Action.DECIDE): Status.DECIDED,
    (Status.WINDOW_ELAPSED, Action.DECIDE): Status.DECIDED,
    **{
        (status, Action.WITHDRAW): Status.WITHDRAWN
        for status in Status
        if status not in (Status.DECIDED, Status.WITHDRAWN)
    },
}


class NoticeMethod(StrEnum):
    MAIL = "mail"
    """邮寄送达"""
    E_DELIVERY = "e-delivery"
    """电子送达"""
    PUBLIC_NOTICE = "public-notice"
    """公告送达"""


class Outcome(StrEnum):
    LIST = "list"
    NOT_LIST = "not_list"


class DefenceWindowOpen(Conflict):
    slug, title = "defence-window-open", "陈述申辩期尚未届满"


class StatementNotVerified(Conflict):
    slug, title = "statement-not-verified", "陈述申辩尚未核实"


class DefenceWindowOver(Conflict):
    slug, title = "defence-window-over", "陈述申辩期已届满"


class NotLongEnoughAbnormal(Conflict):
    slug, title = "not-long-enough-abnormal", "列入活动异常名录未满规定期限"


def advance(status: Status, action: Action) -> Status:
    """The status after the action; raises IllegalTransition (409) when it is not allowed."""
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise IllegalTransition(
            f"案件{status.label}，不能办理“{action.label}”",
            extra={"current_status": status.value, "action": action.value},
        ) from None


def check_served_on(served_on: date, proposed_on: date, today: date) -> None:
    """A notice is served after the case was proposed and is entered when it has been served:
    a day in the past would shorten the window of the organisation."""
    if served_on > today:
        raise Invalid(
            "送达日期不能晚于今日",
            [FieldError("/served_on", "in-the-future", "送达日期不能晚于今日")],
        )
    if served_on < proposed_on:
        raise Invalid(
            "送达日期不能早于提出列入之日",
            [FieldError("/served_on", "before-proposal", "送达日期不能早于提出列入之日")],
        )


def window_is_over(window_ends_on: date, today: date) -> bool:
    """The last day belongs to the window."""
    return today > window_ends_on


def check_received_on(received_on: date, served_on: date, window_ends_on: date) -> None:
    """A statement counts when it came within the window."""
    if received_on > window_ends_on:
        raise DefenceWindowOver(
            f"陈述申辩期已于 {window_ends_on.isoformat()} 届满",
            extra={"window_ends_on": window_ends_on.isoformat()},
        )
    if received_on < served_on:
        raise Invalid(
            "收到日期不能早于告知书送达之日",
            [FieldError("/received_on", "before-notice", "收到日期不能早于告知书送达之日")],
        )


def decide(
    status: Status, window_ends_on: date | None, verify_by: date | None, today: date
) -> Status:
    """The status after a decision; says from when on it is possible when it is not yet.

    The window belongs to the organisation: who has made a statement may still add to it.
    """
    undecided = status not in CLOSED
    if undecided and window_ends_on is not None and not window_is_over(window_ends_on, today):
        first = (window_ends_on + timedelta(days=1)).isoformat()
        raise DefenceWindowOpen(
            f"陈述申辩期至 {window_ends_on.isoformat()} 届满，最早可于 {first} 作出决定",
            extra={"window_ends_on": window_ends_on.isoformat(), "decidable_on": first},
        )
    if status is Status.STATEMENT_RECEIVED:
        until = verify_by.isoformat() if verify_by is not None else today.isoformat()
        raise StatementNotVerified(
            f"已收到陈述申辩，应于 {until} 前核实后再作决定", extra={"verify_by": until}
        )
    return advance(status, Action.DECIDE)


def check_abnormal_since(trigger: Trigger, abnormal_since: date | None, today: date) -> None:
    """满2年: the ground holds only for who has been on the abnormal list so long."""
    if trigger.after_months_on_abnormal is None:
        return
    if abnormal_since is None:
        raise NotLongEnoughAbnormal("该组织目前不在活动异常名录上")
    reached = add_months(abnormal_since, trigger.after_months_on_abnormal)
    if today < reached:
        raise NotLongEnoughAbnormal(
            f"列入活动异常名录至 {reached.isoformat()} 方满规定期限",
            extra={"reached_on": reached.isoformat()},
        )
