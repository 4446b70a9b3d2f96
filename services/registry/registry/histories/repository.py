"""Every query about the history of a record."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.problems import NotFound
from registry.applications.domain import Matter
from registry.applications.models import Application
from registry.histories.models import OrganizationChange
from registry.organizations.models import Organization


async def organization(session: AsyncSession, organization_id: UUID) -> Organization:
    """Raises NotFound."""
    found = await session.get(Organization, organization_id)
    if found is None:
        raise NotFound("没有这家社会组织")
    return found


def of(organization_id: UUID) -> Select[OrganizationChange]:
    """Changes of one record; ordering is the caller's."""
    return select(OrganizationChange).where(OrganizationChange.organization_id == organization_id)


async def after(
    session: AsyncSession, organization_id: UUID, version: int = 0
) -> list[OrganizationChange]:
    """Changes that led to later versions than this one, the earliest first."""
    query = of(organization_id).where(OrganizationChange.version > version)
    return list(await session.scalars(query.order_by(OrganizationChange.version)))


async def establishment_of(session: AsyncSession, organization_id: UUID) -> UUID | None:
    """The application by which the body came to be."""
    query = select(Application.id).where(
        Application.organization_id == organization_id,
        Application.matter == Matter.ESTABLISHMENT,
    )
    return (await session.scalars(query.limit(1))).one_or_none()
