"""Every query about sampling."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import NotFound
from liandong.values.districts import subtree_prefix
from registry.organizations.domain import Status as OrganizationStatus
from registry.organizations.models import Organization
from registry.sampling.domain import Status
from registry.sampling.models import SamplingDraw, SamplingPlan


async def lock(uow: UnitOfWork, plan_id: UUID) -> SamplingPlan:
    """The plan, its row locked until the unit ends; raises NotFound."""
    found = await uow.session.get(SamplingPlan, plan_id, with_for_update=True)
    if found is None:
        raise NotFound("没有这项抽查计划")
    return found


async def get(session: AsyncSession, plan_id: UUID) -> SamplingPlan:
    found = await session.get(SamplingPlan, plan_id)
    if found is None:
        raise NotFound("没有这项抽查计划")
    return found


async def draws(session: AsyncSession, plan_id: UUID) -> Sequence[SamplingDraw]:
    query = select(SamplingDraw).where(SamplingDraw.plan_id == plan_id)
    return (await session.scalars(query.order_by(SamplingDraw.round))).all()


async def last_draw(session: AsyncSession, plan: SamplingPlan) -> SamplingDraw:
    found = await session.get(SamplingDraw, (plan.id, plan.draws))
    if found is None:
        raise NotFound("尚未抽取")
    return found


async def candidates(
    uow: UnitOfWork, plan: SamplingPlan, most: int
) -> Sequence[Row[tuple[UUID, str]]]:
    """Id and district of the active bodies in the scope, at most one more than ``most``."""
    query = select(Organization.id, Organization.district).where(
        Organization.status == OrganizationStatus.ACTIVE,
        Organization.district.startswith(subtree_prefix(plan.district)),
    )
    if plan.kinds:
        query = query.where(Organization.kind.in_(plan.kinds))
    if plan.service_field:
        query = query.where(Organization.service_field == plan.service_field)
    if plan.is_community is not None:
        query = query.where(Organization.is_community == plan.is_community)
    found: Any = await uow.session.execute(query.order_by(Organization.id).limit(most + 1))
    return found.all()


async def organizations(uow: UnitOfWork, ids: Sequence[UUID]) -> dict[UUID, Organization]:
    found = await uow.session.scalars(select(Organization).where(Organization.id.in_(ids)))
    return {one.id: one for one in found}


def search(*, within: str, statuses: Sequence[Status] = ()) -> Select[SamplingPlan]:
    query = select(SamplingPlan).where(SamplingPlan.district.startswith(subtree_prefix(within)))
    return query.where(SamplingPlan.status.in_(statuses)) if statuses else query


def on_display(*, district: str) -> Select[SamplingPlan]:
    query = select(SamplingPlan).where(SamplingPlan.published_on.is_not(None))
    prefix = subtree_prefix(district) if district else ""
    return query.where(SamplingPlan.district.startswith(prefix)) if prefix else query
