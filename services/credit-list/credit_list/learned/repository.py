"""Queries of the projections."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from credit_list.learned.models import KnownGrade, KnownOrganization
from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import Conflict


class OrganizationNotLearnt(Conflict):
    slug, title = "organization-not-learnt", "尚未从登记服务获知这家社会组织"


async def lock_organization(uow: UnitOfWork, organization_id: UUID) -> KnownOrganization:
    """The organisation, locked until the unit ends: see :class:`KnownOrganization`."""
    found = await find_for_update(uow, organization_id)
    if found is None:
        raise OrganizationNotLearnt(
            "尚未从登记服务获知这家社会组织，请核对编号；刚登记的，请稍后再试",
            extra={"organization_id": str(organization_id)},
        )
    return found


async def find_for_update(uow: UnitOfWork, organization_id: UUID) -> KnownOrganization | None:
    return await uow.session.get(KnownOrganization, organization_id, with_for_update=True)


async def lock_many(uow: UnitOfWork, ids: Sequence[UUID]) -> None:
    """Those of them that are known, in the order of their ids, in which everybody locks many."""
    await lock_districts(uow, ids)


async def lock_organizations(uow: UnitOfWork, ids: Sequence[UUID]) -> Sequence[KnownOrganization]:
    """Those of them that are known, locked in the order of their ids."""
    query = (
        select(KnownOrganization)
        .where(KnownOrganization.organization_id.in_(ids))
        .order_by(KnownOrganization.organization_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await uow.session.scalars(query)).all()


async def lock_districts(uow: UnitOfWork, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Where those of them are that are known, locked in the order of their ids."""
    query = (
        select(KnownOrganization.organization_id, KnownOrganization.district)
        .where(KnownOrganization.organization_id.in_(ids))
        .order_by(KnownOrganization.organization_id)
        .with_for_update()
    )
    return {one.organization_id: one.district for one in await uow.session.execute(query)}


async def find(session: AsyncSession, organization_id: UUID) -> KnownOrganization | None:
    return await session.get(KnownOrganization, organization_id)


async def find_by_credit_code(session: AsyncSession, code: str) -> KnownOrganization | None:
    query = select(KnownOrganization).where(KnownOrganization.credit_code == code)
    return (await session.scalars(query.order_by(KnownOrganization.learned_at.desc()))).first()


async def grade_on(session: AsyncSession, organization_id: UUID, day: date) -> str | None:
    """The grade in force on the day, of the latest round."""
    query = (
        select(KnownGrade.grade)
        .where(
            KnownGrade.organization_id == organization_id,
            KnownGrade.in_force,
            KnownGrade.valid_from <= day,
            KnownGrade.valid_until >= day,
        )
        .order_by(KnownGrade.valid_from.desc(), KnownGrade.grade_id.desc())
    )
    return (await session.scalars(query)).first()


async def lock_grade(uow: UnitOfWork, grade_id: UUID) -> KnownGrade | None:
    return await uow.session.get(KnownGrade, grade_id, with_for_update=True)


async def upsert(
    session: AsyncSession,
    table: type[KnownOrganization] | type[KnownGrade],
    key: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    once: Sequence[str] = (),
) -> None:
    """Writes the rows in order of their key, so that two writers lock them in one order. The
    columns ``once`` stay what they were when the row was made."""
    latest = {row[key]: row for row in rows}
    ordered = [dict(latest[one]) for one in sorted(latest)]
    statement = insert(table).values(ordered)
    kept = (key, *once)
    updated = {name: statement.excluded[name] for name in ordered[0] if name not in kept}
    await session.execute(statement.on_conflict_do_update(index_elements=[key], set_=updated))
