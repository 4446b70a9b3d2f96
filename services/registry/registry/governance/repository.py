"""Every query of governance."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.problems import NotFound
from registry.governance.models import ExpiryReminder, PostHolding, TermOfOffice
from registry.organizations.domain import LIVING, Kind
from registry.organizations.models import Organization


def terms(organization_id: UUID) -> Select[TermOfOffice]:
    return select(TermOfOffice).where(TermOfOffice.organization_id == organization_id)


async def latest_term(session: AsyncSession, organization_id: UUID) -> TermOfOffice | None:
    query = terms(organization_id).order_by(TermOfOffice.number.desc()).limit(1)
    return (await session.scalars(query)).one_or_none()


def posts(
    organization_id: UUID, *, on: date | None = None, open_only: bool = False
) -> Select[PostHolding]:
    """Posts held on a day; those without an end; or every one ever held."""
    query = select(PostHolding).where(PostHolding.organization_id == organization_id)
    if on is not None:
        query = query.where(
            PostHolding.starts_on <= on,
            or_(PostHolding.ended_on.is_(None), PostHolding.ended_on >= on),
        )
    if open_only:
        query = query.where(PostHolding.ended_on.is_(None))
    return query


async def open_posts(session: AsyncSession, organization_id: UUID) -> list[PostHolding]:
    query = posts(organization_id, open_only=True).order_by(PostHolding.id)
    return list(await session.scalars(query))


async def post(session: AsyncSession, organization_id: UUID, post_id: UUID) -> PostHolding:
    """Raises NotFound, also for a post of another body."""
    found = await session.get(PostHolding, post_id)
    if found is None or found.organization_id != organization_id:
        raise NotFound("没有这项任职记录")
    return found


async def reminder(session: AsyncSession, organization_id: UUID) -> ExpiryReminder | None:
    """What is told of the end of its certificate and its term."""
    query = select(ExpiryReminder).where(ExpiryReminder.organization_id == organization_id)
    return (await session.scalars(query)).one_or_none()


async def represents(
    session: AsyncSession,
    person_indexes: Collection[str],
    kinds: Collection[Kind],
    *,
    but: UUID | None = None,
) -> bool:
    """Whether the person is the legal representative of a living body of these kinds, another
    than ``but``.

    The head may have changed by 变更登记 since the officers were filed: then the name on record is
    another.
    """
    query = (
        select(PostHolding, Organization)
        .join(Organization, Organization.id == PostHolding.organization_id)
        .where(
            PostHolding.person_index.in_(person_indexes),
            PostHolding.is_representative,
            PostHolding.ended_on.is_(None),
            Organization.status.in_(LIVING),
            Organization.kind.in_(kinds),
        )
        .limit(100)
    )
    if but is not None:
        query = query.where(Organization.id != but)
    found = (await session.execute(query)).all()
    return any(body.legal_representative in ("", held.name) for held, body in found)
