"""Use cases of reviews. Before payment a withdrawal cancels; after it, a person must look."""

from uuid import UUID

from funding.entitlements import repository as entitlement_rows
from funding.entitlements import service as entitlements
from funding.entitlements.domain import Status
from funding.entitlements.models import Entitlement
from funding.learned.repository import lock_payee
from funding.payments import holds
from funding.payments import repository as payment_rows
from funding.payments import service as payments
from funding.payments.domain import HoldKind
from funding.reviews.domain import NothingToReview, PaidAlready
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule


async def withdraw(uow: UnitOfWork, entitlement_id: UUID, reason: str) -> None:
    """The site was withdrawn or the grade cancelled."""
    entitlement = await _lock(uow, entitlement_id)
    if entitlement.status is Status.PAID:
        entitlements.flag(uow, entitlement, reason)
    elif entitlement.status is not Status.CANCELLED:
        await _cancel(uow, entitlement, reason)


async def question(uow: UnitOfWork, entitlement_id: UUID, reason: str) -> None:
    """The grade was adjusted: whether the award stands is for a person to say."""
    entitlement = await _lock(uow, entitlement_id)
    if entitlement.status is Status.CANCELLED:
        return
    entitlements.flag(uow, entitlement, reason)
    if entitlement.status is Status.APPROVED:
        payment = await payment_rows.lock_live(uow, entitlement_id)
        assert payment is not None
        await payments.hold_for_review(uow, payment, reason)


async def settle(
    uow: UnitOfWork, entitlement_id: UUID, version: int, *, keep: bool, note: str
) -> Entitlement:
    """A person has looked: the award stands, or (unpaid only) it is cancelled."""
    entitlement = await _lock(uow, entitlement_id)
    district_rule(uow.actor, entitlement.payer_district)
    entitlement.expect(version)
    if not entitlement.needs_review:
        raise NothingToReview()
    if not keep:
        if entitlement.status is Status.PAID:
            raise PaidAlready("请依法追回，并以“维持”结束复核，在说明中注明")
        await _cancel(uow, entitlement, note)
        return entitlement
    entitlement.needs_review = False
    entitlement.touch(uow.now)
    entitlements.record(uow, entitlement, "review-settled", kept=True, note=note)
    payment = await payment_rows.lock_live(uow, entitlement_id)
    if payment is not None:
        await holds.lift(uow, payment, HoldKind.UNDER_REVIEW, None, note=note)
    return entitlement


async def _lock(uow: UnitOfWork, entitlement_id: UUID) -> Entitlement:
    await lock_payee(uow, await entitlement_rows.payee_of(uow.session, entitlement_id))
    return await entitlement_rows.lock(uow, entitlement_id)


async def _cancel(uow: UnitOfWork, entitlement: Entitlement, reason: str) -> None:
    payment = await payment_rows.lock_live(uow, entitlement.id)
    if payment is not None:
        await payments.withdraw(uow, payment, reason)
    entitlements.cancel(uow, entitlement, reason)
