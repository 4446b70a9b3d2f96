"""Applications: kinds, states and transitions (行政许可法 arts. 32-45). Pure."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Final

from liandong.problems import IllegalTransition


class Matter(StrEnum):
    """What is applied for."""

    ESTABLISHMENT = "establishment"
    """成立登记"""
    CHANGE = "change"
    """变更登记"""
    ARTICLES = "articles"
    """章程核准"""
    RENEWAL = "renewal"
    """换发证书"""
    CANCELLATION = "cancellation"
    """注销登记"""
    CHARITY_RECOGNITION = "charity_recognition"
    """慈善组织认定"""
    CHARITY_WITHDRAWAL = "charity_withdrawal"
    """终止慈善组织属性"""
    FUNDRAISING = "fundraising"
    """公开募捐资格"""
    FUNDRAISING_WITHDRAWAL = "fundraising_withdrawal"
    """注销公开募捐资格"""

    @property
    def label(self) -> str:
        return _MATTER_LABELS[self]


_MATTER_LABELS: Final = {
    Matter.ESTABLISHMENT: "成立登记",
    Matter.CHANGE: "变更登记",
    Matter.ARTICLES: "章程核准",
    Matter.RENEWAL: "换发证书",
    Matter.CANCELLATION: "注销登记",
    Matter.CHARITY_RECOGNITION: "慈善组织认定",
    Matter.CHARITY_WITHDRAWAL: "终止慈善组织属性",
    Matter.FUNDRAISING: "公开募捐资格",
    Matter.FUNDRAISING_WITHDRAWAL: "注销公开募捐资格",
}


class Ground(StrEnum):
    """Why a body ends (社会团体登记管理条例 art. 19)."""

    PURPOSE_ACHIEVED = "purpose_achieved"
    """完成章程规定的宗旨"""
    DISSOLUTION = "dissolution"
    """自行解散"""
    MERGER_OR_DIVISION = "merger_or_division"
    """分立、合并"""
    OTHER = "other"

    @property
    def label(self) -> str:
        return _GROUND_LABELS[self]


_GROUND_LABELS: Final = {
    Ground.PURPOSE_ACHIEVED: "完成章程规定的宗旨",
    Ground.DISSOLUTION: "自行解散",
    Ground.MERGER_OR_DIVISION: "分立、合并",
    Ground.OTHER: "其他原因终止",
}

EVERY_ITEM: Final = "*"
"""What a cancellation touches."""


def touch_the_same(first: Collection[str], second: Collection[str]) -> list[str]:
    """Items that both touch; a cancellation touches whatever the other does."""
    if EVERY_ITEM in first:
        return sorted(second)
    if EVERY_ITEM in second:
        return sorted(first)
    return sorted({*first} & {*second})


class Status(StrEnum):
    DRAFT = "draft"
    """草稿"""
    SUBMITTED = "submitted"
    """已提交，待受理"""
    CORRECTION = "correction"
    """待补正"""
    ACCEPTED = "accepted"
    """已受理，审查中"""
    CONSULTING = "consulting"
    """征求意见或专家评审中，暂停计时"""
    REVIEWED = "reviewed"
    """已提出审查意见，待决定"""
    APPROVED = "approved"
    """准予登记，待发证"""
    CERTIFIED = "certified"
    """已发证，待公告"""
    COMPLETED = "completed"
    """已办结"""
    NOT_ACCEPTED = "not_accepted"
    """不予受理"""
    SUPERVISOR_REFUSED = "supervisor_refused"
    """业务主管单位不同意"""
    REFUSED = "refused"
    """不予登记"""
    WITHDRAWN = "withdrawn"
    """已撤回"""

    @property
    def label(self) -> str:
        return _STATUS_LABELS[self]

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done or decided."""
        return self not in ENDED


ENDED: Final = frozenset(
    {
        Status.COMPLETED,
        Status.NOT_ACCEPTED,
        Status.SUPERVISOR_REFUSED,
        Status.REFUSED,
        Status.WITHDRAWN,
    }
)

_STATUS_LABELS: Final = {
    Status.DRAFT: "草稿",
    Status.SUBMITTED: "已提交，待受理",
    Status.CORRECTION: "待补正",
    Status.ACCEPTED: "已受理，审查中",
    Status.CONSULTING: "征求意见或专家评审中",
    Status.REVIEWED: "已审查，待决定",
    Status.APPROVED: "准予登记，待发证",
    Status.CERTIFIED: "已发证，待公告",
    Status.COMPLETED: "已办结",
    Status.NOT_ACCEPTED: "不予受理",
    Status.SUPERVISOR_REFUSED: "业务主管单位不同意",
    Status.REFUSED: "不予登记",
    Status.WITHDRAWN: "已撤回",
}


class Action(StrEnum):
    EDIT = "edit"
    SUBMIT = "submit"
    REQUEST_CORRECTION = "request-correction"
    ACCEPT = "accept"
    NOT_ACCEPT = "not-accept"
    CONSULT = "consult"
    RESUME = "resume"
    SUPERVISOR_REFUSE = "supervisor-refuse"
    REVIEW = "review"
    EXTEND = "extend"
    """Of the time for the decision."""
    RETURN = "return"
    APPROVE = "approve"
    REFUSE = "refuse"
    CERTIFY = "certify"
    ANNOUNCE = "announce"
    COMPLETE = "complete"
    """Of what is not announced: it ends with the certificate."""
    WITHDRAW = "withdraw"

    @property
    def label(self) -> str:
        return _ACTION_LABELS[self]


_ACTION_LABELS: Final = {
    Action.EDIT: "修改",
    Action.SUBMIT: "提交",
    Action.REQUEST_CORRECTION: "一次性告知补正",
    Action.ACCEPT: "受理",
    Action.NOT_ACCEPT: "不予受理",
    Action.CONSULT: "征求意见或组织专家评审",
    Action.RESUME: "恢复审查",
    Action.SUPERVISOR_REFUSE: "登记业务主管单位不同意",
    Action.REVIEW: "提出审查意见",
    Action.EXTEND: "延长决定期限",
    Action.RETURN: "退回重新审查",
    Action.APPROVE: "准予登记",
    Action.REFUSE: "不予登记",
    Action.CERTIFY: "发证",
    Action.ANNOUNCE: "公告",
    Action.COMPLETE: "办结",
    Action.WITHDRAW: "撤回",
}

TRANSITIONS: Final[Mapping[tuple[Status, Action], Status]] = {
    (Status.DRAFT, Action.EDIT): Status.DRAFT,
    (Status.DRAFT, Action.SUBMIT): Status.SUBMITTED,
    (Status.DRAFT, Action.WITHDRAW): Status.WITHDRAWN,
    (Status.SUBMITTED, Action.REQUEST_CORRECTION): Status.CORRECTION,
    (Status.SUBMITTED, Action.ACCEPT): Status.ACCEPTED,
    (Status.SUBMITTED, Action.NOT_ACCEPT): Status.NOT_ACCEPTED,
    (Status.SUBMITTED, Action.SUPERVISOR_REFUSE): Status.SUPERVISOR_REFUSED,
    (Status.SUBMITTED, Action.WITHDRAW): Status.WITHDRAWN,
    (Status.CORRECTION, Action.EDIT): Status.CORRECTION,
    (Status.CORRECTION, Action.SUBMIT): Status.SUBMITTED,
    (Status.CORRECTION, Action.WITHDRAW): Status.WITHDRAWN,
    # Of what was accepted by silence only: it may be incomplete.
    (Status.ACCEPTED, Action.EDIT): Status.ACCEPTED,
    (Status.ACCEPTED, Action.CONSULT): Status.CONSULTING,
    (Status.ACCEPTED, Action.EXTEND): Status.ACCEPTED,
    (Status.ACCEPTED, Action.SUPERVISOR_REFUSE): Status.SUPERVISOR_REFUSED,
    (Status.ACCEPTED, Action.REVIEW): Status.REVIEWED,
    (Status.ACCEPTED, Action.WITHDRAW): Status.WITHDRAWN,
    (Status.CONSULTING, Action.RESUME): Status.ACCEPTED,
    (Status.CONSULTING, Action.EXTEND): Status.CONSULTING,
    (Status.CONSULTING, Action.SUPERVISOR_REFUSE): Status.SUPERVISOR_REFUSED,
    (Status.CONSULTING, Action.WITHDRAW): Status.WITHDRAWN,
    (Status.REVIEWED, Action.RETURN): Status.ACCEPTED,
    (Status.REVIEWED, Action.EXTEND): Status.REVIEWED,
    (Status.REVIEWED, Action.APPROVE): Status.APPROVED,
    (Status.REVIEWED, Action.REFUSE): Status.REFUSED,
    (Status.REVIEWED, Action.WITHDRAW): Status.WITHDRAWN,
    (Status.APPROVED, Action.CERTIFY): Status.CERTIFIED,
    (Status.APPROVED, Action.WITHDRAW): Status.WITHDRAWN,
    (Status.CERTIFIED, Action.ANNOUNCE): Status.COMPLETED,
    (Status.CERTIFIED, Action.COMPLETE): Status.COMPLETED,
}


def advance(status: Status, action: Action) -> Status:
    """The status after the action; raises IllegalTransition (409) when it is not allowed."""
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise IllegalTransition(
            f"申请当前为“{status.label}”，不能办理“{action.label}”",
            extra={"current_status": status.value, "action": action.value},
        ) from None
