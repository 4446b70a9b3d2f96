"""Every query about what other services told."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Uuid, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.db.unit_of_work import UnitOfWork
from registry.learned.models import OrganizationMark


async def lock_marks(
    uow: UnitOfWork, organization_ids: Collection[UUID]
) -> dict[UUID, OrganizationMark]:
    """The rows of the organisations, locked in the order of their ids; made where missing.

    Grades and listings come by two ways at once: the lock keeps both.
    """
    ids = sorted(set(organization_ids))
    nothing = {
        "is_serious": False,
        "is_abnormal": False,
        "is_red": False,
        "grades": {},
        "listings": {},
    }
    await uow.session.execute(
        insert(OrganizationMark).on_conflict_do_nothing(),
        [{"organization_id": one, **nothing} for one in ids],
    )
    rows = await uow.session.scalars(
        select(OrganizationMark)
        .where(OrganizationMark.organization_id.in_(ids))
        .order_by(OrganizationMark.organization_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.organization_id: row for row in rows}


async def sampling_weights(
    session: AsyncSession, organization_ids: Collection[UUID]
) -> dict[UUID, str | None]:
    """The sampling weight of each; None where nobody told one."""
    query = select(OrganizationMark.organization_id, OrganizationMark.sampling_weight).where(
        OrganizationMark.organization_id == func.any(bindparam("ids", type_=ARRAY(Uuid)))
    )
    rows = await session.execute(query, {"ids": list(organization_ids)})
    told = {row.organization_id: row.sampling_weight for row in rows}
    return {one: told.get(one) for one in organization_ids}


async def mark_of(session: AsyncSession, organization_id: UUID) -> OrganizationMark | None:
    """None of an organisation that nobody told anything of."""
    return await session.get(OrganizationMark, organization_id)
