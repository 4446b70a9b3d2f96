"""The queries of the public boards."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from credit_list.boards.domain import ORDER
from credit_list.learned.models import KnownOrganization
from credit_list.listings.domain import ADVERSE, DelistReason, ListName, Status
from credit_list.listings.models import Listing, ListingGround
from liandong.values.districts import subtree_prefix

_AGAIN = aliased(Listing)
"""The listing that stands again for one that had been superseded by mistake."""


def board(name: ListName, district: str, today: date) -> Select[Listing, KnownOrganization]:
    """Current listings that may be shown today, with the organisation as last learnt. After the
    longest publication of NDRC Order 36 a listing holds but is no longer shown."""
    query = (
        select(Listing, KnownOrganization)
        .join(KnownOrganization, KnownOrganization.organization_id == Listing.organization_id)
        .where(
            Listing.list == name,
            Listing.status == Status.LISTED,
            or_(Listing.publication_ends_on.is_(None), Listing.publication_ends_on >= today),
        )
    )
    prefix = subtree_prefix(district) if district else ""
    if prefix:
        query = query.where(Listing.district.startswith(prefix, autoescape=True))
    return query


def _shown_on(day: date, today: date, district: str) -> list[ColumnElement[bool]]:
    """:func:`credit_list.boards.domain.is_shown`, for the database."""
    gone = or_(
        Listing.delist_reason == DelistReason.CORRECTED,
        and_(
            Listing.list.in_(ADVERSE),
            Listing.delist_reason.in_((DelistReason.REPAIRED, DelistReason.REMOVED)),
        ),
    )
    shown = [
        Listing.listed_on <= day,
        or_(Listing.delisted_on.is_(None), Listing.delisted_on > day),
        or_(Listing.valid_until.is_(None), Listing.valid_until >= day),
        or_(
            Listing.publication_ends_on.is_(None),
            Listing.publication_ends_on >= max(day, today),
        ),
        or_(Listing.delist_reason.is_(None), not_(gone)),
        not_(exists().where(_AGAIN.stands_for == Listing.id)),
    ]
    prefix = subtree_prefix(district)
    if prefix:
        shown.append(Listing.district.startswith(prefix, autoescape=True))
    return shown


async def totals(
    session: AsyncSession, district: str, day: date, today: date
) -> dict[ListName, int]:
    query = select(Listing.list, func.count()).where(*_shown_on(day, today, district))
    return {name: int(count) for name, count in await session.execute(query.group_by(Listing.list))}


async def board_on(
    session: AsyncSession,
    district: str,
    day: date,
    today: date,
    name: ListName | None,
    after: int,
    most: int,
) -> Sequence[tuple[Listing, KnownOrganization]]:
    """In the order of print: by list, district, day. Pages of a sheet are counted, not followed
    by a cursor: whoever prints wants to know how many there are."""
    place = case({one.value: place for place, one in enumerate(ORDER)}, value=Listing.list)
    query = (
        select(Listing, KnownOrganization)
        .join(KnownOrganization, KnownOrganization.organization_id == Listing.organization_id)
        .where(*_shown_on(day, today, district))
        .order_by(place, Listing.district, Listing.listed_on, Listing.id)
        .offset(after)
        .limit(most)
    )
    if name is not None:
        query = query.where(Listing.list == name)
    return [(one, known) for one, known in await session.execute(query)]


async def grounds_on(
    session: AsyncSession, listing_ids: Sequence[UUID], day: date
) -> dict[UUID, ListingGround]:
    """The latest decision of each listing that had been taken on the day."""
    query = (
        select(ListingGround)
        .where(
            ListingGround.listing_id.in_(listing_ids),
            ListingGround.decided_on <= day,
            ListingGround.corrected_on.is_(None),
        )
        .order_by(ListingGround.number)
    )
    return {one.listing_id: one for one in await session.scalars(query)}
