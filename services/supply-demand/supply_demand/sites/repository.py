"""Every query about sites."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import NotFound
from liandong.values.districts import subtree_prefix
from supply_demand.sites.domain import Kind, Status
from supply_demand.sites.models import Site


async def get(session: AsyncSession, site_id: UUID) -> Site:
    found = await session.get(Site, site_id)
    if found is None:
        raise NotFound("没有这个站点")
    return found


async def lock(uow: UnitOfWork, site_id: UUID) -> Site:
    """The site, its row locked until the unit ends; raises NotFound."""
    found = await uow.session.get(Site, site_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound("没有这个站点")
    return found


async def by_code(session: AsyncSession, code: str) -> Site | None:
    return (await session.scalars(select(Site).where(Site.code == code))).one_or_none()


def search(
    *,
    district: str = "",
    kind: Kind | None = None,
    status: Status | None = None,
    organization_id: UUID | None = None,
) -> Select[Site]:
    query = select(Site)
    if district:
        query = query.where(Site.district.startswith(subtree_prefix(district), autoescape=True))
    if kind is not None:
        query = query.where(Site.kind == kind)
    if status is not None:
        query = query.where(Site.status == status)
    if organization_id is not None:
        query = query.where(Site.organization_id == organization_id)
    return query
