"""HTTP of inspections: lists, reports, handing in, the first review."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from liandong.http.dependencies import (
    DistrictFilter,
    IfMatch,
    Inquiry,
    PersonalReads,
    Write,
    tagged,
)
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import Approver, Clerk, Official, require
from liandong.identity.guards import district_rule
from registry.inspections import repository, service, showing
from registry.inspections.domain import Regime, Status, Verdict
from registry.inspections.models import Inspection, InspectionStep
from registry.inspections.report import Report
from registry.inspections.schemas import (
    ChooseRegime,
    Excuse,
    Explained,
    InspectionRead,
    InspectionSummary,
    ReturnReport,
    StepRead,
    SupervisorOpinion,
)

router = router_for("/v1/inspections", "年度检查")

Applicant = Annotated[Actor, Depends(require(Role.CLERK, Role.ORGANIZATION))]
Reader = Annotated[
    Actor, Depends(require(Role.CLERK, Role.APPROVER, Role.AUDITOR, Role.ORGANIZATION))
]
OFFICES = (Role.CLERK, Role.APPROVER, Role.AUDITOR)
STEPS = problems(404, 409, 412, 428)


@router.get("", summary="查询年度检查")
async def search(
    uow: Inquiry,
    actor: Reader,
    paging: Paging,
    district: DistrictFilter = "",
    year: Annotated[int | None, Query(ge=1990, le=2990, description="检查年度")] = None,
    season_id: UUID | None = None,
    regime: Regime | None = None,
    status: Annotated[list[Status] | None, Query(max_length=20)] = None,
    verdict: Verdict | None = None,
    outstanding: Annotated[
        bool | None, Query(description="催报名单：尚未报送的，包括退回和逾期的")
    ] = None,
    late: Annotated[bool | None, Query(description="逾期后报送的")] = None,
    sampling_id: UUID | None = None,
    rectification_overdue: Annotated[bool, Query(description="只列整改期限已过的")] = False,
) -> Page[InspectionSummary]:
    """官员查本辖区的，社会组织查本组织的。"""
    within = actor.district if actor.has(*OFFICES) else None
    if within is None and actor.organization_id is None:
        return Page(items=[])
    query = repository.search(
        within=within,
        organization_id=actor.organization_id,
        district=district,
        year=year,
        season_id=season_id,
        regime=regime,
        statuses=status or (),
        verdict=verdict,
        outstanding=outstanding,
        late=late,
        sampling_id=sampling_id,
        rectify_before=uow.today if rectification_overdue else None,
    )
    page = await paging.page(uow.session, query, [Inspection.id])
    items = [InspectionSummary.of(one) for one in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


@router.get("/{inspection_id}", summary="查询一件年度检查", responses=problems(404))
async def get(
    inspection_id: UUID, uow: Inquiry, actor: Reader, reads: PersonalReads, response: Response
) -> InspectionRead:
    """列出尚缺的内容和提请审查人注意之处。审计人员所见填报人信息已脱敏。"""
    inspection = tagged(response, await repository.get(uow.session, inspection_id))
    _readers_rule(actor, inspection)
    read = await showing.whole(uow, inspection)
    if actor.owns(inspection.organization_id):
        return read
    if not actor.has(Role.CLERK, Role.APPROVER):
        return read.masked()
    await reads.note("inspection", read.id, read.district)
    return read


@router.get("/{inspection_id}/history", summary="办理经过", responses=problems(404))
async def history(
    inspection_id: UUID, uow: Inquiry, actor: Reader, paging: Paging
) -> Page[StepRead]:
    inspection = await repository.get(uow.session, inspection_id)
    _readers_rule(actor, inspection)
    query = repository.history(inspection.id)
    page = await paging.page(uow.session, query, [InspectionStep.id])
    items = [StepRead.model_validate(one) for one in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


@router.put("/{inspection_id}/report", summary="填报", responses=STEPS)
async def fill_in(
    inspection_id: UUID,
    body: Report,
    _: Applicant,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> InspectionSummary:
    return told(await service.fill_in(uow, inspection_id, version, body), response)


@router.post("/{inspection_id}/submit", summary="报送", responses=STEPS)
async def submit(
    inspection_id: UUID, _: Applicant, uow: Write, version: IfMatch, response: Response
) -> InspectionSummary:
    """有业务主管单位的先报初审，初审后再次报送登记管理机关；直接登记的直接报登记管理机关。"""
    return told(await service.submit(uow, inspection_id, version), response)


@router.post("/{inspection_id}/supervisor-opinion", summary="登记初审意见", responses=STEPS)
async def give_opinion(
    inspection_id: UUID,
    body: SupervisorOpinion,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> InspectionSummary:
    return told(await service.give_opinion(uow, inspection_id, version, body), response)


@router.post("/{inspection_id}/return", summary="退回补正", responses=STEPS)
async def give_back(
    inspection_id: UUID,
    body: ReturnReport,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> InspectionSummary:
    return told(await service.give_back(uow, inspection_id, version, body), response)


@router.post("/{inspection_id}/regime", summary="改变检查类别", responses=STEPS)
async def choose_regime(
    inspection_id: UUID,
    body: ChooseRegime,
    _: Official,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> InspectionSummary:
    """慈善组织报送年度报告，不参加年度检查。"""
    return told(await service.choose_regime(uow, inspection_id, version, body), response)


@router.post("/{inspection_id}/exempt", summary="免予参加", responses=STEPS)
async def exempt(
    inspection_id: UUID,
    body: Explained,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> InspectionSummary:
    return told(await service.exempt(uow, inspection_id, version, body.reason), response)


@router.post("/{inspection_id}/readmit", summary="恢复参加", responses=STEPS)
async def readmit(
    inspection_id: UUID,
    body: Explained,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> InspectionSummary:
    return told(await service.readmit(uow, inspection_id, version, body.reason), response)


@router.post("/{inspection_id}/excuse", summary="撤销逾期认定", responses=STEPS)
async def excuse(
    inspection_id: UUID,
    body: Excuse,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> InspectionSummary:
    return told(await service.excuse(uow, inspection_id, version, body), response)


def told(inspection: Inspection, response: Response) -> InspectionSummary:
    return InspectionSummary.of(tagged(response, inspection))


def _readers_rule(actor: Actor, inspection: Inspection) -> None:
    if actor.owns(inspection.organization_id):
        return
    if not actor.has(*OFFICES):
        service.applicants_rule(actor, inspection)
    district_rule(actor, inspection.district)
