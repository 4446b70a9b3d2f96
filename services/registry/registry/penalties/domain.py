"""Penalty cases: kinds, states, transitions and the safeguards of the party (行政处罚法). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from liandong.problems import IllegalTransition
from liandong.values.districts import UnknownDistrict, districts


class Sanction(StrEnum):
    """Kinds of penalty that the regulations know, the lightest first."""

    WARNING = "warning"
    """警告"""
    CONFISCATION = "confiscation"
    """没收违法所得、违法经营额"""
    FINE = "fine"
    """罚款"""
    SUSPENSION = "suspension"
    """限期停止活动"""
    REVOCATION = "revocation"
    """撤销登记"""

    @property
    def label(self) -> str:
        return _SANCTION_LABELS[self]


_SANCTION_LABELS: Final = {
    Sanction.WARNING: "警告",
    Sanction.CONFISCATION: "没收违法所得",
    Sanction.FINE: "罚款",
    Sanction.SUSPENSION: "限期停止活动",
    Sanction.REVOCATION: "撤销登记",
}


class Level(StrEnum):
    """裁量等次."""

    MITIGATED = "mitigated"
    """减轻: below the least that the article sets"""
    LIGHT = "light"
    """从轻"""
    ORDINARY = "ordinary"
    """一般"""
    HEAVY = "heavy"
    """从重"""

    @property
    def label(self) -> str:
        return _LEVEL_LABELS[self]


_LEVEL_LABELS: Final = {
    Level.MITIGATED: "减轻",
    Level.LIGHT: "从轻",
    Level.ORDINARY: "一般",
    Level.HEAVY: "从重",
}


class Source(StrEnum):
    """Where the clue came from."""

    CHECK = "check"
    """抽查、专项检查、审计"""
    RECTIFICATION = "rectification"
    """逾期不整改"""
    INSPECTION = "inspection"
    """年检年报"""
    COMPLAINT = "complaint"
    """投诉举报"""
    TRANSFER = "transfer"
    """其他机关移送"""
    OTHER = "other"


class Status(StrEnum):
    REPORTED = "reported"
    """线索已登记，待批准立案"""
    NOT_FILED = "not_filed"
    """不予立案"""
    FILED = "filed"
    """已立案，调查中"""
    PROPOSED = "proposed"
    """调查终结，待告知"""
    NOTICED = "noticed"
    """已告知，可以陈述、申辩"""
    HEARING = "hearing"
    """听证中"""
    HEARD = "heard"
    """听证结束"""
    REVIEWED = "reviewed"
    """已通过法制审核，待决定"""
    DECIDED = "decided"
    """已决定，待送达"""
    SERVED = "served"
    """已送达，执行中"""
    EXECUTED = "executed"
    """执行完毕"""
    NO_PENALTY = "no_penalty"
    """不予处罚"""
    DISMISSED = "dismissed"
    """违法事实不成立，已销案"""
    TRANSFERRED = "transferred"
    """已移送其他机关"""
    WITHDRAWN = "withdrawn"
    """处罚决定已撤销"""

    @property
    def label(self) -> str:
        return _STATUS_LABELS[self]


_STATUS_LABELS: Final = {
    Status.REPORTED: "待批准立案",
    Status.NOT_FILED: "不予立案",
    Status.FILED: "调查中",
    Status.PROPOSED: "待告知",
    Status.NOTICED: "已告知，可以陈述、申辩",
    Status.HEARING: "听证中",
    Status.HEARD: "听证结束",
    Status.REVIEWED: "待决定",
    Status.DECIDED: "已决定，待送达",
    Status.SERVED: "已送达，执行中",
    Status.EXECUTED: "执行完毕",
    Status.NO_PENALTY: "不予处罚",
    Status.DISMISSED: "已销案",
    Status.TRANSFERRED: "已移送",
    Status.WITHDRAWN: "处罚决定已撤销",
}

UNDECIDED: Final = (
    Status.FILED,
    Status.PROPOSED,
    Status.NOTICED,
    Status.HEARING,
    Status.HEARD,
    Status.REVIEWED,
)
"""Filed, and the 90 days run."""

IN_FORCE: Final = (Status.SERVED, Status.EXECUTED)
"""The decision reached the party and was not withdrawn."""

ENDED: Final = frozenset(
    {
        Status.NOT_FILED,
        Status.EXECUTED,
        Status.NO_PENALTY,
        Status.DISMISSED,
        Status.TRANSFERRED,
        Status.WITHDRAWN,
    }
)


class Action(StrEnum):
    FILE = "file"
    REFUSE_FILING = "refuse-filing"
    INVESTIGATE = "investigate"
    REASSIGN = "reassign"
    PROPOSE = "propose"
    SERVE_NOTICE = "serve-notice"
    STATE = "state"
    REQUEST_HEARING = "request-hearing"
    ARRANGE_HEARING = "arrange-hearing"
    END_HEARING = "end-hearing"
    REVIEW = "review"
    REOPEN = "reopen"
    EXTEND = "extend"
    DECIDE = "decide"
    SPARE = "spare"
    DISMISS = "dismiss"
    TRANSFER = "transfer"
    SERVE = "serve"
    PAY = "pay"
    EXECUTE = "execute"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"

    @property
    def label(self) -> str:
        return _ACTION_LABELS[self]


_ACTION_LABELS: Final = {
    Action.FILE: "立案",
    Action.REFUSE_FILING: "不予立案",
    Action.INVESTIGATE: "补充证据",
    Action.REASSIGN: "调整调查人员",
    Action.PROPOSE: "提出处罚建议",
    Action.SERVE_NOTICE: "送达处罚告知书",
    Action.STATE: "陈述、申辩",
    Action.REQUEST_HEARING: "要求听证",
    Action.ARRANGE_HEARING: "通知听证",
    Action.END_HEARING: "结束听证",
    Action.REVIEW: "法制审核",
    Action.REOPEN: "退回补充调查",
    Action.EXTEND: "延长办案期限",
    Action.DECIDE: "作出处罚决定",
    Action.SPARE: "不予处罚",
    Action.DISMISS: "销案",
    Action.TRANSFER: "移送",
    Action.SERVE: "送达处罚决定书",
    Action.PAY: "登记缴款",
    Action.EXECUTE: "执行完毕",
    Action.PUBLISH: "公示",
    Action.WITHDRAW: "撤销处罚决定",
}


def _stay(action: Action, *statuses: Status) -> dict[tuple[Status, Action], Status]:
    return {(status, action): status for status in statuses}


def _go(action: Action, to: Status, *statuses: Status) -> dict[tuple[Status, Action], Status]:
    return {(status, action): to for status in statuses}


TRANSITIONS: Final[Mapping[tuple[Status, Action], Status]] = {
    **_go(Action.FILE, Status.FILED, Status.REPORTED),
    **_go(Action.REFUSE_FILING, Status.NOT_FILED, Status.REPORTED),
    **_stay(Action.INVESTIGATE, Status.REPORTED, Status.FILED),
    **_stay(Action.REASSIGN, Status.FILED),
    # A slip in what was proposed is put right before anybody was told of it.
    **_go(Action.PROPOSE, Status.PROPOSED, Status.FILED, Status.PROPOSED),
    **_go(Action.SERVE_NOTICE, Status.NOTICED, Status.PROPOSED),
    **_stay(Action.STATE, Status.NOTICED, Status.HEARING, Status.HEARD),
    **_go(Action.REQUEST_HEARING, Status.HEARING, Status.NOTICED),
    **_stay(Action.ARRANGE_HEARING, Status.HEARING),
    **_go(Action.END_HEARING, Status.HEARD, Status.HEARING),
    **_go(Action.REVIEW, Status.REVIEWED, Status.NOTICED, Status.HEARD),
    # Other facts or another penalty need another notice: the way begins again.
    **_go(
        Action.REOPEN, Status.FILED,
        Status.PROPOSED, Status.NOTICED, Status.HEARD, Status.REVIEWED,
    ),
    **_stay(Action.EXTEND, *UNDECIDED),
    **_go(Action.DECIDE, Status.DECIDED, Status.REVIEWED),
    **_go(Action.SPARE, Status.NO_PENALTY, *UNDECIDED),
    **_go(Action.DISMISS, Status.DISMISSED, *UNDECIDED),
    **_go(Action.TRANSFER, Status.TRANSFERRED, *UNDECIDED),
    **_go(Action.SERVE, Status.SERVED, Status.DECIDED),
    **_stay(Action.PAY, Status.SERVED),
    **_go(Action.EXECUTE, Status.EXECUTED, Status.SERVED),
    **_stay(Action.PUBLISH, *IN_FORCE),
    **_go(Action.WITHDRAW, Status.WITHDRAWN, Status.DECIDED, *IN_FORCE),
}  # fmt: skip


def advance(status: Status, action: Action) -> Status:
    """The status after the action; raises IllegalTransition (409) when it is not allowed."""
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise IllegalTransition(
            f"案件当前为“{status.label}”，不能办理“{action.label}”",
            extra={"current_status": status.value, "action": action.value},
        ) from None


class Obstacle(StrEnum):
    """Why there may be no decision yet (行政处罚法 art. 62: without them none is allowed)."""

    NO_NOTICE = "no-notice"
    """未送达告知书"""
    WINDOW_OPEN = "statement-window-open"
    """陈述、申辩的期限未满"""
    HEARING_WINDOW_OPEN = "hearing-window-open"
    """要求听证的期限未满"""
    HEARING_OPEN = "hearing-open"
    """要求的听证尚未结束"""

    @property
    def label(self) -> str:
        return _OBSTACLE_LABELS[self]


_OBSTACLE_LABELS: Final = {
    Obstacle.NO_NOTICE: "处罚告知书尚未送达",
    Obstacle.WINDOW_OPEN: "当事人陈述、申辩的期限未满",
    Obstacle.HEARING_WINDOW_OPEN: "当事人要求听证的期限未满",
    Obstacle.HEARING_OPEN: "当事人要求的听证尚未结束",
}


@dataclass(frozen=True, slots=True)
class Safeguards:
    """How far the rights of the party were kept in the present round."""

    notice_served_on: date | None = None
    statement_until: date | None = None
    """Last day on which the party may state and defend."""
    hearing_until: date | None = None
    """Last day on which a hearing may be asked for; None where there is no right to one."""
    hearing_requested_on: date | None = None
    hearing_ended_on: date | None = None

    def obstacles(self, today: date) -> list[Obstacle]:
        """Empty: there may be a decision today."""
        if self.notice_served_on is None or self.statement_until is None:
            return [Obstacle.NO_NOTICE]
        found: list[Obstacle] = []
        if today <= self.statement_until:
            found.append(Obstacle.WINDOW_OPEN)
        asked = self.hearing_requested_on is not None
        if not asked and self.hearing_until is not None and today <= self.hearing_until:
            found.append(Obstacle.HEARING_WINDOW_OPEN)
        if asked and self.hearing_ended_on is None:
            found.append(Obstacle.HEARING_OPEN)
        return found


class Class(StrEnum):
    """失信信息分类 (信用修复管理办法): how long a penalty is published."""

    MINOR = "minor"
    """轻微"""
    ORDINARY = "ordinary"
    """一般"""
    SERIOUS = "serious"
    """严重"""


class Effect(StrEnum):
    """What the penalty did to the registration when it was served."""

    NONE = "none"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


class HearingOutcome(StrEnum):
    HELD = "held"
    """已举行"""
    GIVEN_UP = "given_up"
    """当事人放弃，或者无正当理由不到场（行政处罚法 art. 64(6)）"""


def authority_name(code: str) -> str:
    """处罚机关 of the district, where no rule names it."""
    try:
        return f"{districts().full_name(code)}民政部门"
    except UnknownDistrict:
        return f"{code}民政部门"
