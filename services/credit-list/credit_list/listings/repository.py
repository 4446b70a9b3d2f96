"""Every query about listings."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Exists, Select, exists, func, not_, select
from sqlalchemy.ext.asyncio import AsyncSession

from credit_list.leads.models import Lead
from credit_list.leads.repository import withdrawn_facts
from credit_list.listings.domain import DelistReason, ListName, Status
from credit_list.listings.models import Listing, ListingGround
from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import NotFound
from liandong.values.districts import subtree_prefix


async def organization_of(session: AsyncSession, listing_id: UUID) -> UUID:
    """Whose listing it is: needed to lock the organisation first. Raises NotFound."""
    query = select(Listing.organization_id).where(Listing.id == listing_id)
    found = await session.scalar(query)
    if found is None:
        raise NotFound("没有这条列入记录")
    return found


async def lock(uow: UnitOfWork, listing_id: UUID) -> Listing:
    """The listing, locked; the organisation's row must have been locked before."""
    found = await uow.session.get(Listing, listing_id, with_for_update=True)
    if found is None:
        raise NotFound("没有这条列入记录")
    return found


async def lock_current(uow: UnitOfWork, organization_id: UUID) -> dict[ListName, Listing]:
    """The current listings of the organisation, locked in order, by list."""
    query = (
        select(Listing)
        .where(Listing.organization_id == organization_id, Listing.status == Status.LISTED)
        .order_by(Listing.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {one.list: one for one in await uow.session.scalars(query)}


async def current(session: AsyncSession, organization_id: UUID) -> Sequence[Listing]:
    """The current listings, oldest first."""
    query = (
        select(Listing)
        .where(Listing.organization_id == organization_id, Listing.status == Status.LISTED)
        .order_by(Listing.id)
    )
    return (await session.scalars(query)).all()


async def current_of(
    session: AsyncSession, organization_ids: Collection[UUID]
) -> dict[UUID, list[Listing]]:
    """As :func:`current`, of many; absent: none."""
    found: dict[UUID, list[Listing]] = defaultdict(list)
    query = select(Listing).where(
        Listing.organization_id.in_(organization_ids), Listing.status == Status.LISTED
    )
    for one in await session.scalars(query.order_by(Listing.id)):
        found[one.organization_id].append(one)
    return found


async def get(session: AsyncSession, listing_id: UUID) -> Listing:
    found = await session.get(Listing, listing_id)
    if found is None:
        raise NotFound("没有这条列入记录")
    return found


async def grounds(session: AsyncSession, listing_id: UUID) -> Sequence[ListingGround]:
    query = select(ListingGround).where(ListingGround.listing_id == listing_id)
    return (await session.scalars(query.order_by(ListingGround.number))).all()


async def count_grounds(session: AsyncSession, listing_id: UUID) -> int:
    query = select(func.count()).where(ListingGround.listing_id == listing_id)
    return int(await session.scalar(query) or 0)


async def superseded_by(uow: UnitOfWork, listing_id: UUID) -> Sequence[Listing]:
    """The listings whose place this one has taken, locked, adverse ones first."""
    query = (
        select(Listing)
        .where(
            Listing.superseded_by == listing_id,
            Listing.delist_reason == DelistReason.SUPERSEDED,
        )
        .order_by(Listing.list == ListName.RED, Listing.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await uow.session.scalars(query)).all()


async def standing_for(session: AsyncSession, listing_id: UUID) -> UUID | None:
    """The listing that stands again for this one."""
    return await session.scalar(select(Listing.id).where(Listing.stands_for == listing_id))


def has_withdrawn_facts() -> Exists:
    """A condition: a ground that counts rests on a credit record that was withdrawn since."""
    return exists().where(
        ListingGround.listing_id == Listing.id,
        ListingGround.corrected_on.is_(None),
        withdrawn_facts(Lead.case_id == ListingGround.case_id),
    )


async def with_withdrawn_facts(session: AsyncSession, listings: Sequence[UUID]) -> set[UUID]:
    """Those of the listings that rest on a record that was withdrawn since."""
    query = select(Listing.id).where(Listing.id.in_(listings), has_withdrawn_facts())
    return {*await session.scalars(query)}


def search(
    *,
    district: str | None,
    organization_id: UUID | None = None,
    name: ListName | None = None,
    status: Status | None = None,
    facts_withdrawn: bool | None = None,
) -> Select[Listing]:
    """Listings in the district's subtree (None: everywhere) that satisfy every condition."""
    query = select(Listing)
    prefix = subtree_prefix(district) if district else ""
    if prefix:
        query = query.where(Listing.district.startswith(prefix, autoescape=True))
    if organization_id is not None:
        query = query.where(Listing.organization_id == organization_id)
    if name is not None:
        query = query.where(Listing.list == name)
    if status is not None:
        query = query.where(Listing.status == status)
    if facts_withdrawn is not None:
        found = has_withdrawn_facts()
        query = query.where(found if facts_withdrawn else not_(found))
    return query
