"""The periods of the body: to form the group, and to apply for its cancellation."""

from datetime import date, timedelta
from typing import Final

from liandong.clock import china_midnight
from liandong.db.unit_of_work import UnitOfWork
from liandong.timers.deadlines import Deadline, cancel_deadline, set_deadline
from liandong.values.periods import Clock
from registry.liquidations import repository
from registry.liquidations.domain import Action, Status, advance
from registry.liquidations.events import (
    LiquidationClosed,
    LiquidationOverdue,
    LiquidationReminded,
)
from registry.liquidations.models import Liquidation
from registry.liquidations.rules import LIQUIDATIONS, LiquidationRules
from registry.organizations import repository as organizations
from registry.organizations.domain import Status as OrganizationStatus
from registry.supervision.clocks import Notice, Running, is_news, notices, standing

CLOCK: Final = "liquidation.clock"


async def running(uow: UnitOfWork, one: Liquidation) -> Running | None:
    found = await uow.rules(LIQUIDATIONS, one.authority, one.triggered_on)
    rules: LiquidationRules = found.parameters
    if one.status is Status.DUE:
        return Running("group", Clock(rules.group.period, one.triggered_on), rules.group.warn_days)
    if one.status is Status.ENDED and one.ended_on is not None:
        limit = rules.application
        return Running("application", Clock(limit.period, one.ended_on), limit.warn_days)
    return None


def due_on(uow: UnitOfWork, clock: Running) -> date:
    found = standing(clock, uow.today).due_on
    assert found is not None
    return found


async def begin_stage(uow: UnitOfWork, one: Liquidation) -> None:
    one.told = one.overdue_on = None
    await _next(uow, one, await running(uow, one))


async def end(uow: UnitOfWork, one: Liquidation) -> None:
    await cancel_deadline(uow, CLOCK, one.id)


async def fires(deadline: Deadline, uow: UnitOfWork) -> None:
    one = await repository.lock(uow, deadline.subject_id)
    clock = await running(uow, one)
    if clock is None:
        return
    if one.status is Status.ENDED and await _is_cancelled(uow, one):
        close(uow, one)
        return
    reached = [notice for day, notice in notices(clock) if day <= uow.today]
    if reached and is_news(reached[-1], one.told):
        one.told = reached[-1]
        _tell(uow, one, clock, reached[-1])
    await _next(uow, one, clock)


def close(uow: UnitOfWork, one: Liquidation) -> None:
    """The body was cancelled."""
    one.status = advance(one.status, Action.CLOSE)
    one.closed_on = uow.today
    uow.publish(LiquidationClosed(**one.facts(), closed_on=uow.today), of=one)
    uow.record("liquidation.closed", "liquidation", one.id, district=one.district)


async def _is_cancelled(uow: UnitOfWork, one: Liquidation) -> bool:
    organization = await organizations.lock(uow, one.organization_id)
    return organization.status is OrganizationStatus.CANCELLED


def _tell(uow: UnitOfWork, one: Liquidation, clock: Running, notice: Notice) -> None:
    due = due_on(uow, clock)
    if notice is Notice.OVERDUE:
        one.overdue_on = due + timedelta(days=1)
        event = LiquidationOverdue(**one.facts(), stage=clock.stage, due_on=due)
        uow.publish(event, of=one)
    else:
        reminded = LiquidationReminded(**one.facts(), stage=clock.stage, due_on=due)
        uow.publish(reminded, of=one)


async def _next(uow: UnitOfWork, one: Liquidation, clock: Running | None) -> None:
    for day, notice in [] if clock is None else notices(clock):
        if is_news(notice, one.told):
            await set_deadline(uow, CLOCK, one.id, china_midnight(day))
            return
    await cancel_deadline(uow, CLOCK, one.id)
