"""升级为登记: a filed body becomes a registered one, and the old record says what became of it."""

from uuid import UUID

from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule
from liandong.problems import Conflict, FieldError, Invalid
from registry.applications import repository as applications
from registry.applications.domain import Matter
from registry.filings.schemas import Upgrade
from registry.hubs import passing
from registry.hubs import repository as hubs
from registry.organizations import ending
from registry.organizations import repository as organization_repository
from registry.organizations.domain import LIVING, Kind
from registry.organizations.models import Organization
from registry.successions import service as successions
from registry.successions.models import Succession, SuccessionKind

REASON = "升级为登记"


class NotFiled(Conflict):
    slug, title = "not-a-filed-body", "只有存续的备案组织可以升级为登记"


class NotRegistered(Conflict):
    slug, title = "not-a-registered-body", "后继组织应为存续的登记组织"


class NotCertifiedYet(Conflict):
    slug, title = "not-certified-yet", "该成立登记申请尚未发证"


async def predecessor(uow: UnitOfWork, organization_id: UUID, pointer: str) -> Organization:
    """The filed body that an application names; raises Invalid when it can be none."""
    found = await uow.session.get(Organization, organization_id)
    if found is None or found.kind is not Kind.COMMUNITY_GROUP or found.status not in LIVING:
        told = "没有这家存续的备案组织"
        raise Invalid(told, [FieldError(pointer, "unknown-organization", told)])
    district_rule(uow.actor, found.district)
    return found


async def upgrade(
    uow: UnitOfWork, organization_id: UUID, version: int, body: Upgrade
) -> Succession:
    """By command: for bodies that were registered without naming what they grew out of."""
    successor_id = body.successor_id
    if body.application_id is not None:
        application = await applications.get(uow.session, body.application_id)
        if application.matter is not Matter.ESTABLISHMENT or application.organization_id is None:
            raise NotCertifiedYet()
        successor_id = application.organization_id
    assert successor_id is not None
    both = await hubs.lock_organizations(uow, (organization_id, successor_id))
    old = await organization_repository.lock(uow, organization_id)
    old.expect(version)
    district_rule(uow.actor, old.district)
    new = both.get(successor_id)
    if new is None:
        told = "没有这家社会组织"
        raise Invalid(told, [FieldError("/successor_id", "unknown-organization", told)])
    district_rule(uow.actor, new.district)
    return await _pass(uow, old, new, body.application_id)


async def carry_out(
    uow: UnitOfWork, organization_id: UUID, successor: Organization, application_id: UUID
) -> Succession:
    """With the certificate of the establishment that named its predecessor."""
    old = await organization_repository.lock(uow, organization_id)
    return await _pass(uow, old, successor, application_id)


async def _pass(
    uow: UnitOfWork, old: Organization, new: Organization, application_id: UUID | None
) -> Succession:
    if old.kind is not Kind.COMMUNITY_GROUP or old.status not in LIVING:
        raise NotFiled()
    if new.kind is Kind.COMMUNITY_GROUP or new.status not in LIVING:
        raise NotRegistered()
    bequest = await passing.of(uow, old)
    await ending.cancel(uow, old.id, old.version, REASON, for_application=application_id)
    await passing.to(uow, bequest, new)
    return await successions.record(uow, old, new, SuccessionKind.UPGRADE)
