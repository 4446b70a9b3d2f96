"""What goes over HTTP about the ledger."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from funding.programmes.domain import FundingSource, Programme


class LedgerEntryRead(BaseModel):
    """台账一行：一笔已拨付的款项。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    payment_id: UUID
    organization_id: UUID
    district: str
    payer_district: str
    programme: Programme
    funding_source: FundingSource
    payer_account: str
    amount_fen: int
    paid_on: date
    year: int
    bank_reference: str
    entered_by: str
    entered_at: datetime


class LedgerSummaryRow(BaseModel):
    year: int
    funding_source: FundingSource
    programme: Programme
    count: int
    sum_fen: int


class LedgerSummary(BaseModel):
    """按年度、资金来源、项目汇总。"""

    rows: list[LedgerSummaryRow]
    count: int
    sum_fen: int
