"""What goes over HTTP about red-list proposals."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from credit_list.red_list.domain import ObjectionOutcome, Status
from credit_list.texts import Reason


class ProposeRed(BaseModel):
    """推荐列入守信红名单。"""

    model_config = ConfigDict(extra="forbid")

    organization_id: UUID
    reasons: Reason = Field(description="推荐理由")


class RecordObjection(BaseModel):
    """公示期间收到的异议。"""

    model_config = ConfigDict(extra="forbid")

    content: Reason = Field(description="异议内容")


class SettleObjection(BaseModel):
    """异议的核实与处理。"""

    model_config = ConfigDict(extra="forbid")

    outcome: ObjectionOutcome = Field(description="upheld 成立、dismissed 不成立")
    findings: Reason = Field(description="核实情况")


class DecideRed(BaseModel):
    """确认、不予列入或撤回的理由。"""

    model_config = ConfigDict(extra="forbid")

    reasons: Reason = Field(description="理由")


class ProposalRead(BaseModel):
    """红名单推荐。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    organization_id: UUID
    district: str
    status: Status
    reasons: str
    rule_set: str
    proposed_on: date
    publicity_from: date | None
    publicity_ends_on: date | None
    decided_on: date | None
    decision_reasons: str | None
    listing_id: UUID | None
    withdraw_reason: str | None
    created_at: datetime
    updated_at: datetime


class ObjectionRead(BaseModel):
    """异议及处理。"""

    model_config = ConfigDict(from_attributes=True)

    number: int
    content: str
    recorded_at: datetime
    outcome: ObjectionOutcome | None
    findings: str | None
    settled_at: datetime | None


class ProposalDetail(ProposalRead):
    objections: list[ObjectionRead] = Field(default_factory=list[ObjectionRead])


class PublicityRead(BaseModel):
    """公示中的红名单推荐。"""

    proposal_id: UUID
    organization_name: str
    credit_code: str | None
    filing_number: str | None
    district: str
    publicity_from: date
    publicity_ends_on: date
