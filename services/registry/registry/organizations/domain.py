"""Organisations 社会组织: states, transitions, names. Pure."""

import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from liandong.problems import IllegalTransition


class Kind(StrEnum):
    """Legal type (domain: 社会团体登记管理条例, 民办非企业单位登记管理暂行条例, 基金会管理条例)."""

    ASSOCIATION = "association"
    """社会团体"""
    SERVICE_INSTITUTION = "service_institution"
    """民办非企业单位（社会服务机构）"""
    FOUNDATION = "foundation"
    """基金会"""
    COMMUNITY_GROUP = "community_group"
    """备案的社区社会组织: no legal personality, no credit code"""


class DirectClass(StrEnum):
    """直接登记的四类社会组织 (国务院机构改革和职能转变方案, 2013); local texts differ in scope."""

    TRADE = "trade"
    """行业协会商会"""
    SCIENCE = "science"
    """科技类"""
    CHARITY = "charity"
    """公益慈善类"""
    COMMUNITY = "community"
    """城乡社区服务类"""


class Nature(StrEnum):
    """服务性、公益性、互助性: what a community organisation is mainly for."""

    SERVICE = "service"
    """服务性"""
    CHARITY = "charity"
    """公益性"""
    MUTUAL_AID = "mutual_aid"
    """互助性"""


class CommunityClass(StrEnum):
    """社区社会组织的业务类别, as Tongling and Suzhou count them."""

    LIFE_SERVICE = "life_service"
    """生活服务类"""
    CHARITY = "charity"
    """公益慈善类"""
    CULTURE_SPORTS = "culture_sports"
    """文体活动类"""
    MEDIATION = "mediation"
    """专业调处类"""


class Management(StrEnum):
    """Who looks after a filed community organisation (三类管理); the third class registers."""

    STREET = "street"
    """街道（乡镇）管理"""
    COMMUNITY = "community"
    """村（居）委会指导"""


class CharityStatus(StrEnum):
    """慈善组织 (慈善法 art. 10)."""

    REGISTERED = "registered"
    """设立时登记为慈善组织"""
    RECOGNISED = "recognised"
    """设立后认定为慈善组织"""


class PartyOrganization(StrEnum):
    """党的组织覆盖与工作覆盖."""

    NONE = "none"
    """未建立"""
    OWN = "own"
    """单独建立"""
    JOINT = "joint"
    """联合建立"""
    INSTRUCTOR = "instructor"
    """选派党建工作指导员"""


class Status(StrEnum):
    ACTIVE = "active"
    """正常"""
    SUSPENDED = "suspended"
    """限期停止活动"""
    CANCELLED = "cancelled"
    """注销"""
    REVOKED = "revoked"
    """撤销登记"""

    @property
    def label(self) -> str:
        return _STATUS_LABELS[self]


_STATUS_LABELS: Final = {
    Status.ACTIVE: "正常",
    Status.SUSPENDED: "限期停止活动",
    Status.CANCELLED: "已注销",
    Status.REVOKED: "已撤销",
}

LIVING: Final = (Status.ACTIVE, Status.SUSPENDED)


class Action(StrEnum):
    CHANGE = "change"
    SUSPEND = "suspend"
    RESUME = "resume"
    CANCEL = "cancel"
    REVOKE = "revoke"
    RESTORE = "restore"
    """The revocation was withdrawn."""

    @property
    def label(self) -> str:
        return _ACTION_LABELS[self]


_ACTION_LABELS: Final = {
    Action.CHANGE: "变更登记",
    Action.SUSPEND: "限期停止活动",
    Action.RESUME: "恢复活动",
    Action.CANCEL: "注销",
    Action.REVOKE: "撤销登记",
    Action.RESTORE: "恢复登记",
}

TRANSITIONS: Final[Mapping[tuple[Status, Action], Status]] = {
    (Status.ACTIVE, Action.CHANGE): Status.ACTIVE,
    (Status.ACTIVE, Action.SUSPEND): Status.SUSPENDED,
    (Status.ACTIVE, Action.CANCEL): Status.CANCELLED,
    (Status.ACTIVE, Action.REVOKE): Status.REVOKED,
    (Status.SUSPENDED, Action.CHANGE): Status.SUSPENDED,
    (Status.SUSPENDED, Action.RESUME): Status.ACTIVE,
    (Status.SUSPENDED, Action.CANCEL): Status.CANCELLED,
    (Status.SUSPENDED, Action.REVOKE): Status.REVOKED,
    # A revoked body leaves the serious list only when its cancellation is completed.
    (Status.REVOKED, Action.CANCEL): Status.CANCELLED,
    (Status.REVOKED, Action.RESTORE): Status.ACTIVE,
}


def advance(status: Status, action: Action) -> Status:
    """The status after the action; raises IllegalTransition (409) when it is not allowed."""
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise IllegalTransition(
            f"当前状态为“{status.label}”，不能办理“{action.label}”",
            extra={"current_status": status.value, "action": action.value},
        ) from None


def normalize_name(name: str) -> str:
    """The name as it is compared: half-width, no blanks."""
    return "".join(unicodedata.normalize("NFKC", name).split())


def bigrams(name: str) -> list[str]:
    """Neighbouring pairs of signs, once each, in order; the search index of Chinese names."""
    text = normalize_name(name)
    pairs = [text[i : i + 2] for i in range(len(text) - 1)] or [text]
    return list(dict.fromkeys(pairs))
