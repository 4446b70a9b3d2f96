"""What decisions of supervision do to a registration: each finds the state that others left.

Unlike the endpoints these refuse nothing that the state has already brought about: a second
penalty against a body that is suspended or revoked must be served all the same.
"""

from datetime import date
from uuid import UUID

from liandong.clock import china_midnight
from liandong.db.unit_of_work import UnitOfWork
from liandong.timers.deadlines import set_deadline
from registry.names import service as names
from registry.names.models import NameInUse
from registry.organizations import ending, recording, registering, repository
from registry.organizations.domain import LIVING, Action, Status, advance
from registry.organizations.events import (
    OrganizationRestored,
    OrganizationResumed,
    OrganizationSuspended,
)
from registry.organizations.models import Organization


async def suspend_at_least(
    uow: UnitOfWork, organization_id: UUID, until: date, reason: str
) -> bool:
    """Suspended until then, or longer as it was; whether this changed the register."""
    organization = await repository.lock(uow, organization_id)
    if organization.status not in LIVING:
        return False
    if organization.status is Status.ACTIVE:
        await ending.suspend(uow, organization.id, organization.version, until, reason)
        return True
    if organization.suspended_until is not None and organization.suspended_until >= until:
        return False
    await _suspended(uow, organization, until, reason=reason)
    return True


async def shorten_suspension(uow: UnitOfWork, organization: Organization, until: date) -> None:
    """Of a suspended organisation that is locked: the earlier day holds."""
    await _suspended(uow, organization, until)


async def revoke_if_living(uow: UnitOfWork, organization_id: UUID, reason: str) -> bool:
    """撤销登记; whether this changed the register."""
    organization = await repository.lock(uow, organization_id)
    if organization.status not in LIVING:
        return False
    await ending.revoke(uow, organization.id, organization.version, reason)
    return True


async def restore(uow: UnitOfWork, organization: Organization, new_name: str | None) -> None:
    """恢复登记 of a revoked organisation that is locked: the revocation was withdrawn.

    Its name is taken again; refused (409 name-taken) when somebody has got it meanwhile and no
    other is given.
    """
    organization.status = advance(organization.status, Action.RESTORE)
    organization.ended_on = organization.end_reason = organization.suspended_until = None
    organization.watch_expiry(uow.today)
    if new_name is not None and new_name != organization.name:
        organization.name = new_name
        organization.name_bigrams = registering.name_terms(
            uow, new_name, organization.kind, organization.district
        )
    held = NameInUse(
        name=organization.name, district=organization.district, holder_id=organization.id
    )
    await names.take(uow, held)
    uow.publish(
        OrganizationRestored(**organization.facts(), restored_on=uow.today), of=organization
    )
    # Whoever knows nothing of restorations learns that the body may act again.
    uow.publish(OrganizationResumed(**organization.facts()), of=organization)
    recording.record(uow, organization, "restored")


async def _suspended(
    uow: UnitOfWork, organization: Organization, until: date, **details: object
) -> None:
    organization.suspended_until = until
    ends = china_midnight(date.fromordinal(until.toordinal() + 1))
    await set_deadline(uow, ending.SUSPENSION_ENDS, organization.id, ends)
    event = OrganizationSuspended(**organization.facts(), suspended_until=until)
    uow.publish(event, of=organization)
    recording.record(uow, organization, "suspension-changed", None, until=until, **details)
