"""The applicant's part: to draft, to submit, to complete, to withdraw."""

from uuid import UUID

from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.actors import Actor, Role
from liandong.identity.guards import OtherOrganization, district_rule, own_organization
from liandong.ids import uuid7
from liandong.problems import IllegalTransition
from registry.applications import dates, repository, steps, timing
from registry.applications.charity import Qualification
from registry.applications.conflicts import refuse_conflicts
from registry.applications.domain import Action, Status, advance
from registry.applications.establishment import Establishment
from registry.applications.events import ApplicationSubmitted, ApplicationWithdrawn
from registry.applications.models import Application
from registry.applications.schemas import ApplicationForm
from registry.applications.timing import rules_for
from registry.attachments import erasing, telling
from registry.filings import upgrades
from registry.names import repository as name_repository
from registry.names import service as names
from registry.organizations.models import Organization


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
    steps.record(uow, application, "drafted", matter=application.matter)
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
        raise steps.wrong("/content/matter", "other-matter", "不能改为另一事项或另一组织的申请")
    if not was_draft and place != (application.kind, application.district):
        raise steps.wrong(
            "/content/district", "other-authority", "提交后不能改变组织类型和登记管理机关"
        )
    if application.status is Status.ACCEPTED:
        await dates.refuse(uow, application)
        await refuse_conflicts(uow, application)
        await _keep_name(uow, application)
    application.touch(uow.now)
    steps.record(uow, application, "edited")
    return application


async def submit(uow: UnitOfWork, application_id: UUID, version: int) -> Application:
    """提交: received by the registration organ; its time begins to run."""
    application = await repository.lock(uow, application_id)
    application.expect(version)
    applicants_rule(uow.actor, application)
    application.status = advance(application.status, Action.SUBMIT)
    await dates.refuse(uow, application)
    await refuse_conflicts(uow, application)
    await _keep_name(uow, application)
    application.submitted_on = uow.today
    rule_set = await rules_for(uow, application)
    application.rule_set = rule_set.reference
    procedure = timing.procedure_in(rule_set, application)
    await timing.begin_stage(uow, application, procedure)
    due = timing.due_on(application, procedure, uow.today)
    uow.publish(ApplicationSubmitted(**application.facts(), due_on=due), of=application)
    await telling.hand_in(uow, application)
    steps.record(uow, application, "submitted", items=application.items)
    return application


async def withdraw(uow: UnitOfWork, application_id: UUID, version: int, reason: str) -> Application:
    """撤回: the applicant does not want it any more."""
    application = await repository.lock(uow, application_id)
    application.expect(version)
    applicants_rule(uow.actor, application)
    was_draft = application.status is Status.DRAFT
    application.status = advance(application.status, Action.WITHDRAW)
    await steps.end(uow, application, reason)
    if was_draft:
        await erasing.discard(uow, application)
        application.touch(uow.now)
    else:
        uow.publish(ApplicationWithdrawn(**application.facts()), of=application)
    steps.record(uow, application, "withdrawn", reason=reason)
    return application


def applicants_rule(actor: Actor, application: Application) -> None:
    """At the desk the clerk acts for the applicant; an organisation acts for itself."""
    if actor.has(Role.CLERK):
        district_rule(actor, application.district)
    elif application.organization_id is None:
        raise OtherOrganization("成立登记的申请由登记管理机关的窗口代为提交")
    else:
        own_organization(actor, application.organization_id)


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
    procedure = timing.procedure_in(rule_set, application)
    known = {one.code for one in procedure.documents}
    unknown = sorted({*application.documents} - known)
    if unknown:
        told = f"该事项不需要的材料：{'、'.join(unknown)}"
        raise steps.wrong("/documents", "unknown-document", told)
    if isinstance(content, Qualification):
        demanded = () if procedure.requires is None else procedure.requires.declared
        strange = sorted({*content.declared} - {one.code for one in demanded})
        if strange:
            told = f"该事项没有的承诺：{'、'.join(strange)}"
            raise steps.wrong("/content/declared", "unknown-declaration", told)


async def _reserved_name(uow: UnitOfWork, content: Establishment) -> str:
    if content.name_reservation_id is None:
        return ""
    reservation = await name_repository.get(uow.session, content.name_reservation_id)
    names.require_same(reservation, kind=content.kind, district=content.district)
    return reservation.name


async def _organization(uow: UnitOfWork, organization_id: UUID) -> Organization:
    found = await uow.session.get(Organization, organization_id)
    if found is None:
        raise steps.wrong("/content/organization_id", "unknown-organization", "没有这家社会组织")
    return found


async def _keep_name(uow: UnitOfWork, application: Application) -> None:
    """The name that the application is about is kept for it while it is open."""
    await names.bind(
        uow,
        application.reservation_id,
        application.id,
        kind=application.kind,
        district=application.district,
    )
