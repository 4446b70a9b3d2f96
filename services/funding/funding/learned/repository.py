"""Every query about what other services told."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from funding.learned.models import CreditListing, Payee
from funding.payments.domain import BARRING_STATUSES, HoldReason, barred_by_status, listed
from liandong.db.unit_of_work import UnitOfWork


async def lock_payees(uow: UnitOfWork, organization_ids: Iterable[UUID]) -> dict[UUID, Payee]:
    """The gates of the organisations, locked in the order of their ids until the unit ends.

    Take them before any row of an entitlement or payment. A row that is missing is made.
    """
    ids = sorted(set(organization_ids))
    if not ids:
        return {}
    await uow.session.execute(
        insert(Payee).on_conflict_do_nothing(), [{"organization_id": one} for one in ids]
    )
    rows = await uow.session.scalars(
        select(Payee)
        .where(Payee.organization_id.in_(ids))
        .order_by(Payee.organization_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.organization_id: row for row in rows}


async def lock_payee(uow: UnitOfWork, organization_id: UUID) -> Payee:
    return (await lock_payees(uow, [organization_id]))[organization_id]


async def lock_listing(uow: UnitOfWork, listing_id: UUID) -> CreditListing | None:
    return await uow.session.get(CreditListing, listing_id, with_for_update=True)


async def reasons_to_hold(
    session: AsyncSession, organization_ids: Iterable[UUID]
) -> dict[UUID, list[HoldReason]]:
    """Why payments to these organisations must be held now; absent: no reason."""
    ids = sorted(set(organization_ids))
    found: dict[UUID, list[HoldReason]] = defaultdict(list)
    payees = await session.scalars(
        select(Payee)
        .where(Payee.organization_id.in_(ids), Payee.status.in_(BARRING_STATUSES))
        .order_by(Payee.organization_id)
    )
    for payee in payees:
        found[payee.organization_id].append(barred_by_status(payee.status or ""))
    listings = await session.scalars(
        select(CreditListing)
        .where(
            CreditListing.organization_id.in_(ids),
            CreditListing.holds_payments,
            CreditListing.delisted_on.is_(None),
        )
        .order_by(CreditListing.listing_id)
    )
    for listing in listings:
        found[listing.organization_id].append(listed(listing.listing_id, listing.list))
    return dict(found)


def barred(organization_id: Any) -> ColumnElement[bool]:
    """SQL for: there is a reason now to hold payments to the organisation in this column."""
    return or_(
        exists().where(
            CreditListing.organization_id == organization_id,
            CreditListing.holds_payments,
            CreditListing.delisted_on.is_(None),
        ),
        exists().where(
            Payee.organization_id == organization_id, Payee.status.in_(BARRING_STATUSES)
        ),
    )
