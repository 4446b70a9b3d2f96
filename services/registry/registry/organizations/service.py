"""变更、更正、换证: load under lock, decide, save, publish."""

from datetime import date
from uuid import UUID

from liandong.db.errors import ConstraintViolated
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule
from liandong.problems import FieldError, Invalid
from liandong.values.credit_code import kind as kind_of_code
from registry.figures import recording as figures
from registry.hubs import leaving
from registry.names import repository as name_repository
from registry.names import service as names
from registry.organizations import applied_for, repository
from registry.organizations.consistency import Record
from registry.organizations.domain import Action, Kind, advance
from registry.organizations.events import (
    OrganizationChanged,
)
from registry.organizations.models import Organization
from registry.organizations.recording import record
from registry.organizations.registering import (
    name_of,
    name_terms,
    refuse_contradictions,
    refuse_taken_number,
    use_reserved,
)
from registry.organizations.schemas import (
    ChangeOrganization,
    CorrectOrganization,
)
from registry.transfers.keeping import keep_move


async def change(
    uow: UnitOfWork,
    organization_id: UUID,
    version: int,
    body: ChangeOrganization,
    *,
    reservation_id: UUID | None = None,
    for_application: UUID | None = None,
) -> Organization:
    """Changes registered items. What is the same as before is not a change; what an application
    is about is changed by its decision only."""
    organization = await repository.lock(uow, organization_id)
    organization.expect(version)
    district_rule(uow.actor, organization.district)
    organization.status = advance(organization.status, Action.CHANGE)
    given = body.model_dump(exclude_unset=True)
    if "district" in given:
        district_rule(uow.actor, given["district"])
    if given.get("direct_class"):
        given["supervisor"] = ""
    elif given.get("supervisor"):
        given["direct_class"] = None
    changed = sorted(name for name, value in given.items() if getattr(organization, name) != value)
    if not changed:
        return organization
    if for_application is None:
        await applied_for.refuse_touched(uow, organization, changed)
    before = (organization.name, organization.district)
    for name in changed:
        setattr(organization, name, given[name])
    refuse_contradictions(Record.of(organization))
    if before != (organization.name, organization.district):
        await _rename(uow, organization, *before)
        if reservation_id is None:
            await names.take(uow, name_of(organization))
        else:
            await use_reserved(uow, organization, reservation_id, for_application)
    if "is_hub" in changed and not organization.is_hub:
        await leaving.hub_ended(uow, organization)
    _publish_change(uow, organization, changed, former_district=before[1])
    if "district" in changed:
        await keep_move(uow, organization, before[1])
    record(uow, organization, "changed", for_application, items=changed)
    return organization


async def move(
    uow: UnitOfWork, organization: Organization, district: str, address: str, supervisor: str
) -> None:
    """迁移, of an organisation that is locked: both districts have agreed."""
    organization.status = advance(organization.status, Action.CHANGE)
    before = (organization.name, organization.district)
    given = {"district": district, "address": address, "supervisor": supervisor}
    if organization.direct_class is not None:
        given["supervisor"] = ""
    changed = [
        name for name, value in given.items() if value and getattr(organization, name) != value
    ]
    for name in changed:
        setattr(organization, name, given[name])
    await _rename(uow, organization, *before)
    await names.take(uow, name_of(organization))
    _publish_change(uow, organization, changed, former_district=before[1])
    record(uow, organization, "moved", items=changed)


def _publish_change(
    uow: UnitOfWork, organization: Organization, changed: list[str], *, former_district: str
) -> None:
    """The district that the body left learns of it by its code, if it was left."""
    moved = former_district != organization.district
    event = OrganizationChanged(
        **organization.facts(),
        changed=changed,
        former_district=former_district if moved else None,
    )
    uow.publish(event, of=organization)


async def correct(
    uow: UnitOfWork, organization_id: UUID, version: int, body: CorrectOrganization
) -> Organization:
    """更正: what was entered wrongly, also of a body that has ended; no 变更登记."""
    organization = await repository.lock(uow, organization_id)
    organization.expect(version)
    district_rule(uow.actor, organization.district)
    given = body.given()
    changed = sorted(name for name, value in given.items() if getattr(organization, name) != value)
    if not changed:
        return organization
    await applied_for.refuse_touched(uow, organization, changed)
    _refuse_other_numbers(uow, organization, body)
    registered_on = organization.registered_on
    for name in changed:
        setattr(organization, name, given[name])
    refuse_contradictions(Record.of(organization))
    if "certificate_until" in changed:
        organization.watch_expiry(uow.today)
    try:
        await uow.session.flush()
    except ConstraintViolated as error:
        refuse_taken_number(error, body.credit_code or body.filing_number or "")
        raise
    if organization.registered_on != registered_on:
        await figures.move(uow, organization, registered_on)
    uow.publish(OrganizationChanged(**organization.facts(), changed=changed), of=organization)
    record(uow, organization, "corrected", items=changed, reason=body.reason)
    return organization


def _refuse_other_numbers(
    uow: UnitOfWork, organization: Organization, body: CorrectOrganization
) -> None:
    """Each legal type has its own kind of number, and none is from the future."""
    filed = organization.kind is Kind.COMMUNITY_GROUP
    if filed and (body.credit_code or body.certificate_from or body.certificate_until):
        told = "备案的组织没有统一社会信用代码和登记证书"
        raise Invalid(told, [FieldError("/credit_code", "registered-only", told)])
    if not filed and body.filing_number:
        told = "登记的组织没有备案编号"
        raise Invalid(told, [FieldError("/filing_number", "filed-only", told)])
    if body.credit_code and kind_of_code(body.credit_code) != organization.kind:
        told = "统一社会信用代码所示的组织类型与登记类型不一致"
        raise Invalid(told, [FieldError("/credit_code", "other-kind", told)])
    if body.registered_on is not None and body.registered_on > uow.today:
        told = "登记日期不能晚于今日"
        raise Invalid(told, [FieldError("/registered_on", "in-the-future", told)])


async def _rename(uow: UnitOfWork, organization: Organization, name: str, district: str) -> None:
    """The name is another, or it counts in another district."""
    organization.name_bigrams = name_terms(
        uow, organization.name, organization.kind, organization.district
    )
    await name_repository.free(uow, organization.id, name, district)


async def renew(
    uow: UnitOfWork, organization: Organization, start: date, end: date, application_id: UUID
) -> Organization:
    """换发证书, of an organisation that is locked."""
    organization.status = advance(organization.status, Action.CHANGE)
    set_certificate(uow, organization, start, end)
    event = OrganizationChanged(**organization.facts(), changed=["certificate"])
    uow.publish(event, of=organization)
    record(uow, organization, "certificate-renewed", application_id, until=end)
    return organization


def set_certificate(uow: UnitOfWork, organization: Organization, start: date, end: date) -> None:
    """Another certificate; whoever changes it publishes what happened, and records it."""
    organization.certificate_from, organization.certificate_until = start, end
    organization.watch_expiry(uow.today)


def set_term(uow: UnitOfWork, organization: Organization, start: date, end: date) -> None:
    """Another term of office; whoever changes it publishes what happened, and records it."""
    organization.term_from, organization.term_until = start, end
    organization.watch_expiry(uow.today)


async def approve_articles(
    uow: UnitOfWork, organization: Organization, application_id: UUID
) -> Organization:
    """章程核准, of an organisation that is locked."""
    organization.status = advance(organization.status, Action.CHANGE)
    organization.articles_approved_on = uow.today
    event = OrganizationChanged(**organization.facts(), changed=["articles"])
    uow.publish(event, of=organization)
    record(uow, organization, "articles-approved", application_id)
    return organization
