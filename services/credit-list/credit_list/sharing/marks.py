"""Marks: said by whatever changes a listing or a credit record, in the same transaction."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import insert, select

from credit_list.listings.models import Listing
from credit_list.records.domain import Kind
from credit_list.records.models import CreditRecord
from credit_list.sharing.domain import Operation, Subject
from credit_list.sharing.models import SharedChange, SharedMark
from liandong.db.unit_of_work import UnitOfWork


def mark_listing(uow: UnitOfWork, listing: Listing) -> None:
    uow.session.add(SharedMark(subject=Subject.LISTING, subject_id=listing.id))


def mark_record(uow: UnitOfWork, record: CreditRecord) -> None:
    if record.kind is Kind.PENALTY:
        uow.session.add(SharedMark(subject=Subject.PENALTY, subject_id=record.id))


async def mark_organizations(uow: UnitOfWork, organization_ids: Sequence[UUID]) -> None:
    """Name or number may be another: whatever is shared of them is looked at again."""
    shared = select(SharedChange.subject, SharedChange.subject_id).where(
        SharedChange.organization_id.in_(organization_ids),
        SharedChange.until_position.is_(None),
        SharedChange.operation != Operation.DELETE,
    )
    await uow.session.execute(insert(SharedMark).from_select(["subject", "subject_id"], shared))
