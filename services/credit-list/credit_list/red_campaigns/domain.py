"""Yearly campaigns: states, and when they may end. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from liandong.problems import Conflict, IllegalTransition


class CampaignStatus(StrEnum):
    OPEN = "open"
    """开展中"""
    CLOSED = "closed"
    """已结束"""
    CANCELLED = "cancelled"
    """已作废: it was opened in error; another one of the district and year may be opened."""

    @property
    def label(self) -> str:
        return _STATUS_LABELS[self]


_STATUS_LABELS: Final = {
    CampaignStatus.OPEN: "开展中",
    CampaignStatus.CLOSED: "已结束",
    CampaignStatus.CANCELLED: "已作废",
}


class CampaignAction(StrEnum):
    WORK = "work"
    """Whatever is done in a campaign: applications, proposals, publicity, confirmation."""
    CLOSE = "close"
    REOPEN = "reopen"
    CANCEL = "cancel"

    @property
    def label(self) -> str:
        return _ACTION_LABELS[self]


_ACTION_LABELS: Final = {
    CampaignAction.WORK: "继续办理",
    CampaignAction.CLOSE: "结束",
    CampaignAction.REOPEN: "重新开启",
    CampaignAction.CANCEL: "作废",
}

TRANSITIONS: Final[Mapping[tuple[CampaignStatus, CampaignAction], CampaignStatus]] = {
    (CampaignStatus.OPEN, CampaignAction.WORK): CampaignStatus.OPEN,
    (CampaignStatus.OPEN, CampaignAction.CLOSE): CampaignStatus.CLOSED,
    (CampaignStatus.OPEN, CampaignAction.CANCEL): CampaignStatus.CANCELLED,
    # Closed too early, by mistake.
    (CampaignStatus.CLOSED, CampaignAction.REOPEN): CampaignStatus.OPEN,
}


class ProposalsUndecided(Conflict):
    slug, title = "proposals-undecided", "仍有未办结的推荐"


class AlreadyConfirmed(Conflict):
    slug, title = "campaign-confirmed", "本次认定已有组织列入红名单"


def advance(status: CampaignStatus, action: CampaignAction) -> CampaignStatus:
    """The status after the action; raises IllegalTransition (409) when it is not allowed."""
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise IllegalTransition(
            f"该年度认定{status.label}，不能{action.label}",
            extra={"current_status": status.value, "action": action.value},
        ) from None


def check_decided(undecided: int, objected: int, *, withdraw: bool) -> None:
    """Raises ProposalsUndecided: nobody's proposal ends unnoticed. ``objected``: those of them with
    an objection that nobody has answered."""
    if undecided and not withdraw:
        raise ProposalsUndecided(
            f"还有 {undecided} 项推荐没有确认、不予列入或撤回，其中 {objected} 项有异议未处理；"
            "确认一并撤回的，withdraw_undecided 填 true",
            extra={"undecided": undecided, "objections_open": objected},
        )


def check_nobody_listed(confirmed: int) -> None:
    """Raises AlreadyConfirmed: who is on the list left it by a decision of its own."""
    if confirmed:
        raise AlreadyConfirmed(
            f"已有 {confirmed} 家组织经本次认定列入，不能作废；列入有误的，逐一办理信息更正",
            extra={"confirmed": confirmed},
        )
