"""What goes over HTTP about payments."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from funding.budgets.schemas import Year
from funding.fields import Reason, Text
from funding.payments.domain import HoldKind, Status
from funding.payments.models import Payment, PaymentHold
from funding.programmes.domain import FundingSource, Programme
from liandong.values.districts import DistrictCode


class ProposePayment(BaseModel):
    """对一项应享提出拨付。"""

    model_config = ConfigDict(extra="forbid")

    entitlement_id: UUID
    budget_year: Year | None = Field(default=None, description="预算年度，不填为本年度")


class ProposePayments(BaseModel):
    """批量提出拨付：列出应享，或按项目与区划取全部待拨付的应享。"""

    model_config = ConfigDict(extra="forbid")

    entitlement_ids: list[UUID] | None = Field(default=None, min_length=1, max_length=500)
    programme: Programme | None = None
    district: DistrictCode | None = None
    budget_year: Year | None = Field(default=None, description="预算年度，不填为本年度")
    after: UUID | None = Field(default=None, description="上一次答复的 next_after")
    limit: int = Field(default=500, ge=1, le=500, description="一次最多办理的件数")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        by_programme = self.programme is not None and self.district is not None
        if (self.entitlement_ids is None) != by_programme or (
            self.entitlement_ids is not None
            and (self.programme, self.district, self.after) != (None, None, None)
        ):
            raise ValueError("应填写 entitlement_ids，或同时填写 programme 与 district")
        return self


class ProposalResult(BaseModel):
    """一项应享的办理结果；``type`` 与 ``detail`` 为不予办理的原因。"""

    entitlement_id: UUID
    outcome: Literal["proposed", "refused"]
    amount_fen: int
    payment_id: UUID | None = None
    status: Status | None = None
    type: str | None = None
    detail: str | None = None


class ProposalResults(BaseModel):
    """批量办理结果；``next_after`` 不为空时还有待办理的应享。"""

    results: list[ProposalResult]
    proposed: int
    refused: int
    proposed_fen: int
    next_after: UUID | None


class MakePayment(BaseModel):
    model_config = ConfigDict(extra="forbid")

    bank_reference: Annotated[Text, Field(min_length=1, max_length=100)] = Field(
        description="银行回单号或拨款文号"
    )


class GiveReason(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: Reason


class HoldRead(BaseModel):
    """一条暂停原因。"""

    model_config = ConfigDict(from_attributes=True)

    kind: HoldKind
    listing_id: UUID | None
    reason: str
    placed_at: datetime


class PaymentRead(BaseModel):
    """拨付。``holds`` 为目前的暂停原因。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    entitlement_id: UUID
    budget_line_id: UUID
    organization_id: UUID
    district: str
    payer_district: str
    payer_account: str
    programme: Programme
    funding_source: FundingSource
    amount_fen: int
    status: Status
    status_before_hold: Status | None
    holds: list[HoldRead] = []
    proposed_by: str
    approved_by: str | None
    made_by: str | None
    paid_on: date | None
    bank_reference: str | None
    cancel_reason: str | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, payment: Payment, holds: Iterable[PaymentHold]) -> "PaymentRead":
        fields = {name: getattr(payment, name) for name in cls.model_fields if name != "holds"}
        return cls(**fields, holds=[HoldRead.model_validate(hold) for hold in holds])
