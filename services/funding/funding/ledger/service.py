"""The one way into the ledger."""

from datetime import date

from funding.ledger.models import LedgerEntry
from funding.payments.models import Payment
from liandong.db.unit_of_work import UnitOfWork
from liandong.ids import uuid7


def enter(uow: UnitOfWork, payment: Payment, paid_on: date, bank_reference: str) -> None:
    """Enters the locked payment that is being made."""
    uow.session.add(
        LedgerEntry(
            id=uuid7(),
            payment_id=payment.id,
            organization_id=payment.organization_id,
            district=payment.district,
            payer_district=payment.payer_district,
            programme=payment.programme,
            funding_source=payment.funding_source,
            payer_account=payment.payer_account,
            amount_fen=payment.amount_fen,
            paid_on=paid_on,
            year=paid_on.year,
            bank_reference=bank_reference,
            entered_by=uow.actor.subject,
            entered_at=uow.now,
        )
    )
