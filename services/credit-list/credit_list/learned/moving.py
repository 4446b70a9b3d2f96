"""An organisation has moved to another district: what is open about it is the new registrar's.

Its records, its current listings with their measures, and its open leads, cases, repairs and
proposals follow; what was closed stays with the authority that closed it. The organisation's row
is locked.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, select, update

from credit_list.cases.domain import CLOSED as CASE_CLOSED
from credit_list.cases.models import Case
from credit_list.grading import repository as grades
from credit_list.leads.domain import Status as LeadStatus
from credit_list.leads.models import Lead
from credit_list.learned.events import OrganizationFacts
from credit_list.listings.domain import Status as ListingStatus
from credit_list.listings.models import Listing
from credit_list.measures.models import ListingMeasure
from credit_list.records.models import CreditRecord
from credit_list.red_list.domain import CLOSED as PROPOSAL_CLOSED
from credit_list.red_list.models import Proposal
from credit_list.repairs.domain import OPEN as REPAIR_OPEN
from credit_list.repairs.models import Repair
from liandong.db.unit_of_work import UnitOfWork

_FOLLOWS: Final[Sequence[tuple[Any, ColumnElement[bool]]]] = (
    (CreditRecord, CreditRecord.id.is_not(None)),
    (Lead, Lead.status == LeadStatus.PROPOSED),
    (Case, Case.status.not_in(CASE_CLOSED)),
    (Listing, Listing.status == ListingStatus.LISTED),
    (Repair, Repair.status.in_(REPAIR_OPEN)),
    (Proposal, Proposal.status.not_in(PROPOSAL_CLOSED)),
)


async def follow(
    uow: UnitOfWork, before: Mapping[UUID, str], told: Sequence[OrganizationFacts]
) -> None:
    """``before`` is where each organisation was, as far as it was known."""
    districts = {one.organization_id: one.district for one in told}
    moved = [one for one in sorted(before) if before[one] != districts[one]]
    for organization_id in moved:
        await _follow(uow, organization_id, before[organization_id], districts[organization_id])
    await grades.look_soon(uow, moved)


async def _follow(uow: UnitOfWork, organization_id: UUID, former: str, district: str) -> None:
    """Each row is a new version: what was decided on a former reading is told so (412)."""
    for table, is_open in _FOLLOWS:
        followers = await uow.session.scalars(
            select(table)
            .where(table.organization_id == organization_id, is_open, table.district != district)
            .order_by(table.id)
            .with_for_update()
        )
        for one in followers:
            one.district = district
            one.touch(uow.now)
    await uow.session.execute(
        update(ListingMeasure)
        .where(ListingMeasure.organization_id == organization_id, ListingMeasure.ended_on.is_(None))
        .values(district=district)
        .execution_options(synchronize_session=False)
    )
    uow.record(
        "organization.moved",
        "organization",
        organization_id,
        district=district,
        former_district=former,
    )
