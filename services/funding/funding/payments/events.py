"""What funding publishes about payments."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.contract import Event


class PaymentFacts(Event):
    """A payment; whom it is for and how much."""

    subject_field: ClassVar[str] = "payment_id"

    payment_id: UUID
    entitlement_id: UUID
    organization_id: UUID
    district: str = Field(description="行政区划代码")
    amount_fen: int


class PaymentApproved(PaymentFacts):
    """审批通过, by another person than who proposed it."""

    type: ClassVar[str] = "cn.liandong.funding.payment.approved"


class PaymentHeld(PaymentFacts):
    """暂停拨付: a reason to hold was added. A held payment may get further reasons."""

    type: ClassVar[str] = "cn.liandong.funding.payment.held"
    reason: str = Field(description="listed、organization-status、under-review、manual")
    listing_id: UUID | None = Field(default=None, description="reason 为 listed 时的名单条目")


class PaymentReleased(PaymentFacts):
    """恢复: the last reason to hold is gone."""

    type: ClassVar[str] = "cn.liandong.funding.payment.released"


class PaymentMade(PaymentFacts):
    """已拨付. Once per payment, never taken back."""

    type: ClassVar[str] = "cn.liandong.funding.payment.made"
    paid_on: date


EVENTS = (PaymentApproved, PaymentHeld, PaymentReleased, PaymentMade)
