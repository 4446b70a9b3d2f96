"""Every query about repairs."""

from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from credit_list.repairs.domain import OPEN, Status
from credit_list.repairs.models import Repair
from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import NotFound
from liandong.values.districts import subtree_prefix


async def organization_of(session: AsyncSession, repair_id: UUID) -> UUID:
    found = await session.scalar(select(Repair.organization_id).where(Repair.id == repair_id))
    if found is None:
        raise NotFound("没有这项修复申请")
    return found


async def lock(uow: UnitOfWork, repair_id: UUID) -> Repair:
    found = await uow.session.get(Repair, repair_id, with_for_update=True)
    if found is None:
        raise NotFound("没有这项修复申请")
    return found


async def get(session: AsyncSession, repair_id: UUID) -> Repair:
    found = await session.get(Repair, repair_id)
    if found is None:
        raise NotFound("没有这项修复申请")
    return found


async def find_open(session: AsyncSession, listing_id: UUID) -> Repair | None:
    query = select(Repair).where(Repair.listing_id == listing_id, Repair.status.in_(OPEN))
    return (await session.scalars(query)).one_or_none()


async def latest_refusal(session: AsyncSession, listing_id: UUID) -> Repair | None:
    query = (
        select(Repair)
        .where(Repair.listing_id == listing_id, Repair.status == Status.REFUSED)
        .order_by(Repair.id.desc())
    )
    return (await session.scalars(query.limit(1))).one_or_none()


def search(
    *,
    district: str | None,
    organization_id: UUID | None = None,
    listing_id: UUID | None = None,
    status: Status | None = None,
    overdue_on: date | None = None,
) -> Select[Repair]:
    """Applications in the district's subtree (None: everywhere) that satisfy every condition."""
    query = select(Repair)
    prefix = subtree_prefix(district) if district else ""
    if prefix:
        query = query.where(Repair.district.startswith(prefix, autoescape=True))
    if organization_id is not None:
        query = query.where(Repair.organization_id == organization_id)
    if listing_id is not None:
        query = query.where(Repair.listing_id == listing_id)
    if status is not None:
        query = query.where(Repair.status == status)
    if overdue_on is not None:
        query = query.where(Repair.due_on < overdue_on)
    return query
