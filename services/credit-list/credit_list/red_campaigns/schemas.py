"""What goes over HTTP about yearly campaigns."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from credit_list.red_campaigns.domain import CampaignStatus
from credit_list.red_campaigns.models import Source
from credit_list.texts import Reason
from liandong.values.days import IsoDay
from liandong.values.districts import DistrictCode

LAST_DAY = date(2999, 12, 31)
Some = Annotated[list[UUID], Field(min_length=1, max_length=200)]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class OpenCampaign(_Closed):
    """开展年度认定。候选组织由系统按条件核对，无须逐个添加。"""

    district: DistrictCode = Field(description="辖区，含下级")
    year: int = Field(strict=True, ge=2000, le=2999, description="认定年度")
    as_of: IsoDay = Field(le=LAST_DAY, description="核对条件的基准日，不晚于今日")
    applications_until: IsoDay = Field(le=LAST_DAY, description="自行申报的最后一日")

    @model_validator(mode="after")
    def _in_order(self) -> "OpenCampaign":
        if self.applications_until < self.as_of:
            raise ValueError("申报的最后一日早于核对条件的基准日")
        return self


class ApplyForRed(_Closed):
    """自行申报。"""

    statement: Reason = Field(description="申报理由")


class ProposeSome(_Closed):
    """成批推荐。"""

    organization_ids: Some
    reasons: Reason = Field(description="推荐理由")


class ConfirmSome(_Closed):
    """成批确认列入。"""

    proposal_ids: Some
    reasons: Reason = Field(description="理由")


class CloseCampaign(_Closed):
    """结束年度认定。"""

    reason: Reason = Field(description="事由")
    withdraw_undecided: bool = Field(
        default=False, description="未办结的推荐一并撤回；填 false 的，有未办结的推荐即不予结束"
    )


class ReopenCampaign(_Closed):
    """误结束的年度认定重新开启。"""

    reason: Reason = Field(description="事由")


class CancelCampaign(_Closed):
    """误开展的年度认定作废。"""

    reason: Reason = Field(description="事由")


class CampaignRead(BaseModel):
    """年度认定。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    district: str
    year: int
    as_of: date
    applications_until: date
    rule_set: str
    computed: int = Field(description="已核对的组织数")
    is_computed: bool = Field(description="核对完毕")
    publicity_from: date | None
    publicity_ends_on: date | None
    status: CampaignStatus = Field(description="open 开展中；closed 已结束；cancelled 已作废")
    ended_on: date | None = Field(description="结束或者作废的日期")
    end_reason: str | None
    created_at: datetime
    updated_at: datetime


class ConditionRead(BaseModel):
    """一项条件及其核对结果。"""

    code: str
    text: str
    passed: bool
    reason: str = Field(description="不符合的原因")


class CandidateRead(BaseModel):
    """候选组织。"""

    model_config = ConfigDict(from_attributes=True)

    organization_id: UUID
    source: Source
    passed: bool
    conditions: list[ConditionRead]
    statement: str | None
    looked_on: date
    applied_on: date | None
    proposal_id: UUID | None


class RowRead(BaseModel):
    """成批办理中一行的结果。"""

    id: UUID = Field(description="请求中的编号")
    done: bool
    proposal_id: UUID | None = None
    listing_id: UUID | None = None
    problem: str | None = Field(default=None, description="未办理的，问题类型")
    detail: str | None = Field(default=None, description="未办理的，原因")


class NoticeEntry(BaseModel):
    """公示名单中的一家组织。"""

    organization_name: str
    credit_code: str | None
    filing_number: str | None
    district: str


class NoticeRead(BaseModel):
    """年度认定公示。"""

    district: str
    year: int
    publicity_from: date
    publicity_ends_on: date
    entries: list[NoticeEntry]
    next_cursor: str | None = None
