"""How a campaign ends: closed when its work is done, reopened when that was a mistake, cancelled
when it should not have been opened."""

from collections.abc import Sequence
from uuid import UUID

from credit_list.red_campaigns import domain, repository
from credit_list.red_campaigns.domain import CampaignAction
from credit_list.red_campaigns.models import RedCampaign
from credit_list.red_campaigns.service import CANDIDATES, changed, lock_at
from credit_list.red_list import service as red
from credit_list.red_list.models import Proposal
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import two_persons
from liandong.timers.deadlines import set_deadline


async def close(
    uow: UnitOfWork, campaign_id: UUID, version: int, *, reason: str, withdraw: bool
) -> RedCampaign:
    """Candidates without a proposal are left as they are: they were looked at, not proposed."""
    campaign = await lock_at(uow, campaign_id, version)
    _end(uow, campaign, CampaignAction.CLOSE, reason)
    undecided = await repository.lock_undecided(uow, campaign.id)
    objected = await repository.count_objected(uow.session, [one.id for one in undecided])
    domain.check_decided(len(undecided), objected, withdraw=withdraw)
    await _withdraw(uow, undecided, f"年度认定结束：{reason}")
    changed(uow, campaign, "closed", reason=reason, withdrawn=len(undecided))
    return campaign


async def reopen(uow: UnitOfWork, campaign_id: UUID, version: int, reason: str) -> RedCampaign:
    """What was withdrawn stays withdrawn and may be proposed anew; the looking at candidates goes
    on where it stopped."""
    campaign = await lock_at(uow, campaign_id, version)
    campaign.status = domain.advance(campaign.status, CampaignAction.REOPEN)
    campaign.ended_on = campaign.ended_by = campaign.end_reason = None
    if not campaign.is_computed:
        await set_deadline(uow, CANDIDATES, campaign.id, uow.now)
    changed(uow, campaign, "reopened", reason=reason)
    return campaign


async def cancel(uow: UnitOfWork, campaign_id: UUID, version: int, reason: str) -> RedCampaign:
    """By another officer than the one who opened it; only while nobody has come on the list."""
    campaign = await lock_at(uow, campaign_id, version)
    two_persons(campaign.opened_by, uow.actor, "作废该年度认定")
    _end(uow, campaign, CampaignAction.CANCEL, reason)
    domain.check_nobody_listed(await repository.count_confirmed(uow.session, campaign.id))
    undecided = await repository.lock_undecided(uow, campaign.id)
    await _withdraw(uow, undecided, f"年度认定作废：{reason}")
    changed(uow, campaign, "cancelled", reason=reason, withdrawn=len(undecided))
    return campaign


def _end(uow: UnitOfWork, campaign: RedCampaign, action: CampaignAction, reason: str) -> None:
    campaign.status = domain.advance(campaign.status, action)
    campaign.ended_on = uow.today
    campaign.ended_by = uow.actor.subject
    campaign.end_reason = reason


async def _withdraw(uow: UnitOfWork, proposals: Sequence[Proposal], reason: str) -> None:
    for proposal in proposals:
        await red.withdraw(uow, proposal.id, proposal.version, reason)
