"""Every query about cases."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from credit_list.cases.domain import CLOSED, HearingStatus, ServiceOutcome, Status
from credit_list.cases.models import (
    Case,
    Document,
    DocumentService,
    Hearing,
    JoinedTrigger,
    Statement,
    Step,
)
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
    """The open case; the organisation's lock keeps another from being opened meanwhile."""
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


async def joined(session: AsyncSession, case_id: UUID) -> Sequence[JoinedTrigger]:
    query = select(JoinedTrigger).where(JoinedTrigger.case_id == case_id)
    return (await session.scalars(query.order_by(JoinedTrigger.number))).all()


async def mark_told(uow: UnitOfWork, case_id: UUID) -> None:
    """The notice that was served tells of everything that has been joined."""
    for one in await joined(uow.session, case_id):
        one.told = True


async def documents(session: AsyncSession, case_id: UUID) -> Sequence[Document]:
    query = select(Document).where(Document.case_id == case_id).order_by(Document.number)
    return (await session.scalars(query)).all()


async def count_documents(session: AsyncSession, case_id: UUID) -> int:
    return int(await session.scalar(select(func.count()).where(Document.case_id == case_id)) or 0)


async def latest_document(session: AsyncSession, case_id: UUID) -> Document | None:
    query = select(Document).where(Document.case_id == case_id).order_by(Document.number.desc())
    return (await session.scalars(query.limit(1))).one_or_none()


async def replace_draft(uow: UnitOfWork, case_id: UUID) -> None:
    """The latest paper, if it has not been served, holds no longer: another is made."""
    latest = await latest_document(uow.session, case_id)
    if latest is None:
        return
    served = [
        one
        for one in await services(uow.session, case_id)
        if one.document == latest.number and one.outcome is ServiceOutcome.SERVED
    ]
    latest.is_replaced = not served


async def services(session: AsyncSession, case_id: UUID) -> Sequence[DocumentService]:
    query = select(DocumentService).where(DocumentService.case_id == case_id)
    return (await session.scalars(query.order_by(DocumentService.number))).all()


async def hearings(session: AsyncSession, case_id: UUID) -> Sequence[Hearing]:
    query = select(Hearing).where(Hearing.case_id == case_id).order_by(Hearing.number)
    return (await session.scalars(query)).all()


async def open_hearing(session: AsyncSession, case_id: UUID) -> Hearing | None:
    query = select(Hearing).where(
        Hearing.case_id == case_id, Hearing.status == HearingStatus.REQUESTED
    )
    return (await session.scalars(query)).one_or_none()


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
    overdue_on: date | None = None,
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
    if overdue_on is not None:
        query = query.where(Case.due_on < overdue_on)
    if after_notice:
        query = query.where(Case.notice_served_on.is_not(None))
    return query
