"""Every query about campaigns."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from credit_list.learned.models import KnownOrganization
from credit_list.red_campaigns.domain import CampaignStatus
from credit_list.red_campaigns.models import RedCampaign, RedCandidate
from credit_list.red_list.domain import CLOSED, Status
from credit_list.red_list.models import Objection, Proposal
from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import NotFound
from liandong.values.districts import subtree_prefix

_MISSING = "没有这次年度认定"


async def lock(uow: UnitOfWork, campaign_id: UUID) -> RedCampaign:
    found = await uow.session.get(RedCampaign, campaign_id, with_for_update=True)
    if found is None:
        raise NotFound(_MISSING)
    return found


async def get(session: AsyncSession, campaign_id: UUID) -> RedCampaign:
    found = await session.get(RedCampaign, campaign_id)
    if found is None:
        raise NotFound(_MISSING)
    return found


async def find(session: AsyncSession, district: str, year: int) -> RedCampaign | None:
    query = select(RedCampaign).where(
        RedCampaign.district == district,
        RedCampaign.year == year,
        RedCampaign.status != CampaignStatus.CANCELLED,
    )
    return (await session.scalars(query)).one_or_none()


def search(within: str) -> Select[RedCampaign]:
    prefix = subtree_prefix(within)
    query = select(RedCampaign)
    return query.where(RedCampaign.district.startswith(prefix, autoescape=True))


def candidates(campaign_id: UUID, passed: bool | None) -> Select[RedCandidate]:
    query = select(RedCandidate).where(RedCandidate.campaign_id == campaign_id)
    return query if passed is None else query.where(RedCandidate.passed.is_(passed))


async def candidate(
    session: AsyncSession, campaign_id: UUID, organization_id: UUID
) -> RedCandidate | None:
    return await session.get(RedCandidate, (campaign_id, organization_id))


async def next_organizations(
    session: AsyncSession, campaign: RedCampaign, limit: int
) -> Sequence[UUID]:
    """Active organisations of the subtree behind those that were looked at."""
    prefix = subtree_prefix(campaign.district)
    query = select(KnownOrganization.organization_id).where(
        KnownOrganization.status == "active",
        KnownOrganization.district.startswith(prefix, autoescape=True),
    )
    if campaign.computed_after is not None:
        query = query.where(KnownOrganization.organization_id > campaign.computed_after)
    ordered = query.order_by(KnownOrganization.organization_id).limit(limit)
    return (await session.scalars(ordered)).all()


async def lock_proposals(uow: UnitOfWork, campaign_id: UUID, status: Status) -> Sequence[Proposal]:
    """Locked in the order of their ids; what has left the status meanwhile is not among them."""
    query = (
        select(Proposal)
        .join(RedCandidate, RedCandidate.proposal_id == Proposal.id)
        .where(RedCandidate.campaign_id == campaign_id, Proposal.status == status)
        .order_by(Proposal.id)
        .with_for_update(of=Proposal)
    )
    return (await uow.session.scalars(query)).all()


def proposed(campaign_id: UUID) -> Select[UUID]:
    """The ids of the campaign's proposals."""
    return (
        select(Proposal.id)
        .join(RedCandidate, RedCandidate.proposal_id == Proposal.id)
        .where(RedCandidate.campaign_id == campaign_id)
    )


async def lock_undecided(uow: UnitOfWork, campaign_id: UUID) -> Sequence[Proposal]:
    """The campaign's proposals without a decision, locked in order."""
    query = (
        select(Proposal)
        .where(Proposal.id.in_(proposed(campaign_id)), Proposal.status.not_in(CLOSED))
        .order_by(Proposal.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await uow.session.scalars(query)).all()


async def count_objected(session: AsyncSession, proposal_ids: Sequence[UUID]) -> int:
    """How many of the proposals have an objection that was not settled."""
    query = select(func.count(Objection.proposal_id.distinct())).where(
        Objection.proposal_id.in_(proposal_ids), Objection.outcome.is_(None)
    )
    return int(await session.scalar(query) or 0)


async def count_confirmed(session: AsyncSession, campaign_id: UUID) -> int:
    query = select(func.count()).where(
        Proposal.id.in_(proposed(campaign_id)), Proposal.status == Status.CONFIRMED
    )
    return int(await session.scalar(query) or 0)


async def organizations(session: AsyncSession, proposal_ids: Sequence[UUID]) -> Sequence[UUID]:
    query = select(Proposal.organization_id).where(Proposal.id.in_(proposal_ids))
    return (await session.scalars(query)).all()
