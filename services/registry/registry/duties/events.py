"""What the registry publishes about reports and appraisals."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.contract import Event


class CommunityReportFacts(Event):
    subject_field: ClassVar[str] = "report_id"

    report_id: UUID
    organization_id: UUID
    district: str
    period_from: date
    period_until: date
    status: str = Field(description="submitted 按期；late 逾期报告；missed 逾期未报告")


class CommunityReportSubmitted(CommunityReportFacts):
    """向村（社区）两委报告."""

    type: ClassVar[str] = "cn.liandong.registry.community-report.submitted"


class CommunityReportMissed(CommunityReportFacts):
    """逾期未报告."""

    type: ClassVar[str] = "cn.liandong.registry.community-report.missed"


class ReportRoundFacts(Event):
    subject_field: ClassVar[str] = "round_id"

    round_id: UUID
    district: str
    period_from: date
    period_until: date
    due_on: date


class ReportRoundOpened(ReportRoundFacts):
    """一个报告期开始."""

    type: ClassVar[str] = "cn.liandong.registry.report-round.opened"


class ReportRoundDueSoon(ReportRoundFacts):
    """报告期限临近."""

    type: ClassVar[str] = "cn.liandong.registry.report-round.due-soon"


class ReportRoundClosed(ReportRoundFacts):
    """清查完毕: everybody who did not report was told of."""

    type: ClassVar[str] = "cn.liandong.registry.report-round.closed"
    missed: int = Field(description="逾期未报告的组织数")


class AppraisalRecorded(Event):
    """评议结果，供参考; a corrected one comes again."""

    subject_field: ClassVar[str] = "appraisal_id"
    type: ClassVar[str] = "cn.liandong.registry.appraisal.recorded"

    appraisal_id: UUID
    organization_id: UUID
    district: str
    year: int
    level: str
    score_hundredths: int = Field(description="得分的一百倍")


EVENTS = (
    CommunityReportSubmitted,
    CommunityReportMissed,
    ReportRoundOpened,
    ReportRoundDueSoon,
    ReportRoundClosed,
    AppraisalRecorded,
)
