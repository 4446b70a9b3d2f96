"""公示期限: a concluded check is to be published in time."""

from typing import Final

from liandong.clock import china_midnight
from liandong.db.unit_of_work import UnitOfWork
from liandong.timers.deadlines import Deadline, cancel_deadline, set_deadline
from liandong.values.periods import Clock
from registry.checks import repository
from registry.checks.domain import Status
from registry.checks.events import CheckReminded
from registry.checks.models import CheckTask
from registry.checks.rules import CHECKS, CheckRules
from registry.supervision.clocks import Running, is_news, notices, standing

PUBLICATION: Final = "check.publication"


async def rules_of(uow: UnitOfWork, check: CheckTask) -> CheckRules:
    return (await uow.rules(CHECKS, check.authority, check.checked_on)).parameters


async def begin(uow: UnitOfWork, check: CheckTask) -> None:
    check.told = None
    await _next(uow, check, await _running(uow, check))


async def end(uow: UnitOfWork, check: CheckTask) -> None:
    await cancel_deadline(uow, PUBLICATION, check.id)


async def fires(deadline: Deadline, uow: UnitOfWork) -> None:
    check = await repository.lock(uow, deadline.subject_id)
    if check.status is not Status.CONCLUDED:
        return
    running = await _running(uow, check)
    reached = [notice for day, notice in notices(running) if day <= uow.today]
    if reached and is_news(reached[-1], check.told):
        check.told = reached[-1]
        due_on = standing(running, uow.today).due_on
        assert due_on is not None
        event = CheckReminded(**check.facts(), notice=reached[-1], due_on=due_on)
        uow.publish(event, of=check)
    await _next(uow, check, running)


async def _running(uow: UnitOfWork, check: CheckTask) -> Running:
    assert check.concluded_on is not None
    limit = (await rules_of(uow, check)).publication
    return Running("publication", Clock(limit.period, check.concluded_on), limit.warn_days)


async def _next(uow: UnitOfWork, check: CheckTask, running: Running) -> None:
    for day, notice in notices(running):
        if is_news(notice, check.told):
            await set_deadline(uow, PUBLICATION, check.id, china_midnight(day))
            return
    await cancel_deadline(uow, PUBLICATION, check.id)
