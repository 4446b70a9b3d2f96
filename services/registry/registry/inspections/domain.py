"""Annual inspections 年度检查、年度报告: regimes, states, transitions. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from liandong.problems import IllegalTransition
from registry.organizations.domain import Kind


class Regime(StrEnum):
    """What a body hands in for a year: exactly one of these."""

    ASSOCIATION = "association"
    """社会团体年度检查"""
    SERVICE_INSTITUTION = "service_institution"
    """民办非企业单位年度检查"""
    FOUNDATION = "foundation"
    """基金会年度检查"""
    CHARITY_REPORT = "charity_report"
    """慈善组织年度报告: takes the place of the inspection (慈善法 art. 13)"""

    @property
    def label(self) -> str:
        return _REGIME_LABELS[self]


_REGIME_LABELS: Final = {
    Regime.ASSOCIATION: "社会团体年度检查",
    Regime.SERVICE_INSTITUTION: "民办非企业单位年度检查",
    Regime.FOUNDATION: "基金会年度检查",
    Regime.CHARITY_REPORT: "慈善组织年度报告",
}

_INSPECTED: Final = {
    Kind.ASSOCIATION: Regime.ASSOCIATION,
    Kind.SERVICE_INSTITUTION: Regime.SERVICE_INSTITUTION,
    Kind.FOUNDATION: Regime.FOUNDATION,
}


def regime_of(kind: Kind, is_charity: bool) -> Regime | None:
    """None: a body that is filed only (备案) is not inspected."""
    if kind is Kind.COMMUNITY_GROUP:
        return None
    return Regime.CHARITY_REPORT if is_charity else _INSPECTED[kind]


class SeasonStatus(StrEnum):
    OPEN = "open"
    """进行中"""
    CLOSED = "closed"
    """已结束"""
    WITHDRAWN = "withdrawn"
    """已撤销: opened by mistake"""

    @property
    def label(self) -> str:
        return {"open": "进行中", "closed": "已结束", "withdrawn": "已撤销"}[self.value]


class Status(StrEnum):
    NOT_STARTED = "not_started"
    """未填报"""
    DRAFT = "draft"
    """填报中"""
    SUBMITTED_TO_SUPERVISOR = "submitted_to_supervisor"
    """已报业务主管单位初审"""
    SUPERVISOR_OPINION = "supervisor_opinion"
    """业务主管单位已提出初审意见，待报登记管理机关"""
    SUBMITTED_TO_REGISTRAR = "submitted_to_registrar"
    """已报登记管理机关"""
    RETURNED = "returned"
    """退回补正"""
    SAMPLED = "sampled"
    """抽查中"""
    REVIEWED = "reviewed"
    """已提出审查意见，待作出结论"""
    CONCLUDED = "concluded"
    """已作出结论"""
    RECEIVED = "received"
    """已接收年度报告: a charity's report gets no conclusion"""
    RECTIFYING = "rectifying"
    """限期整改中"""
    RECTIFIED = "rectified"
    """整改合格"""
    FAILED = "failed"
    """整改不合格"""
    MISSED = "missed"
    """逾期未报送"""
    DROPPED = "dropped"
    """不再参加: the body has ended, moved away or is exempt"""

    @property
    def label(self) -> str:
        return _STATUS_LABELS[self]


_STATUS_LABELS: Final = {
    Status.NOT_STARTED: "未填报",
    Status.DRAFT: "填报中",
    Status.SUBMITTED_TO_SUPERVISOR: "业务主管单位初审中",
    Status.SUPERVISOR_OPINION: "已初审，待报登记管理机关",
    Status.SUBMITTED_TO_REGISTRAR: "登记管理机关审查中",
    Status.RETURNED: "退回补正",
    Status.SAMPLED: "抽查中",
    Status.REVIEWED: "已审查，待作出结论",
    Status.CONCLUDED: "已作出结论",
    Status.RECEIVED: "已接收年度报告",
    Status.RECTIFYING: "限期整改中",
    Status.RECTIFIED: "整改合格",
    Status.FAILED: "整改不合格",
    Status.MISSED: "逾期未报送",
    Status.DROPPED: "不再参加",
}

WAITING: Final = (
    Status.NOT_STARTED,
    Status.DRAFT,
    Status.SUPERVISOR_OPINION,
    Status.RETURNED,
)
"""The organisation has to act: these are missed when the last day has passed."""

NOT_HANDED_IN: Final = (
    Status.NOT_STARTED,
    Status.DRAFT,
    Status.RETURNED,
    Status.MISSED,
)
"""催报: who is reminded."""

INSPECTED: Final = (
    Status.CONCLUDED,
    Status.RECEIVED,
    Status.RECTIFYING,
    Status.RECTIFIED,
    Status.FAILED,
)
"""已检: what counts in the numerator of 年检率."""

DECIDED: Final = (Status.CONCLUDED, Status.RECTIFYING, Status.RECTIFIED, Status.FAILED)
"""There is a conclusion, which may be corrected."""


class Action(StrEnum):
    EDIT = "edit"
    SUBMIT_TO_SUPERVISOR = "submit-to-supervisor"
    SUBMIT_TO_REGISTRAR = "submit-to-registrar"
    SUPERVISOR_OPINION = "supervisor-opinion"
    RETURN = "return"
    SAMPLE = "sample"
    RECORD_CHECK = "record-check"
    REVIEW = "review"
    RECONSIDER = "reconsider"
    CONCLUDE = "conclude"
    RECEIVE = "receive"
    CORRECT = "correct"
    ORDER_RECTIFICATION = "order-rectification"
    CHANGE_RECTIFICATION = "change-rectification"
    """Extension, the organisation's report and its examination: the order goes on."""
    RECTIFY = "rectify"
    FAIL = "fail"
    MISS = "miss"
    EXCUSE = "excuse"
    SET_REGIME = "set-regime"
    DROP = "drop"
    READMIT = "readmit"

    @property
    def label(self) -> str:
        return _ACTION_LABELS[self]


_ACTION_LABELS: Final = {
    Action.EDIT: "填报",
    Action.SUBMIT_TO_SUPERVISOR: "报送初审",
    Action.SUBMIT_TO_REGISTRAR: "报送登记管理机关",
    Action.SUPERVISOR_OPINION: "登记初审意见",
    Action.RETURN: "退回补正",
    Action.SAMPLE: "抽取检查",
    Action.RECORD_CHECK: "登记抽查结果",
    Action.REVIEW: "提出审查意见",
    Action.RECONSIDER: "退回重新审查",
    Action.CONCLUDE: "作出结论",
    Action.RECEIVE: "接收年度报告",
    Action.CORRECT: "更正结论",
    Action.ORDER_RECTIFICATION: "责令整改",
    Action.CHANGE_RECTIFICATION: "办理整改",
    Action.RECTIFY: "确认整改合格",
    Action.FAIL: "认定整改不合格",
    Action.MISS: "认定逾期",
    Action.EXCUSE: "撤销逾期认定",
    Action.SET_REGIME: "改变检查类别",
    Action.DROP: "不再参加",
    Action.READMIT: "恢复参加",
}

_S, _A = Status, Action
TRANSITIONS: Final[Mapping[tuple[Status, Action], Status]] = {
    (_S.NOT_STARTED, _A.EDIT): _S.DRAFT,
    (_S.DRAFT, _A.EDIT): _S.DRAFT,
    (_S.RETURNED, _A.EDIT): _S.RETURNED,
    # Late, but better than never: the day it was missed stays on record.
    (_S.MISSED, _A.EDIT): _S.MISSED,
    **{
        (status, _A.SUBMIT_TO_SUPERVISOR): _S.SUBMITTED_TO_SUPERVISOR
        for status in (_S.DRAFT, _S.RETURNED, _S.MISSED)
    },
    **{
        (status, _A.SUBMIT_TO_REGISTRAR): _S.SUBMITTED_TO_REGISTRAR
        for status in (_S.DRAFT, _S.RETURNED, _S.MISSED, _S.SUPERVISOR_OPINION)
    },
    (_S.SUBMITTED_TO_SUPERVISOR, _A.SUPERVISOR_OPINION): _S.SUPERVISOR_OPINION,
    (_S.SUBMITTED_TO_SUPERVISOR, _A.RETURN): _S.RETURNED,
    (_S.SUBMITTED_TO_REGISTRAR, _A.RETURN): _S.RETURNED,
    (_S.SAMPLED, _A.RETURN): _S.RETURNED,
    (_S.SUBMITTED_TO_REGISTRAR, _A.SAMPLE): _S.SAMPLED,
    (_S.REVIEWED, _A.SAMPLE): _S.SAMPLED,
    (_S.SAMPLED, _A.RECORD_CHECK): _S.SUBMITTED_TO_REGISTRAR,
    (_S.SUBMITTED_TO_REGISTRAR, _A.REVIEW): _S.REVIEWED,
    (_S.REVIEWED, _A.RECONSIDER): _S.SUBMITTED_TO_REGISTRAR,
    (_S.REVIEWED, _A.CONCLUDE): _S.CONCLUDED,
    (_S.SUBMITTED_TO_REGISTRAR, _A.RECEIVE): _S.RECEIVED,
    **{(status, _A.CORRECT): _S.CONCLUDED for status in DECIDED},
    (_S.CONCLUDED, _A.ORDER_RECTIFICATION): _S.RECTIFYING,
    (_S.RECTIFYING, _A.CHANGE_RECTIFICATION): _S.RECTIFYING,
    (_S.RECTIFYING, _A.RECTIFY): _S.RECTIFIED,
    (_S.RECTIFYING, _A.FAIL): _S.FAILED,
    **{(status, _A.MISS): _S.MISSED for status in WAITING},
    (_S.MISSED, _A.EXCUSE): _S.DRAFT,
    **{(status, _A.SET_REGIME): status for status in (_S.NOT_STARTED, _S.DRAFT)},
    **{
        (status, _A.DROP): _S.DROPPED for status in Status if status not in (*INSPECTED, _S.DROPPED)
    },
    (_S.DROPPED, _A.READMIT): _S.NOT_STARTED,
}


def advance(status: Status, action: Action) -> Status:
    """The status after the action; raises IllegalTransition (409) when it is not allowed."""
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise IllegalTransition(
            f"年度检查当前为“{status.label}”，不能办理“{action.label}”",
            extra={"current_status": status.value, "action": action.value},
        ) from None


class DropCause(StrEnum):
    """Why a body no longer takes part."""

    ENDED = "ended"
    """已注销或者被撤销登记"""
    MOVED = "moved"
    """迁出本辖区，迁入地未开展该年度的年检"""
    EXEMPT = "exempt"
    """经决定免予参加"""
    WITHDRAWN = "withdrawn"
    """年检撤销"""


class Verdict(StrEnum):
    """年检结论; what a supervising unit or a reviewer proposes is one of these too (拟合格……)."""

    QUALIFIED = "qualified"
    """合格"""
    BASICALLY_QUALIFIED = "basically_qualified"
    """基本合格"""
    UNQUALIFIED = "unqualified"
    """不合格"""

    @property
    def label(self) -> str:
        return {
            "qualified": "合格",
            "basically_qualified": "基本合格",
            "unqualified": "不合格",
        }[self.value]


class Severity(StrEnum):
    MINOR = "minor"
    """情节轻微: 基本合格"""
    SERIOUS = "serious"
    """情节严重: 不合格"""
