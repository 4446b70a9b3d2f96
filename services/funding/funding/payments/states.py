"""The latest state of every payment (ADR 15)."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from funding.payments.domain import Status
from funding.payments.models import Payment
from liandong.events.states import State, StateKind


class PaymentState(State):
    """拨付的最新状态. A payment that is held is told without the reason: it may be a listing that
    is repaired later. One that was taken back is shown no longer."""

    type: ClassVar[str] = "cn.liandong.funding.payment.state"
    subject_field: ClassVar[str] = "payment_id"

    payment_id: UUID
    entitlement_id: UUID
    organization_id: UUID
    district: str = Field(description="行政区划代码")
    amount_fen: int
    status: str = Field(description="proposed、approved、held、made")
    paid_on: date | None = None


def _told(payment: Payment) -> PaymentState | None:
    if payment.status is Status.CANCELLED:
        return None
    return PaymentState(
        payment_id=payment.id,
        entitlement_id=payment.entitlement_id,
        organization_id=payment.organization_id,
        district=payment.district,
        amount_fen=payment.amount_fen,
        status=payment.status.value,
        paid_on=payment.paid_on,
    )


PAYMENT_STATES = StateKind(PaymentState, Payment, _told)
