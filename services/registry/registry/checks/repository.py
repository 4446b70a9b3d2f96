"""Every query about checks."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import NotFound
from liandong.values.districts import subtree_prefix
from registry.checks.domain import WITH_PROBLEMS, Form, Status
from registry.checks.models import CheckTask
from registry.penalties.models import Penalty
from registry.rectifications.domain import Status as OrderStatus
from registry.rectifications.models import Rectification


async def lock(uow: UnitOfWork, check_id: UUID) -> CheckTask:
    """The check, its row locked until the unit ends; raises NotFound."""
    found = await uow.session.get(CheckTask, check_id, with_for_update=True)
    if found is None:
        raise NotFound("没有这项检查")
    return found


async def get(session: AsyncSession, check_id: UUID) -> CheckTask:
    found = await session.get(CheckTask, check_id)
    if found is None:
        raise NotFound("没有这项检查")
    return found


def search(
    *,
    within: str | None,
    organization_id: UUID | None,
    statuses: Sequence[Status] = (),
    form: Form | None = None,
    of: UUID | None = None,
    plan_id: UUID | None = None,
    only_unfollowed: bool = False,
) -> Select[CheckTask]:
    """Checks of the district subtree; of the organisation those that were concluded."""
    whose: list[Any] = []
    if within is not None:
        whose.append(CheckTask.district.startswith(subtree_prefix(within)))
    if organization_id is not None:
        whose.append(
            (CheckTask.organization_id == organization_id) & CheckTask.concluded_on.is_not(None)
        )
    query = select(CheckTask).where(or_(*whose))
    if statuses:
        query = query.where(CheckTask.status.in_(statuses))
    if form is not None:
        query = query.where(CheckTask.form == form)
    if of is not None:
        query = query.where(CheckTask.organization_id == of)
    if plan_id is not None:
        query = query.where(CheckTask.plan_id == plan_id)
    return query.where(*_unfollowed()) if only_unfollowed else query


def _unfollowed() -> tuple[ColumnElement[bool], ...]:
    """Concluded with problems, and neither an order nor a case came of it."""
    ordered = exists().where(
        Rectification.source_id == CheckTask.id, Rectification.status != OrderStatus.WITHDRAWN
    )
    punished = exists().where(Penalty.source_id == CheckTask.id)
    return CheckTask.result.in_(WITH_PROBLEMS), ~ordered, ~punished


def on_display(*, district: str, organization_id: UUID | None) -> Select[CheckTask]:
    query = select(CheckTask).where(CheckTask.published_on.is_not(None))
    prefix = subtree_prefix(district) if district else ""
    if prefix:
        query = query.where(CheckTask.district.startswith(prefix))
    if organization_id is not None:
        query = query.where(CheckTask.organization_id == organization_id)
    return query
