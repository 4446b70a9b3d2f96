"""Use cases of the red list. The conditions are looked at when proposing and again, under the
organisation's lock, when confirming: a listing in between is found."""

from uuid import UUID

from credit_list.learned import repository as learned
from credit_list.learned.models import KnownOrganization
from credit_list.listings import service as listings
from credit_list.listings.domain import Ground, ListName
from credit_list.periods import add_working_days
from credit_list.red_list import conditions, domain, repository
from credit_list.red_list.domain import Action, ObjectionOutcome, Status
from credit_list.red_list.models import Objection, Proposal
from credit_list.red_list.rules import RED_LIST, RedListParameters
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule, two_persons
from liandong.ids import uuid7
from liandong.problems import Conflict, NotFound


class ProposalOpen(Conflict):
    slug, title = "proposal-open", "该组织已有未结的红名单推荐"


class AlreadySettled(Conflict):
    slug, title = "objection-settled", "该异议已处理"


class OnlyYearly(Conflict):
    slug, title = "only-yearly", "规则规定红名单按年度认定，不办理日常推荐"


async def propose(
    uow: UnitOfWork, organization_id: UUID, reasons: str, *, yearly: bool = False
) -> Proposal:
    """``yearly``: in a campaign; otherwise only where the rules allow it at any time."""
    organization = await learned.lock_organization(uow, organization_id)
    district_rule(uow.actor, organization.district)
    found = await repository.find_open(uow.session, organization_id)
    if found is not None:
        raise ProposalOpen(extra={"proposal_id": str(found.id)})
    rule_set = await uow.rules(RED_LIST, organization.district)
    if rule_set.parameters.mode == "yearly" and not yearly:
        raise OnlyYearly()
    await _check_conditions(uow, organization, rule_set.parameters)
    proposal = Proposal(
        id=uuid7(),
        version=0,
        created_at=uow.now,
        updated_at=uow.now,
        organization_id=organization_id,
        district=organization.district,
        status=Status.PROPOSED,
        reasons=reasons,
        rule_set=rule_set.reference,
        proposed_by=uow.actor.subject,
        proposed_on=uow.today,
    )
    uow.session.add(proposal)
    _changed(uow, proposal, "proposed")
    return proposal


async def publicise(uow: UnitOfWork, proposal_id: UUID, version: int) -> Proposal:
    """公示 from today on."""
    proposal = await _lock(uow, proposal_id, version)
    proposal.status = domain.advance(proposal.status, Action.PUBLICISE)
    rule_set = await uow.rules(RED_LIST, proposal.district)
    proposal.publicity_from = uow.today
    proposal.publicity_ends_on = add_working_days(
        uow.today, rule_set.parameters.publicity_working_days
    )
    _changed(uow, proposal, "publicised", ends_on=proposal.publicity_ends_on)
    return proposal


async def object_to(uow: UnitOfWork, proposal_id: UUID, version: int, content: str) -> Proposal:
    """An objection that the bureau received, entered by an official."""
    proposal = await _lock(uow, proposal_id, version)
    proposal.status = domain.advance(proposal.status, Action.OBJECT)
    known = await repository.objections(uow.session, proposal.id)
    uow.session.add(
        Objection(
            proposal_id=proposal.id,
            number=len(known) + 1,
            content=content,
            recorded_by=uow.actor.subject,
            recorded_at=uow.now,
        )
    )
    _changed(uow, proposal, "objected", number=len(known) + 1)
    return proposal


async def settle(
    uow: UnitOfWork,
    proposal_id: UUID,
    version: int,
    number: int,
    outcome: ObjectionOutcome,
    findings: str,
) -> Proposal:
    """What the check of an objection found."""
    proposal = await _lock(uow, proposal_id, version)
    proposal.status = domain.advance(proposal.status, Action.SETTLE)
    objection = await uow.session.get(Objection, (proposal.id, number))
    if objection is None:
        raise NotFound("没有这条异议")
    if objection.outcome is not None:
        raise AlreadySettled()
    objection.outcome = outcome
    objection.findings = findings
    objection.settled_by = uow.actor.subject
    objection.settled_at = uow.now
    _changed(uow, proposal, "objection-settled", number=number, outcome=outcome.value)
    return proposal


async def confirm(uow: UnitOfWork, proposal_id: UUID, version: int, reasons: str) -> Proposal:
    """Confirmation by a second officer after the publicity: the organisation is on the list."""
    organization_id = await repository.organization_of(uow.session, proposal_id)
    organization = await learned.lock_organization(uow, organization_id)
    proposal = await _lock(uow, proposal_id, version)
    two_persons(proposal.proposed_by, uow.actor, "确认列入红名单")
    proposal.status = domain.advance(proposal.status, Action.CONFIRM)
    domain.check_publicity_over(proposal.publicity_ends_on, uow.today)
    found = await repository.objections(uow.session, proposal.id)
    domain.check_objections([one.outcome for one in found])
    rule_set = await uow.rules(RED_LIST, proposal.district)
    await _check_conditions(uow, organization, rule_set.parameters)
    listing = await listings.enter_red(
        uow,
        organization,
        proposal.district,
        Ground(
            list=ListName.RED,
            trigger=rule_set.parameters.trigger,
            trigger_text=rule_set.parameters.trigger_text,
            legal_basis=rule_set.legal_basis,
            decided_by=uow.actor.subject,
            proposal_id=proposal.id,
        ),
        validity_months=rule_set.parameters.validity_months,
        incentives=rule_set.parameters.incentives,
        rule_set=rule_set.reference,
        renewable=True,
    )
    proposal.listing_id = listing.id
    _decided(uow, proposal, reasons)
    _changed(uow, proposal, "confirmed", listing_id=listing.id)
    return proposal


async def refuse(uow: UnitOfWork, proposal_id: UUID, version: int, reasons: str) -> Proposal:
    proposal = await _lock(uow, proposal_id, version)
    two_persons(proposal.proposed_by, uow.actor, "决定不予列入红名单")
    proposal.status = domain.advance(proposal.status, Action.REFUSE)
    _decided(uow, proposal, reasons)
    _changed(uow, proposal, "refused")
    return proposal


async def withdraw(uow: UnitOfWork, proposal_id: UUID, version: int, reason: str) -> Proposal:
    proposal = await _lock(uow, proposal_id, version)
    proposal.status = domain.advance(proposal.status, Action.WITHDRAW)
    proposal.withdraw_reason = reason
    _changed(uow, proposal, "withdrawn")
    return proposal


async def _check_conditions(
    uow: UnitOfWork, organization: KnownOrganization, rules: RedListParameters
) -> None:
    domain.check_conditions(await conditions.failed(uow, organization, rules, uow.today))


async def _lock(uow: UnitOfWork, proposal_id: UUID, version: int) -> Proposal:
    proposal = await repository.lock(uow, proposal_id)
    proposal.expect(version)
    district_rule(uow.actor, proposal.district)
    return proposal


def _decided(uow: UnitOfWork, proposal: Proposal, reasons: str) -> None:
    proposal.decided_by = uow.actor.subject
    proposal.decided_on = uow.today
    proposal.decision_reasons = reasons


def _changed(uow: UnitOfWork, proposal: Proposal, fact: str, **details: object) -> None:
    proposal.touch(uow.now)
    uow.record(
        f"red-proposal.{fact}",
        "red-proposal",
        proposal.id,
        district=proposal.district,
        organization_id=proposal.organization_id,
        **details,
    )
