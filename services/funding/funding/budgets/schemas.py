"""What goes over HTTP about budgets."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from funding.fields import Reason
from funding.programmes.domain import FundingSource, Programme
from liandong.values.districts import DistrictCode
from liandong.values.money import Fen

Year = Annotated[int, Field(strict=True, ge=2000, le=2100, description="预算年度")]


class CreateBudget(BaseModel):
    """提出一项预算；经另一人审批后生效。"""

    model_config = ConfigDict(extra="forbid")

    district: DistrictCode
    programme: Programme
    year: Year
    funding_source: FundingSource
    amount_fen: Fen
    reason: Reason = "年度预算"


class AdjustBudget(BaseModel):
    """提出调整后的总额；再次提出即取代待审批的金额。"""

    model_config = ConfigDict(extra="forbid")

    amount_fen: Fen
    funding_source: FundingSource | None = Field(default=None, description="未有占用时方可更改")
    reason: Reason


class RejectBudget(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: Reason


class BudgetRead(BaseModel):
    """预算。``proposed_…`` 为待审批的调整，审批前不起作用。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    district: str
    programme: Programme
    year: int
    funding_source: FundingSource
    amount_fen: int
    committed_fen: int
    paid_fen: int
    available_fen: int
    proposed_fen: int | None
    proposed_source: FundingSource | None
    proposed_by: str | None
    proposed_reason: str | None
    approved_by: str | None
    created_at: datetime
    updated_at: datetime
