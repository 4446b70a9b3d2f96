"""The deadline of the body: reminded of, and told when it has passed."""

from datetime import date, timedelta
from typing import Final

from liandong.clock import china_midnight
from liandong.db.unit_of_work import UnitOfWork
from liandong.timers.deadlines import Deadline, cancel_deadline, set_deadline
from registry.rectifications import repository
from registry.rectifications.domain import Status
from registry.rectifications.events import RectificationOverdue, RectificationReminded
from registry.rectifications.models import Rectification
from registry.rectifications.rules import RECTIFICATIONS, RectificationRules
from registry.supervision.clocks import Notice, is_news

DEADLINE: Final = "rectification.deadline"


async def rules_of(uow: UnitOfWork, order: Rectification) -> RectificationRules:
    """As in force when the order was issued; before that, today's."""
    found = await uow.rules(RECTIFICATIONS, order.authority, order.issued_on)
    return found.parameters


async def begin(uow: UnitOfWork, order: Rectification) -> None:
    """The deadline was set, or moved: nothing was told of it yet."""
    order.told = None
    await go_on(uow, order)


async def go_on(uow: UnitOfWork, order: Rectification) -> None:
    """Sets the next notice; what lies in the past is told at once."""
    warn_days = (await rules_of(uow, order)).warn_days
    for day, notice in _notices(order, warn_days):
        if is_news(notice, order.told):
            await set_deadline(uow, DEADLINE, order.id, china_midnight(day))
            return
    await end(uow, order)


async def end(uow: UnitOfWork, order: Rectification) -> None:
    await cancel_deadline(uow, DEADLINE, order.id)


async def fires(deadline: Deadline, uow: UnitOfWork) -> None:
    order = await repository.lock(uow, deadline.subject_id)
    if order.status is not Status.ORDERED:
        return  # what was reported in time is not late while the authority looks at it
    warn_days = (await rules_of(uow, order)).warn_days
    reached = [notice for day, notice in _notices(order, warn_days) if day <= uow.today]
    if reached and is_news(reached[-1], order.told):
        order.told = reached[-1]
        if reached[-1] is Notice.OVERDUE:
            _overdue(uow, order)
        else:
            uow.publish(RectificationReminded(**order.facts_told()), of=order)
    await go_on(uow, order)


def overdue_from(order: Rectification) -> date:
    assert order.due_on is not None
    return order.due_on + timedelta(days=1)


def _overdue(uow: UnitOfWork, order: Rectification) -> None:
    """逾期: told once, whatever is extended or completed afterwards."""
    if order.overdue_on is not None:
        return
    since = order.overdue_on = overdue_from(order)
    event = RectificationOverdue(**order.facts_told(), overdue_on=since)
    uow.publish(event, of=order)
    uow.record("rectification.overdue", "rectification", order.id, district=order.district)


def _notices(order: Rectification, warn_days: int) -> list[tuple[date, Notice]]:
    assert order.due_on is not None
    soon = order.due_on - timedelta(days=warn_days)
    return [(soon, Notice.DUE_SOON), (overdue_from(order), Notice.OVERDUE)]
