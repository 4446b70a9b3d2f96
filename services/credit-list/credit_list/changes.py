"""A fact about an organisation has changed: leads and credit grade are looked at again."""

from uuid import UUID

from credit_list.grading import engine as grading
from credit_list.leads import engine as leads
from credit_list.learned.models import KnownOrganization
from liandong.db.unit_of_work import UnitOfWork


async def facts_changed(
    uow: UnitOfWork, organization_id: UUID, organization: KnownOrganization | None
) -> None:
    """The organisation's row is locked, if it is known."""
    await leads.facts_changed(uow, organization_id, organization)
    await grading.facts_changed(uow, organization)
