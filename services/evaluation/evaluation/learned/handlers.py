"""What this service does when it hears of organisations and credit listings."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from evaluation.grades import lifecycle
from evaluation.grades import repository as grades
from evaluation.learned import repository
from evaluation.learned.events import (
    MeasureEnded,
    OrganizationCancelled,
    OrganizationChanged,
    OrganizationDelisted,
    OrganizationFacts,
    OrganizationListed,
    OrganizationRegistered,
    OrganizationRestored,
    OrganizationResumed,
    OrganizationRevoked,
    OrganizationSuspended,
)
from evaluation.learned.models import KnownListing, KnownOrganization
from evaluation.measures.domain import REVIEW_GRADE
from evaluation.measures.obeying import OBEYING
from evaluation.reviews import service as reviews
from liandong.db.unit_of_work import UnitOfWork
from liandong.events.subscriptions import Group, NotYet, on, on_many
from liandong.measures.obedience import Affected, News, Step


async def learn_organizations(events: Sequence[OrganizationFacts], uow: UnitOfWork) -> None:
    """Keeps the last facts of each organisation; grades follow it into another district."""
    latest = {event.organization_id: event for event in events}
    rows = [_row(event, uow) for _, event in sorted(latest.items())]
    statement = insert(KnownOrganization).values(rows)
    columns = [name for name in rows[0] if name != "organization_id"]
    await uow.session.execute(
        statement.on_conflict_do_update(
            index_elements=[KnownOrganization.organization_id],
            set_={name: statement.excluded[name] for name in columns},
        )
    )
    districts = {organization_id: event.district for organization_id, event in latest.items()}
    for grade in await grades.lock_live_elsewhere(uow, districts):
        grade.district = districts[grade.organization_id]
        grade.touch(uow.now)


async def organization_ended(event: OrganizationFacts, uow: UnitOfWork) -> None:
    """注销、撤销登记: the grade ends with the organisation."""
    await learn_organizations([event], uow)
    grade = await grades.lock_current(uow, event.organization_id)
    if grade is not None:
        await lifecycle.cancel(uow, grade, lifecycle.ORGANIZATION_ENDED)


async def organization_listed(event: OrganizationListed, uow: UnitOfWork) -> None:
    """Learns the listing, or a further decision about it; one that asks for it opens a review of
    the grade in force.

    The organisation itself may not be known yet: it comes by another service's feed. A grade
    that is put on record later finds the listing then (``grades.imports``).
    """
    await repository.lock_organization(uow, event.organization_id)
    step = await _step(uow, event)
    listing = await uow.session.get(KnownListing, event.listing_id, with_for_update=True)
    if listing is None:
        listing = KnownListing(listing_id=event.listing_id)
        uow.session.add(listing)
    listing.organization_id = event.organization_id
    listing.list_name = event.list
    listing.trigger = event.trigger
    listing.listed_on = event.listed_on
    listing.measures = sorted(step.after.effects)
    _learned(listing, uow)
    opened = False
    if REVIEW_GRADE in step.after.effects:
        grade = await grades.lock_current(uow, event.organization_id)
        if grade is not None:
            opened = await reviews.open_review(uow, grade, event.listing_id, event.trigger)
    step.affected[REVIEW_GRADE] = Affected("grade-reviews", int(opened))
    await OBEYING.tell(uow, [step])


async def organization_delisted(event: OrganizationDelisted, uow: UnitOfWork) -> None:
    """The listing stands no more. A review that it opened is still settled by officials."""
    listing = await _known(uow, event.listing_id)
    listing.delisted_on = event.delisted_on
    listing.delisting_reason = event.reason
    _learned(listing, uow)
    await OBEYING.tell(uow, [await _step(uow, event)])


async def measure_ended(event: MeasureEnded, uow: UnitOfWork) -> None:
    """A grade put on record from now on is not reviewed for this listing."""
    listing = await _known(uow, event.listing_id)
    step = await _step(uow, event)
    listing.measures = sorted(step.after.effects)
    _learned(listing, uow)
    await OBEYING.tell(uow, [step])


async def _step(uow: UnitOfWork, event: News) -> Step:
    [step] = await OBEYING.learn(uow, [event], [UUID(uow.causation_id)])
    return step


async def _known(uow: UnitOfWork, listing_id: UUID) -> KnownListing:
    listing = await uow.session.get(KnownListing, listing_id, with_for_update=True)
    if listing is None:
        raise NotYet(f"listing {listing_id} is not known")
    return listing


def _learned(listing: KnownListing, uow: UnitOfWork) -> None:
    listing.learned_from = _cause(uow)
    listing.learned_at = uow.now


def _row(event: OrganizationFacts, uow: UnitOfWork) -> dict[str, Any]:
    return {
        "organization_id": event.organization_id,
        "kind": event.kind,
        "status": event.status,
        "name": event.name,
        "credit_code": event.credit_code,
        "district": event.district,
        "registered_on": event.registered_on,
        "learned_from": _cause(uow),
        "learned_at": uow.now,
    }


def _cause(uow: UnitOfWork) -> UUID | None:
    """The event being handled."""
    return UUID(uow.causation_id) if uow.causation_id else None


LEARNED = Group(
    name="evaluation.learned",
    subscriptions=[
        on_many(OrganizationRegistered, learn_organizations),
        on_many(OrganizationChanged, learn_organizations),
        on_many(OrganizationSuspended, learn_organizations),
        on_many(OrganizationResumed, learn_organizations),
        on_many(OrganizationRestored, learn_organizations),
        on(OrganizationCancelled, organization_ended),
        on(OrganizationRevoked, organization_ended),
        on(OrganizationListed, organization_listed),
        on(OrganizationDelisted, organization_delisted),
        on(MeasureEnded, measure_ended),
    ],
)
