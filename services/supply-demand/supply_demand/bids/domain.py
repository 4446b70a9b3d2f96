"""Bids 投标: states, reasons, and who may see an amount. Pure."""

from collections.abc import Mapping
from typing import Final

from supply_demand.states import Labelled, follow
from supply_demand.tenders.domain import AMOUNTS_OPEN
from supply_demand.tenders.domain import Status as TenderStatus


class Status(Labelled):
    SUBMITTED = "submitted", "已投标"
    WITHDRAWN = "withdrawn", "已撤回"
    DISQUALIFIED = "disqualified", "已取消资格"
    LOST = "lost", "未中标"
    WON = "won", "中标"


class Action(Labelled):
    WITHDRAW = "withdraw", "撤回"
    DISQUALIFY = "disqualify", "取消资格"
    LOSE = "lose", "落标"
    WIN = "win", "确定中标"


TRANSITIONS: Final[Mapping[tuple[Status, Action], Status]] = {
    (Status.SUBMITTED, Action.WITHDRAW): Status.WITHDRAWN,
    (Status.SUBMITTED, Action.DISQUALIFY): Status.DISQUALIFIED,
    (Status.SUBMITTED, Action.LOSE): Status.LOST,
    (Status.SUBMITTED, Action.WIN): Status.WON,
}


class Disqualification(Labelled):
    """Why bids were disqualified: a listing, or the status of the organisation."""

    LISTED = "listed", "被列入名单，限制参加投标"
    SUSPENDED = "suspended", "被限期停止活动"
    CANCELLED = "cancelled", "已注销"
    REVOKED = "revoked", "已撤销登记"


def advance(status: Status, action: Action) -> Status:
    return follow(TRANSITIONS, status, action)


def is_sealed(tender: TenderStatus, *, own: bool) -> bool:
    """Amount and plan are the bidder's secret until the tender has closed; a tender that was
    cancelled keeps them."""
    return not own and tender not in AMOUNTS_OPEN
