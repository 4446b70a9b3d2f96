"""What is published about contracts."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.contract import Event


class ContractAwarded(Event):
    """已成交: the amount is public from now on."""

    type: ClassVar[str] = "cn.liandong.supply-demand.contract.awarded"
    subject_field: ClassVar[str] = "contract_id"

    contract_id: UUID
    tender_id: UUID
    bid_id: UUID
    organization_id: UUID
    district: str = Field(description="行政区划代码")
    amount_fen: int
    awarded_on: date


EVENTS = (ContractAwarded,)
