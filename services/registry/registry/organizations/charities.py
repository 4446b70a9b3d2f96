"""慈善组织、公开募捐资格 on the record of an organisation that is locked."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from liandong.db.unit_of_work import UnitOfWork
from registry.organizations import recording
from registry.organizations.domain import Action, CharityStatus, advance
from registry.organizations.events import OrganizationChanged
from registry.organizations.models import Organization


def recognise(uow: UnitOfWork, organization: Organization, application_id: UUID) -> None:
    """认定为慈善组织."""
    given = {"charity_status": CharityStatus.RECOGNISED, "charity_since": uow.today}
    _enter(uow, organization, application_id, "charity-recognised", given)


def end_charity(uow: UnitOfWork, organization: Organization, application_id: UUID) -> None:
    """不再是慈善组织: whoever is no charity raises no money in public (慈善法 art. 22)."""
    given = {"charity_status": None, "charity_since": None, "raises_in_public_since": None}
    _enter(uow, organization, application_id, "charity-ended", given)


def allow_fundraising(uow: UnitOfWork, organization: Organization, application_id: UUID) -> None:
    """取得公开募捐资格."""
    given = {"raises_in_public_since": uow.today}
    _enter(uow, organization, application_id, "fundraising-allowed", given)


def end_fundraising(uow: UnitOfWork, organization: Organization, application_id: UUID) -> None:
    """注销公开募捐资格."""
    given = {"raises_in_public_since": None}
    _enter(uow, organization, application_id, "fundraising-ended", given)


def _enter(
    uow: UnitOfWork,
    organization: Organization,
    application_id: UUID,
    fact: str,
    given: Mapping[str, CharityStatus | date | None],
) -> None:
    organization.status = advance(organization.status, Action.CHANGE)
    changed = sorted(name for name, value in given.items() if getattr(organization, name) != value)
    for name, value in given.items():
        setattr(organization, name, value)
    event = OrganizationChanged(**organization.facts(), changed=changed)
    uow.publish(event, of=organization)
    recording.record(uow, organization, fact, application_id)
