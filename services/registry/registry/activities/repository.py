"""Every query about major activities."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import NotFound
from liandong.values.districts import subtree_prefix
from registry.activities.domain import Status
from registry.activities.models import Activity


async def lock(uow: UnitOfWork, activity_id: UUID) -> Activity:
    found = await uow.session.get(Activity, activity_id, with_for_update=True)
    if found is None:
        raise NotFound("没有这份活动报告")
    return found


async def get(session: AsyncSession, activity_id: UUID) -> Activity:
    found = await session.get(Activity, activity_id)
    if found is None:
        raise NotFound("没有这份活动报告")
    return found


def search(
    *,
    within: str | None,
    own: UUID | None,
    organizations: Sequence[UUID] = (),
    statuses: Sequence[Status] = (),
    only_late: bool = False,
    from_day: date | None = None,
    until_day: date | None = None,
) -> Select[Activity]:
    """Activities in the district, or of the organisation."""
    whose: list[Any] = []
    if within is not None:
        whose.append(Activity.district.startswith(subtree_prefix(within)))
    if own is not None:
        whose.append(Activity.organization_id == own)
    query = select(Activity).where(or_(*whose))
    if organizations:
        query = query.where(Activity.organization_id.in_(organizations))
    if statuses:
        query = query.where(Activity.status.in_(statuses))
    if only_late:
        query = query.where(Activity.is_late)
    if from_day is not None:
        query = query.where(Activity.ends_on >= from_day)
    return query if until_day is None else query.where(Activity.starts_on <= until_day)
