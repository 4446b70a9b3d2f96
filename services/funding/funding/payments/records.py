"""What every event and audit entry about a payment tells."""

from typing import Any

from funding.payments.models import Payment
from liandong.db.unit_of_work import UnitOfWork


def facts(payment: Payment) -> dict[str, Any]:
    return {
        "payment_id": payment.id,
        "entitlement_id": payment.entitlement_id,
        "organization_id": payment.organization_id,
        "district": payment.district,
        "amount_fen": payment.amount_fen,
    }


def record(uow: UnitOfWork, payment: Payment, fact: str, **details: object) -> None:
    uow.record(f"payment.{fact}", "payment", payment.id, district=payment.payer_district, **details)
