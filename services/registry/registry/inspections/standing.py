"""What the registry knows of an organisation beside its registration: its grade, whether it is a
charity. The only place that knows where these come from."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession


async def grade_of(session: AsyncSession, organization_id: UUID) -> str | None:
    """``1A`` … ``5A``, or None. Grades are the evaluation service's: until the registry keeps
    what it learns from there, no grade is known and every body hands in the whole form."""
    del session, organization_id
    return None


async def charities_among(
    session: AsyncSession, organization_ids: Collection[UUID]
) -> frozenset[UUID]:
    """Those recognised as charities (慈善组织). Until the register says so, an officer does, for
    one organisation and year."""
    del session, organization_ids
    return frozenset()
