"""The content of attachments in the store: put there before its row, read piece by piece."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.db.transaction import Reading
from liandong.db.unit_of_work import UnitOfWork
from liandong.faults import reach
from liandong.identity.actors import Actor
from liandong.ids import uuid7
from liandong.problems import Unavailable
from liandong.runtime import Runtime
from liandong.storage.base import NoSuchObject, ObjectStore
from liandong.storage.sealing import Damaged, new_key, opened, sealed
from registry.applications import repository as application_repository
from registry.attachments import repository, service
from registry.attachments.content import Inspected, inspect
from registry.attachments.models import Attachment
from registry.attachments.rules import ATTACHMENTS, AttachmentRules

log = structlog.get_logger(__name__)


class ContentUnreadable(Unavailable):
    """The store has lost the object, or what it gives is not what was put there."""

    slug: ClassVar[str] = "content-unreadable"
    title: ClassVar[str] = "附件内容无法读取，请联系管理员"


@dataclass(frozen=True, slots=True)
class Given:
    """What came with the request."""

    data: bytes
    file_name: str
    declared_type: str
    document: str


async def deposit(
    runtime: Runtime, actor: Actor, application_id: UUID, given: Given
) -> service.Deposited:
    """Checks the file and puts it into the store, outside any transaction.

    Whatever the command would refuse is refused here already, before anything is stored; the
    command decides again, under the lock. Until it has claimed the object nobody holds it.
    """
    async with AsyncSession(runtime.read_engine, autoflush=False) as session:
        asking = UnitOfWork(
            opened=Reading(session),
            actor=actor,
            now=runtime.clock.now(),
            service=runtime.definition.name,
            rule_book=runtime.rule_book,
        )
        application = await application_repository.get(session, application_id)
        await service.expect_addable(asking, application, given.document)
        rule_set = await asking.rules(ATTACHMENTS, application.district)
        held = await repository.valid(session, application_id)
    rules: AttachmentRules = rule_set.parameters
    found: Inspected = await asyncio.to_thread(
        inspect, given.data, given.file_name, given.declared_type, rules
    )
    deposited = service.Deposited(given.document, given.file_name, found, rule_set)
    if service.same_among(held, deposited) is not None:
        return deposited
    service.expect_room(held, deposited)
    # By the day: a folder of millions of files is slow, and a backup can take the last days.
    key, secret = f"attachments/{asking.today:%Y/%m/%d}/{uuid7()}", new_key()
    due_at = asking.now + timedelta(hours=rules.unclaimed_hours)
    async with runtime.api_engine.begin() as connection:
        await repository.announce(connection, key, due_at)
    await reach("storage.after_announcement")
    await runtime.store.put(key, sealed(given.data, secret))
    await reach("storage.after_put")
    return deposited.under(key, secret)


async def content_of(store: ObjectStore, attachment: Attachment) -> AsyncIterator[bytes]:
    """The content, its first piece read and checked when this returns.

    Raises StorageUnavailable and ContentUnreadable; damage further on breaks the answer off.
    """
    assert attachment.object_secret is not None
    try:
        stored = await store.read(attachment.object_key)
        pieces = opened(stored, attachment.object_secret)
        first = await anext(pieces)
    except (NoSuchObject, Damaged) as error:
        log.critical(
            "attachment_unreadable", attachment_id=str(attachment.id), error=type(error).__name__
        )
        raise ContentUnreadable() from None
    return _from_the_first(first, pieces)


async def _from_the_first(first: bytes, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in pieces:
        yield piece
