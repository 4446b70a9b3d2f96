"""The latest state of every tender that was published (ADR 15)."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.states import State, StateKind
from supply_demand.tenders.models import Tender


class TenderState(State):
    """采购项目的最新状态, from its publication on; a draft is shown to nobody."""

    type: ClassVar[str] = "cn.liandong.supply-demand.tender.state"
    subject_field: ClassVar[str] = "tender_id"

    tender_id: UUID
    district: str = Field(description="行政区划代码")
    title: str
    buyer_district: str
    method: str = Field(description="采购方式代码")
    budget_fen: int
    closes_at: datetime
    status: str = Field(description="published、closed、awarded、cancelled")


def _told(tender: Tender) -> TenderState | None:
    if tender.published_at is None:
        return None
    return TenderState(
        tender_id=tender.id,
        district=tender.district,
        title=tender.title,
        buyer_district=tender.buyer_district,
        method=tender.method,
        budget_fen=tender.budget_fen,
        closes_at=tender.closes_at,
        status=tender.status.value,
    )


TENDER_STATES = StateKind(TenderState, Tender, _told, ever_shown=Tender.published_at.is_not(None))
