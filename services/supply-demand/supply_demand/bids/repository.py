"""Every query about bids."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import NotFound
from supply_demand.bids.domain import Status
from supply_demand.bids.models import Bid
from supply_demand.tenders.models import Tender

_BIDDERS = """
    SELECT DISTINCT organization_id FROM bid WHERE organization_id = ANY($1) AND status = $2
"""


async def lock(uow: UnitOfWork, bid_id: UUID) -> Bid:
    """The bid, its row locked until the unit ends; raises NotFound."""
    found = await uow.session.get(Bid, bid_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound("没有这份投标")
    return found


async def lock_live(
    uow: UnitOfWork, *, tender_id: UUID | None = None, organization_ids: Sequence[UUID] = ()
) -> list[Bid]:
    """Live bids of a tender or of an organisation, locked in the order of their ids.

    Who waited for a lock sees the row as it is then: what was won or disqualified meanwhile is
    no longer among them.
    """
    query = select(Bid).where(Bid.status == Status.SUBMITTED)
    if tender_id is not None:
        query = query.where(Bid.tender_id == tender_id)
    if organization_ids:
        query = query.where(Bid.organization_id.in_(organization_ids))
    rows = await uow.session.scalars(
        query.order_by(Bid.id).with_for_update().execution_options(populate_existing=True)
    )
    return list(rows)


async def bidders_among(uow: UnitOfWork, organization_ids: Collection[UUID]) -> list[UUID]:
    """Which of the organisations have live bids; a cheap look before rows are mapped and locked."""
    rows = await uow.sql.fetch(_BIDDERS, list(organization_ids), Status.SUBMITTED.value)
    return [row["organization_id"] for row in rows]


async def with_tender(session: AsyncSession, bid_id: UUID) -> Row[Bid, Tender]:
    query = select(Bid, Tender).join(Tender, Tender.id == Bid.tender_id).where(Bid.id == bid_id)
    found = (await session.execute(query)).one_or_none()
    if found is None:
        raise NotFound("没有这份投标")
    return found


def search(
    *,
    tender_id: UUID | None = None,
    organization_id: UUID | None = None,
    status: Status | None = None,
) -> Select[Bid, Tender]:
    query = select(Bid, Tender).join(Tender, Tender.id == Bid.tender_id)
    if tender_id is not None:
        query = query.where(Bid.tender_id == tender_id)
    if organization_id is not None:
        query = query.where(Bid.organization_id == organization_id)
    if status is not None:
        query = query.where(Bid.status == status)
    return query
