"""Every query about attachments."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import NotFound
from registry.attachments.models import Attachment, LooseObject


async def get(session: AsyncSession, application_id: UUID, attachment_id: UUID) -> Attachment:
    found = await session.get(Attachment, attachment_id)
    if found is None or found.application_id != application_id:
        raise NotFound("没有这个附件")
    return found


async def valid(session: AsyncSession, application_id: UUID) -> Sequence[Attachment]:
    """Those that count, oldest first."""
    query = select(Attachment).where(
        Attachment.application_id == application_id, Attachment.removed_at.is_(None)
    )
    return (await session.scalars(query.order_by(Attachment.id))).all()


def search(application_id: UUID, *, with_removed: bool) -> Select[Attachment]:
    query = select(Attachment).where(Attachment.application_id == application_id)
    return query if with_removed else query.where(Attachment.removed_at.is_(None))


async def announce(connection: AsyncConnection, key: str, due_at: datetime) -> None:
    """There will be an object; unless it is claimed it is deleted when it is due."""
    await connection.execute(insert(LooseObject).values(object_key=key, due_at=due_at))


async def claim(uow: UnitOfWork, key: str) -> bool:
    """A row names the object from now on; false when it was deleted meanwhile."""
    gone = delete(LooseObject).where(LooseObject.object_key == key)
    return (await uow.session.scalar(gone.returning(LooseObject.object_key))) is not None


async def let_go(uow: UnitOfWork, key: str) -> None:
    """No row names the object any more, from the commit on."""
    await uow.session.execute(
        upsert(LooseObject).values(object_key=key, due_at=uow.now).on_conflict_do_nothing()
    )


async def lock_loose(uow: UnitOfWork) -> str | None:
    """The object that is due first and that no other worker is deleting."""
    query = select(LooseObject.object_key).where(LooseObject.due_at <= uow.now)
    return await uow.session.scalar(
        query.order_by(LooseObject.due_at).limit(1).with_for_update(skip_locked=True)
    )


async def forget(uow: UnitOfWork, key: str) -> None:
    await uow.session.execute(delete(LooseObject).where(LooseObject.object_key == key))


async def postpone(uow: UnitOfWork, key: str, wait: timedelta) -> None:
    later = update(LooseObject).where(LooseObject.object_key == key)
    await uow.session.execute(later.values(due_at=uow.now + wait))
