"""Every query about sharing."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeVarTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from credit_list.cases.models import Case
from credit_list.learned.models import KnownOrganization
from credit_list.listings.domain import Status as ListingStatus
from credit_list.listings.models import Listing, ListingGround
from credit_list.records.domain import COUNTED, Kind
from credit_list.records.domain import Status as RecordStatus
from credit_list.records.models import CreditRecord
from credit_list.sharing.domain import Content, Operation, Subject
from credit_list.sharing.facts import REGISTRY_PENALTIES
from credit_list.sharing.models import SharedChange, SharedCorrection, SharedDay, SharedMark
from liandong.values.districts import subtree_prefix

Wanted = set[tuple[Subject, UUID]]
_Ts = TypeVarTuple("_Ts")
NOT_DELETED = SharedChange.operation != Operation.DELETE


async def latest_day(session: AsyncSession) -> SharedDay | None:
    return (await session.scalars(select(SharedDay).order_by(SharedDay.day.desc()))).first()


async def day(session: AsyncSession, wanted: date) -> SharedDay | None:
    return await session.get(SharedDay, wanted)


async def take_marks(session: AsyncSession) -> Wanted:
    """All that are committed; whatever caused them is to be read after this."""
    taken = delete(SharedMark).returning(SharedMark.subject, SharedMark.subject_id)
    return {(subject, one) for subject, one in await session.execute(taken)}


async def ended(session: AsyncSession, on: date) -> Wanted:
    """What is shared although its last day of publication is over."""
    query = select(SharedChange.subject, SharedChange.subject_id).where(
        SharedChange.until_position.is_(None), NOT_DELETED, SharedChange.ends_on <= on
    )
    return {(subject, one) for subject, one in await session.execute(query)}


async def everything(session: AsyncSession) -> Wanted:
    """For the first close: what was there before anything was marked."""
    listed = select(Listing.id).where(Listing.status == ListingStatus.LISTED)
    punished = select(CreditRecord.id).where(
        CreditRecord.kind == Kind.PENALTY,
        CreditRecord.status.in_(COUNTED),
        CreditRecord.source == REGISTRY_PENALTIES,
    )
    found: Wanted = {(Subject.LISTING, one) for one in await session.scalars(listed)}
    return found | {(Subject.PENALTY, one) for one in await session.scalars(punished)}


async def listings(
    session: AsyncSession, ids: Sequence[UUID]
) -> Sequence[tuple[Listing, KnownOrganization]]:
    """Held until the day is closed: a repair comes before the close, which then leaves the listing
    out, or after it, and then finds the lines that it has to correct."""
    query = (
        select(Listing, KnownOrganization)
        .join(KnownOrganization, KnownOrganization.organization_id == Listing.organization_id)
        .where(Listing.id.in_(ids))
        .order_by(Listing.id)
        .with_for_update(read=True, of=Listing)
    )
    return [(one, known) for one, known in await session.execute(query)]


async def penalties(
    session: AsyncSession, ids: Sequence[UUID]
) -> Sequence[tuple[CreditRecord, KnownOrganization | None]]:
    """A penalty may be told of before its organisation. Held like the listings."""
    query = (
        select(CreditRecord, KnownOrganization)
        .outerjoin(
            KnownOrganization, KnownOrganization.organization_id == CreditRecord.organization_id
        )
        .where(CreditRecord.id.in_(ids))
        .order_by(CreditRecord.id)
        .with_for_update(read=True, of=CreditRecord)
    )
    return [(one, known) for one, known in await session.execute(query)]


async def documents(session: AsyncSession, listing_ids: Sequence[UUID]) -> dict[UUID, str | None]:
    """The number of the latest decision behind each listing."""
    query = (
        select(ListingGround.listing_id, Case.decision_document)
        .join(Case, Case.id == ListingGround.case_id)
        .where(ListingGround.listing_id.in_(listing_ids), ListingGround.corrected_on.is_(None))
        .order_by(ListingGround.number)
    )
    return {row.listing_id: row.decision_document for row in await session.execute(query)}


async def current(
    session: AsyncSession, subject: Subject, ids: Sequence[UUID]
) -> dict[UUID, SharedChange]:
    query = select(SharedChange).where(
        SharedChange.subject == subject,
        SharedChange.subject_id.in_(ids),
        SharedChange.until_position.is_(None),
    )
    return {one.subject_id: one for one in await session.scalars(query)}


async def lines(session: AsyncSession, subject: Subject, one: UUID) -> Sequence[SharedChange]:
    """Everything that was ever said of it, but that it has ended."""
    query = (
        select(SharedChange)
        .where(SharedChange.subject == subject, SharedChange.subject_id == one, NOT_DELETED)
        .order_by(SharedChange.position)
    )
    return (await session.scalars(query)).all()


async def corrected(session: AsyncSession, positions: Sequence[int]) -> dict[int, Content | None]:
    """What those of the lines that were corrected say now."""
    query = (
        select(SharedCorrection.position, SharedCorrection.content)
        .where(SharedCorrection.position.in_(positions))
        .order_by(SharedCorrection.number)
    )
    return {row.position: row.content for row in await session.execute(query)}


def corrections(file: Select[SharedChange]) -> Select[int, Content | None, datetime]:
    """Of the lines of a file, the latest last."""
    return (
        file.join(SharedCorrection, SharedCorrection.position == SharedChange.position)
        .with_only_columns(SharedCorrection.position, SharedCorrection.content, SharedCorrection.at)
        .order_by(SharedCorrection.number)
    )


def revised(
    of_day: ColumnElement[bool], district: str, since: date
) -> Select[date, Subject, int, datetime]:
    """Days, what of them, how many corrections and the latest of them. ``of_day`` tells which
    lines stand in the files of a day."""
    query = (
        select(
            SharedDay.day,
            SharedChange.subject,
            func.count(SharedCorrection.number),
            func.max(SharedCorrection.at),
        )
        .select_from(SharedCorrection)
        .join(SharedChange, SharedChange.position == SharedCorrection.position)
        .join(SharedDay, of_day)
        .where(SharedDay.day >= since)
        .group_by(SharedDay.day, SharedChange.subject)
        .order_by(SharedDay.day, SharedChange.subject)
    )
    return _within(query, district)


IN_FULL = (SharedChange.position <= SharedDay.last_position) & (
    SharedChange.until_position.is_(None) | (SharedChange.until_position > SharedDay.last_position)
)
IN_DELTA = SharedChange.day == SharedDay.day


def full(subject: Subject, last: int, district: str) -> Select[SharedChange]:
    """What stood after the position: the same whenever it is asked."""
    query = select(SharedChange).where(
        SharedChange.subject == subject,
        SharedChange.position <= last,
        or_(SharedChange.until_position.is_(None), SharedChange.until_position > last),
        NOT_DELETED,
    )
    return _within(query, district)


def delta(subject: Subject, first: int, last: int, district: str) -> Select[SharedChange]:
    query = select(SharedChange).where(
        SharedChange.subject == subject,
        SharedChange.position >= first,
        SharedChange.position <= last,
    )
    return _within(query, district)


def deleted_since_close(district: str, today: date) -> Select[SharedChange]:
    """Shared by the latest file and ended since: the next file will delete it."""
    delisted = exists().where(
        Listing.id == SharedChange.subject_id, Listing.status == ListingStatus.DELISTED
    )
    withdrawn = exists().where(
        CreditRecord.id == SharedChange.subject_id,
        or_(
            CreditRecord.status == RecordStatus.WITHDRAWN, CreditRecord.unpublished_on.is_not(None)
        ),
    )
    gone = exists().where(
        SharedCorrection.position == SharedChange.position, SharedCorrection.content.is_(None)
    )
    query = select(SharedChange).where(
        SharedChange.until_position.is_(None),
        NOT_DELETED,
        or_(delisted, withdrawn, gone, SharedChange.ends_on < today),
    )
    return _within(query, district)


async def last_position(session: AsyncSession) -> int:
    return int(await session.scalar(select(func.max(SharedChange.position))) or 0)


def _within(query: Select[*_Ts], district: str) -> Select[*_Ts]:
    prefix = subtree_prefix(district)
    if prefix:
        query = query.where(SharedChange.district.startswith(prefix, autoescape=True))
    return query
