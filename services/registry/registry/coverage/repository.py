"""Every query about coverage."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.values.districts import subtree_prefix
from registry.coverage.domain import Setting
from registry.coverage.models import CommunityCount, HubCoverage


class Covered(NamedTuple):
    hubs: int
    communities: int


async def covered(session: AsyncSession, district: str, on: date, setting: Setting) -> Covered:
    """On that day; a community that several hubs serve counts once."""
    query = select(
        func.count(HubCoverage.hub_id.distinct()), func.count(HubCoverage.community.distinct())
    ).where(HubCoverage.community.startswith(subtree_prefix(district)), _on(on))
    if setting is not Setting.ALL:
        query = query.where(HubCoverage.is_urban == (setting is Setting.URBAN))
    return Covered(*(await session.execute(query)).one())


async def count_for(session: AsyncSession, district: str, year: int) -> CommunityCount | None:
    """The last entry of the year, or of the last year before it that has one."""
    query = (
        select(CommunityCount)
        .where(CommunityCount.district == district, CommunityCount.year <= year)
        .order_by(CommunityCount.year.desc(), CommunityCount.id.desc())
        .limit(1)
    )
    return (await session.scalars(query)).one_or_none()


async def every(session: AsyncSession, hub_id: UUID) -> Sequence[HubCoverage]:
    query = select(HubCoverage).where(HubCoverage.hub_id == hub_id)
    return (await session.scalars(query.order_by(HubCoverage.id))).all()


async def otherwise(
    session: AsyncSession, communities: Sequence[str], *, urban: bool
) -> Sequence[str]:
    """Of these communities those that a hub serves now as of the other kind."""
    query = (
        select(HubCoverage.community)
        .distinct()
        .where(
            HubCoverage.community.in_(communities),
            HubCoverage.is_urban != urban,
            HubCoverage.covered_until.is_(None),
        )
    )
    return (await session.scalars(query.order_by(HubCoverage.community))).all()


def of_hub(hub_id: UUID, on: date | None) -> Select[HubCoverage]:
    query = select(HubCoverage).where(HubCoverage.hub_id == hub_id)
    return query if on is None else query.where(_on(on))


def counts(district: str) -> Select[CommunityCount]:
    query = select(CommunityCount)
    if district:
        query = query.where(CommunityCount.district.startswith(subtree_prefix(district)))
    return query


def _on(day: date) -> ColumnElement[Any]:
    return and_(
        HubCoverage.covered_from <= day,
        or_(HubCoverage.covered_until.is_(None), HubCoverage.covered_until > day),
    )
