"""What never came before the office is not kept (个人信息保护法 arts. 19, 47)."""

from liandong.db.unit_of_work import UnitOfWork
from registry.applications.models import Application
from registry.attachments import repository
from registry.attachments.models import Attachment


async def erase(uow: UnitOfWork, attachment: Attachment) -> None:
    """Its content cannot be read from the commit on; the object itself is deleted soon after."""
    attachment.object_secret = None
    attachment.file_name = attachment.masked_name
    await repository.let_go(uow, attachment.object_key)


async def discard(uow: UnitOfWork, application: Application) -> None:
    """A draft was given up: its files go with it."""
    for one in await repository.valid(uow.session, application.id):
        one.removed_at, one.removed_by = uow.now, uow.actor.subject
        await erase(uow, one)
    application.attached = []
