"""登记与备案: how an organisation comes onto the register, with a free name and number."""

from uuid import UUID

from liandong.db.direct import insert_rows, unattached
from liandong.db.errors import ConstraintViolated, violated_constraint
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule
from liandong.ids import uuid7
from liandong.problems import Conflict, FieldError, Invalid
from registry.figures import recording as figures
from registry.names import service as names
from registry.names.likeness import index_terms
from registry.names.models import NameInUse
from registry.names.rules import NAMES
from registry.organizations.consistency import Record, contradictions
from registry.organizations.domain import Kind, Status
from registry.organizations.events import (
    OrganizationRegistered,
)
from registry.organizations.models import Organization
from registry.organizations.recording import record
from registry.organizations.schemas import (
    RegisterOrganization,
)

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
    refuse_contradictions(Record.of(body))
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
            await use_reserved(uow, organization, reservation_id, application_id)
            await insert_rows(uow.sql, figures.first(uow, organization), organization)
    except ConstraintViolated as error:
        refuse_taken_number(error, organization.credit_code or organization.filing_number or "")
        raise names.taken(error, organization.name) from None


def refuse_taken_number(error: Exception, number: str) -> None:
    if violated_constraint(error) in (
        "uq_organization_credit_code",
        "uq_organization_filing_number",
    ):
        raise NumberTaken(number) from None


def refuse_contradictions(record: Record) -> None:
    errors = list(contradictions(record))
    if errors:
        raise Invalid(errors[0].message, errors)


async def use_reserved(
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
