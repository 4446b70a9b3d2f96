"""Measures begin and end with their listing, in its transaction. The organisation and the listing
are locked by the caller."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from credit_list.learned import repository as learned
from credit_list.listings import repository as listings
from credit_list.listings.domain import Status
from credit_list.listings.models import Listing
from credit_list.measures import domain, repository
from credit_list.measures.catalogue import ChosenMeasure
from credit_list.measures.domain import EndReason
from credit_list.measures.events import MeasureEnded
from credit_list.measures.models import ListingMeasure
from credit_list.periods import end_of
from liandong.db.unit_of_work import UnitOfWork
from liandong.ids import uuid7
from liandong.measures.events import SwitchedOff, SwitchedOn
from liandong.timers.deadlines import Deadline, set_deadline

ENDS: Final = "measure.ends"


async def switch_on(
    uow: UnitOfWork, listing: Listing, chosen: Sequence[ChosenMeasure], since: date
) -> list[SwitchedOn]:
    """The measures of the decision of that day, told as the listing's next version. What was in
    force ends: renewed, or dropped when it is not among these. A measure whose own term, counted
    from that day, is over does not begin again."""
    version = listing.version + 1
    before = await repository.lock_in_force(uow, listing.id)
    chosen = [
        one for one in chosen if not domain.is_over(domain.last_day(since, one.months), uow.today)
    ]
    codes = [one.measure.code for one in chosen]
    fates = domain.replaced([one.code for one in before], codes)
    for row in before:
        _end(uow, row, version, fates[row.code])
    await uow.session.flush()
    rows = [_row(uow, listing, version, one, since) for one in chosen]
    uow.session.add_all(rows)
    for row in rows:
        if row.ends_on is not None:
            await set_deadline(uow, ENDS, row.id, end_of(row.ends_on))
    return [_on(row) for row in rows]


async def go_on(uow: UnitOfWork, listing: Listing, ended: Listing) -> list[SwitchedOn]:
    """The measures of ``ended``, as they are, told with the next version of ``listing``: of the
    same listing, whose grounds were counted anew, or of the one that stands again for it. Only for
    decisions that did not keep what they brought. What has ended by its own term stays ended."""
    version = listing.version + 1
    if ended is listing:
        before = await repository.lock_in_force(uow, listing.id)
        for row in before:
            _end(uow, row, version, EndReason.RENEWED)
    else:
        before = await repository.ended_with(uow.session, ended.id)
    await uow.session.flush()
    rows = [
        _again(uow, listing, version, row)
        for row in before
        if not domain.is_over(row.ends_on, uow.today)
    ]
    uow.session.add_all(rows)
    for row in rows:
        if row.ends_on is not None:
            await set_deadline(uow, ENDS, row.id, end_of(row.ends_on))
    return [_on(row) for row in rows]


async def switch_off(uow: UnitOfWork, listing: Listing) -> list[SwitchedOff]:
    """The listing ends: so does every measure, with the listing's next version."""
    rows = await repository.lock_in_force(uow, listing.id)
    for row in rows:
        _end(uow, row, listing.version + 1, EndReason.DELISTED)
    return [_off(row) for row in rows]


async def end_term(deadline: Deadline, uow: UnitOfWork) -> None:
    """The last day of a measure's own term has passed. It may have ended before: deadlines are
    left standing then, since their row must not be locked after the organisation's."""
    listing_id = await repository.listing_of(uow.session, deadline.subject_id)
    organization_id = await listings.organization_of(uow.session, listing_id)
    await learned.lock_organization(uow, organization_id)
    listing = await listings.lock(uow, listing_id)
    row = await repository.lock(uow, deadline.subject_id)
    standing = listing.status == Status.LISTED and row.ended_on is None
    if not standing or not domain.is_over(row.ends_on, uow.today):
        return
    version = listing.version + 1
    _end(uow, row, version, EndReason.TERM)
    kept = [
        (code, words)
        for code, words in zip(listing.measures, listing.measure_texts, strict=True)
        if code != row.code
    ]
    listing.measures = [code for code, _ in kept]
    listing.measure_texts = [words for _, words in kept]
    uow.publish(
        MeasureEnded(
            listing_id=listing.id,
            organization_id=listing.organization_id,
            district=listing.district,
            listing_version=version,
            measure=row.code,
            effect=row.effect,
            executor=row.service.value,
            acknowledge=row.acknowledge,
            ended_on=uow.today,
        ),
        of=listing,
    )
    uow.record(
        "measure.ended",
        "listing",
        listing.id,
        district=listing.district,
        organization_id=listing.organization_id,
        measure=row.code,
        reason=EndReason.TERM.value,
    )


def _row(
    uow: UnitOfWork, listing: Listing, version: int, chosen: ChosenMeasure, since: date
) -> ListingMeasure:
    measure = chosen.measure
    return ListingMeasure(
        id=uuid7(),
        listing_id=listing.id,
        organization_id=listing.organization_id,
        district=listing.district,
        code=measure.code,
        kind=measure.kind,
        text=chosen.text,
        legal_basis=chosen.legal_basis,
        certainty=chosen.certainty,
        service=measure.service,
        effect=measure.effect,
        acknowledge=measure.acknowledge,
        acknowledge_within_seconds=measure.acknowledge_within_seconds,
        catalogue=chosen.catalogue,
        starts_on=since,
        ends_on=domain.last_day(since, chosen.months),
        started_version=version,
        started_at=uow.now,
        apply_by=_by(uow, measure.acknowledge, measure.acknowledge_within_seconds),
    )


def _end(uow: UnitOfWork, row: ListingMeasure, version: int, reason: EndReason) -> None:
    row.ended_on = uow.today
    row.ended_at = uow.now
    row.ended_version = version
    row.end_reason = reason
    asked = row.acknowledge and reason.lifts
    row.lift_by = _by(uow, asked, row.acknowledge_within_seconds)


def _by(uow: UnitOfWork, asked: bool, seconds: int) -> datetime | None:
    return uow.now + timedelta(seconds=seconds) if asked else None


def _again(uow: UnitOfWork, listing: Listing, version: int, row: ListingMeasure) -> ListingMeasure:
    """The same measure with its days, told and to be acknowledged once more."""
    kept = {name: getattr(row, name) for name in _LASTING}
    return ListingMeasure(
        **kept,
        id=uuid7(),
        listing_id=listing.id,
        started_version=version,
        started_at=uow.now,
        apply_by=_by(uow, row.acknowledge, row.acknowledge_within_seconds),
    )


_LASTING: Final = (
    "organization_id",
    "district",
    "code",
    "kind",
    "text",
    "legal_basis",
    "certainty",
    "service",
    "effect",
    "acknowledge",
    "acknowledge_within_seconds",
    "catalogue",
    "starts_on",
    "ends_on",
)


def _on(row: ListingMeasure) -> SwitchedOn:
    return SwitchedOn(
        code=row.code,
        effect=row.effect,
        executor=row.service.value,
        acknowledge=row.acknowledge,
        ends_on=row.ends_on,
    )


def _off(row: ListingMeasure) -> SwitchedOff:
    return SwitchedOff(
        code=row.code, effect=row.effect, executor=row.service.value, acknowledge=row.acknowledge
    )
