"""What is told of the files of an application, and when."""

from typing import TypeVar

from liandong.db.unit_of_work import UnitOfWork
from registry.applications.models import Application
from registry.attachments import repository
from registry.attachments.events import ApplicationAttachmentAdded, AttachmentFacts
from registry.attachments.models import Attachment

E = TypeVar("E", bound=AttachmentFacts)


def told(event: type[E], application: Application, attachment: Attachment) -> E:
    return event(
        **application.facts(),
        attachment_id=attachment.id,
        document=attachment.document,
        media_type=attachment.media_type,
        size_bytes=attachment.size_bytes,
        sha256=attachment.sha256,
    )


async def hand_in(uow: UnitOfWork, application: Application) -> None:
    """It was submitted: the files that came with it this time are before the office."""
    for one in await repository.valid(uow.session, application.id):
        if one.round == len(application.corrections):
            uow.publish(told(ApplicationAttachmentAdded, application, one), of=application)
