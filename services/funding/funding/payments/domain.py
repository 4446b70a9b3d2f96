"""Payments: states, transitions, reasons to hold. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from liandong.problems import Conflict, IllegalTransition


class Status(StrEnum):
    PROPOSED = "proposed"
    """已提出，待审批"""
    APPROVED = "approved"
    """已审批，待拨付"""
    HELD = "held"
    """暂停拨付"""
    MADE = "made"
    """已拨付"""
    CANCELLED = "cancelled"
    """已撤销"""

    @property
    def label(self) -> str:
        return _STATUS_LABELS[self]


class Action(StrEnum):
    APPROVE = "approve"
    MAKE = "make"
    HOLD = "hold"
    RELEASE = "release"
    CANCEL = "cancel"

    @property
    def label(self) -> str:
        return _ACTION_LABELS[self]


_STATUS_LABELS: Final = {
    Status.PROPOSED: "待审批",
    Status.APPROVED: "待拨付",
    Status.HELD: "暂停拨付",
    Status.MADE: "已拨付",
    Status.CANCELLED: "已撤销",
}
_ACTION_LABELS: Final = {
    Action.APPROVE: "审批",
    Action.MAKE: "拨付",
    Action.HOLD: "暂停",
    Action.RELEASE: "恢复",
    Action.CANCEL: "撤销",
}

UNPAID: Final = (Status.PROPOSED, Status.APPROVED, Status.HELD)
BEFORE_HOLD: Final = (Status.PROPOSED, Status.APPROVED)

TRANSITIONS: Final[Mapping[tuple[Status, Action], tuple[Status, ...]]] = {
    (Status.PROPOSED, Action.APPROVE): (Status.APPROVED,),
    (Status.PROPOSED, Action.HOLD): (Status.HELD,),
    (Status.PROPOSED, Action.CANCEL): (Status.CANCELLED,),
    (Status.APPROVED, Action.MAKE): (Status.MADE,),
    (Status.APPROVED, Action.HOLD): (Status.HELD,),
    (Status.APPROVED, Action.CANCEL): (Status.CANCELLED,),
    # A further reason to hold; and back to where it was when the last reason is gone.
    (Status.HELD, Action.HOLD): (Status.HELD,),
    (Status.HELD, Action.RELEASE): BEFORE_HOLD,
    (Status.HELD, Action.CANCEL): (Status.CANCELLED,),
}


def advance(status: Status, action: Action, *, before_hold: Status | None = None) -> Status:
    """The status after the action; a release goes back to ``before_hold``."""
    allowed = TRANSITIONS.get((status, action), ())
    if action is Action.RELEASE and before_hold is not None and before_hold in allowed:
        return before_hold
    if len(allowed) == 1:
        return allowed[0]
    raise IllegalTransition(
        f"该笔拨付的状态为“{status.label}”，不能{action.label}",
        extra={"current_status": status.value, "action": action.value},
    )


class HoldKind(StrEnum):
    """Why a payment is held; the words stand in the event as ``reason``."""

    LISTED = "listed"
    """信用名单带有“暂停拨付”措施"""
    ORGANIZATION_STATUS = "organization-status"
    """停止活动、注销或撤销登记"""
    UNDER_REVIEW = "under-review"
    """应享依据变化，待人工复核"""
    MANUAL = "manual"
    """人工暂停"""


BARRING_STATUSES: Final = ("suspended", "cancelled", "revoked")
"""Registry's words for an organisation that may not be paid."""


@dataclass(frozen=True, slots=True)
class HoldReason:
    """``text`` is for people and stays inside this service."""

    kind: HoldKind
    listing_id: UUID | None
    text: str


_LISTS: Final = {"serious": "严重违法失信名单", "abnormal": "活动异常名录"}
_STATUSES: Final = {"suspended": "限期停止活动", "cancelled": "已注销", "revoked": "已撤销登记"}


def listed(listing_id: UUID, which: str) -> HoldReason:
    return HoldReason(HoldKind.LISTED, listing_id, f"列入{_LISTS.get(which, '信用名单')}")


def barred_by_status(status: str) -> HoldReason:
    return HoldReason(HoldKind.ORGANIZATION_STATUS, None, _STATUSES.get(status, status))


class PaymentHeld(Conflict):
    slug, title = "payment-held", "该笔款项暂停拨付"


class NoSuchHold(Conflict):
    slug, title = "not-held-by-hand", "没有可恢复的人工暂停"


class AlreadyHeld(Conflict):
    slug, title = "already-held", "该笔款项已由人工暂停"


class NoBudgetLine(Conflict):
    slug, title = "no-budget-line", "没有可用的预算"


class OtherFundingSource(Conflict):
    slug, title = "funding-source-mismatch", "预算的资金来源与项目规定不一致"


class NeedsReview(Conflict):
    slug, title = "needs-review", "该项应享待人工复核"
