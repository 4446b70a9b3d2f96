"""Every query about orders to rectify."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import NotFound
from liandong.values.districts import subtree_prefix
from registry.rectifications.domain import Status
from registry.rectifications.models import Rectification


async def lock(uow: UnitOfWork, rectification_id: UUID) -> Rectification:
    """The order, its row locked until the unit ends; raises NotFound."""
    found = await uow.session.get(Rectification, rectification_id, with_for_update=True)
    if found is None:
        raise NotFound("没有这份整改通知")
    return found


async def get(session: AsyncSession, rectification_id: UUID) -> Rectification:
    found = await session.get(Rectification, rectification_id)
    if found is None:
        raise NotFound("没有这份整改通知")
    return found


def search(
    *,
    within: str | None,
    organization_id: UUID | None,
    statuses: Sequence[Status] = (),
    of: UUID | None = None,
    only_overdue: bool = False,
) -> Select[Rectification]:
    """Orders of the district subtree; of the organisation those that were served on it."""
    whose: list[Any] = []
    if within is not None:
        whose.append(Rectification.district.startswith(subtree_prefix(within)))
    if organization_id is not None:
        whose.append(
            (Rectification.organization_id == organization_id)
            & Rectification.served_on.is_not(None)
        )
    query = select(Rectification).where(or_(*whose))
    if statuses:
        query = query.where(Rectification.status.in_(statuses))
    if of is not None:
        query = query.where(Rectification.organization_id == of)
    if only_overdue:
        query = query.where(Rectification.overdue_on.is_not(None))
    return query
