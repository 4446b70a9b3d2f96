"""Every query about applications."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import NotFound
from liandong.values.districts import subtree_prefix
from registry.applications.domain import ENDED, Matter, Status
from registry.applications.models import Application


async def lock(uow: UnitOfWork, application_id: UUID) -> Application:
    """The application, its row locked until the unit ends; raises NotFound."""
    found = await uow.session.get(Application, application_id, with_for_update=True)
    if found is None:
        raise NotFound("没有这件申请")
    return found


async def get(session: AsyncSession, application_id: UUID) -> Application:
    found = await session.get(Application, application_id)
    if found is None:
        raise NotFound("没有这件申请")
    return found


async def submitted_of(
    uow: UnitOfWork, organization_id: UUID, *, but: UUID
) -> Sequence[Application]:
    """The organisation's other applications that were submitted and have not ended."""
    query = select(Application).where(
        Application.organization_id == organization_id,
        Application.status.not_in([*ENDED, Status.DRAFT]),
        Application.id != but,
    )
    return (await uow.session.scalars(query.order_by(Application.id))).all()


def search(
    *,
    within: str | None,
    organization_id: UUID | None,
    statuses: Sequence[Status] = (),
    matter: Matter | None = None,
    only_open: bool = False,
) -> Select[Application]:
    """Applications of the district subtree, or of the organisation."""
    whose: list[Any] = []
    if within is not None:
        whose.append(Application.district.startswith(subtree_prefix(within)))
    if organization_id is not None:
        whose.append(Application.organization_id == organization_id)
    query = select(Application).where(or_(*whose))
    if statuses:
        query = query.where(Application.status.in_(statuses))
    if only_open:
        query = query.where(Application.status.not_in(ENDED))
    if matter is not None:
        query = query.where(Application.matter == matter)
    return query
