"""The clock of an application: set at every step, tells what is due, accepts by silence."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from liandong.clock import china_midnight
from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import Conflict, Problem
from liandong.rules.rule_set import RuleSet
from liandong.timers.deadlines import Deadline, cancel_deadline, set_deadline
from liandong.values.working_days import load
from registry.applications import repository
from registry.applications.clocks import (
    Notice,
    Running,
    Stage,
    Standing,
    notices,
    running,
    standing,
)
from registry.applications.domain import Action, Status, advance
from registry.applications.events import ApplicationAccepted, ApplicationReminded
from registry.applications.models import Application
from registry.applications.rules import APPLICATIONS, ApplicationRules, Procedure
from registry.organizations.domain import Kind

CLOCK: Final = "application.clock"
_ORDER: Final = list(Notice)


class NoProcedure(Conflict):
    slug, title = "no-procedure", "现行规则没有规定该类组织的此项登记"


async def rules_for(uow: UnitOfWork, application: Application) -> RuleSet[ApplicationRules]:
    """As in force when the application was received; before that, today's."""
    return await uow.rules(APPLICATIONS, application.district, application.submitted_on)


async def procedure_for(uow: UnitOfWork, application: Application) -> Procedure:
    rule_set = await rules_for(uow, application)
    return procedure_in(rule_set, application)


def procedure_in(rule_set: RuleSet[ApplicationRules], application: Application) -> Procedure:
    found = rule_set.parameters.procedure(Kind(application.kind), application.matter)
    if found is None:
        raise NoProcedure()
    return found


def stands(application: Application, procedure: Procedure, today: date) -> Standing | None:
    """None where nobody is bound by a period now."""
    clock = running(application.status, application.days, procedure.clocks)
    return None if clock is None else standing(clock, today, load())


async def standing_now(uow: UnitOfWork, application: Application) -> Standing | None:
    """For the reader: without usable rules nothing is told, and nothing fails."""
    [found] = await standings(uow, [application])
    return found


async def standings(uow: UnitOfWork, applications: Sequence[Application]) -> list[Standing | None]:
    """Of a page of applications; rules are looked up once for each authority and day."""
    known: dict[tuple[str, date | None], RuleSet[ApplicationRules] | None] = {}
    found: list[Standing | None] = []
    for one in applications:
        asked = (one.district, one.submitted_on)
        try:
            if asked not in known:
                known[asked] = None
                known[asked] = await rules_for(uow, one)
            rule_set = known[asked]
            procedure = None if rule_set is None else procedure_in(rule_set, one)
        except Problem:
            procedure = None
        found.append(None if procedure is None else stands(one, procedure, uow.today))
    return found


def due_on(application: Application, procedure: Procedure, today: date) -> date:
    """The last day of the running clock."""
    found = stands(application, procedure, today)
    assert found is not None
    assert found.due_on is not None
    return found.due_on


async def begin_stage(uow: UnitOfWork, application: Application, procedure: Procedure) -> None:
    """The application came to another stage, or its clock goes on: nothing is told of it yet."""
    application.told = None
    await _set(uow, application, _running(application, procedure))


async def end(uow: UnitOfWork, application: Application) -> None:
    """Nobody waits for anything any more."""
    await cancel_deadline(uow, CLOCK, application.id)


async def fires(deadline: Deadline, uow: UnitOfWork) -> None:
    """The days are counted again: a working calendar may have come meanwhile."""
    application = await repository.lock(uow, deadline.subject_id)
    procedure = await procedure_for(uow, application)
    clock = _running(application, procedure)
    if clock is None:
        return
    reached = [notice for day, notice in notices(clock, load()) if day <= uow.today]
    if reached and _is_news(reached[-1], application.told):
        application.told = reached[-1]
        if clock.stage is Stage.ACCEPTANCE and reached[-1] is Notice.OVERDUE:
            await _accept_by_silence(uow, application, procedure)
            return
        _remind(uow, application, procedure, clock)
    await _set(uow, application, clock)


async def _accept_by_silence(
    uow: UnitOfWork, application: Application, procedure: Procedure
) -> None:
    """行政许可法 art. 32: what is not answered in time counts as accepted since its receipt."""
    assert application.submitted_on is not None
    application.status = advance(application.status, Action.ACCEPT)
    application.accepted_on = application.submitted_on
    application.accepted_by_silence = True
    uow.publish(
        ApplicationAccepted(
            **application.facts(),
            deemed=True,
            due_on=due_on(application, procedure, uow.today),
        ),
        of=application,
    )
    uow.record(
        "application.accepted-by-silence",
        "application",
        application.id,
        district=application.district,
    )
    await begin_stage(uow, application, procedure)


def _remind(
    uow: UnitOfWork, application: Application, procedure: Procedure, clock: Running
) -> None:
    assert application.told is not None
    uow.publish(
        ApplicationReminded(
            **application.facts(),
            stage=clock.stage,
            notice=application.told,
            due_on=due_on(application, procedure, uow.today),
        ),
        of=application,
    )


async def _set(uow: UnitOfWork, application: Application, clock: Running | None) -> None:
    """The next thing to tell."""
    told = [] if clock is None else notices(clock, load())
    for day, notice in told:
        if _is_news(notice, application.told):
            await set_deadline(uow, CLOCK, application.id, china_midnight(day))
            return
    await cancel_deadline(uow, CLOCK, application.id)


def _running(application: Application, procedure: Procedure) -> Running | None:
    return running(Status(application.status), application.days, procedure.clocks)


def _is_news(notice: Notice, told: Notice | None) -> bool:
    return told is None or _ORDER.index(notice) > _ORDER.index(told)
