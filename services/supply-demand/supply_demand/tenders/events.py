"""What is published about tenders."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.contract import Event


class TenderPublished(Event):
    """招标已发布: bids are taken until ``closes_at``."""

    type: ClassVar[str] = "cn.liandong.supply-demand.tender.published"
    subject_field: ClassVar[str] = "tender_id"

    tender_id: UUID
    district: str = Field(description="行政区划代码")
    title: str
    buyer_district: str
    method: str = Field(description="采购方式代码")
    budget_fen: int
    closes_at: datetime


EVENTS = (TenderPublished,)
