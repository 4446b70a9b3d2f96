"""What an approved application changes in the register, matter by matter."""

from datetime import date
from typing import Any, Final

from pydantic import ValidationError

from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import FieldError, Invalid
from registry.applications.change import Change
from registry.applications.conflicts import refuse_inapplicable
from registry.applications.content import Cancellation
from registry.applications.domain import Matter
from registry.applications.establishment import Establishment
from registry.applications.models import Application
from registry.applications.schemas import Certification
from registry.filings import upgrades
from registry.governance import officers
from registry.governance import service as governance
from registry.names import repository as name_repository
from registry.organizations import charities, ending, registering, repository, service
from registry.organizations.domain import LIVING
from registry.organizations.models import Organization
from registry.organizations.schemas import ChangeOrganization, RegisterOrganization
from registry.successions import service as successions
from registry.successions.models import SuccessionKind


async def establish(uow: UnitOfWork, application: Application, body: Certification) -> Organization:
    """成立登记: it enters the register, with its officers."""
    content = application.content
    assert isinstance(content, Establishment)
    start, end = _term(body)
    head = content.representative()
    given = {
        name: getattr(content, name)
        for name in RegisterOrganization.model_fields
        if name in Establishment.model_fields and name != "legal_representative"
    }
    try:
        registration = RegisterOrganization(
            **given,
            name=application.organization_name,
            credit_code=body.credit_code,
            registered_on=uow.today,
            legal_representative="" if head is None else head.name,
            certificate_from=start,
            certificate_until=end,
            term_from=start,
            term_until=end,
        )
    except ValidationError as error:
        told = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise Invalid(told, [FieldError("/credit_code", "other-kind", told)]) from None
    organization = await registering.register(uow, registration, for_application=application.id)
    if content.grows_out_of is not None:
        await upgrades.carry_out(uow, content.grows_out_of, organization, application.id)
    await governance.begin(uow, organization, content.officers, content.legal_representative)
    return organization


async def change(uow: UnitOfWork, application: Application, _: Certification) -> Organization:
    """变更登记."""
    content = application.content
    assert isinstance(content, Change)
    organization = await _body(uow, application)
    given: dict[str, Any] = content.changes.given()
    reservation_id = given.pop("name_reservation_id", None)
    id_number = given.pop("representative_id_number", None)
    if reservation_id is not None:
        given["name"] = (await name_repository.get(uow.session, reservation_id)).name
    changed = await service.change(
        uow,
        organization.id,
        organization.version,
        ChangeOrganization.model_construct(_fields_set={*given}, **given),
        reservation_id=reservation_id,
        for_application=application.id,
    )
    if id_number is not None:
        await officers.mark_representative(uow, changed, id_number)
    return changed


async def approve_articles(
    uow: UnitOfWork, application: Application, _: Certification
) -> Organization:
    """章程核准."""
    return await service.approve_articles(uow, await _body(uow, application), application.id)


async def renew(uow: UnitOfWork, application: Application, body: Certification) -> Organization:
    """换发证书."""
    organization = await _body(uow, application)
    return await service.renew(uow, organization, *_term(body), application.id)


async def cancel(uow: UnitOfWork, application: Application, _: Certification) -> Organization:
    """注销; after a merger or division the record says in which bodies it goes on."""
    content = application.content
    assert isinstance(content, Cancellation)
    organization = await _body(uow, application)
    reason = content.reason or content.ground.label
    await ending.cancel(
        uow, organization.id, organization.version, reason, for_application=application.id
    )
    merged = len(content.successor_ids) == 1
    kind = SuccessionKind.MERGER if merged else SuccessionKind.DIVISION
    for successor_id in sorted(content.successor_ids):
        successor = await uow.session.get(Organization, successor_id, with_for_update=True)
        if successor is None or successor.status not in LIVING:
            told = "没有这家存续的承继组织"
            raise Invalid(
                told, [FieldError("/content/successor_ids", "unknown-organization", told)]
            )
        await successions.record(uow, organization, successor, kind)
    return organization


async def enter_qualification(
    uow: UnitOfWork, application: Application, _: Certification
) -> Organization:
    """慈善组织、公开募捐资格: recognised, given or ended."""
    organization = await _body(uow, application)
    refuse_inapplicable(application.matter, organization)
    _QUALIFICATIONS[application.matter](uow, organization, application.id)
    return organization


_QUALIFICATIONS: Final = {
    Matter.CHARITY_RECOGNITION: charities.recognise,
    Matter.CHARITY_WITHDRAWAL: charities.end_charity,
    Matter.FUNDRAISING: charities.allow_fundraising,
    Matter.FUNDRAISING_WITHDRAWAL: charities.end_fundraising,
}


async def _body(uow: UnitOfWork, application: Application) -> Organization:
    """The body that the application is about, locked."""
    assert application.organization_id is not None
    return await repository.lock(uow, application.organization_id)


def _term(body: Certification) -> tuple[date, date]:
    start, end = body.certificate_from, body.certificate_until
    assert start is not None
    assert end is not None
    if end <= start:
        told = "证书有效期的截止日应晚于起始日"
        raise Invalid(told, [FieldError("/certificate_until", "before-its-start", told)])
    return start, end
