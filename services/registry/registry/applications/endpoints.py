"""HTTP of applications."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from liandong.http.dependencies import IfMatch, Inquiry, PersonalReads, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import Approver, Clerk, require
from liandong.identity.guards import district_rule
from registry.applications import (
    checking,
    deciding,
    drafting,
    extending,
    repository,
    reviewing,
    timing,
)
from registry.applications.domain import Matter, Status
from registry.applications.models import Application
from registry.applications.schemas import (
    Announcement,
    ApplicationForm,
    ApplicationRead,
    ApplicationSummary,
    Certification,
    Consultation,
    ConsultationResult,
    CorrectionRequest,
    DecisionExtension,
    FindingRead,
    Reason,
    Review,
    Withdrawal,
    shown_whole,
)

router = router_for("/v1/applications", "登记申请")

Applicant = Annotated[Actor, Depends(require(Role.CLERK, Role.ORGANIZATION))]
Reader = Annotated[
    Actor, Depends(require(Role.CLERK, Role.APPROVER, Role.AUDITOR, Role.ORGANIZATION))
]
_OFFICES = (Role.CLERK, Role.APPROVER, Role.AUDITOR)
_STEPS = problems(404, 409, 412, 428)


@router.post("", status_code=201, summary="起草申请", responses=problems(404, 409))
async def start(
    body: ApplicationForm, _: Applicant, uow: Write, response: Response
) -> ApplicationSummary:
    application = await drafting.start(uow, body)
    response.headers["Location"] = f"/v1/applications/{application.id}"
    return await _told(uow, application, response)


@router.get("", summary="查询申请")
async def search(
    uow: Inquiry,
    actor: Reader,
    paging: Paging,
    status: Annotated[list[Status] | None, Query(max_length=15)] = None,
    matter: Matter | None = None,
    only_open: Annotated[bool, Query(description="只列未办结的")] = False,
) -> Page[ApplicationSummary]:
    """官员查本辖区的申请，社会组织查本组织的申请。"""
    within = actor.district if actor.has(*_OFFICES) else None
    if within is None and actor.organization_id is None:
        return Page(items=[])
    query = repository.search(
        within=within,
        organization_id=actor.organization_id,
        statuses=status or (),
        matter=matter,
        only_open=only_open,
    )
    page = await paging.page(uow.session, query, [Application.id])
    standings = await timing.standings(uow, page.items)
    items = [ApplicationSummary.of(*both) for both in zip(page.items, standings, strict=True)]
    return Page(items=items, next_cursor=page.next_cursor)


@router.get("/{application_id}", summary="查询一件申请", responses=problems(404))
async def get(
    application_id: UUID, uow: Inquiry, actor: Reader, reads: PersonalReads, response: Response
) -> ApplicationRead:
    """列出现在仍缺少的材料、不符合的条件和办理时限。审计人员所见个人信息已脱敏。"""
    application = tagged(response, await repository.get(uow.session, application_id))
    owned = application.organization_id is not None and actor.owns(application.organization_id)
    if not owned:
        if not actor.has(*_OFFICES):
            drafting.applicants_rule(actor, application)
        district_rule(actor, application.district)
    standing = await timing.standing_now(uow, application)
    findings = [FindingRead(**one.as_dict()) for one in await checking.found(uow, application)]
    read = shown_whole(application, standing, findings)
    if owned:
        return read
    if not actor.has(Role.CLERK, Role.APPROVER):
        return read.masked()
    await reads.note("application", read.id, read.district)
    return read


@router.put("/{application_id}", summary="修改草稿、补正", responses=_STEPS)
async def edit(
    application_id: UUID,
    body: ApplicationForm,
    _: Applicant,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> ApplicationSummary:
    return await _told(uow, await drafting.edit(uow, application_id, version, body), response)


@router.post("/{application_id}/submit", summary="提交申请", responses=_STEPS)
async def submit(
    application_id: UUID, _: Applicant, uow: Write, version: IfMatch, response: Response
) -> ApplicationSummary:
    return await _told(uow, await drafting.submit(uow, application_id, version), response)


@router.post("/{application_id}/withdraw", summary="撤回申请", responses=_STEPS)
async def withdraw(
    application_id: UUID,
    body: Withdrawal,
    _: Applicant,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> ApplicationSummary:
    done = await drafting.withdraw(uow, application_id, version, body.reason)
    return await _told(uow, done, response)


@router.post("/{application_id}/request-correction", summary="一次性告知补正", responses=_STEPS)
async def request_correction(
    application_id: UUID,
    body: CorrectionRequest,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> ApplicationSummary:
    done = await reviewing.request_correction(uow, application_id, version, body)
    return await _told(uow, done, response)


@router.post("/{application_id}/accept", summary="受理", responses=_STEPS)
async def accept(
    application_id: UUID, _: Clerk, uow: Write, version: IfMatch, response: Response
) -> ApplicationSummary:
    return await _told(uow, await reviewing.accept(uow, application_id, version), response)


@router.post("/{application_id}/not-accept", summary="不予受理", responses=_STEPS)
async def not_accept(
    application_id: UUID,
    body: Reason,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> ApplicationSummary:
    done = await reviewing.not_accept(uow, application_id, version, body.reason)
    return await _told(uow, done, response)


@router.post("/{application_id}/consult", summary="征求意见或专家评审", responses=_STEPS)
async def consult(
    application_id: UUID,
    body: Consultation,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> ApplicationSummary:
    return await _told(uow, await reviewing.consult(uow, application_id, version, body), response)


@router.post("/{application_id}/resume", summary="恢复审查", responses=_STEPS)
async def resume(
    application_id: UUID,
    body: ConsultationResult,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> ApplicationSummary:
    done = await reviewing.resume(uow, application_id, version, body.result)
    return await _told(uow, done, response)


@router.post(
    "/{application_id}/supervisor-refuse", summary="登记业务主管单位不同意", responses=_STEPS
)
async def supervisor_refuse(
    application_id: UUID,
    body: Reason,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> ApplicationSummary:
    done = await reviewing.supervisor_refuses(uow, application_id, version, body.reason)
    return await _told(uow, done, response)


@router.post("/{application_id}/review", summary="提出审查意见", responses=_STEPS)
async def review(
    application_id: UUID,
    body: Review,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> ApplicationSummary:
    done = await reviewing.review(uow, application_id, version, body.opinion)
    return await _told(uow, done, response)


@router.post("/{application_id}/extend", summary="延长决定期限", responses=_STEPS)
async def extend(
    application_id: UUID,
    body: DecisionExtension,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> ApplicationSummary:
    """规则集规定可以延长的事项，在期限届满之前延长一次。"""
    return await _told(uow, await extending.extend(uow, application_id, version, body), response)


@router.post("/{application_id}/return", summary="退回重新审查", responses=_STEPS)
async def give_back(
    application_id: UUID,
    body: Reason,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> ApplicationSummary:
    done = await deciding.give_back(uow, application_id, version, body.reason)
    return await _told(uow, done, response)


@router.post("/{application_id}/approve", summary="准予登记", responses=_STEPS)
async def approve(
    application_id: UUID, _: Approver, uow: Write, version: IfMatch, response: Response
) -> ApplicationSummary:
    """由审查人以外的人决定；有不符合的法定条件的不能准予。"""
    return await _told(uow, await deciding.approve(uow, application_id, version), response)


@router.post("/{application_id}/refuse", summary="不予登记", responses=_STEPS)
async def refuse(
    application_id: UUID,
    body: Reason,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> ApplicationSummary:
    done = await deciding.refuse(uow, application_id, version, body.reason)
    return await _told(uow, done, response)


@router.post("/{application_id}/certify", summary="发证", responses=_STEPS)
async def certify(
    application_id: UUID,
    body: Certification,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> ApplicationSummary:
    """申请的事项自此生效：成立登记的组织进入名册，变更、换证、注销记入名册。"""
    return await _told(uow, await deciding.certify(uow, application_id, version, body), response)


@router.post("/{application_id}/announce", summary="公告", responses=_STEPS)
async def announce(
    application_id: UUID,
    body: Announcement,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> ApplicationSummary:
    return await _told(uow, await deciding.announce(uow, application_id, version, body), response)


async def _told(uow: Write, application: Application, response: Response) -> ApplicationSummary:
    tagged(response, application)
    return ApplicationSummary.of(application, await timing.standing_now(uow, application))
