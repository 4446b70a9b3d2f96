"""Use cases of repairs. Granting ends the listing in the same transaction: publication, sharing
and measures stop together (NDRC Order 36)."""

from uuid import UUID

from credit_list.learned import repository as learned
from credit_list.listings import repository as listing_repository
from credit_list.listings import service as listings
from credit_list.listings.domain import ADVERSE
from credit_list.listings.domain import Status as ListingStatus
from credit_list.listings.models import Listing
from credit_list.listings.rules import LISTINGS
from credit_list.repairs import domain, repository
from credit_list.repairs.domain import Action, Outcome, Status
from credit_list.repairs.models import Repair
from credit_list.repairs.schemas import ApplyRepair, DecideRepair
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.actors import Role
from liandong.identity.guards import district_rule, two_persons
from liandong.ids import uuid7
from liandong.problems import Conflict, NotFound


class RepairOpen(Conflict):
    slug, title = "repair-open", "该列入记录已有未决的修复申请"


class NothingToRepair(Conflict):
    slug, title = "nothing-to-repair", "没有可以修复的列入记录"


async def apply(uow: UnitOfWork, body: ApplyRepair) -> Repair:
    """An application by the organisation itself, or by a clerk on its behalf."""
    organization_id = await listing_repository.organization_of(uow.session, body.listing_id)
    by_organization = not uow.actor.has(Role.CLERK)
    if by_organization and not uow.actor.owns(organization_id):
        raise NotFound("没有这条列入记录")
    await learned.lock_organization(uow, organization_id)
    listing = await listing_repository.lock(uow, body.listing_id)
    if not by_organization:
        district_rule(uow.actor, listing.district)
    _check_repairable(listing)
    found = await repository.find_open(uow.session, listing.id)
    if found is not None:
        raise RepairOpen(extra={"repair_id": str(found.id)})
    repair = Repair(
        **body.model_dump(),
        id=uuid7(),
        version=0,
        created_at=uow.now,
        updated_at=uow.now,
        organization_id=organization_id,
        district=listing.district,
        status=Status.APPLIED,
        applied_by=uow.actor.subject,
        by_organization=by_organization,
        applied_on=uow.today,
    )
    uow.session.add(repair)
    repair.touch(uow.now)
    _record(uow, repair, "applied", by_organization=by_organization)
    return repair


async def decide(uow: UnitOfWork, repair_id: UUID, version: int, body: DecideRepair) -> Repair:
    """Granting delists at once; refusing leaves the listing as it is."""
    organization_id = await repository.organization_of(uow.session, repair_id)
    organization = await learned.lock_organization(uow, organization_id)
    repair = await repository.lock(uow, repair_id)
    repair.expect(version)
    district_rule(uow.actor, repair.district)
    two_persons(repair.applied_by, uow.actor, "决定该修复申请")
    action = Action.GRANT if body.outcome is Outcome.GRANT else Action.REFUSE
    repair.status = domain.advance(repair.status, action)
    rule_set = await uow.rules(LISTINGS, repair.district)
    if action is Action.GRANT:
        listing = await listing_repository.lock(uow, repair.listing_id)
        _check_repairable(listing)
        domain.check_grant(
            getattr(rule_set.parameters, listing.list.value),
            listing.exit_not_before,
            uow.today,
            obligations_met=body.obligations_met,
            organization_status=organization.status,
        )
        await listings.repair(uow, listing, body.reasons)
    repair.obligations_met = body.obligations_met
    repair.decided_by = uow.actor.subject
    repair.decided_on = uow.today
    repair.decision_reasons = body.reasons
    repair.decision_document = body.decision_document
    repair.rule_set = rule_set.reference
    repair.touch(uow.now)
    _record(uow, repair, repair.status.value, rule_set=rule_set.reference)
    return repair


async def withdraw(uow: UnitOfWork, repair_id: UUID, version: int, reason: str) -> Repair:
    """By the organisation, or by a clerk who entered it wrongly."""
    repair = await repository.lock(uow, repair_id)
    if uow.actor.has(Role.CLERK):
        district_rule(uow.actor, repair.district)
    elif not uow.actor.owns(repair.organization_id):
        raise NotFound("没有这项修复申请")
    repair.expect(version)
    repair.status = domain.advance(repair.status, Action.WITHDRAW)
    repair.withdraw_reason = reason
    repair.touch(uow.now)
    _record(uow, repair, "withdrawn")
    return repair


def _check_repairable(listing: Listing) -> None:
    if listing.list not in ADVERSE or listing.status is not ListingStatus.LISTED:
        raise NothingToRepair(
            f"{listing.list.label}：{listing.status.label}",
            extra={"list": listing.list.value, "current_status": listing.status.value},
        )


def _record(uow: UnitOfWork, repair: Repair, fact: str, **details: object) -> None:
    uow.record(
        f"repair.{fact}",
        "repair",
        repair.id,
        district=repair.district,
        listing_id=repair.listing_id,
        organization_id=repair.organization_id,
        **details,
    )
