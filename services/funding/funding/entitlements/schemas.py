"""What goes over HTTP about entitlements."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from funding.entitlements.domain import CauseKind, Outcome, Status
from funding.entitlements.models import Entitlement
from funding.programmes.domain import FundingSource, Programme


class EntitlementRead(BaseModel):
    """应享。``held`` 为真：该组织或该笔拨付目前暂停拨付。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    programme: Programme
    status: Status
    held: bool = False
    priority: bool = Field(
        default=False, description="该组织现有“优先获得资金资助”的激励措施，供审批参考"
    )
    cause_kind: CauseKind
    cause_id: UUID
    category: str
    organization_id: UUID
    district: str
    payer_district: str
    payer_account: str
    funding_source: FundingSource
    amount_fen: int
    rule_set: str
    decided_on: date
    year: int
    needs_review: bool
    review_reason: str | None
    cancel_reason: str | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(
        cls, entitlement: Entitlement, held: bool, *, priority: bool = False
    ) -> "EntitlementRead":
        told = {"held": held, "priority": priority}
        return cls.model_validate(entitlement).model_copy(update=told)


class SummaryRow(BaseModel):
    programme: Programme
    category: str
    count: int
    sum_fen: int


class EntitlementSummary(BaseModel):
    """按项目与类别（站点类型、等级）汇总，不含已取消的。"""

    rows: list[SummaryRow]
    count: int
    sum_fen: int


class CauseRead(BaseModel):
    """站点认定或等级确认，及其核算结果。"""

    model_config = ConfigDict(from_attributes=True)

    cause_id: UUID
    kind: CauseKind
    organization_id: UUID
    district: str
    category: str
    round: str | None
    decided_on: date
    outcome: Outcome
    entitlement_id: UUID | None
    withdrawn_on: date | None
    learned_at: datetime
