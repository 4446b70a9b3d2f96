"""限期停止活动、注销、撤销: how an organisation stops, for a time or for good."""

from datetime import date
from uuid import UUID

from liandong.clock import china_midnight
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule
from liandong.problems import FieldError, Invalid
from liandong.timers.deadlines import Deadline, cancel_deadline, set_deadline
from registry.hubs import leaving
from registry.names import repository as name_repository
from registry.organizations import pending, repository
from registry.organizations.domain import Action, Status, advance
from registry.organizations.events import (
    OrganizationCancelled,
    OrganizationResumed,
    OrganizationRevoked,
    OrganizationSuspended,
)
from registry.organizations.models import Organization
from registry.organizations.recording import record

SUSPENSION_ENDS = "organization.suspension-ends"


async def suspend(
    uow: UnitOfWork, organization_id: UUID, version: int, until: date, reason: str
) -> Organization:
    """限期停止活动 (社会团体登记管理条例 art. 30): ends by itself after the last day."""
    organization = await repository.lock(uow, organization_id)
    organization.expect(version)
    district_rule(uow.actor, organization.district)
    organization.status = advance(organization.status, Action.SUSPEND)
    if until < uow.today:
        raise Invalid(
            "停止活动的最后一日不能早于今日",
            [FieldError("/until", "in-the-past", "不能早于今日")],
        )
    organization.suspended_until = until
    ends = china_midnight(date.fromordinal(until.toordinal() + 1))
    await set_deadline(uow, SUSPENSION_ENDS, organization.id, ends)
    uow.publish(
        OrganizationSuspended(**organization.facts(), suspended_until=until), of=organization
    )
    record(uow, organization, "suspended", until=until, reason=reason)
    return organization


async def resume(uow: UnitOfWork, organization_id: UUID, version: int) -> Organization:
    """Ends a suspension before its last day."""
    organization = await repository.lock(uow, organization_id)
    organization.expect(version)
    district_rule(uow.actor, organization.district)
    await _resume(uow, organization)
    await cancel_deadline(uow, SUSPENSION_ENDS, organization.id)
    return organization


async def end_suspension(deadline: Deadline, uow: UnitOfWork) -> None:
    """The last day of a suspension has passed."""
    organization = await repository.lock(uow, deadline.subject_id)
    if organization.status == Status.SUSPENDED:
        await _resume(uow, organization)


async def cancel_at_the_desk(
    uow: UnitOfWork, organization_id: UUID, version: int, reason: str
) -> Organization:
    """注销登记 without an application: only of a body about which nothing is under way."""
    organization = await repository.lock(uow, organization_id)
    organization.expect(version)
    district_rule(uow.actor, organization.district)
    await pending.refuse_open_matters(uow, organization)
    return await cancel(uow, organization_id, version, reason)


async def cancel(
    uow: UnitOfWork,
    organization_id: UUID,
    version: int,
    reason: str,
    *,
    for_application: UUID | None = None,
) -> Organization:
    """注销登记; where a liquidation was opened, after its end."""
    organization = await _end(uow, organization_id, version, Action.CANCEL, reason)
    await pending.refuse_unliquidated(uow, organization_id)
    uow.publish(
        OrganizationCancelled(**organization.facts(), cancelled_on=uow.today), of=organization
    )
    record(uow, organization, "cancelled", for_application, reason=reason)
    return organization


async def revoke(uow: UnitOfWork, organization_id: UUID, version: int, reason: str) -> Organization:
    """撤销登记."""
    organization = await _end(uow, organization_id, version, Action.REVOKE, reason)
    uow.publish(OrganizationRevoked(**organization.facts(), revoked_on=uow.today), of=organization)
    record(uow, organization, "revoked", reason=reason)
    return organization


async def _end(
    uow: UnitOfWork, organization_id: UUID, version: int, action: Action, reason: str
) -> Organization:
    organization = await repository.lock(uow, organization_id)
    organization.expect(version)
    district_rule(uow.actor, organization.district)
    organization.status = advance(organization.status, action)
    organization.ended_on = uow.today
    organization.end_reason = reason
    organization.reminder_on = None
    await name_repository.free(uow, organization.id, organization.name, organization.district)
    await cancel_deadline(uow, SUSPENSION_ENDS, organization.id)
    await leaving.ended(uow, organization)
    return organization


async def _resume(uow: UnitOfWork, organization: Organization) -> None:
    organization.status = advance(organization.status, Action.RESUME)
    organization.suspended_until = None
    uow.publish(OrganizationResumed(**organization.facts()), of=organization)
    record(uow, organization, "resumed")
