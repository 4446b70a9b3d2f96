"""Every query about red-list proposals."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from credit_list.learned.models import KnownOrganization
from credit_list.red_list.domain import CLOSED, Status
from credit_list.red_list.models import Objection, Proposal
from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import NotFound
from liandong.values.districts import subtree_prefix


async def organization_of(session: AsyncSession, proposal_id: UUID) -> UUID:
    query = select(Proposal.organization_id).where(Proposal.id == proposal_id)
    found = await session.scalar(query)
    if found is None:
        raise NotFound("没有这项推荐")
    return found


async def lock(uow: UnitOfWork, proposal_id: UUID) -> Proposal:
    found = await uow.session.get(Proposal, proposal_id, with_for_update=True)
    if found is None:
        raise NotFound("没有这项推荐")
    return found


async def get(session: AsyncSession, proposal_id: UUID) -> Proposal:
    found = await session.get(Proposal, proposal_id)
    if found is None:
        raise NotFound("没有这项推荐")
    return found


async def find_open(session: AsyncSession, organization_id: UUID) -> Proposal | None:
    query = select(Proposal).where(
        Proposal.organization_id == organization_id, Proposal.status.not_in(CLOSED)
    )
    return (await session.scalars(query)).one_or_none()


async def objections(session: AsyncSession, proposal_id: UUID) -> Sequence[Objection]:
    query = select(Objection).where(Objection.proposal_id == proposal_id)
    return (await session.scalars(query.order_by(Objection.number))).all()


def search(
    *, district: str | None, organization_id: UUID | None = None, status: Status | None = None
) -> Select[Proposal]:
    """Proposals in the district's subtree (None: everywhere) that satisfy every condition."""
    query = select(Proposal)
    prefix = subtree_prefix(district) if district else ""
    if prefix:
        query = query.where(Proposal.district.startswith(prefix, autoescape=True))
    if organization_id is not None:
        query = query.where(Proposal.organization_id == organization_id)
    if status is not None:
        query = query.where(Proposal.status == status)
    return query


def in_publicity(district: str, today: date) -> Select[Proposal, KnownOrganization]:
    """What the public may object to today."""
    query = (
        select(Proposal, KnownOrganization)
        .join(KnownOrganization, KnownOrganization.organization_id == Proposal.organization_id)
        .where(Proposal.status == Status.IN_PUBLICITY, Proposal.publicity_ends_on >= today)
    )
    prefix = subtree_prefix(district) if district else ""
    if prefix:
        query = query.where(Proposal.district.startswith(prefix, autoescape=True))
    return query
