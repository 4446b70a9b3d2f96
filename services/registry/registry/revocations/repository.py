"""Every query about revocations."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import NotFound
from liandong.values.districts import subtree_prefix
from registry.revocations.domain import OPEN, Status
from registry.revocations.models import Revocation


async def lock(uow: UnitOfWork, revocation_id: UUID) -> Revocation:
    """The revocation, its row locked until the unit ends; raises NotFound."""
    return _found(await uow.session.get(Revocation, revocation_id, with_for_update=True))


async def get(session: AsyncSession, revocation_id: UUID) -> Revocation:
    """Raises NotFound."""
    return _found(await session.get(Revocation, revocation_id))


async def open_of(session: AsyncSession, organization_id: UUID) -> Revocation | None:
    query = select(Revocation).where(
        Revocation.organization_id == organization_id, Revocation.status.in_(OPEN)
    )
    return (await session.scalars(query)).one_or_none()


def search(
    *,
    within: str | None,
    organization_id: UUID | None,
    statuses: Sequence[Status] = (),
    of: UUID | None = None,
) -> Select[Revocation]:
    """Those of the district subtree; of the organisation those of which it was told."""
    whose: list[Any] = []
    if within is not None:
        whose.append(Revocation.district.startswith(subtree_prefix(within)))
    if organization_id is not None:
        whose.append(
            (Revocation.organization_id == organization_id)
            & Revocation.notice_served_on.is_not(None)
        )
    query = select(Revocation).where(or_(*whose))
    if statuses:
        query = query.where(Revocation.status.in_(statuses))
    return query if of is None else query.where(Revocation.organization_id == of)


def _found(revocation: Revocation | None) -> Revocation:
    if revocation is None:
        raise NotFound("没有这项撤销登记")
    return revocation
