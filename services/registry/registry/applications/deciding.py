"""Decision, certificate and announcement."""

from uuid import UUID

from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import two_persons
from registry.applications import certification, checking, steps, timing
from registry.applications.domain import Action, advance
from registry.applications.events import (
    ApplicationApproved,
    ApplicationCertified,
    ApplicationCompleted,
    ApplicationRefused,
    ApplicationReturned,
)
from registry.applications.models import Application
from registry.applications.schemas import Announcement, Certification
from registry.applications.timing import rules_for
from registry.names import service as names


async def give_back(
    uow: UnitOfWork, application_id: UUID, version: int, reason: str
) -> Application:
    """退回: the review is done again; the clock goes on."""
    application = await steps.step(uow, application_id, version, Action.RETURN)
    application.reason = reason
    uow.publish(ApplicationReturned(**application.facts()), of=application)
    steps.record(uow, application, "returned", reason=reason)
    return application


async def approve(uow: UnitOfWork, application_id: UUID, version: int) -> Application:
    """准予登记: every condition holds, and nobody who reviewed it decides."""
    application = await steps.step(uow, application_id, version, Action.APPROVE)
    _second_person(uow, application)
    rule_set = await rules_for(uow, application)
    checking.refuse_gaps(application, timing.procedure_in(rule_set, application))
    await checking.refuse_unmet(uow, application, rule_set.parameters)
    application.decided_by, application.decided_on = uow.actor.subject, uow.today
    procedure = timing.procedure_in(rule_set, application)
    await timing.begin_stage(uow, application, procedure)
    event = ApplicationApproved(**application.facts(), decided_on=uow.today)
    uow.publish(event, of=application)
    steps.record(uow, application, "approved")
    return application


async def refuse(uow: UnitOfWork, application_id: UUID, version: int, reason: str) -> Application:
    """不予登记, with reasons (行政许可法 art. 38)."""
    application = await steps.step(uow, application_id, version, Action.REFUSE)
    _second_person(uow, application)
    application.decided_by, application.decided_on = uow.actor.subject, uow.today
    await steps.end(uow, application, reason)
    event = ApplicationRefused(**application.facts(), decided_on=uow.today)
    uow.publish(event, of=application)
    steps.record(uow, application, "refused", reason=reason)
    return application


async def certify(
    uow: UnitOfWork, application_id: UUID, version: int, body: Certification
) -> Application:
    """发证: what was applied for is entered in the register."""
    application = await steps.step(uow, application_id, version, Action.CERTIFY)
    rule_set = await rules_for(uow, application)
    procedure = timing.procedure_in(rule_set, application)
    if procedure.requires is not None:  # listed or penalised since the decision
        await checking.refuse_unmet(uow, application, rule_set.parameters)
    organization = await certification.carry_out(uow, application, body)
    application.organization_id, application.organization_name = organization.id, organization.name
    application.certified_on = uow.today
    uow.publish(ApplicationCertified(**application.facts(), certified_on=uow.today), of=application)
    steps.record(uow, application, "certified", organization_id=organization.id)
    if procedure.is_announced(application.items):
        await timing.begin_stage(uow, application, procedure)
    else:
        await _complete(uow, application, Action.COMPLETE, announced=False)
    return application


async def announce(
    uow: UnitOfWork, application_id: UUID, version: int, body: Announcement
) -> Application:
    """公告."""
    application = await steps.at_hand(uow, application_id, version)
    advance(application.status, Action.ANNOUNCE)
    assert application.certified_on is not None
    if not application.certified_on <= body.announced_on <= uow.today:
        raise steps.wrong("/announced_on", "out-of-range", "应在发证之日与今日之间")
    await _complete(uow, application, Action.ANNOUNCE, announced=True)
    steps.record(uow, application, "announced", medium=body.medium, on=body.announced_on)
    return application


def _second_person(uow: UnitOfWork, application: Application) -> None:
    for reviewer in application.reviewed_by or [""]:
        two_persons(reviewer, uow.actor, "对该申请作出决定")


async def _complete(
    uow: UnitOfWork, application: Application, action: Action, *, announced: bool
) -> None:
    application.status = advance(application.status, action)
    application.completed_on = uow.today
    await timing.end(uow, application)
    await names.unbind(uow, application.id)
    event = ApplicationCompleted(**application.facts(), announced=announced, completed_on=uow.today)
    uow.publish(event, of=application)
