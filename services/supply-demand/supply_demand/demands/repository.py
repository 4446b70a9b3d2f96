"""Every query about demands."""

from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.actors import Actor, Role
from liandong.problems import NotFound
from liandong.values.districts import subtree_prefix
from supply_demand.demands.domain import Status
from supply_demand.demands.models import Demand

_SEES_DRAFTS = (Role.COMMUNITY, Role.CLERK, Role.APPROVER, Role.AUDITOR)


async def lock(uow: UnitOfWork, demand_id: UUID) -> Demand:
    """The demand, its row locked until the unit ends; raises NotFound."""
    found = await uow.session.get(Demand, demand_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound("没有这条需求")
    return found


async def visible(session: AsyncSession, demand_id: UUID, actor: Actor) -> Demand:
    """The demand if the actor may see it; raises NotFound otherwise."""
    query = search(actor).where(Demand.id == demand_id)
    found = (await session.scalars(query)).one_or_none()
    if found is None:
        raise NotFound("没有这条需求")
    return found


def search(
    actor: Actor,
    *,
    district: str = "",
    status: Status | None = None,
    service_class: str = "",
) -> Select[Demand]:
    """Published demands are public; drafts are seen by officials of the district."""
    query = select(Demand)
    if actor.has(*_SEES_DRAFTS) and actor.district is not None:
        own = Demand.district.startswith(subtree_prefix(actor.district), autoescape=True)
        query = query.where(or_(Demand.status != Status.DRAFT, own))
    else:
        query = query.where(Demand.status != Status.DRAFT)
    if district:
        query = query.where(Demand.district.startswith(subtree_prefix(district), autoescape=True))
    if status is not None:
        query = query.where(Demand.status == status)
    if service_class:
        query = query.where(Demand.service_class == service_class)
    return query
