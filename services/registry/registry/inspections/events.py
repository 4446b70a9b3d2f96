"""What the registry publishes about annual inspections.

Payloads carry no personal data and no free text. They state facts: whoever keeps credit lists
decides what becomes of them.
"""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.contract import Event

_TYPE = "cn.liandong.registry.inspection"


class SeasonFacts(Event):
    """The state of a season after the event."""

    subject_field: ClassVar[str] = "season_id"

    season_id: UUID
    year: int = Field(description="检查年度")
    district: str = Field(description="行政区划代码，含下级")
    status: str = Field(description="open、closed、withdrawn")


class InspectionSeasonOpened(SeasonFacts):
    """年检开始."""

    type: ClassVar[str] = f"{_TYPE}-season.opened"
    rule_set: str


class InspectionSeasonExtended(SeasonFacts):
    """报送期限延长 of one regime."""

    type: ClassVar[str] = f"{_TYPE}-season.extended"
    regime: str
    registrar_due_on: date


class InspectionSeasonReminded(SeasonFacts):
    """The last day comes near: so many have not handed in. Once for each regime and warning."""

    type: ClassVar[str] = f"{_TYPE}-season.reminded"
    regime: str
    stage: str = Field(description="supervisor 报业务主管单位初审；registrar 报登记管理机关")
    due_on: date
    days_left: int
    outstanding: int = Field(description="尚未报送的组织数")


class InspectionSeasonAnnounced(SeasonFacts):
    """年检结论公告."""

    type: ClassVar[str] = f"{_TYPE}-season.announced"
    announced_on: date
    verdicts: dict[str, int] = Field(description="公告的各类结论数")


class InspectionSeasonClosed(SeasonFacts):
    """年检结束; what is open is still brought to its end."""

    type: ClassVar[str] = f"{_TYPE}-season.closed"


class InspectionSeasonWithdrawn(SeasonFacts):
    """Opened by mistake; nobody had begun."""

    type: ClassVar[str] = f"{_TYPE}-season.withdrawn"


class InspectionFacts(Event):
    """The state of one organisation's inspection after the event."""

    subject_field: ClassVar[str] = "inspection_id"

    inspection_id: UUID
    season_id: UUID
    organization_id: UUID
    kind: str
    district: str
    year: int = Field(description="检查年度")
    regime: str = Field(
        description="association、service_institution、foundation 年度检查；charity_report 年度报告"
    )
    status: str
    is_late: bool = Field(description="逾期后报送")
    verdict: str | None = Field(
        default=None, description="qualified 合格、basically_qualified 基本合格、unqualified 不合格"
    )
    reason_codes: list[str] = Field(default_factory=list, description="结论理由的代码")
    serious_reason_codes: list[str] = Field(default_factory=list, description="其中情节严重的")
    consecutive_missed: int = Field(default=0, description="含本年度连续未按时报送的年数")
    consecutive_basically_qualified: int = Field(
        default=0, description="含本年度连续基本合格的年数"
    )
    consecutive_unqualified: int = Field(default=0, description="含本年度连续不合格的年数")
    revocation_indicated: bool = Field(
        default=False,
        description="连续未参加年检或者不合格达到规定年数，提示登记管理机关研究撤销登记",
    )


class InspectionSubmitted(InspectionFacts):
    """报送 to the supervising unit or the registration organ, as ``status`` says."""

    type: ClassVar[str] = f"{_TYPE}.submitted"


class InspectionReturned(InspectionFacts):
    """退回补正."""

    type: ClassVar[str] = f"{_TYPE}.returned"
    due_on: date


class InspectionOpinionGiven(InspectionFacts):
    """初审意见 of the supervising unit."""

    type: ClassVar[str] = f"{_TYPE}.opinion-given"
    opinion: str = Field(
        description="拟合格 qualified、拟基本合格 basically_qualified、拟不合格 unqualified"
    )


class InspectionSampled(InspectionFacts):
    """抽中检查."""

    type: ClassVar[str] = f"{_TYPE}.sampled"
    sampling_id: UUID


class InspectionChecked(InspectionFacts):
    """抽查完毕."""

    type: ClassVar[str] = f"{_TYPE}.checked"


class InspectionReviewed(InspectionFacts):
    """登记管理机关提出审查意见."""

    type: ClassVar[str] = f"{_TYPE}.reviewed"


class InspectionConcluded(InspectionFacts):
    """年检结论."""

    type: ClassVar[str] = f"{_TYPE}.concluded"


class InspectionReceived(InspectionFacts):
    """慈善组织年度报告已接收; there is no conclusion."""

    type: ClassVar[str] = f"{_TYPE}.received"


class InspectionCorrected(InspectionFacts):
    """结论更正: ``verdict`` is the right one."""

    type: ClassVar[str] = f"{_TYPE}.corrected"
    former_verdict: str


class InspectionMissed(InspectionFacts):
    """逾期未报送. It lists nobody."""

    type: ClassVar[str] = f"{_TYPE}.missed"
    due_on: date = Field(description="应报送的最后一日")


class InspectionMissWithdrawn(InspectionFacts):
    """逾期认定撤销: it was not missed after all."""

    type: ClassVar[str] = f"{_TYPE}.miss-withdrawn"
    due_on: date


class InspectionRevocationIndicated(InspectionFacts):
    """提示撤销登记: years running without inspection or 不合格. Revokes nobody."""

    type: ClassVar[str] = f"{_TYPE}.revocation-indicated"
    years: int = Field(description="连续未参加年检或者不合格的年数")


class InspectionDropped(InspectionFacts):
    """不再参加."""

    type: ClassVar[str] = f"{_TYPE}.dropped"
    cause: str = Field(description="ended、moved、exempt、withdrawn")


class RectificationOrdered(InspectionFacts):
    """责令限期整改."""

    type: ClassVar[str] = f"{_TYPE}.rectification-ordered"
    due_on: date


class RectificationExtended(InspectionFacts):
    """整改期限延长."""

    type: ClassVar[str] = f"{_TYPE}.rectification-extended"
    due_on: date


class RectificationReminded(InspectionFacts):
    """The time for rectification runs out, or has; an officer has to examine it."""

    type: ClassVar[str] = f"{_TYPE}.rectification-reminded"
    due_on: date
    overdue: bool


class RectificationCompleted(InspectionFacts):
    """整改合格."""

    type: ClassVar[str] = f"{_TYPE}.rectification-completed"


class RectificationFailed(InspectionFacts):
    """整改不合格."""

    type: ClassVar[str] = f"{_TYPE}.rectification-failed"
    overdue: bool = Field(description="逾期未整改")


EVENTS = (
    InspectionSeasonOpened,
    InspectionSeasonExtended,
    InspectionSeasonReminded,
    InspectionSeasonAnnounced,
    InspectionSeasonClosed,
    InspectionSeasonWithdrawn,
    InspectionSubmitted,
    InspectionReturned,
    InspectionOpinionGiven,
    InspectionSampled,
    InspectionChecked,
    InspectionReviewed,
    InspectionConcluded,
    InspectionReceived,
    InspectionCorrected,
    InspectionMissed,
    InspectionMissWithdrawn,
    InspectionRevocationIndicated,
    InspectionDropped,
    RectificationOrdered,
    RectificationExtended,
    RectificationReminded,
    RectificationCompleted,
    RectificationFailed,
)
