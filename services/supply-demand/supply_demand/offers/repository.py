"""Every query about offers."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.actors import Actor, Role
from liandong.problems import NotFound
from supply_demand.offers.domain import Status
from supply_demand.offers.models import Offer

_SEES_DRAFTS = (Role.CLERK, Role.APPROVER, Role.AUDITOR)


async def lock(uow: UnitOfWork, offer_id: UUID) -> Offer:
    """The offer, its row locked until the unit ends; raises NotFound."""
    found = await uow.session.get(Offer, offer_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound("没有这条供给")
    return found


async def visible(session: AsyncSession, offer_id: UUID, actor: Actor) -> Offer:
    """The offer if the actor may see it; raises NotFound otherwise."""
    found = (await session.scalars(search(actor).where(Offer.id == offer_id))).one_or_none()
    if found is None:
        raise NotFound("没有这条供给")
    return found


def search(
    actor: Actor,
    *,
    organization_id: UUID | None = None,
    status: Status | None = None,
    service_class: str = "",
) -> Select[Offer]:
    """Published offers are public; the others are seen by the organisation and by officials."""
    query = select(Offer)
    if not actor.has(*_SEES_DRAFTS):
        public = Offer.status == Status.PUBLISHED
        own = Offer.organization_id == actor.organization_id
        query = query.where(or_(public, own) if actor.organization_id is not None else public)
    if organization_id is not None:
        query = query.where(Offer.organization_id == organization_id)
    if status is not None:
        query = query.where(Offer.status == status)
    if service_class:
        query = query.where(Offer.service_class == service_class)
    return query


async def published(session: AsyncSession, classes: Collection[str]) -> list[Offer]:
    """Every published offer of the service classes."""
    rows = await session.scalars(
        select(Offer)
        .where(Offer.status == Status.PUBLISHED, Offer.service_class.in_(classes))
        .order_by(Offer.id)
    )
    return list(rows)
