"""Every query about liquidations."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import NotFound
from liandong.values.districts import subtree_prefix
from registry.liquidations.domain import OPEN, Status
from registry.liquidations.models import Liquidation


async def lock(uow: UnitOfWork, liquidation_id: UUID) -> Liquidation:
    """The liquidation, its row locked until the unit ends; raises NotFound."""
    found = await uow.session.get(Liquidation, liquidation_id, with_for_update=True)
    if found is None:
        raise NotFound("没有这项清算")
    return found


async def get(session: AsyncSession, liquidation_id: UUID) -> Liquidation:
    found = await session.get(Liquidation, liquidation_id)
    if found is None:
        raise NotFound("没有这项清算")
    return found


async def open_of(uow: UnitOfWork, organization_id: UUID) -> Liquidation | None:
    """The one that is open, locked."""
    query = select(Liquidation).where(
        Liquidation.organization_id == organization_id, Liquidation.status.in_(OPEN)
    )
    return (await uow.session.scalars(query.with_for_update())).one_or_none()


async def unended_of(session: AsyncSession, organization_id: UUID) -> Liquidation | None:
    """The one whose end is still to come."""
    query = select(Liquidation).where(
        Liquidation.organization_id == organization_id,
        Liquidation.status.in_([Status.DUE, Status.RUNNING]),
    )
    return (await session.scalars(query)).one_or_none()


def search(
    *,
    within: str | None,
    organization_id: UUID | None,
    statuses: Sequence[Status] = (),
    of: UUID | None = None,
) -> Select[Liquidation]:
    whose: list[Any] = []
    if within is not None:
        whose.append(Liquidation.district.startswith(subtree_prefix(within)))
    if organization_id is not None:
        whose.append(Liquidation.organization_id == organization_id)
    query = select(Liquidation).where(or_(*whose))
    if statuses:
        query = query.where(Liquidation.status.in_(statuses))
    return query if of is None else query.where(Liquidation.organization_id == of)
