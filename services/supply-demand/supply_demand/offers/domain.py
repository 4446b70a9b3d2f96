"""Offers 供给: states and transitions. Pure."""

from collections.abc import Mapping
from typing import Final

from supply_demand.states import Labelled, follow


class Status(Labelled):
    DRAFT = "draft", "草稿"
    PUBLISHED = "published", "已发布"
    WITHDRAWN = "withdrawn", "已撤回"


class Action(Labelled):
    EDIT = "edit", "修改"
    PUBLISH = "publish", "发布"
    WITHDRAW = "withdraw", "撤回"


TRANSITIONS: Final[Mapping[tuple[Status, Action], Status]] = {
    (Status.DRAFT, Action.EDIT): Status.DRAFT,
    (Status.DRAFT, Action.PUBLISH): Status.PUBLISHED,
    (Status.DRAFT, Action.WITHDRAW): Status.WITHDRAWN,
    (Status.PUBLISHED, Action.EDIT): Status.PUBLISHED,
    (Status.PUBLISHED, Action.WITHDRAW): Status.WITHDRAWN,
    # What was withdrawn by mistake is published again, after the same check.
    (Status.WITHDRAWN, Action.PUBLISH): Status.PUBLISHED,
}


def advance(status: Status, action: Action) -> Status:
    return follow(TRANSITIONS, status, action)
