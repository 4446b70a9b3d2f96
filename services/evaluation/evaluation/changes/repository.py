"""Every query about grade changes."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from evaluation.changes.domain import ChangeStatus
from evaluation.changes.models import GradeChange
from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import NotFound
from liandong.values.districts import subtree_prefix

_NOT_FOUND = "没有这条等级调整"


async def grade_of(uow: UnitOfWork, change_id: UUID) -> UUID:
    """The grade that the change is about, which is locked before the change; raises NotFound."""
    found = await uow.session.scalar(
        select(GradeChange.grade_id).where(GradeChange.id == change_id)
    )
    if found is None:
        raise NotFound(_NOT_FOUND)
    return found


async def lock(uow: UnitOfWork, change_id: UUID) -> GradeChange:
    found = await uow.session.get(GradeChange, change_id, with_for_update=True)
    if found is None:
        raise NotFound(_NOT_FOUND)
    return found


async def lock_open_of(uow: UnitOfWork, grade_id: UUID) -> Sequence[GradeChange]:
    """The undecided changes of the grade, locked."""
    query = select(GradeChange).where(
        GradeChange.grade_id == grade_id, GradeChange.status == ChangeStatus.OPEN
    )
    return (await uow.session.scalars(query.order_by(GradeChange.id).with_for_update())).all()


async def get(session: AsyncSession, change_id: UUID) -> GradeChange:
    found = await session.get(GradeChange, change_id)
    if found is None:
        raise NotFound(_NOT_FOUND)
    return found


def search(
    *, within: str, grade_id: UUID | None = None, status: ChangeStatus | None = None
) -> Select[GradeChange]:
    """Changes inside the district that satisfy every condition given."""
    query = select(GradeChange).where(GradeChange.district.startswith(subtree_prefix(within)))
    if grade_id is not None:
        query = query.where(GradeChange.grade_id == grade_id)
    if status is not None:
        query = query.where(GradeChange.status == status)
    return query
