"""Keeping a season in step with the register, batch by batch: who is due, who is no longer."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.dialects.postgresql import insert

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
from registry.organizations.models import Organization

BATCH = 500
_FINAL = (*DECIDED, Status.RECEIVED, Status.DROPPED)


async def enrol(uow: UnitOfWork, season: InspectionSeason, rules: InspectionRules) -> int:
    """Adds up to a batch of bodies that are due and not yet there; how many were looked at."""
    found = (await uow.session.execute(_due(season, rules).limit(BATCH))).all()
    if not found:
        return 0
    charities = await charities_among(uow.session, [one.id for one in found])
    rows = [_row(uow, season, one, one.id in charities) for one in found]
    statement = insert(Inspection).on_conflict_do_nothing().returning(Inspection)
    made = list(await uow.session.scalars(statement, rows))
    uow.session.add_all([repository.step(uow, one, "enrolled") for one in made])
    return len(found)


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


def _row(uow: UnitOfWork, season: InspectionSeason, one: Any, is_charity: bool) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "version": 1,
        "season_id": season.id,
        "organization_id": one.id,
        "organization_name": one.name,
        "kind": one.kind,
        "year": season.year,
        "district": one.district,
        "regime": regime_of(one.kind, is_charity),
        "is_direct": one.direct_class is not None,
        "status": Status.NOT_STARTED,
        "created_at": uow.now,
        "updated_at": uow.now,
    }


async def reconcile(uow: UnitOfWork, season: InspectionSeason) -> int:
    """Follows up to a batch of bodies that ended, moved or were renamed since."""
    changed = (
        select(Inspection, Organization)
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
    for inspection, organization in found:
        await _follow(uow, season, inspection, organization)
    return len(found)


async def _follow(
    uow: UnitOfWork, season: InspectionSeason, inspection: Inspection, organization: Organization
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
        select(Inspection, Organization)
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
    for inspection, organization in found:
        inspection.status = advance(inspection.status, Action.READMIT)
        inspection.season_id, inspection.district = season.id, organization.district
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
