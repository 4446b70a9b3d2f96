"""What goes over HTTP about repairs."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from credit_list.repairs.domain import Outcome, Status
from credit_list.texts import Codes, Reason, Reference, References, Text


class ApplyRepair(BaseModel):
    """信用修复申请。"""

    model_config = ConfigDict(extra="forbid")

    listing_id: UUID
    content: Text = Field(min_length=2, max_length=10000, description="履行义务、整改情况")
    evidence: References = Field(min_length=1, description="证明材料编号")


class DecideRepair(BaseModel):
    """修复决定。"""

    model_config = ConfigDict(extra="forbid")

    outcome: Outcome = Field(description="grant 准予、refuse 不予")
    obligations_met: bool = Field(description="经核实，相关义务已经履行")
    reasons: Reason = Field(description="理由")
    decision_document: Reference = Field(description="决定书文号")


class WithdrawRepair(BaseModel):
    """撤回修复申请。"""

    model_config = ConfigDict(extra="forbid")

    reason: Reason = Field(description="事由")


class RepairRead(BaseModel):
    """信用修复申请。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    listing_id: UUID
    organization_id: UUID
    district: str
    status: Status
    content: str
    evidence: Codes
    by_organization: bool
    applied_on: date
    obligations_met: bool | None
    decided_on: date | None
    decision_reasons: str | None
    decision_document: str | None
    rule_set: str | None
    withdraw_reason: str | None
    created_at: datetime
    updated_at: datetime
