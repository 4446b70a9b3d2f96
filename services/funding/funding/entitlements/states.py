"""The latest state of every entitlement (ADR 15)."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from funding.entitlements.models import Entitlement
from liandong.events.states import State, StateKind


class EntitlementState(State):
    """应享的最新状态. Why one was cancelled or is under review is told to nobody here."""

    type: ClassVar[str] = "cn.liandong.funding.entitlement.state"
    subject_field: ClassVar[str] = "entitlement_id"

    entitlement_id: UUID
    organization_id: UUID
    district: str = Field(description="行政区划代码")
    programme: str = Field(description="F1、F2、F3、F12")
    status: str = Field(description="open、approved、paid、cancelled")
    amount_fen: int
    rule_set: str = Field(description="所依据的规则")
    cause_id: UUID = Field(description="站点或等级的标识")


def _told(entitlement: Entitlement) -> EntitlementState:
    return EntitlementState(
        entitlement_id=entitlement.id,
        organization_id=entitlement.organization_id,
        district=entitlement.district,
        programme=entitlement.programme.value,
        status=entitlement.status.value,
        amount_fen=entitlement.amount_fen,
        rule_set=entitlement.rule_set,
        cause_id=entitlement.cause_id,
    )


ENTITLEMENT_STATES = StateKind(EntitlementState, Entitlement, _told)
