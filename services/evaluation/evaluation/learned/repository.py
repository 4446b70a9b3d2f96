"""Every query about what was learnt from others."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from evaluation.learned.models import SERIOUS, KnownListing, KnownOrganization
from evaluation.measures.domain import REVIEW_GRADE
from liandong.db.unit_of_work import UnitOfWork


async def lock_organization(uow: UnitOfWork, organization_id: UUID) -> KnownOrganization | None:
    """The organisation, locked: of two commands about its grades the second waits here."""
    return await uow.session.get(KnownOrganization, organization_id, with_for_update=True)


async def lock_by_credit_code(uow: UnitOfWork, code: str) -> KnownOrganization | None:
    query = select(KnownOrganization).where(KnownOrganization.credit_code == code)
    return (await uow.session.scalars(query.with_for_update())).first()


async def is_on_serious_list(session: AsyncSession, organization_id: UUID) -> bool:
    query = select(
        exists().where(
            KnownListing.organization_id == organization_id,
            KnownListing.list_name == SERIOUS,
            KnownListing.delisted_on.is_(None),
        )
    )
    return bool(await session.scalar(query))


async def listings_for_review(
    session: AsyncSession, organization_id: UUID
) -> Sequence[KnownListing]:
    """Standing listings that ask for a review of the grade."""
    query = select(KnownListing).where(
        KnownListing.organization_id == organization_id,
        KnownListing.measures.contains([REVIEW_GRADE]),
        KnownListing.delisted_on.is_(None),
    )
    return (await session.scalars(query.order_by(KnownListing.listing_id))).all()
