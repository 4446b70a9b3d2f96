"""Credit records: kinds, states, transitions, what is the same fact. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Final

from liandong.problems import Conflict, FieldError, IllegalTransition, Invalid


class Category(StrEnum):
    """The categories of Order 60."""

    BASIC = "basic"
    """基础信息"""
    ANNUAL_REPORT = "annual_report"
    """年报信息"""
    CHECK = "check"
    """行政检查信息"""
    PENALTY = "penalty"
    """行政处罚信息"""
    OTHER = "other"
    """其他信息"""


class Kind(StrEnum):
    REVOCATION = "revocation"
    CHANGE_REVOKED = "change_revoked"
    REPORT_MISSED = "report_missed"
    INSPECTION_VERDICT = "inspection_verdict"
    CHECK_FINDING = "check_finding"
    RECTIFICATION_OVERDUE = "rectification_overdue"
    PENALTY = "penalty"
    COURT_DEFAULTER = "court_defaulter"
    LETTER_UNDELIVERED = "letter_undelivered"
    NO_PARTY_ORGANISATION = "no_party_organisation"
    FUNDRAISING_UNQUALIFIED = "fundraising_unqualified"
    FUNDRAISING_IDLE = "fundraising_idle"
    COMMENDATION = "commendation"
    OTHER = "other"

    @property
    def label(self) -> str:
        return _KINDS[self][1]

    @property
    def category(self) -> Category:
        return _KINDS[self][0]


_KINDS: Final = {
    Kind.REVOCATION: (Category.BASIC, "撤销登记"),
    Kind.CHANGE_REVOKED: (Category.BASIC, "撤销变更登记"),
    Kind.REPORT_MISSED: (Category.ANNUAL_REPORT, "逾期未报送年度报告"),
    Kind.INSPECTION_VERDICT: (Category.CHECK, "年检结论"),
    Kind.CHECK_FINDING: (Category.CHECK, "检查发现问题"),
    Kind.RECTIFICATION_OVERDUE: (Category.CHECK, "逾期未完成整改"),
    Kind.PENALTY: (Category.PENALTY, "行政处罚"),
    Kind.COURT_DEFAULTER: (Category.OTHER, "失信被执行人"),
    Kind.LETTER_UNDELIVERED: (Category.OTHER, "专用信函无人签收"),
    Kind.NO_PARTY_ORGANISATION: (Category.OTHER, "未按规定设立党组织"),
    Kind.FUNDRAISING_UNQUALIFIED: (Category.OTHER, "不再符合公开募捐资格条件"),
    Kind.FUNDRAISING_IDLE: (Category.OTHER, "连续六个月未开展公开募捐"),
    Kind.COMMENDATION: (Category.OTHER, "表彰奖励"),
    Kind.OTHER: (Category.OTHER, "其他"),
}

FROM_DEPARTMENTS: Final = tuple(
    kind
    for kind in Kind
    if kind
    not in (
        Kind.REVOCATION,
        Kind.REPORT_MISSED,
        Kind.INSPECTION_VERDICT,
        Kind.RECTIFICATION_OVERDUE,
    )
)
"""What is entered by hand; the rest is the registry's to tell."""


class Sanction(StrEnum):
    WARNING = "warning"
    CONFISCATION = "confiscation"
    FINE = "fine"
    SUSPENSION = "suspension"
    REVOCATION = "revocation"

    @property
    def label(self) -> str:
        return _SANCTIONS[self]


_SANCTIONS: Final = {
    Sanction.WARNING: "警告",
    Sanction.CONFISCATION: "没收",
    Sanction.FINE: "罚款",
    Sanction.SUSPENSION: "限期停止活动",
    Sanction.REVOCATION: "撤销登记",
}


class Status(StrEnum):
    RECORDED = "recorded"
    OBJECTED = "objected"
    CHECKED = "checked"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return _STATUS_LABELS[self]


_STATUS_LABELS: Final = {
    Status.RECORDED: "已记录",
    Status.OBJECTED: "有异议，待核查",
    Status.CHECKED: "异议已核查，待决定",
    Status.WITHDRAWN: "已撤销",
}

COUNTED: Final = (Status.RECORDED, Status.OBJECTED, Status.CHECKED)
"""What counts against the organisation: an objection by itself takes nothing away."""


class Action(StrEnum):
    RECORD = "record"
    AMEND = "amend"
    OBJECT = "object"
    CHECK = "check"
    CORRECT = "correct"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    REINSTATE = "reinstate"

    @property
    def label(self) -> str:
        return _ACTION_LABELS[self]


_ACTION_LABELS: Final = {
    Action.RECORD: "记录",
    Action.AMEND: "来源更正",
    Action.OBJECT: "提出异议",
    Action.CHECK: "核查异议",
    Action.CORRECT: "更正",
    Action.REJECT: "驳回异议",
    Action.WITHDRAW: "撤销记录",
    Action.REINSTATE: "恢复记录",
}

TRANSITIONS: Final[Mapping[tuple[Status, Action], Status]] = {
    # What the source says again holds at once; an open objection stays open.
    **{(status, Action.AMEND): status for status in COUNTED},
    (Status.RECORDED, Action.OBJECT): Status.OBJECTED,
    (Status.OBJECTED, Action.CHECK): Status.CHECKED,
    (Status.CHECKED, Action.CORRECT): Status.RECORDED,
    (Status.CHECKED, Action.REJECT): Status.RECORDED,
    **{(status, Action.WITHDRAW): Status.WITHDRAWN for status in COUNTED},
    # The source told of the fact anew, after it had taken it back.
    (Status.WITHDRAWN, Action.REINSTATE): Status.RECORDED,
}


class Outcome(StrEnum):
    CORRECT = "correct"
    WITHDRAW = "withdraw"
    REJECT = "reject"


class Ground(StrEnum):
    """Why a record no longer counts."""

    SOURCE = "source"
    """来源机关撤销"""
    OBJECTION = "objection"
    """异议成立"""
    ENDED = "ended"
    """来源所定的期限届满"""


class CorrectedAtSource(Conflict):
    slug, title = "corrected-at-source", "该记录由来源服务更正"


def advance(status: Status, action: Action) -> Status:
    """The status after the action; raises IllegalTransition (409) when it is not allowed."""
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise IllegalTransition(
            f"信用记录{status.label}，不能办理“{action.label}”",
            extra={"current_status": status.value, "action": action.value},
        ) from None


def check_decidable(status: Status) -> None:
    """Nothing is decided about an objection that nobody has checked."""
    if status is not Status.CHECKED:
        raise IllegalTransition(
            f"信用记录{status.label}，异议核查后才能作出决定",
            extra={"current_status": status.value, "action": "decide"},
        )


def is_late(recorded_on: date, record_by: date | None) -> bool:
    """The last day still belongs to the period; None: its calendar is not known."""
    return record_by is not None and recorded_on > record_by


def check_days(arose_on: date, obtained_on: date, today: date) -> None:
    """Information is obtained after it arose, and entered after it was obtained."""
    if obtained_on > today:
        raise Invalid(
            "获取日期不能晚于今日",
            [FieldError("/obtained_on", "in-the-future", "获取日期不能晚于今日")],
        )
    if arose_on > obtained_on:
        raise Invalid(
            "发生日期不能晚于获取日期",
            [FieldError("/arose_on", "after-obtained", "发生日期不能晚于获取日期")],
        )


def check_money(sanctions: list[Sanction], fine_fen: int) -> None:
    if (Sanction.FINE in sanctions) != (fine_fen > 0):
        raise Invalid(
            "罚款与罚款金额须同时填写",
            [FieldError("/fine_fen", "fine-and-amount", "罚款须有金额，未罚款的金额为零")],
        )


def check_kind(kind: Kind, sanctions: list[Sanction]) -> None:
    if (kind is Kind.PENALTY) != bool(sanctions):
        raise Invalid(
            "行政处罚记录须填写处罚种类，其他记录不得填写",
            [FieldError("/sanctions", "sanctions-of-penalty", "处罚种类只用于行政处罚记录")],
        )


_BRACKETS: Final = str.maketrans("[]【】", "〔〕〔〕")


def document_key(authority: str, number: str) -> str:
    """The same document, however its number was typed."""
    words = unicodedata.normalize("NFKC", f"{authority}|{number}").translate(_BRACKETS)
    return re.sub(r"\s", "", words)
