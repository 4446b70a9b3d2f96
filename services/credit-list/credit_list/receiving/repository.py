"""Every query about lists of others."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from credit_list.learned.models import KnownOrganization
from credit_list.receiving.domain import STANDING, BatchStatus, Known, Named, RowStatus
from credit_list.receiving.models import Batch, ForeignListing, Row, Sender
from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import NotFound
from liandong.values.districts import subtree_prefix

_OPEN: Final = (RowStatus.LINKED, RowStatus.UNRESOLVED)


async def lock_sender(uow: UnitOfWork, sender: Sender) -> Sender:
    """The sender of that code, locked; registered as given when it is new."""
    columns = {one.name: getattr(sender, one.name) for one in Sender.__table__.columns}
    await uow.session.execute(insert(Sender).values(columns).on_conflict_do_nothing())
    found = await uow.session.get(Sender, sender.code, with_for_update=True)
    assert found is not None
    return found


async def batch_numbered(session: AsyncSession, sender: str, number: str) -> Batch | None:
    query = select(Batch).where(Batch.sender == sender, Batch.number == number)
    return (await session.scalars(query)).one_or_none()


async def batch_at(session: AsyncSession, sender: str, sequence: int) -> Batch | None:
    query = select(Batch).where(Batch.sender == sender, Batch.sequence == sequence)
    return (await session.scalars(query)).one_or_none()


async def batch(session: AsyncSession, batch_id: UUID) -> Batch:
    found = await session.get(Batch, batch_id)
    if found is None:
        raise NotFound("没有这一批次")
    return found


async def rows_of(session: AsyncSession, batch_id: UUID) -> Sequence[Row]:
    query = select(Row).where(Row.batch_id == batch_id).order_by(Row.number)
    return (await session.scalars(query)).all()


async def counts(session: AsyncSession, batch_id: UUID) -> dict[str, int]:
    query = select(Row.status, func.count()).where(Row.batch_id == batch_id).group_by(Row.status)
    return {status.value: int(number) for status, number in await session.execute(query)}


async def row(session: AsyncSession, row_id: UUID) -> Row:
    found = await session.get(Row, row_id)
    if found is None:
        raise NotFound("没有这一行")
    return found


async def lock_row(uow: UnitOfWork, row_id: UUID) -> Row:
    found = await uow.session.get(Row, row_id, with_for_update=True)
    if found is None:
        raise NotFound("没有这一行")
    return found


async def lock_standing(uow: UnitOfWork, sender: str, keys: Collection[str]) -> Sequence[Row]:
    """What the sender still says under these keys, locked in order."""
    query = (
        select(Row)
        .where(Row.sender == sender, Row.record_key.in_(keys), Row.status.in_(STANDING))
        .order_by(Row.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await uow.session.scalars(query)).all()


async def told_of(uow: UnitOfWork, sender: str, keys: Collection[str]) -> set[UUID]:
    """The organisations of which the sender still says something under these keys."""
    query = select(Row.organization_id).where(
        Row.sender == sender,
        Row.record_key.in_(keys),
        Row.status == RowStatus.LINKED,
        Row.organization_id.is_not(None),
    )
    return {one for one in await uow.session.scalars(query) if one is not None}


async def keys_said(session: AsyncSession, sender: str, kinds: Collection[str]) -> set[str]:
    """The keys of what the sender still says of these lists."""
    query = select(Row.record_key).where(
        Row.sender == sender, Row.kind.in_(kinds), Row.status.in_(STANDING)
    )
    return set(await session.scalars(query))


async def sender_of_ended(session: AsyncSession, today: date) -> str | None:
    return await session.scalar(select(Row.sender).where(*_over(today)).limit(1))


async def lock_known_sender(uow: UnitOfWork, code: str) -> None:
    await uow.session.get(Sender, code, with_for_update=True)


async def ended(
    session: AsyncSession, sender: str, today: date, most: int
) -> list[tuple[UUID, UUID | None]]:
    """Rows whose last day has passed, and the organisations that they are about."""
    query = select(Row.id, Row.organization_id).where(Row.sender == sender, *_over(today))
    found = await session.execute(query.order_by(Row.ends_on, Row.id).limit(most))
    return [(one.id, one.organization_id) for one in found]


async def lock_open_rows(uow: UnitOfWork, ids: Collection[UUID]) -> Sequence[Row]:
    """Those of the rows that still stand, linked or not."""
    query = select(Row).where(Row.id.in_(ids), Row.status.in_(_OPEN)).order_by(Row.id)
    return (await uow.session.scalars(query.with_for_update())).all()


async def lock_unresolved(
    uow: UnitOfWork, codes: Collection[str], names: Collection[str]
) -> Sequence[Row]:
    query = (
        select(Row)
        .where(
            Row.status == RowStatus.UNRESOLVED,
            or_(Row.credit_code.in_(codes), Row.plain_name.in_(names)),
        )
        .order_by(Row.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await uow.session.scalars(query)).all()


async def lock_listing(
    uow: UnitOfWork, organization_id: UUID, kind: str, document_key: str
) -> ForeignListing | None:
    query = select(ForeignListing).where(
        ForeignListing.organization_id == organization_id,
        ForeignListing.kind == kind,
        ForeignListing.document_key == document_key,
    )
    locked = query.with_for_update().execution_options(populate_existing=True)
    return (await uow.session.scalars(locked)).one_or_none()


async def is_said(session: AsyncSession, listing_id: UUID) -> bool:
    """Whether a row still stands behind the listing."""
    query = select(Row.id).where(Row.listing_id == listing_id, Row.status == RowStatus.LINKED)
    return (await session.scalars(query.limit(1))).first() is not None


async def known(session: AsyncSession, named: Sequence[Named]) -> list[Known]:
    """Organisations with one of these codes, numbers or names."""
    codes = {one.credit_code for one in named if one.credit_code}
    numbers = {one.registration_number for one in named if one.registration_number}
    names = {one.name for one in named}
    query = select(KnownOrganization).where(
        or_(
            KnownOrganization.credit_code.in_(codes),
            KnownOrganization.filing_number.in_(numbers),
            KnownOrganization.name.in_(names),
        )
    )
    return [_known(one) for one in await session.scalars(query)]


async def candidates(session: AsyncSession, row: Row, most: int) -> list[Known]:
    """Organisations of the receiving district that may be meant, the likeliest first."""
    exact = await known(session, [named_by(row)])
    query = select(KnownOrganization).where(
        KnownOrganization.name.contains(row.name[-8:], autoescape=True)
    )
    prefix = subtree_prefix(row.district)
    if prefix:
        query = query.where(KnownOrganization.district.startswith(prefix, autoescape=True))
    alike = await session.scalars(query.order_by(KnownOrganization.organization_id).limit(most))
    found = {one.organization_id: one for one in [*exact, *map(_known, alike)]}
    return [one for one in found.values() if one.district.startswith(prefix)][:most]


def named_by(row: Row) -> Named:
    return Named(row.name, row.credit_code, row.registration_number, row.named_district)


def search_batches(district: str, sender: str | None, status: BatchStatus | None) -> Select[Batch]:
    query = _within(select(Batch), Batch.district, district)
    if sender is not None:
        query = query.where(Batch.sender == sender)
    return query if status is None else query.where(Batch.status == status)


def search_rows(district: str, status: RowStatus | None, batch_id: UUID | None) -> Select[Row]:
    query = _within(select(Row), Row.district, district)
    if batch_id is not None:
        query = query.where(Row.batch_id == batch_id)
    return query if status is None else query.where(Row.status == status)


def search_listings(
    district: str | None, organization_id: UUID | None, stands: bool | None
) -> Select[ForeignListing]:
    query = select(ForeignListing)
    if district is not None:
        query = _within(query, ForeignListing.district, district)
    if organization_id is not None:
        query = query.where(ForeignListing.organization_id == organization_id)
    return query if stands is None else query.where(ForeignListing.stands.is_(stands))


async def sources(
    session: AsyncSession, listing_ids: Sequence[UUID]
) -> Sequence[tuple[Row, Batch, Sender]]:
    query = (
        select(Row, Batch, Sender)
        .join(Batch, Batch.id == Row.batch_id)
        .join(Sender, Sender.code == Row.sender)
        .where(Row.listing_id.in_(listing_ids))
        .order_by(Row.id)
    )
    return [(one, batch, sender) for one, batch, sender in await session.execute(query)]


def _over(today: date) -> tuple[ColumnElement[bool], ...]:
    return (Row.status.in_(_OPEN), Row.ends_on.is_not(None), Row.ends_on < today)


def _known(one: KnownOrganization) -> Known:
    return Known(
        one.organization_id,
        one.name,
        one.credit_code,
        one.filing_number,
        one.district,
        one.status,
    )


def _within(query: Select[Any], column: Any, district: str) -> Select[Any]:
    prefix = subtree_prefix(district)
    return query.where(column.startswith(prefix, autoescape=True)) if prefix else query
