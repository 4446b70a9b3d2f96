"""Every query about grades."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from evaluation.grades.domain import CONFIRMED, OPEN_PROPOSAL, Status
from evaluation.grades.models import Grade
from evaluation.grades.rules import Level
from evaluation.learned import repository as learned
from evaluation.learned.models import KnownOrganization
from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import NotFound
from liandong.values.districts import subtree_prefix

NOT_FOUND = "没有这条评估等级"


async def lock(uow: UnitOfWork, grade_id: UUID) -> tuple[KnownOrganization, Grade]:
    """The grade and its organisation, locked in the order that every command keeps."""
    organization_id = await uow.session.scalar(
        select(Grade.organization_id).where(Grade.id == grade_id)
    )
    if organization_id is None:
        raise NotFound(NOT_FOUND)
    organization = await learned.lock_organization(uow, organization_id)
    grade = await uow.session.get(Grade, grade_id, with_for_update=True)
    assert organization is not None, "a grade is only made of a learnt organisation"
    assert grade is not None, "grades are never deleted"
    return organization, grade


async def lock_current(uow: UnitOfWork, organization_id: UUID) -> Grade | None:
    """The organisation's grade in force, locked. Lock the organisation first."""
    query = select(Grade).where(
        Grade.organization_id == organization_id, Grade.status == Status.CURRENT
    )
    return (await uow.session.scalars(query.with_for_update())).one_or_none()


async def lock_live_elsewhere(uow: UnitOfWork, districts: dict[UUID, str]) -> Sequence[Grade]:
    """Proposals and current grades whose organisation is now in another district, locked."""
    query = (
        select(Grade)
        .where(
            Grade.organization_id.in_(districts),
            Grade.status.in_((*OPEN_PROPOSAL, Status.CURRENT)),
        )
        .order_by(Grade.id)
        .with_for_update()
    )
    found = (await uow.session.scalars(query)).all()
    return [grade for grade in found if grade.district != districts[grade.organization_id]]


async def get(session: AsyncSession, grade_id: UUID) -> Grade:
    """The grade; raises NotFound."""
    found = await session.get(Grade, grade_id)
    if found is None:
        raise NotFound(NOT_FOUND)
    return found


async def current(session: AsyncSession, organization_id: UUID) -> Grade:
    """The organisation's grade in force; raises NotFound."""
    query = select(Grade).where(
        Grade.organization_id == organization_id, Grade.status == Status.CURRENT
    )
    found = (await session.scalars(query)).one_or_none()
    if found is None:
        raise NotFound("该组织没有有效的评估等级")
    return found


async def confirmed_in_round(
    session: AsyncSession, organization_id: UUID, round_: str
) -> Grade | None:
    query = select(Grade).where(
        Grade.organization_id == organization_id,
        Grade.round == round_,
        Grade.status.in_(CONFIRMED),
    )
    return (await session.scalars(query)).one_or_none()


async def open_proposal(session: AsyncSession, organization_id: UUID) -> Grade | None:
    query = select(Grade).where(
        Grade.organization_id == organization_id, Grade.status.in_(OPEN_PROPOSAL)
    )
    return (await session.scalars(query)).one_or_none()


async def last_penalties(
    session: AsyncSession, organization_id: UUID
) -> tuple[date | None, date | None]:
    """The last days on which a grade of the organisation was adjusted, and cancelled."""
    cancelled_on = func.max(Grade.ended_on).filter(Grade.status == Status.CANCELLED)
    query = select(func.max(Grade.adjusted_on), cancelled_on).where(
        Grade.organization_id == organization_id
    )
    adjusted, cancelled = (await session.execute(query)).one()
    return adjusted, cancelled


def search(
    *,
    statuses: Sequence[Status],
    organization_id: UUID | None = None,
    grade: Level | None = None,
    round_: str = "",
    district: str = "",
) -> Select[Grade]:
    """Grades in one of the statuses that satisfy every condition given."""
    query = select(Grade).where(Grade.status.in_(statuses))
    if organization_id is not None:
        query = query.where(Grade.organization_id == organization_id)
    if grade is not None:
        query = query.where(Grade.grade == grade)
    if round_:
        query = query.where(Grade.round == round_)
    prefix = subtree_prefix(district) if district else ""
    if prefix:
        query = query.where(Grade.district.startswith(prefix, autoescape=True))
    return query


async def counts(
    session: AsyncSession, *, statuses: Sequence[Status], round_: str, district: str
) -> dict[Level, int]:
    """How many grades of each level; levels without any are zero."""
    query = search(statuses=statuses, round_=round_, district=district)
    grouped = query.with_only_columns(Grade.grade, func.count()).group_by(Grade.grade)
    found = {row[0]: row[1] for row in (await session.execute(grouped)).all()}
    return {level: found.get(level, 0) for level in reversed(Level)}
