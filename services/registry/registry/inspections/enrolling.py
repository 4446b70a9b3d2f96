"""Keeping a season in step with the register, batch by batch: who is due, who is no longer."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row, Select, and_, or_, select, text

from liandong.db.unit_of_work import UnitOfWork
from liandong.ids import uuid7
from liandong.values.districts import subtree_prefix
from registry.inspections import repository
from registry.inspections.domain import (
    DECIDED,
    WAITING,
    Action,
    DropCause,
    SeasonStatus,
    Status,
    advance,
    regime_of,
)
from registry.inspections.due import last_registration
from registry.inspections.events import InspectionDropped
from registry.inspections.models import Inspection, InspectionSeason
from registry.inspections.rules import InspectionRules
from registry.inspections.standing import charities_among
from registry.organizations.domain import LIVING, DirectClass, Kind
from registry.organizations.domain import Status as OrganizationStatus
from registry.organizations.models import Organization

BATCH = 500
_Registered = Row[Inspection, OrganizationStatus, str, str, DirectClass | None]
_FINAL = (*DECIDED, Status.RECEIVED, Status.DROPPED)


async def enrol(uow: UnitOfWork, season: InspectionSeason, rules: InspectionRules) -> int:
    """Adds up to a batch of bodies that are due and not yet there; how many were looked at."""
    found = (await uow.session.execute(_due(season, rules).limit(BATCH))).all()
    if not found:
        return 0
    charities = await charities_among(uow.session, [one.id for one in found])
    regimes = [regime_of(one.kind, one.id in charities) for one in found]
    await uow.session.execute(
        _ENROL,
        {
            "ids": [uuid7() for _ in found],
            "steps": [uuid7() for _ in found],
            "organizations": [one.id for one in found],
            "names": [one.name for one in found],
            "kinds": [one.kind.value for one in found],
            "districts": [one.district for one in found],
            "regimes": [one.value for one in regimes if one is not None],
            "direct": [one.direct_class is not None for one in found],
            "season": season.id,
            "year": season.year,
            "now": uow.now,
            "today": uow.today,
            "actor": uow.actor.subject,
        },
    )
    return len(found)


_ENROL = text("""
    WITH made AS (
        INSERT INTO inspection (id, version, created_at, updated_at, season_id, year,
            organization_id, organization_name, kind, district, regime, is_direct, status)
        SELECT id, 1, CAST(:now AS timestamptz), CAST(:now AS timestamptz), CAST(:season AS uuid),
            CAST(:year AS bigint), organization_id, name, kind, district, regime, direct,
            'not_started'
        FROM unnest(CAST(:ids AS uuid[]), CAST(:organizations AS uuid[]), CAST(:names AS text[]),
                CAST(:kinds AS text[]), CAST(:districts AS text[]), CAST(:regimes AS text[]),
                CAST(:direct AS boolean[]))
            AS due (id, organization_id, name, kind, district, regime, direct)
        ON CONFLICT DO NOTHING
        RETURNING id, season_id, year, district, regime, status)
    INSERT INTO inspection_step (id, inspection_id, season_id, year, at, on_day, action, actor,
        district, regime, status, reason, details)
    SELECT step.id, made.id, season_id, year, CAST(:now AS timestamptz), CAST(:today AS date),
        'enrolled', CAST(:actor AS text), district, regime, status, '', '{}'
    FROM made
    JOIN unnest(CAST(:ids AS uuid[]), CAST(:steps AS uuid[])) AS step (inspection_id, id)
        ON step.inspection_id = made.id
""")
"""A batch and its lines of history at once; who is there already is passed over."""


def _due(
    season: InspectionSeason, rules: InspectionRules
) -> Select[UUID, str, Kind, str, DirectClass | None]:
    known = select(Inspection.id).where(
        Inspection.organization_id == Organization.id, Inspection.year == season.year
    )
    old_enough = [
        and_(
            Organization.kind == kind,
            Organization.registered_on
            <= last_registration(season.year, rules.regimes[regime].first_year),
        )
        for kind in Kind
        if (regime := regime_of(kind, is_charity=False)) is not None
    ]
    return (
        select(
            Organization.id,
            Organization.name,
            Organization.kind,
            Organization.district,
            Organization.direct_class,
        )
        .where(
            Organization.district.startswith(subtree_prefix(season.district)),
            Organization.status.in_(LIVING),
            or_(*old_enough),
            ~known.exists(),
        )
        .order_by(Organization.id)
    )


async def reconcile(uow: UnitOfWork, season: InspectionSeason) -> int:
    """Follows up to a batch of bodies that ended, moved or were renamed since."""
    changed = (
        select(
            Inspection,
            Organization.status,
            Organization.district,
            Organization.name,
            Organization.direct_class,
        )
        .join(Organization, Organization.id == Inspection.organization_id)
        .where(
            Inspection.season_id == season.id,
            Inspection.status.not_in(_FINAL),
            or_(
                Organization.status.not_in(LIVING),
                Organization.district != Inspection.district,
                Organization.name != Inspection.organization_name,
                (Organization.direct_class.is_not(None)) != Inspection.is_direct,
            ),
        )
        .order_by(Inspection.id)
        .limit(BATCH)
        .with_for_update(of=Inspection)
    )
    found = (await uow.session.execute(changed)).all()
    for one in found:
        await _follow(uow, season, one.Inspection, one)
    return len(found)


async def _follow(
    uow: UnitOfWork, season: InspectionSeason, inspection: Inspection, organization: _Registered
) -> None:
    if organization.status not in LIVING:
        drop(uow, inspection, DropCause.ENDED)
        return
    inspection.organization_name = organization.name
    inspection.is_direct = organization.direct_class is not None
    if organization.district == inspection.district:
        inspection.touch(uow.now)
        return
    # For whoever counts the old district alone, it is gone; the next line says where it is.
    gone = repository.step(uow, inspection, "moved-away")
    gone.status = Status.DROPPED
    uow.session.add(gone)
    inspection.district = organization.district
    covered = organization.district.startswith(subtree_prefix(season.district))
    other = None if covered else await _season_at(uow, inspection)
    if other is not None:
        inspection.season_id = other.id
    elif not covered and inspection.status in (*WAITING, Status.MISSED):
        drop(uow, inspection, DropCause.MOVED)
        return
    inspection.touch(uow.now)
    uow.session.add(repository.step(uow, inspection, "moved"))


async def readmit(uow: UnitOfWork, season: InspectionSeason) -> int:
    """Takes in bodies that had moved away from another season, or were in one withdrawn."""
    query = (
        select(Inspection, Organization.district)
        .join(Organization, Organization.id == Inspection.organization_id)
        .where(
            Inspection.year == season.year,
            Inspection.status == Status.DROPPED,
            Inspection.drop_cause.in_((DropCause.MOVED, DropCause.WITHDRAWN)),
            Organization.district.startswith(subtree_prefix(season.district)),
            Organization.status.in_(LIVING),
        )
        .order_by(Inspection.id)
        .limit(BATCH)
        .with_for_update(of=Inspection)
    )
    found = (await uow.session.execute(query)).all()
    for inspection, district in found:
        inspection.status = advance(inspection.status, Action.READMIT)
        inspection.season_id, inspection.district = season.id, district
        inspection.drop_cause, inspection.own_last_day = None, None
        inspection.touch(uow.now)
        uow.session.add(repository.step(uow, inspection, Action.READMIT))
    return len(found)


async def drop_all(uow: UnitOfWork, season: InspectionSeason) -> int:
    """Of a season opened by mistake: nobody had begun."""
    query = select(Inspection).where(
        Inspection.season_id == season.id, Inspection.status != Status.DROPPED
    )
    found = await repository.lock_many(uow, query, BATCH)
    for inspection in found:
        inspection.status = advance(inspection.status, Action.DROP)
        inspection.drop_cause = DropCause.WITHDRAWN
        inspection.touch(uow.now)
        uow.session.add(repository.step(uow, inspection, Action.DROP))
    return len(found)


def drop(uow: UnitOfWork, inspection: Inspection, cause: DropCause, reason: str = "") -> None:
    """不再参加, of an inspection that is locked."""
    inspection.status = advance(inspection.status, Action.DROP)
    inspection.drop_cause, inspection.reason = cause, reason
    inspection.revocation_indicated = False
    uow.publish(InspectionDropped(**inspection.facts(), cause=cause), of=inspection)
    uow.session.add(repository.step(uow, inspection, Action.DROP, reason, cause=cause))


async def _season_at(uow: UnitOfWork, inspection: Inspection) -> InspectionSeason | None:
    over: Sequence[InspectionSeason] = await repository.seasons_over(
        uow.session, inspection.year, inspection.district
    )
    return next(
        (
            one
            for one in over
            if one.status is SeasonStatus.OPEN
            and inspection.district.startswith(subtree_prefix(one.district))
        ),
        None,
    )
