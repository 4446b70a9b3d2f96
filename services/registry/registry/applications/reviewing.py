"""The clerk's part: what is missing, acceptance, consultation, review."""

from uuid import UUID

from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import Conflict
from registry.applications import checking, steps, timing, winding_up
from registry.applications.domain import Action
from registry.applications.events import (
    ApplicationAccepted,
    ApplicationConsultationBegun,
    ApplicationConsultationEnded,
    ApplicationCorrectionRequested,
    ApplicationNotAccepted,
    ApplicationReviewed,
    ApplicationSupervisorRefused,
)
from registry.applications.models import Application
from registry.applications.schemas import Consultation, CorrectionRequest
from registry.applications.timing import procedure_for


class AlreadyTold(Conflict):
    slug, title = "already-told", "须补正的内容应当一次告知"


async def request_correction(
    uow: UnitOfWork, application_id: UUID, version: int, body: CorrectionRequest
) -> Application:
    """一次性告知 (行政许可法 art. 32): everything that is missing, and not in instalments."""
    application = await steps.step(uow, application_id, version, Action.REQUEST_CORRECTION)
    procedure = await procedure_for(uow, application)
    if len(application.corrections) >= procedure.clocks.corrections_max:
        raise AlreadyTold(f"已告知 {len(application.corrections)} 次")
    missing = [one.model_dump() for one in body.missing]
    application.corrections = [
        *application.corrections,
        {"told_on": uow.today.isoformat(), "missing": missing},
    ]
    await timing.end(uow, application)
    codes = [one.code for one in body.missing]
    event = ApplicationCorrectionRequested(**application.facts(), missing=codes)
    uow.publish(event, of=application)
    steps.record(uow, application, "correction-requested", missing=codes)
    return application


async def accept(uow: UnitOfWork, application_id: UUID, version: int) -> Application:
    """受理: the documents are complete; whether the conditions hold is for the review."""
    application = await steps.step(uow, application_id, version, Action.ACCEPT)
    procedure = await procedure_for(uow, application)
    checking.refuse_gaps(application, procedure)
    running = await winding_up.findings(uow, application)
    if running:
        raise checking.ConditionsNotMet("清算尚未结束", errors=running)
    application.accepted_on = uow.today
    await timing.begin_stage(uow, application, procedure)
    due = timing.due_on(application, procedure, uow.today)
    event = ApplicationAccepted(**application.facts(), deemed=False, due_on=due)
    uow.publish(event, of=application)
    steps.record(uow, application, "accepted")
    return application


async def not_accept(
    uow: UnitOfWork, application_id: UUID, version: int, reason: str
) -> Application:
    """不予受理: not a matter of this organ, or none that needs a permit."""
    application = await steps.step(uow, application_id, version, Action.NOT_ACCEPT)
    await steps.end(uow, application, reason)
    uow.publish(ApplicationNotAccepted(**application.facts()), of=application)
    steps.record(uow, application, "not-accepted", reason=reason)
    return application


async def consult(
    uow: UnitOfWork, application_id: UUID, version: int, body: Consultation
) -> Application:
    """征求意见、专家评审. The applicant must have been told how long it takes (art. 45)."""
    application = await steps.step(uow, application_id, version, Action.CONSULT)
    assert application.accepted_on is not None
    if not application.accepted_on <= body.applicant_told_on <= uow.today:
        raise steps.wrong("/applicant_told_on", "out-of-range", "应在受理之日与今日之间")
    procedure = await procedure_for(uow, application)
    stops = body.cause in procedure.clocks.stopped_by
    application.begin_consultation(
        uow.today,
        stops=stops,
        cause=body.cause,
        asked=body.asked,
        expected_days=body.expected_days,
        applicant_told_on=body.applicant_told_on.isoformat(),
    )
    if stops:
        await timing.end(uow, application)
    event = ApplicationConsultationBegun(
        **application.facts(),
        cause=body.cause,
        clock_stopped=stops,
        expected_days=body.expected_days,
    )
    uow.publish(event, of=application)
    steps.record(uow, application, "consultation-begun", cause=body.cause)
    return application


async def resume(uow: UnitOfWork, application_id: UUID, version: int, result: str) -> Application:
    """The answer has come: the review and the clock go on."""
    application = await steps.step(uow, application_id, version, Action.RESUME)
    application.end_consultation(uow.today, result)
    procedure = await procedure_for(uow, application)
    if application.consultations[-1]["stops"]:
        await timing.begin_stage(uow, application, procedure)
    due = timing.due_on(application, procedure, uow.today)
    event = ApplicationConsultationEnded(**application.facts(), due_on=due)
    uow.publish(event, of=application)
    steps.record(uow, application, "consultation-ended")
    return application


async def supervisor_refuses(
    uow: UnitOfWork, application_id: UUID, version: int, reason: str
) -> Application:
    """业务主管单位不同意: without its consent a body under dual management is not registered."""
    application = await steps.step(uow, application_id, version, Action.SUPERVISOR_REFUSE)
    await steps.end(uow, application, reason)
    event = ApplicationSupervisorRefused(**application.facts())
    uow.publish(event, of=application)
    steps.record(uow, application, "supervisor-refused", reason=reason)
    return application


async def review(uow: UnitOfWork, application_id: UUID, version: int, opinion: str) -> Application:
    """审查: the reviewer proposes; somebody else decides."""
    application = await steps.step(uow, application_id, version, Action.REVIEW)
    application.opinion = opinion
    application.reviewed_by = sorted({*application.reviewed_by, uow.actor.subject})
    uow.publish(ApplicationReviewed(**application.facts()), of=application)
    steps.record(uow, application, "reviewed")
    return application
