"""Every query about transfers."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import NotFound
from liandong.values.districts import subtree_prefix
from registry.transfers.domain import Status
from registry.transfers.models import Transfer


async def lock(uow: UnitOfWork, transfer_id: UUID) -> Transfer:
    """Raises NotFound."""
    return _found(await uow.session.get(Transfer, transfer_id, with_for_update=True))


async def get(session: AsyncSession, transfer_id: UUID) -> Transfer:
    """Raises NotFound."""
    return _found(await session.get(Transfer, transfer_id))


def search(
    *, within: str | None, organization_id: UUID | None, statuses: Sequence[Status] = ()
) -> Select[Transfer]:
    """Transfers from or to the district subtree, or of the organisation."""
    whose: list[Any] = []
    if within is not None:
        prefix = subtree_prefix(within)
        whose += [
            Transfer.from_district.startswith(prefix),
            Transfer.to_district.startswith(prefix),
        ]
    if organization_id is not None:
        whose.append(Transfer.organization_id == organization_id)
    query = select(Transfer).where(or_(*whose))
    return query.where(Transfer.status.in_(statuses)) if statuses else query


def _found(transfer: Transfer | None) -> Transfer:
    if transfer is None:
        raise NotFound("没有这件迁移")
    return transfer
