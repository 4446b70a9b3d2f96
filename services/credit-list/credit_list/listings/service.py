"""Use cases of listings. Everything here is called with the organisation's row locked."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from credit_list.grading import engine as grading
from credit_list.learned import repository as learned
from credit_list.learned.models import KnownOrganization
from credit_list.listings import domain, repository
from credit_list.listings.domain import ADVERSE, Action, DelistReason, Ground, ListName, Status
from credit_list.listings.events import OrganizationDelisted, OrganizationListed
from credit_list.listings.models import Listing, ListingGround
from credit_list.listings.rules import LISTINGS
from credit_list.measures import service as measures
from credit_list.measures.catalogue import MeasureUse, chosen_measures
from credit_list.periods import add_months, end_of
from credit_list.sharing import superseding
from credit_list.sharing.marks import mark_listing
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule, two_persons
from liandong.ids import uuid7
from liandong.measures.events import SwitchedOn
from liandong.problems import Conflict
from liandong.timers.deadlines import Deadline, set_deadline

RED_EXPIRES = "listing.red-expires"
EXPIRED = "有效期届满"


class AlreadyOnRedList(Conflict):
    slug, title = "already-on-red-list", "已在守信红名单上"


async def enter_adverse(
    uow: UnitOfWork, organization: KnownOrganization, district: str, *grounds: Ground
) -> Listing:
    """Puts the organisation on the serious or abnormal list by one decision, or restarts the term
    of a listing that runs; a red listing ends in the same transaction."""
    name = grounds[0].list
    rule_set = await uow.rules(LISTINGS, district)
    terms = getattr(rule_set.parameters, name.value)
    current = await repository.lock_current(uow, organization.organization_id)
    listing = current.get(name)
    if listing is None:
        listing = _new(uow, organization, district, grounds[0])
    else:
        listing.status = domain.advance(listing.status, Action.RELAPSE)
    first = await repository.count_grounds(uow.session, listing.id) + 1
    ending = {ListName.RED: first}
    for number, ground in enumerate(grounds, start=first):
        if ground.ends_abnormal:
            ending[ListName.ABNORMAL] = number
    for ended in ending:
        if ended in current:
            await delist(uow, current[ended], DelistReason.SUPERSEDED, f"列入{name.label}")
    exits = [
        domain.exit_not_before(terms, uow.today, rectifiable=one.rectifiable) for one in grounds
    ]
    for exit_on in exits:
        listing.exit_not_before = domain.later(listing.exit_not_before, exit_on)
    listing.publication_ends_on = domain.publication_ends_on(terms, uow.today)
    await _decided(uow, listing, grounds, exits, terms.measures, rule_set.reference)
    for ended, number in ending.items():
        if ended in current:
            current[ended].superseded_by = listing.id
            current[ended].superseded_ground = number
    await grading.facts_changed(uow, organization)
    return listing


async def enter_red(
    uow: UnitOfWork,
    organization: KnownOrganization,
    district: str,
    ground: Ground,
    *,
    validity_months: int,
    incentives: list[MeasureUse],
    rule_set: str,
    renewable: bool = False,
) -> Listing:
    """Puts the organisation on the red list for a set time, or lengthens the time of a listing
    that may be renewed; the conditions were checked. One whose last day has passed has ended."""
    current = await repository.lock_current(uow, organization.organization_id)
    listing = current.get(ListName.RED)
    if listing is not None and listing.is_over(uow.today):
        await delist(uow, listing, DelistReason.EXPIRED, EXPIRED)
        await uow.session.flush()
        listing = None
    if listing is None:
        listing = _new(uow, organization, district, ground)
        last_day = add_months(uow.today, validity_months)
    elif renewable and listing.valid_until is not None:
        listing.status = domain.advance(listing.status, Action.RELAPSE)
        last_day = add_months(listing.valid_until, validity_months)
    else:
        raise AlreadyOnRedList(extra={"listing_id": str(listing.id)})
    listing.valid_until = last_day
    await _decided(uow, listing, [ground], [None], incentives, rule_set, validity_months)
    await set_deadline(uow, RED_EXPIRES, listing.id, end_of(last_day))
    await grading.facts_changed(uow, organization)
    return listing


async def expire_red(deadline: Deadline, uow: UnitOfWork) -> None:
    """The last day of a red listing has passed. It may have ended before: deadlines are left
    standing then, since their row must not be locked after the organisation's."""
    organization_id = await repository.organization_of(uow.session, deadline.subject_id)
    organization = await learned.lock_organization(uow, organization_id)
    listing = await repository.lock(uow, deadline.subject_id)
    if listing.status == Status.LISTED and listing.is_over(uow.today):
        await delist(uow, listing, DelistReason.EXPIRED, EXPIRED)
        await grading.facts_changed(uow, organization)


async def repair(uow: UnitOfWork, listing: Listing, note: str) -> None:
    """信用修复: the repair was granted; listing and organisation are locked."""
    await delist(uow, listing, DelistReason.REPAIRED, note)
    organization = await learned.lock_organization(uow, listing.organization_id)
    await grading.facts_changed(uow, organization)


async def remove(
    uow: UnitOfWork, listing_id: UUID, version: int, *, duty_done: bool, reason: str
) -> Listing:
    """依法移出 by the registrar; another person than the one who listed."""
    organization, listing = await open_for(uow, listing_id, version, "移出该名单")
    domain.advance(listing.status, Action.DELIST)
    domain.check_removal(
        listing.list, organization.status, listing.exit_not_before, uow.today, duty_done=duty_done
    )
    await delist(uow, listing, DelistReason.REMOVED, reason)
    await grading.facts_changed(uow, organization)
    return listing


async def leave_after_cancellation(uow: UnitOfWork, organization: KnownOrganization) -> None:
    """A revoked body whose cancellation is completed leaves the adverse lists (Order 60)."""
    current = await repository.lock_current(uow, organization.organization_id)
    for name in ADVERSE:
        if name in current:
            await delist(uow, current[name], DelistReason.REMOVED, "已完成注销登记")
    await grading.facts_changed(uow, organization)


async def leave_red(
    uow: UnitOfWork, organization: KnownOrganization, note: str = "登记状态已不是正常"
) -> None:
    """A body that is revoked or cancelled, or no longer fit, is no example to others."""
    current = await repository.lock_current(uow, organization.organization_id)
    if ListName.RED in current:
        await delist(uow, current[ListName.RED], DelistReason.REMOVED, note)
    await grading.facts_changed(uow, organization)


async def open_for(
    uow: UnitOfWork, listing_id: UUID, version: int, act: str
) -> tuple[KnownOrganization, Listing]:
    """The listing at its version, for an officer other than the one who listed."""
    organization_id = await repository.organization_of(uow.session, listing_id)
    organization = await learned.lock_organization(uow, organization_id)
    listing = await repository.lock(uow, listing_id)
    listing.expect(version)
    district_rule(uow.actor, listing.district)
    two_persons(listing.listed_by, uow.actor, act)
    return organization, listing


def _new(
    uow: UnitOfWork, organization: KnownOrganization, district: str, ground: Ground
) -> Listing:
    return Listing(
        id=uuid7(),
        version=0,
        created_at=uow.now,
        updated_at=uow.now,
        organization_id=organization.organization_id,
        district=district,
        list=ground.list,
        status=Status.LISTED,
        listed_on=uow.today,
    )


async def _decided(
    uow: UnitOfWork,
    listing: Listing,
    grounds: Sequence[Ground],
    exits: Sequence[date | None],
    uses: list[MeasureUse],
    rule_set: str,
    validity_months: int | None = None,
) -> None:
    """Writes the latest decision into the listing, keeps its grounds, tells everyone."""
    ground = grounds[0]
    listing.trigger = ground.trigger
    listing.trigger_text = ground.trigger_text
    listing.legal_basis = ground.legal_basis
    listing.rule_set = rule_set
    chosen = await chosen_measures(uow, listing.district, uses)
    listing.measures = [one.measure.code for one in chosen]
    listing.measure_texts = [one.text for one in chosen]
    listing.listed_by = ground.decided_by
    listing.term_started_on = uow.today
    uow.session.add(listing)
    await uow.session.flush()
    first = await repository.count_grounds(uow.session, listing.id) + 1
    for number, (one, exit_on) in enumerate(zip(grounds, exits, strict=True), start=first):
        uow.session.add(
            ListingGround(
                listing_id=listing.id,
                number=number,
                case_id=one.case_id,
                proposal_id=one.proposal_id,
                trigger=one.trigger,
                trigger_text=one.trigger_text,
                legal_basis=one.legal_basis,
                rule_set=rule_set,
                decided_by=one.decided_by,
                decided_on=uow.today,
                exit_not_before=exit_on,
                measures=[one.model_dump(mode="json") for one in chosen],
                publication_ends_on=listing.publication_ends_on,
                validity_months=validity_months,
                recorded_at=uow.now,
            )
        )
    tell_listed(uow, listing, await measures.switch_on(uow, listing, chosen, uow.today))
    record(uow, listing, "listed", trigger=ground.trigger, case_id=ground.case_id)


def tell_listed(uow: UnitOfWork, listing: Listing, switched_on: list[SwitchedOn]) -> None:
    """Everyone is told of the listing as it stands now, and of all its measures."""
    uow.publish(
        OrganizationListed(
            listing_id=listing.id,
            organization_id=listing.organization_id,
            district=listing.district,
            list=listing.list.value,
            trigger=listing.trigger,
            listed_on=listing.listed_on,
            exit_not_before=listing.exit_not_before,
            measures=listing.measures,
            rule_set=listing.rule_set,
            listing_version=listing.version + 1,
            switched_on=switched_on,
        ),
        of=listing,
    )


async def delist(uow: UnitOfWork, listing: Listing, reason: DelistReason, note: str) -> None:
    """Ends the listing and everything that it brought; organisation and listing are locked."""
    listing.status = domain.advance(listing.status, Action.DELIST)
    listing.delisted_on = uow.today
    listing.delisted_by = uow.actor.subject
    listing.delist_reason = reason
    listing.delist_note = note
    switched_off = await measures.switch_off(uow, listing)
    uow.publish(
        OrganizationDelisted(
            listing_id=listing.id,
            organization_id=listing.organization_id,
            district=listing.district,
            list=listing.list.value,
            reason=reason.value,
            delisted_on=uow.today,
            listing_version=listing.version + 1,
            switched_off=switched_off,
        ),
        of=listing,
    )
    if domain.is_gone(listing.list, reason):
        await superseding.withdraw_listing(uow, listing)
    record(uow, listing, "delisted", reason=reason.value)


def record(uow: UnitOfWork, listing: Listing, fact: str, **details: object) -> None:
    mark_listing(uow, listing)
    uow.record(
        f"listing.{fact}",
        "listing",
        listing.id,
        district=listing.district,
        list=listing.list.value,
        organization_id=listing.organization_id,
        **details,
    )
