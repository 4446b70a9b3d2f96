"""Use cases of demands: load under lock, decide, save, record."""

from datetime import date, timedelta
from uuid import UUID

from liandong.clock import china_midnight
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule
from liandong.ids import uuid7
from liandong.problems import FieldError, Invalid
from liandong.timers.deadlines import Deadline, cancel_deadline, set_deadline
from supply_demand.demands import repository
from supply_demand.demands.domain import Action, Status, advance, may_expire
from supply_demand.demands.models import Demand
from supply_demand.demands.schemas import ChangeDemand, ProposeDemand
from supply_demand.taxonomy.domain import TAXONOMY, check

EXPIRES = "demand.expires"


async def propose(uow: UnitOfWork, body: ProposeDemand) -> Demand:
    """A draft of a demand in the proposer's own district."""
    district_rule(uow.actor, body.district)
    rule_set = await uow.rules(TAXONOMY, body.district)
    check(rule_set.parameters, body.service_class, body.beneficiary_group)
    _in_time(body.deadline, uow)
    demand = Demand(
        **body.model_dump(),
        id=uuid7(),
        version=0,
        status=Status.DRAFT,
        proposed_by=uow.actor.subject,
        rule_set=rule_set.reference,
        created_at=uow.now,
        updated_at=uow.now,
    )
    uow.session.add(demand)
    _changed(uow, demand, "proposed")
    return demand


async def change(uow: UnitOfWork, demand_id: UUID, version: int, body: ChangeDemand) -> Demand:
    """Corrects a draft or a published demand; what is the same as before is not a change."""
    demand = await _own(uow, demand_id, version)
    demand.status = advance(demand.status, Action.EDIT)
    given = body.model_dump(exclude_unset=True)
    changed = sorted(name for name, value in given.items() if getattr(demand, name) != value)
    if not changed:
        return demand
    for name in changed:
        setattr(demand, name, given[name])
    rule_set = await uow.rules(TAXONOMY, demand.district)
    check(rule_set.parameters, demand.service_class, demand.beneficiary_group)
    demand.rule_set = rule_set.reference
    if "deadline" in changed:
        _in_time(demand.deadline, uow)
        if demand.status is Status.PUBLISHED:
            await _expire_after_deadline(uow, demand)
    _changed(uow, demand, "changed", items=changed)
    return demand


async def publish(uow: UnitOfWork, demand_id: UUID, version: int) -> Demand:
    demand = await _own(uow, demand_id, version)
    demand.status = advance(demand.status, Action.PUBLISH)
    _in_time(demand.deadline, uow)
    await _expire_after_deadline(uow, demand)
    _changed(uow, demand, "published")
    return demand


async def withdraw(uow: UnitOfWork, demand_id: UUID, version: int, reason: str) -> Demand:
    demand = await _own(uow, demand_id, version)
    demand.status = advance(demand.status, Action.WITHDRAW)
    demand.ended_reason = reason
    await cancel_deadline(uow, EXPIRES, demand.id)
    _changed(uow, demand, "withdrawn", reason=reason)
    return demand


async def expire(deadline: Deadline, uow: UnitOfWork) -> None:
    """The last day of the demand has passed."""
    demand = await repository.lock(uow, deadline.subject_id)
    if may_expire(demand.status) and demand.deadline < uow.today:
        demand.status = advance(demand.status, Action.EXPIRE)
        _changed(uow, demand, "expired")


def match(uow: UnitOfWork, demand: Demand) -> None:
    """An offer was chosen for the demand; the caller holds its row."""
    demand.status = advance(demand.status, Action.MATCH)
    _changed(uow, demand, "matched")


def unmatch(uow: UnitOfWork, demand: Demand) -> None:
    demand.status = advance(demand.status, Action.UNMATCH)
    _changed(uow, demand, "unmatched")


async def tender(uow: UnitOfWork, demand_id: UUID) -> Demand:
    """A tender takes the demand; two tenders cannot, since the row is locked."""
    demand = await repository.lock(uow, demand_id)
    demand.status = advance(demand.status, Action.TENDER)
    _changed(uow, demand, "tendered")
    return demand


async def untender(uow: UnitOfWork, demand_id: UUID) -> None:
    """The tender was cancelled: the demand may be tendered again until its deadline."""
    demand = await repository.lock(uow, demand_id)
    demand.status = advance(demand.status, Action.UNTENDER)
    await _expire_after_deadline(uow, demand)
    _changed(uow, demand, "untendered")


async def close(uow: UnitOfWork, demand_id: UUID) -> None:
    """A contract was awarded for the demand."""
    demand = await repository.lock(uow, demand_id)
    demand.status = advance(demand.status, Action.CLOSE)
    await cancel_deadline(uow, EXPIRES, demand.id)
    _changed(uow, demand, "closed")


async def _own(uow: UnitOfWork, demand_id: UUID, version: int) -> Demand:
    demand = await repository.lock(uow, demand_id)
    demand.expect(version)
    district_rule(uow.actor, demand.district)
    return demand


async def _expire_after_deadline(uow: UnitOfWork, demand: Demand) -> None:
    due = china_midnight(demand.deadline + timedelta(days=1))
    await set_deadline(uow, EXPIRES, demand.id, due)


def _in_time(deadline: date, uow: UnitOfWork) -> None:
    if deadline < uow.today:
        raise Invalid(
            "截止日期不能早于今日",
            [FieldError("/deadline", "in-the-past", "截止日期不能早于今日")],
        )


def _changed(uow: UnitOfWork, demand: Demand, fact: str, **details: object) -> None:
    demand.touch(uow.now)
    uow.record(f"demand.{fact}", "demand", demand.id, district=demand.district, **details)
