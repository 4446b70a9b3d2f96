"""Every query about credit records."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from credit_list.records.domain import COUNTED, Category, Kind, Status
from credit_list.records.models import CreditRecord, RecordObjection, RecordVersion
from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import NotFound
from liandong.values.districts import subtree_prefix


async def organization_of(session: AsyncSession, record_id: UUID) -> UUID:
    """Whose record it is: needed to lock the organisation first. Raises NotFound."""
    query = select(CreditRecord.organization_id).where(CreditRecord.id == record_id)
    found = await session.scalar(query)
    if found is None:
        raise NotFound("没有这条信用记录")
    return found


async def lock(uow: UnitOfWork, record_id: UUID) -> CreditRecord:
    """The record, locked; the organisation must have been locked before."""
    found = await uow.session.get(CreditRecord, record_id, with_for_update=True)
    if found is None:
        raise NotFound("没有这条信用记录")
    return found


async def lock_by_source(
    uow: UnitOfWork, organization_id: UUID, source: str, key: str
) -> CreditRecord | None:
    query = select(CreditRecord).where(
        CreditRecord.organization_id == organization_id,
        CreditRecord.source == source,
        CreditRecord.source_key == key,
    )
    locked = query.with_for_update().execution_options(populate_existing=True)
    return (await uow.session.scalars(locked)).one_or_none()


async def lock_counted(
    uow: UnitOfWork, organization_id: UUID, source: str
) -> Sequence[CreditRecord]:
    """What counts of the organisation from one source, locked in order."""
    query = (
        counted(organization_id)
        .where(CreditRecord.source == source)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await uow.session.scalars(query)).all()


def counted(organization_id: UUID) -> Select[CreditRecord]:
    return (
        select(CreditRecord)
        .where(CreditRecord.organization_id == organization_id, CreditRecord.status.in_(COUNTED))
        .order_by(CreditRecord.id)
    )


async def all_counted(session: AsyncSession, organization_id: UUID) -> Sequence[CreditRecord]:
    return (await session.scalars(counted(organization_id))).all()


async def all_counted_of(
    session: AsyncSession, organization_ids: Collection[UUID]
) -> dict[UUID, list[CreditRecord]]:
    """As :func:`all_counted`, of many; absent: none."""
    found: dict[UUID, list[CreditRecord]] = defaultdict(list)
    query = select(CreditRecord).where(
        CreditRecord.organization_id.in_(organization_ids), CreditRecord.status.in_(COUNTED)
    )
    for one in await session.scalars(query.order_by(CreditRecord.id)):
        found[one.organization_id].append(one)
    return found


async def some(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, CreditRecord]:
    query = select(CreditRecord).where(CreditRecord.id.in_(ids))
    return {one.id: one for one in await session.scalars(query)}


async def get(session: AsyncSession, record_id: UUID) -> CreditRecord:
    found = await session.get(CreditRecord, record_id)
    if found is None:
        raise NotFound("没有这条信用记录")
    return found


async def versions(session: AsyncSession, record_id: UUID) -> Sequence[RecordVersion]:
    query = select(RecordVersion).where(RecordVersion.record_id == record_id)
    return (await session.scalars(query.order_by(RecordVersion.number))).all()


async def objections(session: AsyncSession, record_id: UUID) -> Sequence[RecordObjection]:
    query = select(RecordObjection).where(RecordObjection.record_id == record_id)
    return (await session.scalars(query.order_by(RecordObjection.number))).all()


def search(
    *,
    district: str | None,
    organization_id: UUID | None = None,
    category: Category | None = None,
    kind: Kind | None = None,
    status: Status | None = None,
    late: bool | None = None,
) -> Select[CreditRecord]:
    """Records in the district's subtree (None: everywhere) that satisfy every condition."""
    query = select(CreditRecord)
    prefix = subtree_prefix(district) if district else ""
    if prefix:
        query = query.where(CreditRecord.district.startswith(prefix, autoescape=True))
    if organization_id is not None:
        query = query.where(CreditRecord.organization_id == organization_id)
    if category is not None:
        query = query.where(CreditRecord.category == category)
    if kind is not None:
        query = query.where(CreditRecord.kind == kind)
    if status is not None:
        query = query.where(CreditRecord.status == status)
    if late is not None:
        query = query.where(CreditRecord.is_late.is_(late))
    return query
