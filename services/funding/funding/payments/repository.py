"""Every query about payments and holds.

Locks are taken in one order everywhere: payees, entitlements, payments, budget lines; inside each
by id.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from funding.access import visible, within
from funding.entitlements import repository as entitlements
from funding.entitlements.domain import Status as EntitlementStatus
from funding.entitlements.models import Entitlement
from funding.learned.repository import lock_payee
from funding.payments.domain import UNPAID, Status
from funding.payments.models import Payment, PaymentHold
from funding.programmes.domain import Programme
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.actors import Actor
from liandong.problems import NotFound


async def lock(uow: UnitOfWork, payment_id: UUID) -> tuple[Payment, Entitlement]:
    """The payment with its entitlement, behind the gate of the payee; raises NotFound."""
    row = (
        await uow.session.execute(
            select(Payment.organization_id, Payment.entitlement_id).where(Payment.id == payment_id)
        )
    ).first()
    if row is None:
        raise NotFound("没有这笔拨付")
    await lock_payee(uow, row.organization_id)
    entitlement = await entitlements.lock(uow, row.entitlement_id)
    payment = await uow.session.get(Payment, payment_id, with_for_update=True)
    assert payment is not None
    return payment, entitlement


async def lock_unpaid(uow: UnitOfWork, organization_id: UUID) -> list[Payment]:
    """The organisation's unpaid payments, locked in the order of their ids."""
    rows = await uow.session.scalars(
        select(Payment)
        .where(Payment.organization_id == organization_id, Payment.status.in_(UNPAID))
        .order_by(Payment.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(rows)


async def unpaid_organizations(uow: UnitOfWork, organization_ids: Collection[UUID]) -> set[UUID]:
    """Those of the organisations, behind whose gates the caller is, that have unpaid payments."""
    query = select(Payment.organization_id).where(
        Payment.organization_id.in_(organization_ids), Payment.status.in_(UNPAID)
    )
    return set(await uow.session.scalars(query))


async def lock_live(uow: UnitOfWork, entitlement_id: UUID) -> Payment | None:
    """The entitlement's payment that is not cancelled, locked."""
    rows = await uow.session.scalars(
        select(Payment)
        .where(Payment.entitlement_id == entitlement_id, Payment.status != Status.CANCELLED)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return rows.one_or_none()


async def get(session: AsyncSession, payment_id: UUID) -> Payment:
    found = await session.get(Payment, payment_id)
    if found is None:
        raise NotFound("没有这笔拨付")
    return found


async def open_holds(
    session: AsyncSession, payment_ids: Iterable[UUID]
) -> dict[UUID, list[PaymentHold]]:
    """The reasons for which the payments are held now, oldest first."""
    rows = await session.scalars(
        select(PaymentHold)
        .where(PaymentHold.payment_id.in_(list(payment_ids)), PaymentHold.lifted_at.is_(None))
        .order_by(PaymentHold.id)
    )
    found: dict[UUID, list[PaymentHold]] = defaultdict(list)
    for row in rows:
        found[row.payment_id].append(row)
    return found


async def candidates(
    session: AsyncSession,
    *,
    programme: Programme,
    district: str,
    after: UUID | None,
    limit: int,
) -> Sequence[UUID]:
    """Open entitlements of the programme in the district, in the order of their ids."""
    query = select(Entitlement.id).where(
        Entitlement.programme == programme,
        Entitlement.status == EntitlementStatus.OPEN,
        within(Entitlement.district, district),
    )
    if after is not None:
        query = query.where(Entitlement.id > after)
    return (await session.scalars(query.order_by(Entitlement.id).limit(limit))).all()


async def payees_of(session: AsyncSession, entitlement_ids: Sequence[UUID]) -> list[UUID]:
    rows = await session.scalars(
        select(Entitlement.organization_id).where(Entitlement.id.in_(entitlement_ids)).distinct()
    )
    return list(rows)


def search(
    actor: Actor,
    *,
    programme: Programme | None,
    organization_id: UUID | None,
    entitlement_id: UUID | None,
    status: Status | None,
    district: str,
) -> Select[Payment]:
    query = select(Payment).where(
        visible(
            actor,
            Payment.district,
            Payment.payer_district,
            organization=Payment.organization_id,
        )
    )
    if programme is not None:
        query = query.where(Payment.programme == programme)
    if organization_id is not None:
        query = query.where(Payment.organization_id == organization_id)
    if entitlement_id is not None:
        query = query.where(Payment.entitlement_id == entitlement_id)
    if status is not None:
        query = query.where(Payment.status == status)
    if district:
        query = query.where(within(Payment.district, district))
    return query
