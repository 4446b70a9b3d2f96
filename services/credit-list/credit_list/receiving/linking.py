"""From a row to the fact that it tells: linked, not doubled, whoever tells it again.

Whoever calls has locked the organisation's row.
"""

from datetime import date
from typing import Any
from uuid import UUID

from credit_list import changes
from credit_list.learned import repository as learned
from credit_list.learned.models import KnownOrganization
from credit_list.receiving import repository
from credit_list.receiving.domain import Action, RowStatus, advance
from credit_list.receiving.events import ForeignListingEnded, ForeignListingRecorded
from credit_list.receiving.models import ForeignListing, Row
from credit_list.receiving.rules import RECEIVING, ListKind
from credit_list.records import keeping
from credit_list.records import repository as records
from credit_list.records.domain import Action as RecordAction
from credit_list.records.domain import Ground, document_key
from credit_list.records.domain import Status as RecordStatus
from credit_list.records.facts import DEPARTMENT, Fact
from liandong.db.unit_of_work import UnitOfWork
from liandong.ids import uuid7


async def attach(uow: UnitOfWork, row: Row, organization: KnownOrganization) -> None:
    """The row tells of this organisation: its fact stands, and counts where the rules say so."""
    rule_set = await uow.rules(RECEIVING, row.district)
    kind = rule_set.parameters.kind(row.kind)
    key = document_key(row.authority, row.document_number)
    listing = await repository.lock_listing(uow, organization.organization_id, row.kind, key)
    if listing is None:
        listing = _new(uow, row, organization, key, kind, rule_set.reference)
        is_news = True
    else:
        days = listing.decided_on, listing.ends_on
        is_news = not listing.stands or days != (row.decided_on, row.ends_on)
    listing.decided_on, listing.ends_on = row.decided_on, row.ends_on
    listing.stands, listing.withdrawn_on = True, None
    row.status = advance(row.status, Action.RESOLVE)
    row.reason = None
    row.organization_id = organization.organization_id
    await uow.session.flush()
    row.listing_id = listing.id
    if kind is not None and kind.record is not None:
        await _count(uow, listing, organization, kind, row)
    if is_news:
        uow.publish(ForeignListingRecorded(**_told(listing)), of=listing)
    else:
        listing.touch(uow.now)
    _record(uow, listing, "linked", row)
    await uow.session.flush()


async def detach(uow: UnitOfWork, row: Row, action: Action) -> None:
    """The sender no longer says so, or its term is over; the fact ends when nobody says so any
    more."""
    was_linked = row.status is RowStatus.LINKED
    row.status = advance(row.status, action)
    row.touch(uow.now)
    await uow.session.flush()
    if not was_linked or row.listing_id is None:
        return
    listing = await uow.session.get(ForeignListing, row.listing_id, with_for_update=True)
    assert listing is not None
    if await repository.is_said(uow.session, listing.id):
        return
    listing.stands, listing.withdrawn_on = False, uow.today
    ground = Ground.ENDED if action is Action.END else Ground.SOURCE
    ended = ForeignListingEnded(**_told(listing), ended_on=uow.today, ground=ground.value)
    uow.publish(ended, of=listing)
    if listing.record_id is not None and listing.made_record:
        record = await records.lock(uow, listing.record_id)
        if record.status is not RecordStatus.WITHDRAWN:
            await keeping.withdraw(uow, record, ground)
            await _counts_again(uow, listing.organization_id)
    _record(uow, listing, "ended" if ground is Ground.ENDED else "withdrawn", row)


async def _count(
    uow: UnitOfWork,
    listing: ForeignListing,
    organization: KnownOrganization,
    kind: ListKind,
    row: Row,
) -> None:
    """The credit record of the fact. What an officer entered of the same document is the same; what
    was withdrawn after an objection is not revived by being told again."""
    assert kind.record is not None
    known = await records.lock_by_source(
        uow, organization.organization_id, DEPARTMENT, listing.document_key
    )
    if known is None:
        fact = Fact(
            kind=kind.record,
            source=DEPARTMENT,
            key=listing.document_key,
            arose_on=_no_later(listing.decided_on, uow.today),
            authority=listing.authority,
            document_number=listing.document_number,
            evidence=(f"{row.sender}/{row.record_key}",),
        )
        known = await keeping.record(
            uow, organization.organization_id, organization.district, fact, uow.today
        )
        listing.made_record = True
    elif listing.made_record and known.status is RecordStatus.WITHDRAWN:
        if known.withdrawn_ground is not Ground.OBJECTION:
            keeping.reinstate(uow, known, {"arose_on": _no_later(listing.decided_on, uow.today)})
    elif listing.made_record:
        told = {"arose_on": _no_later(listing.decided_on, uow.today)}
        await keeping.amend(uow, known, told, RecordAction.AMEND)
    await uow.session.flush()
    listing.record_id = known.id
    await _counts_again(uow, organization.organization_id)


async def _counts_again(uow: UnitOfWork, organization_id: UUID) -> None:
    organization = await learned.find_for_update(uow, organization_id)
    await changes.facts_changed(uow, organization_id, organization)


def _new(
    uow: UnitOfWork,
    row: Row,
    organization: KnownOrganization,
    key: str,
    kind: ListKind | None,
    rule_set: str,
) -> ForeignListing:
    made = ForeignListing(
        id=uuid7(),
        version=0,
        created_at=uow.now,
        updated_at=uow.now,
        organization_id=organization.organization_id,
        district=organization.district,
        kind=row.kind,
        kind_name=kind.name if kind is not None else row.kind,
        adverse=kind.adverse if kind is not None else True,
        document_key=key,
        authority=row.authority,
        document_number=row.document_number,
        decided_on=row.decided_on,
        ends_on=row.ends_on,
        stands=True,
        made_record=False,
        rule_set=rule_set,
    )
    uow.session.add(made)
    return made


def _told(listing: ForeignListing) -> dict[str, Any]:
    """The part of the entry that its events carry: no document, no text."""
    return {
        "foreign_listing_id": listing.id,
        "organization_id": listing.organization_id,
        "district": listing.district,
        "kind": listing.kind,
        "adverse": listing.adverse,
        "decided_on": listing.decided_on,
        "ends_on": listing.ends_on,
        "record_id": listing.record_id,
    }


def _no_later(day: date, today: date) -> date:
    return min(day, today)


def _record(uow: UnitOfWork, listing: ForeignListing, fact: str, row: Row) -> None:
    uow.record(
        f"foreign-listing.{fact}",
        "foreign-listing",
        listing.id,
        district=listing.district,
        organization_id=listing.organization_id,
        sender=row.sender,
        batch_id=row.batch_id,
        row=row.number,
    )
