"""What the registry knows of an organisation beside its registration: its grade, whether it is a
charity. The only place that knows where these come from."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from registry.learned.models import OrganizationMark
from registry.organizations.models import Organization


async def grade_of(session: AsyncSession, organization_id: UUID) -> str | None:
    """``1A`` … ``5A`` as the evaluation service told last, or None."""
    mark = await session.get(OrganizationMark, organization_id)
    return None if mark is None else mark.grade


async def charities_among(
    session: AsyncSession, organization_ids: Collection[UUID]
) -> frozenset[UUID]:
    """Those registered or recognised as charities (慈善组织), as the register says now. For one
    organisation and year an officer may decide otherwise."""
    query = select(Organization.id).where(
        Organization.id.in_(organization_ids), Organization.charity_status.is_not(None)
    )
    return frozenset(await session.scalars(query))
