"""Every query about cases."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from credit_list.cases.domain import CLOSED, Status
from credit_list.cases.models import Case, Statement, Step
from credit_list.listings.domain import ListName
from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import NotFound
from liandong.values.districts import subtree_prefix


async def organization_of(session: AsyncSession, case_id: UUID) -> UUID:
    """Whose case it is: needed to lock the organisation first. Raises NotFound."""
    found = await session.scalar(select(Case.organization_id).where(Case.id == case_id))
    if found is None:
        raise NotFound("没有这个案件")
    return found


async def lock(uow: UnitOfWork, case_id: UUID) -> Case:
    found = await uow.session.get(Case, case_id, with_for_update=True)
    if found is None:
        raise NotFound("没有这个案件")
    return found


async def get(session: AsyncSession, case_id: UUID) -> Case:
    found = await session.get(Case, case_id)
    if found is None:
        raise NotFound("没有这个案件")
    return found


async def find_open(session: AsyncSession, organization_id: UUID, name: ListName) -> Case | None:
    query = select(Case).where(
        Case.organization_id == organization_id, Case.list == name, Case.status.not_in(CLOSED)
    )
    return (await session.scalars(query)).one_or_none()


async def statements(session: AsyncSession, case_id: UUID) -> Sequence[Statement]:
    query = select(Statement).where(Statement.case_id == case_id).order_by(Statement.number)
    return (await session.scalars(query)).all()


async def count_statements(session: AsyncSession, case_id: UUID) -> int:
    return int(await session.scalar(select(func.count()).where(Statement.case_id == case_id)) or 0)


async def write_findings(uow: UnitOfWork, case_id: UUID, findings: str, at: datetime) -> None:
    """Marks every statement that was not verified yet."""
    await uow.session.execute(
        update(Statement)
        .where(Statement.case_id == case_id, Statement.verified_at.is_(None))
        .values(findings=findings, verified_by=uow.actor.subject, verified_at=at)
    )


async def steps(session: AsyncSession, case_id: UUID) -> Sequence[Step]:
    return (
        await session.scalars(select(Step).where(Step.case_id == case_id).order_by(Step.number))
    ).all()


async def handlers_of(session: AsyncSession, case_id: UUID) -> Sequence[str]:
    """Everyone who took a step of the case, first step first."""
    return [step.by for step in await steps(session, case_id)]


def search(
    *,
    district: str | None,
    organization_id: UUID | None = None,
    name: ListName | None = None,
    status: Status | None = None,
    after_notice: bool = False,
) -> Select[Case]:
    """Cases in the district's subtree (None: everywhere) that satisfy every condition."""
    query = select(Case)
    prefix = subtree_prefix(district) if district else ""
    if prefix:
        query = query.where(Case.district.startswith(prefix, autoescape=True))
    if organization_id is not None:
        query = query.where(Case.organization_id == organization_id)
    if name is not None:
        query = query.where(Case.list == name)
    if status is not None:
        query = query.where(Case.status == status)
    if after_notice:
        query = query.where(Case.notice_served_on.is_not(None))
    return query
