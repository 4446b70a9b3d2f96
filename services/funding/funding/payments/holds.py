"""Holding and releasing: reasons are rows, a payment is held while one of them stands."""

from collections.abc import Sequence
from uuid import UUID

from funding.payments import repository
from funding.payments.domain import (
    Action,
    AlreadyHeld,
    HoldKind,
    HoldReason,
    NoSuchHold,
    Status,
    advance,
)
from funding.payments.events import PaymentHeld, PaymentReleased
from funding.payments.models import Payment, PaymentHold
from funding.payments.records import facts, record
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule
from liandong.ids import uuid7


async def hold_by_hand(uow: UnitOfWork, payment_id: UUID, version: int, reason: str) -> Payment:
    """A person stops the payment, with a reason."""
    payment, _ = await repository.lock(uow, payment_id)
    district_rule(uow.actor, payment.payer_district)
    payment.expect(version)
    advance(payment.status, Action.HOLD)
    if not await place(uow, payment, [HoldReason(HoldKind.MANUAL, None, reason)]):
        raise AlreadyHeld()
    return payment


async def release_by_hand(uow: UnitOfWork, payment_id: UUID, version: int, reason: str) -> Payment:
    """Takes back what a person placed; other reasons go on holding."""
    payment, _ = await repository.lock(uow, payment_id)
    district_rule(uow.actor, payment.payer_district)
    payment.expect(version)
    advance(payment.status, Action.RELEASE, before_hold=payment.status_before_hold)
    if not await lift(uow, payment, HoldKind.MANUAL, None, note=reason):
        raise NoSuchHold("该笔款项因其他原因暂停，须待该原因消除")
    return payment


async def hold_organization(uow: UnitOfWork, organization_id: UUID, reason: HoldReason) -> int:
    """Holds every unpaid payment to the organisation; how many were not held for this reason
    before. The caller holds the payee's lock."""
    number = 0
    for payment in await repository.lock_unpaid(uow, organization_id):
        number += await place(uow, payment, [reason])
    return number


async def release_organization(
    uow: UnitOfWork, organization_id: UUID, kind: HoldKind, listing_id: UUID | None
) -> int:
    """Lifts this one reason; from how many payments. The caller holds the payee's lock."""
    number = 0
    for payment in await repository.lock_unpaid(uow, organization_id):
        number += await lift(uow, payment, kind, listing_id)
    return number


async def place(uow: UnitOfWork, payment: Payment, reasons: Sequence[HoldReason]) -> bool:
    """Holds the locked payment for these reasons; whether one of them is new."""
    standing = await repository.open_holds(uow.session, [payment.id])
    known = {(hold.kind, hold.listing_id) for hold in standing.get(payment.id, [])}
    fresh = [reason for reason in reasons if (reason.kind, reason.listing_id) not in known]
    for reason in fresh:
        add(uow, payment, reason)
    return bool(fresh)


def add(uow: UnitOfWork, payment: Payment, reason: HoldReason) -> None:
    """Holds the locked payment for a reason that is known to be new."""
    before = payment.status
    payment.status = advance(before, Action.HOLD)
    if before is not Status.HELD:
        payment.status_before_hold = before
    uow.session.add(
        PaymentHold(
            id=uuid7(),
            payment_id=payment.id,
            kind=reason.kind,
            listing_id=reason.listing_id,
            reason=reason.text,
            placed_by=uow.actor.subject,
            placed_at=uow.now,
        )
    )
    uow.publish(
        PaymentHeld(**facts(payment), reason=reason.kind, listing_id=reason.listing_id),
        of=payment,
    )
    record(
        uow,
        payment,
        "held",
        kind=reason.kind,
        listing_id=reason.listing_id,
        reason=reason.text,
    )


async def lift(
    uow: UnitOfWork,
    payment: Payment,
    kind: HoldKind,
    listing_id: UUID | None,
    *,
    note: str = "",
) -> bool:
    """Lifts this reason from the locked payment; whether it stood. The payment goes back to
    where it was when no other reason remains."""
    standing = (await repository.open_holds(uow.session, [payment.id])).get(payment.id, [])
    found = [one for one in standing if (one.kind, one.listing_id) == (kind, listing_id)]
    if not found:
        return False
    _close(uow, found)
    record(uow, payment, "hold-lifted", kind=kind, listing_id=listing_id, note=note)
    if len(standing) > len(found):
        payment.touch(uow.now)
        return True
    payment.status = advance(payment.status, Action.RELEASE, before_hold=payment.status_before_hold)
    payment.status_before_hold = None
    uow.publish(PaymentReleased(**facts(payment)), of=payment)
    record(uow, payment, "released")
    return True


async def close_all(uow: UnitOfWork, payment: Payment) -> None:
    """A cancelled payment needs no holds any more."""
    standing = await repository.open_holds(uow.session, [payment.id])
    _close(uow, standing.get(payment.id, []))


def _close(uow: UnitOfWork, holds: Sequence[PaymentHold]) -> None:
    for hold in holds:
        hold.lifted_by = uow.actor.subject
        hold.lifted_at = uow.now
