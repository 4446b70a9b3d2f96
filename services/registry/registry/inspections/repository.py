"""Every query about inspections but the counting ones."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.db.unit_of_work import UnitOfWork
from liandong.ids import uuid7
from liandong.problems import NotFound
from liandong.values.districts import subtree_prefix
from registry.inspections.domain import (
    NOT_HANDED_IN,
    WAITING,
    Regime,
    SeasonStatus,
    Status,
    Verdict,
)
from registry.inspections.draw import SamplingStatus
from registry.inspections.models import (
    Inspection,
    InspectionSampling,
    InspectionSeason,
    InspectionStep,
)
from registry.inspections.streaks import Year
from registry.organizations.domain import Status as OrganizationStatus
from registry.organizations.models import Organization


async def lock(uow: UnitOfWork, inspection_id: UUID) -> Inspection:
    """The inspection, its row locked until the unit ends; raises NotFound."""
    found = await uow.session.get(Inspection, inspection_id, with_for_update=True)
    if found is None:
        raise NotFound("没有这件年度检查")
    return found


async def get(session: AsyncSession, inspection_id: UUID) -> Inspection:
    found = await session.get(Inspection, inspection_id)
    if found is None:
        raise NotFound("没有这件年度检查")
    return found


async def standing_of(session: AsyncSession, organization_id: UUID) -> OrganizationStatus | None:
    """The one column that a submission asks for: the persons in the row stay encrypted."""
    query = select(Organization.status).where(Organization.id == organization_id)
    return await session.scalar(query)


async def certified_until(session: AsyncSession, organization_id: UUID) -> date | None:
    query = select(Organization.certificate_until).where(Organization.id == organization_id)
    return await session.scalar(query)


async def lock_season(uow: UnitOfWork, season_id: UUID) -> InspectionSeason:
    """Never on the way of a submission: whole seasons hand in at the same time."""
    found = await uow.session.get(InspectionSeason, season_id, with_for_update=True)
    if found is None:
        raise NotFound("没有这一年检")
    return found


async def season(session: AsyncSession, season_id: UUID) -> InspectionSeason:
    found = await session.get(InspectionSeason, season_id)
    if found is None:
        raise NotFound("没有这一年检")
    return found


async def opening_turn(uow: UnitOfWork, year: int) -> None:
    """Seasons of one year are opened one after the other: districts that overlap are seen."""
    await uow.session.execute(
        text("SELECT pg_advisory_xact_lock(hashtext('inspection-season'), :year)"), {"year": year}
    )


async def seasons_over(
    session: AsyncSession, year: int, district: str
) -> Sequence[InspectionSeason]:
    """Seasons of the year whose district lies in this one, or this one in it."""
    query = select(InspectionSeason).where(
        InspectionSeason.year == year, InspectionSeason.status != SeasonStatus.WITHDRAWN
    )
    prefix = subtree_prefix(district)
    found = (await session.scalars(query)).all()
    return [
        one
        for one in found
        if (other := subtree_prefix(one.district)).startswith(prefix) or prefix.startswith(other)
    ]


def search_seasons(
    *, within: str | None, year: int | None, status: SeasonStatus | None
) -> Select[InspectionSeason]:
    query = select(InspectionSeason)
    if within is not None:
        query = query.where(InspectionSeason.district.startswith(subtree_prefix(within)))
    if year is not None:
        query = query.where(InspectionSeason.year == year)
    if status is not None:
        query = query.where(InspectionSeason.status == status)
    return query


def search(
    *,
    within: str | None,
    organization_id: UUID | None,
    district: str = "",
    year: int | None = None,
    season_id: UUID | None = None,
    regime: Regime | None = None,
    statuses: Collection[Status] = (),
    verdict: Verdict | None = None,
    outstanding: bool | None = None,
    late: bool | None = None,
    sampling_id: UUID | None = None,
    rectify_before: date | None = None,
) -> Select[Inspection]:
    """Inspections of the district subtree, or of the organisation, that satisfy every filter."""
    whose: list[Any] = []
    if within is not None:
        whose.append(Inspection.district.startswith(subtree_prefix(within)))
    if organization_id is not None:
        whose.append(Inspection.organization_id == organization_id)
    query = select(Inspection).where(or_(*whose))
    if district:
        query = query.where(Inspection.district.startswith(subtree_prefix(district)))
    equal = {
        Inspection.year: year,
        Inspection.season_id: season_id,
        Inspection.regime: regime,
        Inspection.verdict: verdict,
        Inspection.sampling_id: sampling_id,
    }
    for column, value in equal.items():
        if value is not None:
            query = query.where(column == value)
    if statuses:
        query = query.where(Inspection.status.in_(statuses))
    if outstanding is not None:
        among = Inspection.status.in_(NOT_HANDED_IN)
        query = query.where(among if outstanding else ~among)
    if late is not None:
        was = and_(
            Inspection.missed_on.is_not(None),
            Inspection.status.not_in((Status.MISSED, Status.DROPPED)),
        )
        query = query.where(was if late else ~was)
    if rectify_before is not None:
        query = query.where(
            Inspection.status == Status.RECTIFYING, Inspection.rectify_by < rectify_before
        )
    return query


async def years_before(
    session: AsyncSession, organization_ids: Collection[UUID], year: int
) -> dict[UUID, list[Year]]:
    """How the years before ended, of many organisations in one question."""
    query = select(
        Inspection.organization_id,
        Inspection.year,
        Inspection.status,
        Inspection.missed_on,
        Inspection.verdict,
    ).where(Inspection.organization_id.in_(organization_ids), Inspection.year < year)
    found: dict[UUID, list[Year]] = {one: [] for one in organization_ids}
    for one in (await session.execute(query)).all():
        ended = Year(one.year, one.status, one.missed_on, one.verdict)
        found[one.organization_id].append(ended)
    return found


def step(
    uow: UnitOfWork, inspection: Inspection, action: str, reason: str = "", **details: Any
) -> InspectionStep:
    """One line of the history, as the inspection is now."""
    return InspectionStep(
        id=uuid7(),
        inspection_id=inspection.id,
        season_id=inspection.season_id,
        year=inspection.year,
        at=uow.now,
        on_day=uow.today,
        action=action,
        actor=uow.actor.subject,
        district=inspection.district,
        regime=inspection.regime,
        status=inspection.status,
        verdict=inspection.verdict,
        missed_on=inspection.missed_on,
        reason=reason,
        details=details,
    )


def history(inspection_id: UUID) -> Select[InspectionStep]:
    return select(InspectionStep).where(InspectionStep.inspection_id == inspection_id)


async def lock_many(uow: UnitOfWork, query: Select[Inspection], limit: int) -> list[Inspection]:
    """In the order of their ids, so that two who lock many never wait for each other. What
    changed while waiting and no longer fits is left out."""
    found = await uow.session.scalars(query.order_by(Inspection.id).limit(limit).with_for_update())
    return list(found)


def overdue(
    season_id: UUID, regime: Regime, statuses: Iterable[Status], last_day: date, today: date
) -> Select[Inspection]:
    """Those that should have been handed in before today."""
    day = func.greatest(Inspection.own_last_day, last_day)
    return select(Inspection).where(
        Inspection.season_id == season_id,
        Inspection.regime == regime,
        Inspection.status.in_(tuple(statuses)),
        day < today,
    )


async def lock_sampling(uow: UnitOfWork, sampling_id: UUID) -> InspectionSampling:
    found = await uow.session.get(InspectionSampling, sampling_id, with_for_update=True)
    if found is None:
        raise NotFound("没有这次抽查")
    return found


async def sampling(session: AsyncSession, sampling_id: UUID) -> InspectionSampling:
    found = await session.get(InspectionSampling, sampling_id)
    if found is None:
        raise NotFound("没有这次抽查")
    return found


async def prepared_sampling(
    session: AsyncSession, season_id: UUID, regime: Regime | None
) -> UUID | None:
    """One that waits to be drawn and has bodies in common with a draw of the regime; None: of
    every regime. The season's row is locked."""
    query = select(InspectionSampling.id).where(
        InspectionSampling.season_id == season_id,
        InspectionSampling.status == SamplingStatus.PREPARED,
    )
    if regime is not None:
        common = InspectionSampling.regime.is_(None) | (InspectionSampling.regime == regime)
        query = query.where(common)
    return await session.scalar(query.limit(1))


def samplings(season_id: UUID) -> Select[InspectionSampling]:
    return select(InspectionSampling).where(InspectionSampling.season_id == season_id)


async def drawable(
    uow: UnitOfWork, season_id: UUID, district: str, regime: Regime | None
) -> list[UUID]:
    """Organisations whose report lies with the registration organ and was not drawn yet."""
    query = select(Inspection.organization_id).where(
        Inspection.season_id == season_id,
        Inspection.status.in_((Status.SUBMITTED_TO_REGISTRAR, Status.REVIEWED)),
        Inspection.sampling_id.is_(None),
        Inspection.district.startswith(subtree_prefix(district)),
    )
    if regime is not None:
        query = query.where(Inspection.regime == regime)
    return list(await uow.session.scalars(query.order_by(Inspection.organization_id)))


async def outstanding(
    uow: UnitOfWork, season_id: UUID, regime: Regime, *, first_review: bool
) -> int:
    """How many have not handed in; with ``first_review`` among those under dual management."""
    query = select(func.count()).where(
        Inspection.season_id == season_id,
        Inspection.regime == regime,
        Inspection.status.in_(
            (Status.NOT_STARTED, Status.DRAFT, Status.RETURNED)
            if first_review
            else (Status.NOT_STARTED, Status.DRAFT, Status.RETURNED, Status.SUPERVISOR_OPINION)
        ),
    )
    if first_review:
        query = query.where(Inspection.is_direct.is_(False))
    return (await uow.session.scalar(query)) or 0


async def any_begun(uow: UnitOfWork, season_id: UUID) -> bool:
    query = select(Inspection.id).where(
        Inspection.season_id == season_id,
        Inspection.status.not_in((Status.NOT_STARTED, Status.DROPPED)),
    )
    return (await uow.session.scalar(query.limit(1))) is not None


async def any_waiting(uow: UnitOfWork, season_id: UUID) -> bool:
    query = select(Inspection.id).where(
        Inspection.season_id == season_id, Inspection.status.in_(WAITING)
    )
    return (await uow.session.scalar(query.limit(1))) is not None
