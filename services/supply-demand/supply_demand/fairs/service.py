"""Use cases of fairs."""

from uuid import UUID

from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule
from liandong.ids import uuid7
from supply_demand.fairs import repository
from supply_demand.fairs.domain import FairAction, FairStatus, advance_fair
from supply_demand.fairs.models import Fair
from supply_demand.fairs.schemas import ChangeFair, PlanFair


async def plan(uow: UnitOfWork, body: PlanFair) -> Fair:
    district_rule(uow.actor, body.district)
    fair = Fair(
        **body.model_dump(),
        id=uuid7(),
        version=0,
        status=FairStatus.PLANNED,
        created_at=uow.now,
        updated_at=uow.now,
    )
    uow.session.add(fair)
    _changed(uow, fair, "planned")
    return fair


async def change(uow: UnitOfWork, fair_id: UUID, version: int, body: ChangeFair) -> Fair:
    fair = await _step(uow, fair_id, version, FairAction.EDIT)
    given = body.model_dump(exclude_unset=True)
    changed = sorted(name for name, value in given.items() if getattr(fair, name) != value)
    for name in changed:
        setattr(fair, name, given[name])
    if changed:
        _changed(uow, fair, "changed", items=changed)
    return fair


async def open_(uow: UnitOfWork, fair_id: UUID, version: int) -> Fair:
    fair = await _step(uow, fair_id, version, FairAction.OPEN)
    _changed(uow, fair, "opened")
    return fair


async def close(uow: UnitOfWork, fair_id: UUID, version: int) -> Fair:
    fair = await _step(uow, fair_id, version, FairAction.CLOSE)
    _changed(uow, fair, "closed")
    return fair


async def cancel(uow: UnitOfWork, fair_id: UUID, version: int, reason: str) -> Fair:
    fair = await _step(uow, fair_id, version, FairAction.CANCEL)
    fair.ended_reason = reason
    _changed(uow, fair, "cancelled", reason=reason)
    return fair


async def _step(uow: UnitOfWork, fair_id: UUID, version: int, action: FairAction) -> Fair:
    fair = await repository.lock(uow, fair_id)
    fair.expect(version)
    district_rule(uow.actor, fair.district)
    fair.status = advance_fair(fair.status, action)
    return fair


def _changed(uow: UnitOfWork, fair: Fair, fact: str, **details: object) -> None:
    fair.touch(uow.now)
    uow.record(f"fair.{fact}", "fair", fair.id, district=fair.district, **details)
