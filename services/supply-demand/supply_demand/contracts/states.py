"""The latest state of every contract (ADR 15)."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.states import State, StateKind
from supply_demand.contracts.models import Contract


class ContractState(State):
    """成交合同: public from the award on."""

    type: ClassVar[str] = "cn.liandong.supply-demand.contract.state"
    subject_field: ClassVar[str] = "contract_id"

    contract_id: UUID
    tender_id: UUID
    bid_id: UUID
    organization_id: UUID
    district: str = Field(description="行政区划代码")
    amount_fen: int
    awarded_on: date


def _told(contract: Contract) -> ContractState:
    return ContractState(
        contract_id=contract.id,
        tender_id=contract.tender_id,
        bid_id=contract.bid_id,
        organization_id=contract.organization_id,
        district=contract.district,
        amount_fen=contract.amount_fen,
        awarded_on=contract.awarded_on,
    )


CONTRACT_STATES = StateKind(ContractState, Contract, _told)
