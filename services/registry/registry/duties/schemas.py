"""What goes over HTTP about reports and appraisals."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from liandong.values.districts import DistrictCode
from liandong.values.money import Fen
from liandong.values.text import Text
from registry.duties.domain import ReportStatus, RoundStatus
from registry.organizations.schemas import Count, Day


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SubmitReport(_Closed):
    """向村（社区）两委的定期报告。"""

    organization_id: UUID
    day: Day = Field(description="报告期内的任一日")
    summary: Text = Field(min_length=2, max_length=5000, description="活动和管理情况")
    activities: Count = Field(default=0, description="开展活动次数")
    income_fen: Fen = 0
    spent_fen: Fen = 0


class Answer(_Closed):
    answer: Text = Field(min_length=2, max_length=1000, description="两委的意见")


class OpenRound(_Closed):
    """开始一地的定期报告；以后各期自动接续。"""

    district: DistrictCode
    day: Day = Field(description="首个报告期内的任一日")


class RecordAppraisal(_Closed):
    """居民与两委的年度评议。"""

    residents_score: int = Field(ge=0, le=100, description="居民评分")
    residents: Count = Field(description="参加评议的居民人数")
    committees_score: int = Field(ge=0, le=100, description="两委评分")
    comment: Text = Field(default="", max_length=1000, description="主要意见")


class NewAppraisal(RecordAppraisal):
    organization_id: UUID
    year: int = Field(ge=1949, le=2999)


class CorrectAppraisal(RecordAppraisal):
    reason: Text = Field(min_length=2, max_length=500, description="更正的原因")


class ReportRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    organization_id: UUID
    district: str
    period_from: date
    period_until: date
    due_on: date
    status: ReportStatus
    submitted_on: date | None
    summary: str
    activities: int
    income_fen: int
    spent_fen: int
    answer: str
    answered_by: str | None
    rule_set: str


class RoundRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    district: str
    period_from: date
    period_until: date
    due_on: date
    status: RoundStatus
    missed: int = Field(description="已查出的逾期未报告组织数")
    opened_by: str
    rule_set: str


class AppraisalRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    organization_id: UUID
    district: str
    year: int
    residents_score: int
    residents: int
    committees_score: int
    score_hundredths: int = Field(description="得分的一百倍")
    level: str
    level_title: str
    comment: str
    correction: str
    recorded_by: str
    rule_set: str
    updated_at: datetime
