"""Every query about contracts."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.problems import NotFound
from liandong.values.districts import subtree_prefix
from supply_demand.contracts.models import Contract


async def get(session: AsyncSession, contract_id: UUID) -> Contract:
    found = await session.get(Contract, contract_id)
    if found is None:
        raise NotFound("没有这份合同")
    return found


async def of_tender(session: AsyncSession, tender_id: UUID) -> Contract | None:
    return (
        await session.scalars(select(Contract).where(Contract.tender_id == tender_id))
    ).one_or_none()


def search(
    *, district: str = "", organization_id: UUID | None = None, tender_id: UUID | None = None
) -> Select[Contract]:
    query = select(Contract)
    if district:
        query = query.where(Contract.district.startswith(subtree_prefix(district), autoescape=True))
    if organization_id is not None:
        query = query.where(Contract.organization_id == organization_id)
    if tender_id is not None:
        query = query.where(Contract.tender_id == tender_id)
    return query
