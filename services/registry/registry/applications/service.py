"""Use cases of applications: from draft to announcement."""

from dataclasses import replace
from uuid import UUID

from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.actors import Actor, Role
from liandong.identity.guards import OtherOrganization, district_rule, own_organization, two_persons
from liandong.ids import uuid7
from liandong.problems import Conflict, FieldError, IllegalTransition, Invalid, Problem
from registry.applications import certification, dates, repository, timing, winding_up
from registry.applications.conditions import findings
from registry.applications.content import Cancellation, Establishment
from registry.applications.domain import Action, Matter, Status, advance, touch_the_same
from registry.applications.events import (
    ApplicationAccepted,
    ApplicationApproved,
    ApplicationCertified,
    ApplicationCompleted,
    ApplicationConsultationBegun,
    ApplicationConsultationEnded,
    ApplicationCorrectionRequested,
    ApplicationNotAccepted,
    ApplicationRefused,
    ApplicationReturned,
    ApplicationReviewed,
    ApplicationSubmitted,
    ApplicationSupervisorRefused,
    ApplicationWithdrawn,
)
from registry.applications.models import Application
from registry.applications.rules import ApplicationRules, Procedure, When
from registry.applications.schemas import (
    Announcement,
    ApplicationForm,
    Certification,
    Consultation,
    CorrectionRequest,
)
from registry.applications.timing import procedure_for, rules_for
from registry.attachments import erasing, telling
from registry.filings import upgrades
from registry.governance import repository as governance_repository
from registry.governance.officers import indexes_of
from registry.names import repository as name_repository
from registry.names import service as names
from registry.organizations import repository as organization_repository
from registry.organizations.domain import LIVING
from registry.organizations.models import Organization


class ApplicationsConflict(Conflict):
    slug, title = "applications-conflict", "另有未办结的申请涉及同一事项"


class AlreadyTold(Conflict):
    slug, title = "already-told", "须补正的内容应当一次告知"


class Incomplete(Conflict):
    slug, title = "application-incomplete", "申请材料不齐全或者填写不完整"


class ConditionsNotMet(Conflict):
    slug, title = "conditions-not-met", "不符合法定条件"


class OrganizationEnded(Conflict):
    slug, title = "organization-ended", "该组织已注销或者被撤销"


async def start(uow: UnitOfWork, body: ApplicationForm) -> Application:
    """Keeps a draft; no clock runs and nobody is bound by it yet."""
    application = Application(
        id=uuid7(),
        version=0,
        status=Status.DRAFT,
        accepted_by_silence=False,
        submitted_on=None,
        attached=[],
        corrections=[],
        consultations=[],
        opinion="",
        reviewed_by=[],
        reason="",
        created_at=uow.now,
        updated_at=uow.now,
    )
    await _fill(uow, application, body)
    uow.session.add(application)
    application.touch(uow.now)
    _record(uow, application, "drafted", matter=application.matter)
    return application


async def edit(
    uow: UnitOfWork, application_id: UUID, version: int, body: ApplicationForm
) -> Application:
    """Replaces the form: of a draft, of what was given back for correction, and of what was
    accepted by silence, which may lack something."""
    application = await repository.lock(uow, application_id)
    application.expect(version)
    applicants_rule(uow.actor, application)
    was_draft = application.status is Status.DRAFT
    application.status = advance(application.status, Action.EDIT)
    if application.status is Status.ACCEPTED and not application.accepted_by_silence:
        raise IllegalTransition("申请材料齐全并已受理，不能再修改")
    before = (application.matter, application.organization_id)
    place = (application.kind, application.district)
    await _fill(uow, application, body)
    if before != (application.matter, application.organization_id):
        raise _wrong("/content/matter", "other-matter", "不能改为另一事项或另一组织的申请")
    if not was_draft and place != (application.kind, application.district):
        raise _wrong("/content/district", "other-authority", "提交后不能改变组织类型和登记管理机关")
    if application.status is Status.ACCEPTED:
        await dates.refuse(uow, application)
        await _refuse_conflicts(uow, application)
        await _keep_name(uow, application)
    application.touch(uow.now)
    _record(uow, application, "edited")
    return application


async def submit(uow: UnitOfWork, application_id: UUID, version: int) -> Application:
    """提交: received by the registration organ; its time begins to run."""
    application = await repository.lock(uow, application_id)
    application.expect(version)
    applicants_rule(uow.actor, application)
    application.status = advance(application.status, Action.SUBMIT)
    await dates.refuse(uow, application)
    await _refuse_conflicts(uow, application)
    await _keep_name(uow, application)
    application.submitted_on = uow.today
    rule_set = await rules_for(uow, application)
    application.rule_set = rule_set.reference
    procedure = timing.procedure_in(rule_set, application)
    await timing.begin_stage(uow, application, procedure)
    due = timing.due_on(application, procedure, uow.today)
    uow.publish(ApplicationSubmitted(**application.facts(), due_on=due), of=application)
    await telling.hand_in(uow, application)
    _record(uow, application, "submitted", items=application.items)
    return application


async def request_correction(
    uow: UnitOfWork, application_id: UUID, version: int, body: CorrectionRequest
) -> Application:
    """一次性告知 (行政许可法 art. 32): everything that is missing, and not in instalments."""
    application = await _step(uow, application_id, version, Action.REQUEST_CORRECTION)
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
    _record(uow, application, "correction-requested", missing=codes)
    return application


async def accept(uow: UnitOfWork, application_id: UUID, version: int) -> Application:
    """受理: the documents are complete; whether the conditions hold is for the review."""
    application = await _step(uow, application_id, version, Action.ACCEPT)
    procedure = await procedure_for(uow, application)
    missing = gaps(application, procedure)
    if missing:
        raise Incomplete(f"尚缺 {len(missing)} 项", errors=missing)
    running = await winding_up.findings(uow, application)
    if running:
        raise ConditionsNotMet("清算尚未结束", errors=running)
    application.accepted_on = uow.today
    await timing.begin_stage(uow, application, procedure)
    due = timing.due_on(application, procedure, uow.today)
    event = ApplicationAccepted(**application.facts(), deemed=False, due_on=due)
    uow.publish(event, of=application)
    _record(uow, application, "accepted")
    return application


async def not_accept(
    uow: UnitOfWork, application_id: UUID, version: int, reason: str
) -> Application:
    """不予受理: not a matter of this organ, or none that needs a permit."""
    application = await _step(uow, application_id, version, Action.NOT_ACCEPT)
    await _end(uow, application, reason)
    uow.publish(ApplicationNotAccepted(**application.facts()), of=application)
    _record(uow, application, "not-accepted", reason=reason)
    return application


async def consult(
    uow: UnitOfWork, application_id: UUID, version: int, body: Consultation
) -> Application:
    """征求意见、专家评审. The applicant must have been told how long it takes (art. 45)."""
    application = await _step(uow, application_id, version, Action.CONSULT)
    assert application.accepted_on is not None
    if not application.accepted_on <= body.applicant_told_on <= uow.today:
        raise _wrong("/applicant_told_on", "out-of-range", "应在受理之日与今日之间")
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
    _record(uow, application, "consultation-begun", cause=body.cause)
    return application


async def resume(uow: UnitOfWork, application_id: UUID, version: int, result: str) -> Application:
    """The answer has come: the review and the clock go on."""
    application = await _step(uow, application_id, version, Action.RESUME)
    application.end_consultation(uow.today, result)
    procedure = await procedure_for(uow, application)
    if application.consultations[-1]["stops"]:
        await timing.begin_stage(uow, application, procedure)
    due = timing.due_on(application, procedure, uow.today)
    event = ApplicationConsultationEnded(**application.facts(), due_on=due)
    uow.publish(event, of=application)
    _record(uow, application, "consultation-ended")
    return application


async def supervisor_refuses(
    uow: UnitOfWork, application_id: UUID, version: int, reason: str
) -> Application:
    """业务主管单位不同意: without its consent a body under dual management is not registered."""
    application = await _step(uow, application_id, version, Action.SUPERVISOR_REFUSE)
    await _end(uow, application, reason)
    event = ApplicationSupervisorRefused(**application.facts())
    uow.publish(event, of=application)
    _record(uow, application, "supervisor-refused", reason=reason)
    return application


async def review(uow: UnitOfWork, application_id: UUID, version: int, opinion: str) -> Application:
    """审查: the reviewer proposes; somebody else decides."""
    application = await _step(uow, application_id, version, Action.REVIEW)
    application.opinion = opinion
    application.reviewed_by = sorted({*application.reviewed_by, uow.actor.subject})
    uow.publish(ApplicationReviewed(**application.facts()), of=application)
    _record(uow, application, "reviewed")
    return application


async def give_back(
    uow: UnitOfWork, application_id: UUID, version: int, reason: str
) -> Application:
    """退回: the review is done again; the clock goes on."""
    application = await _step(uow, application_id, version, Action.RETURN)
    application.reason = reason
    uow.publish(ApplicationReturned(**application.facts()), of=application)
    _record(uow, application, "returned", reason=reason)
    return application


async def approve(uow: UnitOfWork, application_id: UUID, version: int) -> Application:
    """准予登记: every condition holds, and nobody who reviewed it decides."""
    application = await _step(uow, application_id, version, Action.APPROVE)
    _second_person(uow, application)
    rule_set = await rules_for(uow, application)
    missing = gaps(application, timing.procedure_in(rule_set, application))
    if missing:
        raise Incomplete(f"尚缺 {len(missing)} 项", errors=missing)
    against = await unmet(uow, application, rule_set.parameters)
    if against:
        raise ConditionsNotMet(f"有 {len(against)} 项不符合", errors=against)
    application.decided_by, application.decided_on = uow.actor.subject, uow.today
    procedure = timing.procedure_in(rule_set, application)
    await timing.begin_stage(uow, application, procedure)
    event = ApplicationApproved(**application.facts(), decided_on=uow.today)
    uow.publish(event, of=application)
    _record(uow, application, "approved")
    return application


async def refuse(uow: UnitOfWork, application_id: UUID, version: int, reason: str) -> Application:
    """不予登记, with reasons (行政许可法 art. 38)."""
    application = await _step(uow, application_id, version, Action.REFUSE)
    _second_person(uow, application)
    application.decided_by, application.decided_on = uow.actor.subject, uow.today
    await _end(uow, application, reason)
    event = ApplicationRefused(**application.facts(), decided_on=uow.today)
    uow.publish(event, of=application)
    _record(uow, application, "refused", reason=reason)
    return application


async def certify(
    uow: UnitOfWork, application_id: UUID, version: int, body: Certification
) -> Application:
    """发证: what was applied for is entered in the register."""
    application = await _step(uow, application_id, version, Action.CERTIFY)
    procedure = await procedure_for(uow, application)
    organization = await certification.carry_out(uow, application, body)
    application.organization_id, application.organization_name = organization.id, organization.name
    application.certified_on = uow.today
    uow.publish(ApplicationCertified(**application.facts(), certified_on=uow.today), of=application)
    _record(uow, application, "certified", organization_id=organization.id)
    if procedure.is_announced(application.items):
        await timing.begin_stage(uow, application, procedure)
    else:
        await _complete(uow, application, Action.COMPLETE, announced=False)
    return application


async def announce(
    uow: UnitOfWork, application_id: UUID, version: int, body: Announcement
) -> Application:
    """公告."""
    application = await _at_hand(uow, application_id, version)
    advance(application.status, Action.ANNOUNCE)
    assert application.certified_on is not None
    if not application.certified_on <= body.announced_on <= uow.today:
        raise _wrong("/announced_on", "out-of-range", "应在发证之日与今日之间")
    await _complete(uow, application, Action.ANNOUNCE, announced=True)
    _record(uow, application, "announced", medium=body.medium, on=body.announced_on)
    return application


async def withdraw(uow: UnitOfWork, application_id: UUID, version: int, reason: str) -> Application:
    """撤回: the applicant does not want it any more."""
    application = await repository.lock(uow, application_id)
    application.expect(version)
    applicants_rule(uow.actor, application)
    was_draft = application.status is Status.DRAFT
    application.status = advance(application.status, Action.WITHDRAW)
    await _end(uow, application, reason)
    if was_draft:
        await erasing.discard(uow, application)
        application.touch(uow.now)
    else:
        uow.publish(ApplicationWithdrawn(**application.facts()), of=application)
    _record(uow, application, "withdrawn", reason=reason)
    return application


def applicants_rule(actor: Actor, application: Application) -> None:
    """At the desk the clerk acts for the applicant; an organisation acts for itself."""
    if actor.has(Role.CLERK):
        district_rule(actor, application.district)
    elif application.organization_id is None:
        raise OtherOrganization("成立登记的申请由登记管理机关的窗口代为提交")
    else:
        own_organization(actor, application.organization_id)


def gaps(application: Application, procedure: Procedure) -> list[FieldError]:
    """What the form and the documents lack."""
    passed = When.DUAL if application.is_direct else When.DIRECT
    present = {*application.documents, *application.attached}
    missing = [
        FieldError("/documents", one.code, f"缺少{one.title}（{one.basis}）")
        for one in procedure.documents
        if one.when is not passed and one.code not in present
    ]
    late = dates.too_old(application.content, procedure.consent, application.submitted_on)
    return [*application.content.missing(), *missing, *late]


async def unmet(
    uow: UnitOfWork, application: Application, rules: ApplicationRules
) -> list[FieldError]:
    """Conditions of law that the body does not fulfil; by the register, not only by the form."""
    content = application.content
    if isinstance(content, Cancellation):
        return await winding_up.findings(uow, application)
    demanded = rules.conditions.get(application.kind)
    if demanded is None or not isinstance(content, Establishment):
        return []
    founding, head = content.founding(), content.representative()
    if demanded.several_bodies is not None and head is not None:
        elsewhere = await governance_repository.represents(
            uow.session, indexes_of(head.id_number), demanded.several_bodies.kinds
        )
        founding = replace(
            founding, representative_elsewhere=founding.representative_elsewhere or elsewhere
        )
    return findings(founding, demanded)


async def found(uow: UnitOfWork, application: Application) -> list[FieldError]:
    """Everything that stands against the application now; nothing without usable rules."""
    try:
        rule_set = await rules_for(uow, application)
        procedure = timing.procedure_in(rule_set, application)
    except Problem:
        return []
    return [*gaps(application, procedure), *await unmet(uow, application, rule_set.parameters)]


async def _fill(uow: UnitOfWork, application: Application, body: ApplicationForm) -> None:
    """What the form says, checked as far as a draft is."""
    content = body.content
    if isinstance(content, Establishment):
        application.organization_id = None
        application.kind, application.district = content.kind, content.district
        application.is_direct = content.direct_class is not None
        application.organization_name = await _reserved_name(uow, content)
        if content.grows_out_of is not None:
            await upgrades.predecessor(uow, content.grows_out_of, "/content/grows_out_of")
    else:
        organization = await _organization(uow, content.organization_id)
        application.organization_id = organization.id
        application.kind, application.district = organization.kind, organization.district
        application.is_direct = organization.direct_class is not None
        application.organization_name = organization.name
    applicants_rule(uow.actor, application)
    application.content = content
    application.applicant = body.applicant
    application.documents = sorted({*body.documents})
    rule_set = await rules_for(uow, application)
    application.rule_set = rule_set.reference
    known = {one.code for one in timing.procedure_in(rule_set, application).documents}
    unknown = sorted({*application.documents} - known)
    if unknown:
        told = f"该事项不需要的材料：{'、'.join(unknown)}"
        raise _wrong("/documents", "unknown-document", told)


async def _reserved_name(uow: UnitOfWork, content: Establishment) -> str:
    if content.name_reservation_id is None:
        return ""
    reservation = await name_repository.get(uow.session, content.name_reservation_id)
    names.require_same(reservation, kind=content.kind, district=content.district)
    return reservation.name


async def _organization(uow: UnitOfWork, organization_id: UUID) -> Organization:
    found = await uow.session.get(Organization, organization_id)
    if found is None:
        raise _wrong("/content/organization_id", "unknown-organization", "没有这家社会组织")
    return found


async def _refuse_conflicts(uow: UnitOfWork, application: Application) -> None:
    """Two that touch the same item: the second waits until the first has ended."""
    if application.organization_id is None:
        return
    organization = await organization_repository.lock(uow, application.organization_id)
    if organization.status not in LIVING and application.matter is not Matter.CANCELLATION:
        raise OrganizationEnded()
    others = await repository.submitted_of(uow, organization.id, but=application.id)
    both = [(one, touch_the_same(application.items, one.items)) for one in others]
    told = [
        {"application_id": str(one.id), "matter": one.matter.value, "items": items}
        for one, items in both
        if items
    ]
    if told:
        raise ApplicationsConflict(
            f"另有 {len(told)} 件未办结的申请涉及同一事项", extra={"conflicts": told}
        )


async def _keep_name(uow: UnitOfWork, application: Application) -> None:
    """The name that the application is about is kept for it while it is open."""
    await names.bind(
        uow,
        application.reservation_id,
        application.id,
        kind=application.kind,
        district=application.district,
    )


async def _at_hand(uow: UnitOfWork, application_id: UUID, version: int) -> Application:
    """An official of the district has it at hand."""
    application = await repository.lock(uow, application_id)
    application.expect(version)
    district_rule(uow.actor, application.district)
    return application


async def _step(uow: UnitOfWork, application_id: UUID, version: int, action: Action) -> Application:
    application = await _at_hand(uow, application_id, version)
    application.status = advance(application.status, action)
    return application


def _second_person(uow: UnitOfWork, application: Application) -> None:
    for reviewer in application.reviewed_by or [""]:
        two_persons(reviewer, uow.actor, "对该申请作出决定")


async def _end(uow: UnitOfWork, application: Application, reason: str) -> None:
    """Nothing comes of it: the clock stops, the name is free for another attempt."""
    application.reason = reason
    await timing.end(uow, application)
    await names.unbind(uow, application.id)


async def _complete(
    uow: UnitOfWork, application: Application, action: Action, *, announced: bool
) -> None:
    application.status = advance(application.status, action)
    application.completed_on = uow.today
    await timing.end(uow, application)
    await names.unbind(uow, application.id)
    event = ApplicationCompleted(**application.facts(), announced=announced, completed_on=uow.today)
    uow.publish(event, of=application)


def _wrong(pointer: str, code: str, message: str) -> Invalid:
    return Invalid(message, [FieldError(pointer, code, message)])


def _record(uow: UnitOfWork, application: Application, fact: str, **details: object) -> None:
    uow.record(
        f"application.{fact}",
        "application",
        application.id,
        district=application.district,
        **details,
    )
