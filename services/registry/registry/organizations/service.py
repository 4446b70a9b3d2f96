"""Use cases of organisations: load under lock, decide, save, publish."""

from datetime import date
from uuid import UUID

from liandong.clock import china_midnight
from liandong.db.direct import insert_rows, unattached
from liandong.db.errors import ConstraintViolated, violated_constraint
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule
from liandong.ids import uuid7
from liandong.problems import Conflict, FieldError, Invalid
from liandong.timers.deadlines import Deadline, cancel_deadline, set_deadline
from liandong.values.credit_code import kind as kind_of_code
from registry.figures import recording as figures
from registry.histories.recording import keep
from registry.hubs import leaving
from registry.names import repository as name_repository
from registry.names import service as names
from registry.names.likeness import index_terms
from registry.names.models import NameInUse
from registry.names.rules import NAMES
from registry.organizations import applied_for, pending, repository
from registry.organizations.consistency import Record, contradictions
from registry.organizations.domain import Action, Kind, Status, advance
from registry.organizations.events import (
    OrganizationCancelled,
    OrganizationChanged,
    OrganizationRegistered,
    OrganizationResumed,
    OrganizationRevoked,
    OrganizationSuspended,
)
from registry.organizations.models import Organization
from registry.organizations.schemas import (
    ChangeOrganization,
    CorrectOrganization,
    RegisterOrganization,
)
from registry.transfers.keeping import keep_move

SUSPENSION_ENDS = "organization.suspension-ends"
_GIVEN = tuple(RegisterOrganization.model_fields.keys() - {"name_reservation_id"})


class NumberTaken(Conflict):
    slug, title = "number-taken", "该统一社会信用代码或备案编号已被登记"


async def register(
    uow: UnitOfWork, body: RegisterOrganization, *, for_application: UUID | None = None
) -> Organization:
    """Registers or files an organisation; its public number must be new."""
    organization = new(uow, body)
    await _insert(uow, organization, body.name_reservation_id, for_application)
    return organization


def new(uow: UnitOfWork, body: RegisterOrganization) -> Organization:
    """An organisation that is published and put on record; whoever made it inserts its row.

    Raises Forbidden or Invalid, having done nothing. The event goes out with the commit, after
    the row, which so is written once, with its version.
    """
    district_rule(uow.actor, body.district)
    if body.registered_on > uow.today:
        raise Invalid(
            "登记日期不能晚于今日",
            [FieldError("/registered_on", "in-the-future", "登记日期不能晚于今日")],
        )
    _refuse_contradictions(Record.of(body))
    given = {name: getattr(body, name) for name in _GIVEN}
    organization = unattached(
        Organization,
        **given,
        id=uuid7(),
        version=0,
        name_bigrams=name_terms(uow, body.name, body.kind, body.district),
        status=Status.ACTIVE,
        reminder_on=uow.today if body.certificate_until or body.term_until else None,
        created_at=uow.now,
        updated_at=uow.now,
    )
    uow.publish(OrganizationRegistered(**organization.facts()), of=organization)
    record(uow, organization, "registered", kind=organization.kind)
    return organization


async def _insert(
    uow: UnitOfWork,
    organization: Organization,
    reservation_id: UUID | None,
    application_id: UUID | None,
) -> None:
    """Name and numbers must be free; a reserved name is free for whoever reserved it."""
    try:
        if reservation_id is None:
            await insert_rows(
                uow.sql, name_of(organization), figures.first(uow, organization), organization
            )
        else:
            await _use_reserved(uow, organization, reservation_id, application_id)
            await insert_rows(uow.sql, figures.first(uow, organization), organization)
    except ConstraintViolated as error:
        _refuse_taken_number(error, organization.credit_code or organization.filing_number or "")
        raise names.taken(error, organization.name) from None


def _refuse_taken_number(error: Exception, number: str) -> None:
    if violated_constraint(error) in (
        "uq_organization_credit_code",
        "uq_organization_filing_number",
    ):
        raise NumberTaken(number) from None


def _refuse_contradictions(record: Record) -> None:
    errors = list(contradictions(record))
    if errors:
        raise Invalid(errors[0].message, errors)


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


async def _use_reserved(
    uow: UnitOfWork,
    organization: Organization,
    reservation_id: UUID,
    application_id: UUID | None,
) -> None:
    await names.use(
        uow,
        reservation_id,
        organization.id,
        name=organization.name,
        kind=organization.kind,
        district=organization.district,
        application_id=application_id,
    )


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
    _refuse_contradictions(Record.of(organization))
    if before != (organization.name, organization.district):
        await _rename(uow, organization, *before)
        if reservation_id is None:
            await names.take(uow, name_of(organization))
        else:
            await _use_reserved(uow, organization, reservation_id, for_application)
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
    _refuse_contradictions(Record.of(organization))
    if "certificate_until" in changed:
        organization.watch_expiry(uow.today)
    try:
        await uow.session.flush()
    except ConstraintViolated as error:
        _refuse_taken_number(error, body.credit_code or body.filing_number or "")
        raise
    if organization.registered_on != registered_on:
        await figures.move(uow, organization, registered_on)
    uow.publish(OrganizationChanged(**organization.facts(), changed=changed), of=organization)
    record(uow, organization, "corrected", items=changed, reason=body.reason)
    return organization


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


def name_of(organization: Organization) -> NameInUse:
    """The name that it has in its district, and nobody else."""
    return unattached(
        NameInUse,
        name=organization.name,
        district=organization.district,
        holder_id=organization.id,
    )


def name_terms(uow: UnitOfWork, name: str, kind: Kind, district: str) -> list[str]:
    """What the name is found by, and names close to it. By the shipped rules: no local rule is
    worth a question to the database here."""
    rules = uow.rule_book.shipped[NAMES.name][-1].parameters
    return index_terms(name, kind, district, rules)


def record(
    uow: UnitOfWork,
    organization: Organization,
    fact: str,
    application_id: UUID | None = None,
    **details: object,
) -> None:
    """Audit entry and history of a change that was published."""
    note = str(details.get("reason", ""))
    figures.count(uow, organization)
    keep(uow, organization, fact, application_id=application_id, note=note)
    uow.record(
        f"organization.{fact}",
        "organization",
        organization.id,
        district=organization.district,
        **details,
    )
