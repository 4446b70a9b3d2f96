"""Use cases of yearly campaigns. What each proposal goes through is the procedure of proposals."""

from uuid import UUID

from credit_list.learned import repository as learned
from credit_list.learned.models import KnownOrganization
from credit_list.red_campaigns import repository
from credit_list.red_campaigns.domain import CampaignAction, CampaignStatus, advance
from credit_list.red_campaigns.models import RedCampaign, RedCandidate, Source
from credit_list.red_campaigns.rows import each
from credit_list.red_campaigns.schemas import ConfirmSome, OpenCampaign, ProposeSome, RowRead
from credit_list.red_list import conditions
from credit_list.red_list import repository as proposals
from credit_list.red_list import service as red
from credit_list.red_list.domain import Status
from credit_list.red_list.rules import RED_LIST
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule
from liandong.ids import uuid7
from liandong.problems import Conflict, FieldError, Invalid, NotFound
from liandong.timers.deadlines import Deadline, set_deadline
from liandong.values.districts import subtree_prefix

CANDIDATES = "red-campaign.candidates"
BATCH = 100


class CampaignOpen(Conflict):
    slug, title = "campaign-exists", "该辖区本年度的红名单认定已经开展"


class NotYearly(Conflict):
    slug, title = "not-yearly", "规则规定红名单日常推荐，不开展年度认定"


class ApplicationsOver(Conflict):
    slug, title = "applications-over", "申报期限已过"


class NothingProposed(Conflict):
    slug, title = "nothing-proposed", "没有待公示的推荐"


async def open_campaign(uow: UnitOfWork, body: OpenCampaign) -> RedCampaign:
    district_rule(uow.actor, body.district)
    if body.as_of > uow.today:
        told = "基准日不能晚于今日"
        raise Invalid(told, [FieldError("/as_of", "in-the-future", told)])
    rule_set = await uow.rules(RED_LIST, body.district)
    if rule_set.parameters.mode == "continuous":
        raise NotYearly()
    found = await repository.find(uow.session, body.district, body.year)
    if found is not None:
        raise CampaignOpen(extra={"campaign_id": str(found.id)})
    campaign = RedCampaign(
        id=uuid7(),
        version=0,
        created_at=uow.now,
        updated_at=uow.now,
        **body.model_dump(),
        rule_set=rule_set.reference,
        opened_by=uow.actor.subject,
        status=CampaignStatus.OPEN,
        computed=0,
        is_computed=False,
    )
    uow.session.add(campaign)
    await set_deadline(uow, CANDIDATES, campaign.id, uow.now)
    changed(uow, campaign, "opened")
    return campaign


async def compute(deadline: Deadline, uow: UnitOfWork) -> None:
    """Some more of the organisations, each looked at by the conditions of the day."""
    campaign = await repository.lock(uow, deadline.subject_id)
    if campaign.status is not CampaignStatus.OPEN:
        return
    some = await repository.next_organizations(uow.session, campaign, BATCH)
    for organization_id in some:
        organization = await learned.find(uow.session, organization_id)
        if organization is not None:
            await _look(uow, campaign, organization, Source.COMPUTED)
    campaign.computed += len(some)
    if len(some) < BATCH:
        campaign.is_computed = True
    else:
        campaign.computed_after = some[-1]
        await set_deadline(uow, CANDIDATES, campaign.id, uow.now)
    campaign.touch(uow.now)


async def apply(
    uow: UnitOfWork, campaign_id: UUID, organization_id: UUID, statement: str
) -> RedCandidate:
    """自行申报: the answer says at once which conditions are not met; an officer proposes."""
    campaign = await repository.lock(uow, campaign_id)
    organization = await learned.find_for_update(uow, organization_id)
    prefix = subtree_prefix(campaign.district)
    if organization is None or not organization.district.startswith(prefix):
        raise NotFound("没有这次年度认定")
    advance(campaign.status, CampaignAction.WORK)
    if uow.today > campaign.applications_until:
        raise ApplicationsOver(f"申报至 {campaign.applications_until.isoformat()} 截止")
    candidate = await _look(uow, campaign, organization, Source.APPLIED)
    candidate.statement = statement
    candidate.applied_on = uow.today
    _record(uow, campaign, "applied", organization_id=organization_id)
    return candidate


async def propose(
    uow: UnitOfWork, campaign_id: UUID, version: int, body: ProposeSome
) -> list[RowRead]:
    campaign = await lock_at(uow, campaign_id, version)
    advance(campaign.status, CampaignAction.WORK)

    async def one(organization_id: UUID) -> RowRead:
        candidate = await repository.candidate(uow.session, campaign.id, organization_id)
        if candidate is None:
            raise NotFound("该组织不是本次认定的候选组织")
        proposal = await red.propose(uow, organization_id, body.reasons, yearly=True)
        await uow.session.flush()
        candidate.proposal_id = proposal.id
        return RowRead(id=organization_id, done=True, proposal_id=proposal.id)

    await learned.lock_many(uow, body.organization_ids)
    rows = await each(uow, body.organization_ids, one)
    changed(uow, campaign, "proposed", rows=len(rows), done=sum(row.done for row in rows))
    return rows


async def publicise(uow: UnitOfWork, campaign_id: UUID, version: int) -> RedCampaign:
    """One notice: every proposal of the campaign, from today on and to the same last day."""
    campaign = await lock_at(uow, campaign_id, version)
    advance(campaign.status, CampaignAction.WORK)
    waiting = await repository.lock_proposals(uow, campaign.id, Status.PROPOSED)
    if not waiting:
        raise NothingProposed()
    for proposal in waiting:
        known = await red.publicise(uow, proposal.id, proposal.version)
        campaign.publicity_from, campaign.publicity_ends_on = (
            known.publicity_from,
            known.publicity_ends_on,
        )
    changed(uow, campaign, "publicised", proposals=len(waiting))
    return campaign


async def confirm(
    uow: UnitOfWork, campaign_id: UUID, version: int, body: ConfirmSome
) -> list[RowRead]:
    campaign = await lock_at(uow, campaign_id, version)
    advance(campaign.status, CampaignAction.WORK)
    known = {*await uow.session.scalars(repository.proposed(campaign.id))}
    await learned.lock_many(uow, await repository.organizations(uow.session, body.proposal_ids))

    async def one(proposal_id: UUID) -> RowRead:
        if proposal_id not in known:
            raise NotFound("本次认定没有这项推荐")
        proposal = await proposals.get(uow.session, proposal_id)
        await uow.session.refresh(proposal)
        done = await red.confirm(uow, proposal_id, proposal.version, body.reasons)
        return RowRead(
            id=proposal_id, done=True, proposal_id=proposal_id, listing_id=done.listing_id
        )

    rows = await each(uow, body.proposal_ids, one)
    changed(uow, campaign, "confirmed", rows=len(rows), done=sum(row.done for row in rows))
    return rows


async def _look(
    uow: UnitOfWork, campaign: RedCampaign, organization: KnownOrganization, source: Source
) -> RedCandidate:
    """By the rules of the organisation's own district, as its proposal will be."""
    rule_set = await uow.rules(RED_LIST, organization.district)
    found = await conditions.explained(uow, organization, rule_set.parameters, campaign.as_of)
    key = organization.organization_id
    candidate = await repository.candidate(uow.session, campaign.id, key)
    if candidate is None:
        candidate = RedCandidate(campaign_id=campaign.id, organization_id=key, source=source)
        uow.session.add(candidate)
    if source is Source.APPLIED:
        candidate.source = source
    candidate.passed = all(one["passed"] for one in found)
    candidate.conditions = found
    candidate.looked_on = uow.today
    return candidate


async def lock_at(uow: UnitOfWork, campaign_id: UUID, version: int) -> RedCampaign:
    """The campaign at its version, for an officer of its district."""
    campaign = await repository.lock(uow, campaign_id)
    campaign.expect(version)
    district_rule(uow.actor, campaign.district)
    return campaign


def changed(uow: UnitOfWork, campaign: RedCampaign, fact: str, **details: object) -> None:
    """A new version, on record."""
    campaign.touch(uow.now)
    _record(uow, campaign, fact, **details)


def _record(uow: UnitOfWork, campaign: RedCampaign, fact: str, **details: object) -> None:
    uow.record(
        f"red-campaign.{fact}", "red-campaign", campaign.id, district=campaign.district, **details
    )
