"""Every query about reports and appraisals."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import NotFound
from liandong.values.districts import subtree_prefix
from registry.duties.domain import ReportStatus
from registry.duties.models import Appraisal, CommunityReport, ReportRound
from registry.organizations.domain import LIVING, Kind
from registry.organizations.models import Organization


async def report_of(
    uow: UnitOfWork, organization_id: UUID, period_from: date
) -> CommunityReport | None:
    """Locked, where there is one."""
    query = select(CommunityReport).where(
        CommunityReport.organization_id == organization_id,
        CommunityReport.period_from == period_from,
    )
    return (await uow.session.scalars(query.with_for_update())).one_or_none()


async def lock_report(uow: UnitOfWork, report_id: UUID) -> CommunityReport:
    found = await uow.session.get(CommunityReport, report_id, with_for_update=True)
    if found is None:
        raise NotFound("没有这份报告")
    return found


async def get_report(session: AsyncSession, report_id: UUID) -> CommunityReport:
    found = await session.get(CommunityReport, report_id)
    if found is None:
        raise NotFound("没有这份报告")
    return found


async def lock_round(uow: UnitOfWork, round_id: UUID) -> ReportRound:
    found = await uow.session.get(ReportRound, round_id, with_for_update=True)
    if found is None:
        raise NotFound("没有这一期定期报告")
    return found


async def round_of(session: AsyncSession, district: str, period_from: date) -> ReportRound | None:
    query = select(ReportRound).where(
        ReportRound.district == district, ReportRound.period_from == period_from
    )
    return (await session.scalars(query)).one_or_none()


async def silent(session: AsyncSession, of: ReportRound, limit: int) -> Sequence[Organization]:
    """Filed bodies of the district that live and told nothing about the period, from where the
    last turn stopped."""
    told = exists().where(
        CommunityReport.organization_id == Organization.id,
        CommunityReport.period_from == of.period_from,
    )
    query = select(Organization).where(
        Organization.kind == Kind.COMMUNITY_GROUP,
        Organization.status.in_(LIVING),
        Organization.district.startswith(subtree_prefix(of.district)),
        Organization.registered_on <= of.period_until,
        ~told,
    )
    if of.looked_at is not None:
        query = query.where(Organization.id > of.looked_at)
    return (await session.scalars(query.order_by(Organization.id).limit(limit))).all()


async def lock_appraisal(uow: UnitOfWork, appraisal_id: UUID) -> Appraisal:
    found = await uow.session.get(Appraisal, appraisal_id, with_for_update=True)
    if found is None:
        raise NotFound("没有这次评议")
    return found


def reports(
    *,
    within: str | None,
    own: UUID | None,
    organization_id: UUID | None,
    statuses: Sequence[ReportStatus] = (),
    period_from: date | None = None,
) -> Select[CommunityReport]:
    query = select(CommunityReport).where(_whose(CommunityReport, within, own))
    if organization_id is not None:
        query = query.where(CommunityReport.organization_id == organization_id)
    if statuses:
        query = query.where(CommunityReport.status.in_(statuses))
    return query if period_from is None else query.where(CommunityReport.period_from == period_from)


def rounds(within: str) -> Select[ReportRound]:
    return select(ReportRound).where(ReportRound.district.startswith(subtree_prefix(within)))


def appraisals(
    *,
    within: str | None,
    own: UUID | None,
    organization_id: UUID | None,
    year: int | None,
) -> Select[Appraisal]:
    query = select(Appraisal).where(_whose(Appraisal, within, own))
    if organization_id is not None:
        query = query.where(Appraisal.organization_id == organization_id)
    return query if year is None else query.where(Appraisal.year == year)


def _whose(
    table: type[CommunityReport] | type[Appraisal], within: str | None, own: UUID | None
) -> ColumnElement[bool]:
    whose: list[Any] = []
    if within is not None:
        whose.append(table.district.startswith(subtree_prefix(within)))
    if own is not None:
        whose.append(table.organization_id == own)
    return or_(*whose)
