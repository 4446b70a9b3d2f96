"""Every query about tenders."""

from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.actors import Actor, Role
from liandong.problems import NotFound
from liandong.values.districts import subtree_prefix
from supply_demand.tenders.domain import Status
from supply_demand.tenders.models import Tender

_SEES_DRAFTS = (Role.BUYER, Role.APPROVER, Role.CLERK, Role.AUDITOR)


async def lock(uow: UnitOfWork, tender_id: UUID, *, shared: bool = False) -> Tender:
    """The tender, locked until the unit ends; shared by bidders, so that it stays open for all."""
    found = await uow.session.get(
        Tender,
        tender_id,
        with_for_update={"read": True} if shared else True,
        populate_existing=True,
    )
    if found is None:
        raise NotFound("没有这个采购项目")
    return found


async def visible(session: AsyncSession, tender_id: UUID, actor: Actor) -> Tender:
    """The tender if the actor may see it; raises NotFound otherwise."""
    found = (await session.scalars(search(actor).where(Tender.id == tender_id))).one_or_none()
    if found is None:
        raise NotFound("没有这个采购项目")
    return found


def search(
    actor: Actor, *, district: str = "", status: Status | None = None, demand_id: UUID | None = None
) -> Select[Tender]:
    """Published tenders are public; what was never published is seen by officials in charge."""
    query = select(Tender)
    public = Tender.published_at.is_not(None)
    if actor.has(*_SEES_DRAFTS) and actor.district is not None:
        own = Tender.district.startswith(subtree_prefix(actor.district), autoescape=True)
        query = query.where(or_(public, own))
    else:
        query = query.where(public)
    if district:
        query = query.where(Tender.district.startswith(subtree_prefix(district), autoescape=True))
    if status is not None:
        query = query.where(Tender.status == status)
    if demand_id is not None:
        query = query.where(Tender.demand_id == demand_id)
    return query
