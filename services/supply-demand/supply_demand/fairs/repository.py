"""Every query about fairs and matches."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import NotFound
from liandong.values.districts import subtree_prefix
from supply_demand.demands import domain as demands
from supply_demand.demands.models import Demand
from supply_demand.fairs.domain import FairStatus, MatchStatus
from supply_demand.fairs.models import Fair, Match


async def get(session: AsyncSession, fair_id: UUID) -> Fair:
    found = await session.get(Fair, fair_id)
    if found is None:
        raise NotFound("没有这场对接会")
    return found


async def lock(uow: UnitOfWork, fair_id: UUID, *, shared: bool = False) -> Fair:
    """The fair, locked; shared by those who record intents, so that it stays open for them."""
    found = await uow.session.get(
        Fair, fair_id, with_for_update={"read": True} if shared else True, populate_existing=True
    )
    if found is None:
        raise NotFound("没有这场对接会")
    return found


def search(*, district: str = "", status: FairStatus | None = None) -> Select[Fair]:
    query = select(Fair)
    if district:
        query = query.where(Fair.district.startswith(subtree_prefix(district), autoescape=True))
    if status is not None:
        query = query.where(Fair.status == status)
    return query


async def match(session: AsyncSession, fair_id: UUID, match_id: UUID) -> Match:
    found = await session.get(Match, match_id, populate_existing=True)
    if found is None or found.fair_id != fair_id:
        raise NotFound("没有这条对接意向")
    return found


async def lock_matches(uow: UnitOfWork, demand_id: UUID) -> list[Match]:
    """Every live match of a demand, locked in a fixed order; the demand is locked before."""
    rows = await uow.session.scalars(
        select(Match)
        .where(Match.demand_id == demand_id, Match.status != MatchStatus.RELEASED)
        .order_by(Match.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(rows)


def matches(
    fair_id: UUID, *, demand_id: UUID | None = None, status: MatchStatus | None = None
) -> Select[Match]:
    query = select(Match).where(Match.fair_id == fair_id)
    if demand_id is not None:
        query = query.where(Match.demand_id == demand_id)
    if status is not None:
        query = query.where(Match.status == status)
    return query


def open_demands(district: str) -> Select[Demand]:
    """Published demands inside the district."""
    return select(Demand).where(
        Demand.status == demands.Status.PUBLISHED,
        Demand.district.startswith(subtree_prefix(district), autoescape=True),
    )
