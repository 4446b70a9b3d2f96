"""What every change of an organisation leaves behind: figures, history, audit entry."""

from uuid import UUID

from liandong.db.unit_of_work import UnitOfWork
from registry.figures import recording as figures
from registry.histories.recording import keep
from registry.organizations.models import Organization


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
