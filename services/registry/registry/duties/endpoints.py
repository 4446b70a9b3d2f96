"""HTTP of periodic reports and appraisals."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from liandong.http.dependencies import IfMatch, Read, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import Clerk, require
from liandong.identity.guards import district_rule
from liandong.values.days import IsoDay
from registry.duties import repository, service
from registry.duties import rounds as sweeping
from registry.duties.domain import ReportStatus
from registry.duties.models import Appraisal, CommunityReport, ReportRound
from registry.duties.schemas import (
    Answer,
    AppraisalRead,
    CorrectAppraisal,
    NewAppraisal,
    OpenRound,
    ReportRead,
    RoundRead,
    SubmitReport,
)

reports = router_for("/v1/community-reports", "定期报告与评议")
rounds = router_for("/v1/report-rounds", "定期报告与评议")
appraisals = router_for("/v1/appraisals", "定期报告与评议")

_OFFICES = (Role.CLERK, Role.APPROVER, Role.AUDITOR, Role.COMMUNITY)
Reporter = Annotated[Actor, Depends(require(Role.ORGANIZATION, Role.CLERK, Role.COMMUNITY))]
Committee = Annotated[Actor, Depends(require(Role.CLERK, Role.COMMUNITY))]
Office = Annotated[Actor, Depends(require(*_OFFICES))]
Reader = Annotated[Actor, Depends(require(*_OFFICES, Role.ORGANIZATION))]
_CHANGES = problems(404, 409, 412, 428)


@reports.post("", status_code=201, summary="定期报告", responses=problems(409))
async def submit(body: SubmitReport, _: Reporter, uow: Write, response: Response) -> ReportRead:
    """逾期的照收，并注明逾期。"""
    made = tagged(response, await service.submit(uow, body))
    response.headers["Location"] = f"/v1/community-reports/{made.id}"
    return ReportRead.model_validate(made)


@reports.get("", summary="查询定期报告")
async def search_reports(
    session: Read,
    actor: Reader,
    paging: Paging,
    organization_id: UUID | None = None,
    status: Annotated[list[ReportStatus] | None, Query(max_length=5)] = None,
    period_from: Annotated[IsoDay | None, Query(description="报告期的第一日")] = None,
) -> Page[ReportRead]:
    within = actor.district if actor.has(*_OFFICES) else None
    if within is None and actor.organization_id is None:
        return Page(items=[])
    query = repository.reports(
        within=within,
        own=actor.organization_id,
        organization_id=organization_id,
        statuses=status or (),
        period_from=period_from,
    )
    page = await paging.page(session, query, [CommunityReport.id])
    items = [ReportRead.model_validate(one) for one in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


@reports.get("/{report_id}", summary="查询一份定期报告", responses=problems(404))
async def get_report(
    report_id: UUID, session: Read, actor: Reader, response: Response
) -> ReportRead:
    found = await repository.get_report(session, report_id)
    if not actor.owns(found.organization_id):
        if not actor.has(*_OFFICES):
            service.reporters_rule(actor, found.organization_id, found.district)
        district_rule(actor, found.district)
    return ReportRead.model_validate(tagged(response, found))


@reports.post("/{report_id}/answer", summary="两委答复定期报告", responses=_CHANGES)
async def answer(
    report_id: UUID,
    body: Answer,
    _: Committee,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> ReportRead:
    done = await service.answer(uow, report_id, version, body.answer)
    return ReportRead.model_validate(tagged(response, done))


@rounds.post("", status_code=201, summary="开始一地的定期报告", responses=problems(409))
async def open_round(body: OpenRound, _: Clerk, uow: Write, response: Response) -> RoundRead:
    """期满后由系统逐批清查未报告的备案组织，并自动开始下一期。"""
    return RoundRead.model_validate(tagged(response, await sweeping.open_round(uow, body)))


@rounds.get("", summary="查询各地各期的定期报告")
async def search_rounds(session: Read, actor: Office, paging: Paging) -> Page[RoundRead]:
    if actor.district is None:
        return Page(items=[])
    page = await paging.page(session, repository.rounds(actor.district), [ReportRound.id])
    items = [RoundRead.model_validate(one) for one in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


@appraisals.post("", status_code=201, summary="登记评议结果", responses=problems(409))
async def appraise(
    body: NewAppraisal, _: Committee, uow: Write, response: Response
) -> AppraisalRead:
    return AppraisalRead.model_validate(tagged(response, await service.appraise(uow, body)))


@appraisals.get("", summary="查询评议结果")
async def search_appraisals(
    session: Read,
    actor: Reader,
    paging: Paging,
    organization_id: UUID | None = None,
    year: Annotated[int | None, Query(ge=1949, le=2999)] = None,
) -> Page[AppraisalRead]:
    within = actor.district if actor.has(*_OFFICES) else None
    if within is None and actor.organization_id is None:
        return Page(items=[])
    query = repository.appraisals(
        within=within, own=actor.organization_id, organization_id=organization_id, year=year
    )
    page = await paging.page(session, query, [Appraisal.id])
    items = [AppraisalRead.model_validate(one) for one in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


@appraisals.put("/{appraisal_id}", summary="更正评议结果", responses=_CHANGES)
async def correct(
    appraisal_id: UUID,
    body: CorrectAppraisal,
    _: Committee,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> AppraisalRead:
    done = await service.correct(uow, appraisal_id, version, body)
    return AppraisalRead.model_validate(tagged(response, done))
