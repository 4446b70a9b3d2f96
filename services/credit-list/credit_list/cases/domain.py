"""Cases: states, transitions, who may decide when. Pure.

No path leads to a listing but by a served notice of every trigger, the end of the defence window,
the check of every statement that was made, no hearing that is still to be held, and a second
officer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from credit_list.cases.rules import Trigger
from credit_list.periods import add_months
from liandong.problems import Conflict, FieldError, IllegalTransition, Invalid


class Status(StrEnum):
    PROPOSED = "proposed"
    NOTICE_DRAFTED = "notice_drafted"
    NOTICE_SERVED = "notice_served"
    STATEMENT_RECEIVED = "statement_received"
    STATEMENT_VERIFIED = "statement_verified"
    WINDOW_ELAPSED = "window_elapsed"
    SUPPLEMENT_NEEDED = "supplement_needed"
    SUPPLEMENT_DRAFTED = "supplement_drafted"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return _STATUS_LABELS[self]


_STATUS_LABELS: Final = {
    Status.PROPOSED: "已提出，待拟制告知书",
    Status.NOTICE_DRAFTED: "告知书已拟制，待送达",
    Status.NOTICE_SERVED: "已告知，陈述申辩期内",
    Status.STATEMENT_RECEIVED: "已收到陈述申辩，待核实",
    Status.STATEMENT_VERIFIED: "陈述申辩已核实",
    Status.WINDOW_ELAPSED: "期满未陈述申辩",
    Status.SUPPLEMENT_NEEDED: "已并案，待拟制补充告知书",
    Status.SUPPLEMENT_DRAFTED: "补充告知书已拟制，待送达",
    Status.DECIDED: "已决定",
    Status.WITHDRAWN: "已撤回",
}

CLOSED: Final = (Status.DECIDED, Status.WITHDRAWN)
TOLD: Final = (
    Status.NOTICE_SERVED,
    Status.STATEMENT_RECEIVED,
    Status.STATEMENT_VERIFIED,
    Status.WINDOW_ELAPSED,
)
"""The organisation has been told of every trigger of the case."""
SUPPLEMENTING: Final = (Status.SUPPLEMENT_NEEDED, Status.SUPPLEMENT_DRAFTED)
"""It has been told of some, and is to be told of more."""


class Action(StrEnum):
    DRAFT_NOTICE = "draft_notice"
    SERVE_NOTICE = "serve_notice"
    FAIL_SERVICE = "fail_service"
    CORRECT_SERVICE = "correct_service"
    RECORD_STATEMENT = "record_statement"
    VERIFY_STATEMENT = "verify_statement"
    REQUEST_HEARING = "request_hearing"
    HOLD_HEARING = "hold_hearing"
    GIVE_UP_HEARING = "give_up_hearing"
    ELAPSE = "elapse"
    JOIN = "join"
    DECIDE = "decide"
    SERVE_DECISION = "serve_decision"
    WITHDRAW = "withdraw"

    @property
    def label(self) -> str:
        return _ACTION_LABELS[self]


_ACTION_LABELS: Final = {
    Action.DRAFT_NOTICE: "拟制告知书",
    Action.SERVE_NOTICE: "登记告知书送达",
    Action.FAIL_SERVICE: "登记未能送达",
    Action.CORRECT_SERVICE: "更正送达登记",
    Action.RECORD_STATEMENT: "提交陈述申辩",
    Action.VERIFY_STATEMENT: "核实陈述申辩",
    Action.REQUEST_HEARING: "申请听证",
    Action.HOLD_HEARING: "登记听证",
    Action.GIVE_UP_HEARING: "放弃听证",
    Action.ELAPSE: "陈述申辩期满",
    Action.JOIN: "并案",
    Action.DECIDE: "作出决定",
    Action.SERVE_DECISION: "登记决定书送达",
    Action.WITHDRAW: "撤回",
}

_DEFENDING: Final = (*TOLD, *SUPPLEMENTING)
_HEARING: Final = (Action.REQUEST_HEARING, Action.HOLD_HEARING, Action.GIVE_UP_HEARING)

TRANSITIONS: Final[Mapping[tuple[Status, Action], Status]] = {
    (Status.PROPOSED, Action.DRAFT_NOTICE): Status.NOTICE_DRAFTED,
    (Status.PROPOSED, Action.JOIN): Status.PROPOSED,
    (Status.NOTICE_DRAFTED, Action.DRAFT_NOTICE): Status.NOTICE_DRAFTED,
    # The draft does not tell of what has been joined: it is drafted anew.
    (Status.NOTICE_DRAFTED, Action.JOIN): Status.PROPOSED,
    (Status.NOTICE_DRAFTED, Action.FAIL_SERVICE): Status.NOTICE_DRAFTED,
    (Status.NOTICE_DRAFTED, Action.SERVE_NOTICE): Status.NOTICE_SERVED,
    (Status.NOTICE_SERVED, Action.RECORD_STATEMENT): Status.STATEMENT_RECEIVED,
    (Status.NOTICE_SERVED, Action.ELAPSE): Status.WINDOW_ELAPSED,
    # A supplement within the window has to be verified again.
    (Status.STATEMENT_RECEIVED, Action.RECORD_STATEMENT): Status.STATEMENT_RECEIVED,
    (Status.STATEMENT_VERIFIED, Action.RECORD_STATEMENT): Status.STATEMENT_RECEIVED,
    # A paper that came in time may be entered after the last day.
    (Status.WINDOW_ELAPSED, Action.RECORD_STATEMENT): Status.STATEMENT_RECEIVED,
    (Status.STATEMENT_RECEIVED, Action.VERIFY_STATEMENT): Status.STATEMENT_VERIFIED,
    # The day of service was another: the window may be open again.
    (Status.NOTICE_SERVED, Action.CORRECT_SERVICE): Status.NOTICE_SERVED,
    (Status.WINDOW_ELAPSED, Action.CORRECT_SERVICE): Status.NOTICE_SERVED,
    (Status.STATEMENT_RECEIVED, Action.CORRECT_SERVICE): Status.STATEMENT_RECEIVED,
    (Status.STATEMENT_VERIFIED, Action.CORRECT_SERVICE): Status.STATEMENT_VERIFIED,
    # What is joined after the notice needs a notice of its own, and a window of its own.
    **{(status, Action.JOIN): Status.SUPPLEMENT_NEEDED for status in _DEFENDING},
    (Status.SUPPLEMENT_NEEDED, Action.DRAFT_NOTICE): Status.SUPPLEMENT_DRAFTED,
    (Status.SUPPLEMENT_DRAFTED, Action.DRAFT_NOTICE): Status.SUPPLEMENT_DRAFTED,
    (Status.SUPPLEMENT_DRAFTED, Action.FAIL_SERVICE): Status.SUPPLEMENT_DRAFTED,
    (Status.SUPPLEMENT_DRAFTED, Action.SERVE_NOTICE): Status.NOTICE_SERVED,
    # A statement about the first notice answers the supplement in nothing; both are verified.
    **{(status, Action.RECORD_STATEMENT): status for status in SUPPLEMENTING},
    **{
        (status, Action.VERIFY_STATEMENT): status
        for status in (*SUPPLEMENTING, Status.NOTICE_SERVED, Status.WINDOW_ELAPSED)
    },
    **{(status, action): status for status in _DEFENDING for action in _HEARING},
    (Status.STATEMENT_VERIFIED, Action.DECIDE): Status.DECIDED,
    (Status.WINDOW_ELAPSED, Action.DECIDE): Status.DECIDED,
    (Status.DECIDED, Action.FAIL_SERVICE): Status.DECIDED,
    (Status.DECIDED, Action.SERVE_DECISION): Status.DECIDED,
    **{
        (status, Action.WITHDRAW): Status.WITHDRAWN
        for status in Status
        if status not in (Status.DECIDED, Status.WITHDRAWN)
    },
}


class HearingStatus(StrEnum):
    REQUESTED = "requested"
    """已申请，待举行"""
    HELD = "held"
    """已举行"""
    GIVEN_UP = "given_up"
    """已放弃"""


class NoticeMethod(StrEnum):
    MAIL = "mail"
    """邮寄送达"""
    E_DELIVERY = "e-delivery"
    """电子送达"""
    PUBLIC_NOTICE = "public-notice"
    """公告送达"""

    @property
    def label(self) -> str:
        return _METHOD_LABELS[self]


_METHOD_LABELS: Final = {
    NoticeMethod.MAIL: "邮寄",
    NoticeMethod.E_DELIVERY: "电子",
    NoticeMethod.PUBLIC_NOTICE: "公告",
}


class DocumentKind(StrEnum):
    NOTICE = "notice"
    """告知书"""
    SUPPLEMENT = "supplement"
    """补充告知书"""
    DECISION = "decision"
    """决定书"""


class ServiceOutcome(StrEnum):
    SERVED = "served"
    """已送达"""
    FAILED = "failed"
    """未能送达"""


class Outcome(StrEnum):
    LIST = "list"
    NOT_LIST = "not_list"


class DefenceWindowOpen(Conflict):
    slug, title = "defence-window-open", "陈述申辩期尚未届满"


class StatementNotVerified(Conflict):
    slug, title = "statement-not-verified", "陈述申辩尚未核实"


class HearingPending(Conflict):
    slug, title = "hearing-pending", "听证尚未举行"


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


def window_is_over(window_ends_on: date, today: date) -> bool:
    """The last day belongs to the window."""
    return today > window_ends_on


def check_received_on(received_on: date, told_on: date, window_ends_on: date) -> None:
    """A statement counts when it came within the window; a public notice may be answered from
    the day on which it is published."""
    if received_on > window_ends_on:
        raise DefenceWindowOver(
            f"陈述申辩期已于 {window_ends_on.isoformat()} 届满",
            extra={"window_ends_on": window_ends_on.isoformat()},
        )
    if received_on < told_on:
        raise Invalid(
            "收到日期不能早于告知之日",
            [FieldError("/received_on", "before-notice", "收到日期不能早于告知之日")],
        )


@dataclass(frozen=True, slots=True)
class Defence:
    """How far the organisation's defence has come, beside the state of the case."""

    window_ends_on: date | None = None
    verify_by: date | None = None
    unverified: bool = False
    """A statement is there that nobody has verified yet."""
    hearing: HearingStatus | None = None


def decide(status: Status, defence: Defence, today: date) -> Status:
    """The status after a decision; says from when on it is possible when it is not yet.

    The window belongs to the organisation: who has made a statement may still add to it, and who
    may ask for a hearing may still do so.
    """
    if status in TOLD and defence.window_ends_on is not None:
        check_window_over(defence.window_ends_on, today)
    if status is Status.STATEMENT_RECEIVED or (status in TOLD and defence.unverified):
        until = (defence.verify_by or today).isoformat()
        raise StatementNotVerified(
            f"已收到陈述申辩，应于 {until} 前核实后再作决定", extra={"verify_by": until}
        )
    after = advance(status, Action.DECIDE)
    if defence.hearing is HearingStatus.REQUESTED:
        raise HearingPending("该组织已申请听证，听证举行或者放弃后方可作出决定")
    return after


def check_window_over(ends_on: date, today: date) -> None:
    """Raises DefenceWindowOpen, with the first day on which a decision is possible."""
    if not window_is_over(ends_on, today):
        first = (ends_on + timedelta(days=1)).isoformat()
        raise DefenceWindowOpen(
            f"陈述申辩期至 {ends_on.isoformat()} 届满，最早可于 {first} 作出决定",
            extra={"window_ends_on": ends_on.isoformat(), "decidable_on": first},
        )


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
