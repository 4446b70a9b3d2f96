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
from credit_list.repairs.rules import REPAIRS, due_on
from credit_list.repairs.schemas import (
    ApplyRepair,
    CheckRepair,
    DecideRepair,
    SupplementRepair,
)
from credit_list.texts import Codes
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
    refused = await repository.latest_refusal(uow.session, listing.id)
    domain.check_reapply(refused.reapply_from if refused is not None else None, uow.today)
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
    await _schedule(uow, repair)
    repair.touch(uow.now)
    _record(uow, repair, "applied", by_organization=by_organization)
    return repair


async def accept(uow: UnitOfWork, repair_id: UUID, version: int) -> Repair:
    """受理: the papers are complete."""
    repair = await _lock_at(uow, repair_id, version)
    repair.status = domain.advance(repair.status, Action.ACCEPT)
    repair.accepted_by = uow.actor.subject
    repair.accepted_on = uow.today
    return await _moved(uow, repair, "accepted")


async def send_back(uow: UnitOfWork, repair_id: UUID, version: int, reason: str) -> Repair:
    """退回补正: told at once of everything that is missing."""
    repair = await _lock_at(uow, repair_id, version)
    repair.status = domain.advance(repair.status, Action.RETURN)
    repair.return_reason = reason
    return await _moved(uow, repair, "returned")


async def supplement(
    uow: UnitOfWork, repair_id: UUID, version: int, body: SupplementRepair
) -> Repair:
    """补正 by the organisation, or by a clerk on its behalf."""
    repair = await repository.lock(uow, repair_id)
    _check_own(uow, repair)
    repair.expect(version)
    repair.status = domain.advance(repair.status, Action.SUPPLEMENT)
    repair.content, repair.evidence = body.content, body.evidence
    return await _moved(uow, repair, "supplemented")


async def check(uow: UnitOfWork, repair_id: UUID, version: int, body: CheckRepair) -> Repair:
    """核查: what was found, and on which grounds the listing rested then."""
    organization_id = await repository.organization_of(uow.session, repair_id)
    await learned.lock_organization(uow, organization_id)
    repair = await _lock_at(uow, repair_id, version)
    repair.status = domain.advance(repair.status, Action.CHECK)
    listing = await listing_repository.lock(uow, repair.listing_id)
    _check_repairable(listing)
    repair.obligations_met = body.obligations_met
    repair.findings = body.findings
    repair.checked_by = uow.actor.subject
    repair.checked_on = uow.today
    repair.checked_grounds = await _grounds(uow, listing)
    return await _moved(uow, repair, "checked", obligations_met=body.obligations_met)


async def decide(uow: UnitOfWork, repair_id: UUID, version: int, body: DecideRepair) -> Repair:
    """Granting delists at once; refusing leaves the listing as it is. The approver is neither
    the applicant nor who checked, nor who listed."""
    organization_id = await repository.organization_of(uow.session, repair_id)
    organization = await learned.lock_organization(uow, organization_id)
    repair = await _lock_at(uow, repair_id, version)
    listing = await listing_repository.lock(uow, repair.listing_id)
    for first in (repair.applied_by, repair.accepted_by, repair.checked_by, listing.listed_by):
        if first is not None:
            two_persons(first, uow.actor, "决定该修复申请")
    action = Action.GRANT if body.outcome is Outcome.GRANT else Action.REFUSE
    repair.status = domain.advance(repair.status, action)
    rule_set = await uow.rules(LISTINGS, repair.district)
    if action is Action.GRANT:
        _check_repairable(listing)
        domain.check_up_to_date(repair.checked_grounds or [], await _grounds(uow, listing))
        domain.check_grant(
            getattr(rule_set.parameters, listing.list.value),
            listing.exit_not_before,
            uow.today,
            obligations_met=bool(repair.obligations_met) and body.obligations_met is not False,
            organization_status=organization.status,
        )
        await listings.repair(uow, listing, body.reasons)
    else:
        await _refuse(uow, repair, listing)
    repair.decided_by = uow.actor.subject
    repair.decided_on = uow.today
    repair.decision_reasons = body.reasons
    repair.decision_document = body.decision_document
    repair.rule_set = rule_set.reference
    return await _moved(uow, repair, repair.status.value, rule_set=rule_set.reference)


async def withdraw(uow: UnitOfWork, repair_id: UUID, version: int, reason: str) -> Repair:
    """By the organisation, or by a clerk who entered it wrongly."""
    repair = await repository.lock(uow, repair_id)
    _check_own(uow, repair)
    repair.expect(version)
    repair.status = domain.advance(repair.status, Action.WITHDRAW)
    repair.withdraw_reason = reason
    return await _moved(uow, repair, "withdrawn")


async def _refuse(uow: UnitOfWork, repair: Repair, listing: Listing) -> None:
    rules = await uow.rules(REPAIRS, repair.district)
    days = rules.parameters.reapply_after_refusal.days
    repair.reapply_from = domain.reapply_from(uow.today, listing.exit_not_before, days)


async def _lock_at(uow: UnitOfWork, repair_id: UUID, version: int) -> Repair:
    repair = await repository.lock(uow, repair_id)
    repair.expect(version)
    district_rule(uow.actor, repair.district)
    return repair


async def _moved(uow: UnitOfWork, repair: Repair, fact: str, **details: object) -> Repair:
    await _schedule(uow, repair)
    repair.touch(uow.now)
    _record(uow, repair, fact, **details)
    return repair


async def _schedule(uow: UnitOfWork, repair: Repair) -> None:
    due = domain.DUE.get(repair.status)
    rules = await uow.rules(REPAIRS, repair.district)
    if due is not repair.due_step:
        repair.due_on = due_on(rules.parameters, due, uow.today) if due is not None else None
    repair.due_step = due


async def _grounds(uow: UnitOfWork, listing: Listing) -> Codes:
    """The grounds on which the listing rests now."""
    found = await listing_repository.grounds(uow.session, listing.id)
    return [str(one.number) for one in found if one.corrected_on is None]


def _check_own(uow: UnitOfWork, repair: Repair) -> None:
    if uow.actor.has(Role.CLERK):
        district_rule(uow.actor, repair.district)
    elif not uow.actor.owns(repair.organization_id):
        raise NotFound("没有这项修复申请")


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
