"""Use cases of attachments: add, take away."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.actors import Actor, Role
from liandong.identity.guards import district_rule
from liandong.ids import uuid7
from liandong.problems import FieldError, Invalid
from liandong.rules.rule_set import RuleSet
from liandong.storage.base import StorageUnavailable
from registry.applications import repository as application_repository
from registry.applications.drafting import applicants_rule
from registry.applications.models import Application
from registry.applications.timing import procedure_for
from registry.attachments import domain, repository, telling
from registry.attachments.content import Inspected
from registry.attachments.domain import Moment, Removal
from registry.attachments.erasing import erase
from registry.attachments.events import ApplicationAttachmentAdded, ApplicationAttachmentRemoved
from registry.attachments.models import OTHER, Attachment
from registry.attachments.rules import AttachmentRules

OFFICES = (Role.CLERK, Role.APPROVER, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class Deposited:
    """A file that was checked and, unless the application has it already, stored."""

    document: str
    file_name: str
    found: Inspected
    rule_set: RuleSet[AttachmentRules]
    object_key: str | None = None
    object_secret: str | None = None

    def under(self, key: str, secret: str) -> "Deposited":
        return replace(self, object_key=key, object_secret=secret)


@dataclass(frozen=True, slots=True)
class Done:
    attachment: Attachment
    application: Application
    is_new: bool = True


async def add(uow: UnitOfWork, application_id: UUID, deposited: Deposited) -> Done:
    """The file belongs to the application. The same file for the same document is one."""
    application = await application_repository.lock(uow, application_id)
    await expect_addable(uow, application, deposited.document)
    held = await repository.valid(uow.session, application_id)
    same = same_among(held, deposited)
    if same is not None:
        return Done(same, application, is_new=False)
    expect_room(held, deposited)
    key = deposited.object_key
    if key is None or not await repository.claim(uow, key):
        # Taken away since it was compared, or stored so long ago that it was swept: once more.
        raise StorageUnavailable.now()
    attachment = _attachment(uow, application, deposited)
    uow.session.add(attachment)
    application.attached = _codes([*held, attachment])
    if _moment(application).is_handed_in:
        uow.publish(
            telling.told(ApplicationAttachmentAdded, application, attachment), of=application
        )
    else:
        application.touch(uow.now)
    _record(uow, application, attachment, "attached")
    return Done(attachment, application)


async def remove(uow: UnitOfWork, application_id: UUID, attachment_id: UUID) -> Done:
    """It counts no longer. What was never handed in is erased; the rest stays on record."""
    application = await application_repository.lock(uow, application_id)
    applicants_rule(uow.actor, application)
    attachment = await repository.get(uow.session, application_id, attachment_id)
    if attachment.removed_at is not None:
        return Done(attachment, application, is_new=False)
    moment = _moment(application)
    domain.expect_open(moment)
    what = domain.removal(moment, attachment.round)
    attachment.removed_at, attachment.removed_by = uow.now, uow.actor.subject
    if what is Removal.ERASE:
        await erase(uow, attachment)
    application.attached = _codes(await repository.valid(uow.session, application_id))
    if what is Removal.KEEP:
        event = telling.told(ApplicationAttachmentRemoved, application, attachment)
        uow.publish(event, of=application)
    else:
        application.touch(uow.now)
    _record(uow, application, attachment, "attachment-removed", content=what)
    return Done(attachment, application)


async def expect_addable(uow: UnitOfWork, application: Application, document: str) -> None:
    """Who may, when one may, and for which documents."""
    applicants_rule(uow.actor, application)
    domain.expect_open(_moment(application))
    known = {one.code for one in (await procedure_for(uow, application)).documents}
    if document != OTHER and document not in known:
        told = "该事项不需要这种材料"
        raise Invalid(told, [FieldError("/document", "unknown-document", told)])


def same_among(held: Sequence[Attachment], deposited: Deposited) -> Attachment | None:
    wanted = (deposited.document, deposited.found.sha256)
    return next((one for one in held if (one.document, one.sha256) == wanted), None)


def expect_room(held: Sequence[Attachment], deposited: Deposited) -> None:
    rules = deposited.rule_set.parameters
    domain.expect_room(
        [one.size_bytes for one in held],
        deposited.found.size,
        files_max=rules.files_max,
        total_bytes=rules.total_bytes,
    )


def readers_rule(actor: Actor, application: Application) -> bool:
    """Officials of the district, and the organisation itself: true for the latter."""
    if application.organization_id is not None and actor.owns(application.organization_id):
        return True
    if not actor.has(*OFFICES):
        applicants_rule(actor, application)
    district_rule(actor, application.district)
    return False


def _attachment(uow: UnitOfWork, application: Application, deposited: Deposited) -> Attachment:
    assert deposited.object_key is not None
    return Attachment(
        id=uuid7(),
        application_id=application.id,
        document=deposited.document,
        file_name=deposited.file_name,
        media_type=deposited.found.kind.media_type,
        size_bytes=deposited.found.size,
        sha256=deposited.found.sha256,
        object_key=deposited.object_key,
        object_secret=deposited.object_secret,
        round=len(application.corrections),
        uploaded_at=uow.now,
        uploaded_by=uow.actor.subject,
        removed_at=None,
        removed_by=None,
        rule_set=deposited.rule_set.reference,
    )


def _moment(application: Application) -> Moment:
    return Moment(application.status, application.accepted_by_silence, len(application.corrections))


def _codes(held: Sequence[Attachment]) -> list[str]:
    return sorted({one.document for one in held if one.removed_at is None} - {OTHER})


def _record(
    uow: UnitOfWork, application: Application, attachment: Attachment, fact: str, **details: object
) -> None:
    uow.record(
        f"application.{fact}",
        "application",
        application.id,
        district=application.district,
        attachment_id=attachment.id,
        document=attachment.document,
        sha256=attachment.sha256,
        **details,
    )
