"""Demands 需求: states and transitions. Pure."""

from collections.abc import Mapping
from typing import Final

from supply_demand.states import Labelled, follow


class Status(Labelled):
    DRAFT = "draft", "草稿"
    PUBLISHED = "published", "已发布"
    MATCHED = "matched", "已对接"
    TENDERED = "tendered", "采购中"
    CLOSED = "closed", "已落实"
    WITHDRAWN = "withdrawn", "已撤回"
    EXPIRED = "expired", "已过期"


class Action(Labelled):
    EDIT = "edit", "修改"
    PUBLISH = "publish", "发布"
    MATCH = "match", "确认对接"
    UNMATCH = "unmatch", "取消对接"
    TENDER = "tender", "转为采购"
    UNTENDER = "untender", "退出采购"
    CLOSE = "close", "办结"
    WITHDRAW = "withdraw", "撤回"
    EXPIRE = "expire", "过期"


# A matched demand is withdrawn after its match was released, so that nobody is left waiting.
TRANSITIONS: Final[Mapping[tuple[Status, Action], Status]] = {
    (Status.DRAFT, Action.EDIT): Status.DRAFT,
    (Status.DRAFT, Action.PUBLISH): Status.PUBLISHED,
    (Status.DRAFT, Action.WITHDRAW): Status.WITHDRAWN,
    (Status.PUBLISHED, Action.EDIT): Status.PUBLISHED,
    (Status.PUBLISHED, Action.MATCH): Status.MATCHED,
    (Status.PUBLISHED, Action.WITHDRAW): Status.WITHDRAWN,
    (Status.PUBLISHED, Action.EXPIRE): Status.EXPIRED,
    (Status.MATCHED, Action.UNMATCH): Status.PUBLISHED,
    (Status.MATCHED, Action.TENDER): Status.TENDERED,
    (Status.MATCHED, Action.EXPIRE): Status.EXPIRED,
    (Status.TENDERED, Action.UNTENDER): Status.MATCHED,
    (Status.TENDERED, Action.CLOSE): Status.CLOSED,
}


def advance(status: Status, action: Action) -> Status:
    return follow(TRANSITIONS, status, action)


def may_expire(status: Status) -> bool:
    """A demand in procurement outlives its deadline; it expires if the tender comes to nothing."""
    return (status, Action.EXPIRE) in TRANSITIONS
