"""What funding publishes about entitlements."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.contract import Event


class EntitlementCreated(Event):
    """An organisation has a right to an award."""

    type: ClassVar[str] = "cn.liandong.funding.entitlement.created"
    subject_field: ClassVar[str] = "entitlement_id"

    entitlement_id: UUID
    organization_id: UUID
    district: str = Field(description="行政区划代码")
    programme: str = Field(description="F1、F2、F3、F12")
    amount_fen: int
    rule_set: str = Field(description="所依据的规则")
    cause_id: UUID = Field(description="站点或等级的标识")


EVENTS = (EntitlementCreated,)
