"""Every query about what other services told."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from funding.learned.models import CreditListing, Payee
from funding.payments.domain import BARRING_STATUSES, HoldReason, barred_by_status, listed
from liandong.db.unit_of_work import UnitOfWork

_MAKE_PAYEES = """
    INSERT INTO payee (organization_id) SELECT unnest($1::uuid[]) ON CONFLICT DO NOTHING
"""
_HOLD_PAYEES = """
    SELECT FROM payee WHERE organization_id = ANY($1::uuid[]) ORDER BY organization_id FOR UPDATE
"""
_LISTINGS = """
    SELECT listing_id, organization_id, list, holds_payments, listed_on, delisted_on,
           learned_from, learned_at
    FROM credit_listing WHERE listing_id = ANY($1::uuid[]) ORDER BY listing_id FOR UPDATE
"""
_WRITE_LISTINGS = """
    INSERT INTO credit_listing
        (listing_id, organization_id, list, holds_payments, listed_on, delisted_on, learned_from,
         learned_at)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bool[], $5::date[], $6::date[],
                         $7::text[], $8::timestamptz[])
    ON CONFLICT (listing_id) DO UPDATE
    SET organization_id = excluded.organization_id, list = excluded.list,
        holds_payments = excluded.holds_payments, listed_on = excluded.listed_on,
        delisted_on = excluded.delisted_on, learned_from = excluded.learned_from,
        learned_at = excluded.learned_at
"""


class ListingRow(NamedTuple):
    """A listing as it is kept."""

    listing_id: UUID
    organization_id: UUID
    list: str
    holds_payments: bool
    listed_on: date
    delisted_on: date | None
    learned_from: str | None
    learned_at: datetime


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


async def hold_payees(uow: UnitOfWork, organization_ids: Collection[UUID]) -> None:
    """The same gates, for many organisations of which nothing else is wanted."""
    ids = sorted(organization_ids)
    await uow.sql.execute(_MAKE_PAYEES, ids)
    await uow.sql.execute(_HOLD_PAYEES, ids)


async def lock_listings(uow: UnitOfWork, listing_ids: Collection[UUID]) -> dict[UUID, ListingRow]:
    """Those of the listings that are known."""
    found = await uow.sql.fetch(_LISTINGS, sorted(listing_ids))
    return {row["listing_id"]: ListingRow(**row) for row in found}


async def write_listings(uow: UnitOfWork, rows: Sequence[ListingRow]) -> None:
    await uow.sql.execute(_WRITE_LISTINGS, *map(list, zip(*rows, strict=True)))


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
