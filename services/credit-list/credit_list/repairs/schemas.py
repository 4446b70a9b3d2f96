"""What goes over HTTP about repairs."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from credit_list.repairs.domain import Due, Outcome, Status
from credit_list.texts import Codes, Reason, Reference, References, Text


class ApplyRepair(BaseModel):
    """信用修复申请。"""

    model_config = ConfigDict(extra="forbid")

    listing_id: UUID
    content: Text = Field(min_length=2, max_length=10000, description="履行义务、整改情况")
    evidence: References = Field(min_length=1, description="证明材料编号")


class ReturnRepair(BaseModel):
    """退回补正：一次告知需要补正的全部内容。"""

    model_config = ConfigDict(extra="forbid")

    reason: Reason = Field(description="需要补正的内容")


class SupplementRepair(BaseModel):
    """补正。"""

    model_config = ConfigDict(extra="forbid")

    content: Text = Field(min_length=2, max_length=10000, description="履行义务、整改情况")
    evidence: References = Field(min_length=1, description="证明材料编号，包括原有的")


class CheckRepair(BaseModel):
    """核查。"""

    model_config = ConfigDict(extra="forbid")

    obligations_met: bool = Field(description="经核查，相关义务已经履行、整改已经完成")
    findings: Text = Field(min_length=2, max_length=5000, description="核查情况")


class DecideRepair(BaseModel):
    """修复决定。"""

    model_config = ConfigDict(extra="forbid")

    outcome: Outcome = Field(description="grant 准予、refuse 不予")
    obligations_met: bool | None = Field(
        default=None, description="审批人另有认定的填写；不填以核查为准"
    )
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
    due_step: Due | None = Field(description="下一步应办事项")
    due_on: date | None = Field(description="应办结的最后一日")
    is_overdue: bool = Field(default=False, description="已逾期")
    accepted_on: date | None
    return_reason: str | None
    findings: str | None
    checked_on: date | None
    obligations_met: bool | None
    decided_on: date | None
    decision_reasons: str | None
    decision_document: str | None
    reapply_from: date | None = Field(description="不予修复后可以再次申请的第一日")
    rule_set: str | None
    withdraw_reason: str | None
    created_at: datetime
    updated_at: datetime
