"""HTTP of penalty cases: the investigation and the rights of the party."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from liandong.http.dependencies import IfMatch, Inquiry, PersonalReads, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import Approver, Clerk, Official, require
from liandong.identity.guards import district_rule, own_organization
from liandong.problems import NotFound
from registry.penalties import repository, rights, service, timing
from registry.penalties.domain import Status
from registry.penalties.models import Penalty
from registry.penalties.proposal import Proposal
from registry.penalties.schemas import (
    AddEvidence,
    FileCase,
    HearingArrangement,
    HearingEnd,
    HearingRequest,
    PenaltyRead,
    PenaltySummary,
    Reason,
    ReportClue,
    Statement,
)
from registry.penalties.telling import told
from registry.supervision.serving import ServiceProof

router = router_for("/v1/penalties", "行政处罚")

_STEPS = problems(404, 409, 412, 428)

Reader = Annotated[
    Actor, Depends(require(Role.CLERK, Role.APPROVER, Role.AUDITOR, Role.ORGANIZATION))
]
Party = Annotated[Actor, Depends(require(Role.CLERK, Role.ORGANIZATION))]
OFFICES = (Role.CLERK, Role.APPROVER, Role.AUDITOR)


@router.post("", status_code=201, summary="登记违法线索", responses=problems(404, 409))
async def report(body: ReportClue, _: Clerk, uow: Write, response: Response) -> PenaltySummary:
    penalty = await service.report(uow, body)
    response.headers["Location"] = f"/v1/penalties/{penalty.id}"
    return await told(uow, penalty, response)


@router.get("", summary="查询处罚案件")
async def search(
    uow: Inquiry,
    actor: Reader,
    paging: Paging,
    status: Annotated[list[Status] | None, Query(max_length=15)] = None,
    organization_id: UUID | None = None,
) -> Page[PenaltySummary]:
    """官员查本辖区的案件，社会组织查已告知本组织的案件。"""
    within = actor.district if actor.has(*OFFICES) else None
    if within is None and actor.organization_id is None:
        return Page(items=[])
    query = repository.search(
        within=within,
        organization_id=actor.organization_id,
        statuses=status or (),
        of=organization_id,
    )
    page = await paging.page(uow.session, query, [Penalty.id])
    standings = await timing.standings(uow, page.items)
    items = [PenaltySummary.of(*both) for both in zip(page.items, standings, strict=True)]
    return Page(items=items, next_cursor=page.next_cursor)


@router.get("/{penalty_id}", summary="查询一件处罚案件", responses=problems(404))
async def get(
    penalty_id: UUID, uow: Inquiry, actor: Reader, reads: PersonalReads, response: Response
) -> PenaltyRead:
    """当事人在告知之后可以查看本案，内部审核和讨论除外。审计人员所见陈述已脱敏。"""
    penalty = tagged(response, await repository.get(uow.session, penalty_id))
    read = PenaltyRead.of(penalty, *(await timing.standings(uow, [penalty])))
    if actor.has(*OFFICES):
        district_rule(actor, penalty.district)
        if not actor.has(Role.CLERK, Role.APPROVER):
            return read.without_statements()
        await reads.note("penalty", read.id, read.district)
        return read
    own_organization(actor, penalty.organization_id)
    if penalty.first_informed_on is None:
        raise NotFound("没有这件处罚案件")
    return read.for_party()


@router.post("/{penalty_id}/file", summary="批准立案", responses=_STEPS)
async def file(
    penalty_id: UUID,
    body: FileCase,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> PenaltySummary:
    """由登记线索的人以外的人批准，指定不少于两名执法人员调查；办案期限自立案之日起算。"""
    return await told(uow, await service.file(uow, penalty_id, version, body), response)


@router.post("/{penalty_id}/refuse-filing", summary="不予立案", responses=_STEPS)
async def refuse_filing(
    penalty_id: UUID,
    body: Reason,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> PenaltySummary:
    return await told(
        uow, await service.refuse_filing(uow, penalty_id, version, body.reason), response
    )


@router.post("/{penalty_id}/evidence", summary="补充证据", responses=_STEPS)
async def add_evidence(
    penalty_id: UUID,
    body: AddEvidence,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> PenaltySummary:
    return await told(uow, await service.add_evidence(uow, penalty_id, version, body), response)


@router.post("/{penalty_id}/reassign", summary="调整调查人员", responses=_STEPS)
async def reassign(
    penalty_id: UUID,
    body: FileCase,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> PenaltySummary:
    return await told(uow, await service.reassign(uow, penalty_id, version, body), response)


@router.post("/{penalty_id}/propose", summary="提出处罚建议", responses=_STEPS)
async def propose(
    penalty_id: UUID,
    body: Proposal,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> PenaltySummary:
    """处罚的种类、数额须在所列条文和裁量等次的范围之内。"""
    return await told(uow, await service.propose(uow, penalty_id, version, body), response)


@router.post("/{penalty_id}/reopen", summary="退回补充调查", responses=_STEPS)
async def reopen(
    penalty_id: UUID,
    body: Reason,
    _: Official,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> PenaltySummary:
    """原告知作废，补充调查之后须重新告知。"""
    return await told(uow, await service.reopen(uow, penalty_id, version, body.reason), response)


@router.post("/{penalty_id}/extend", summary="延长办案期限", responses=_STEPS)
async def extend(
    penalty_id: UUID,
    body: Reason,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> PenaltySummary:
    return await told(uow, await service.extend(uow, penalty_id, version, body.reason), response)


@router.post("/{penalty_id}/serve-notice", summary="送达处罚告知书", responses=_STEPS)
async def serve_notice(
    penalty_id: UUID,
    body: ServiceProof,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> PenaltySummary:
    return await told(uow, await rights.serve_notice(uow, penalty_id, version, body), response)


@router.post("/{penalty_id}/state", summary="陈述、申辩", responses=_STEPS)
async def state(
    penalty_id: UUID,
    body: Statement,
    _: Party,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> PenaltySummary:
    """当事人自行提交，或者由经办人代为登记。"""
    return await told(uow, await rights.state(uow, penalty_id, version, body), response)


@router.post("/{penalty_id}/request-hearing", summary="要求听证", responses=_STEPS)
async def request_hearing(
    penalty_id: UUID,
    body: HearingRequest,
    _: Party,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> PenaltySummary:
    return await told(uow, await rights.request_hearing(uow, penalty_id, version, body), response)


@router.post("/{penalty_id}/arrange-hearing", summary="通知听证", responses=_STEPS)
async def arrange_hearing(
    penalty_id: UUID,
    body: HearingArrangement,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> PenaltySummary:
    return await told(uow, await rights.arrange_hearing(uow, penalty_id, version, body), response)


@router.post("/{penalty_id}/end-hearing", summary="结束听证", responses=_STEPS)
async def end_hearing(
    penalty_id: UUID,
    body: HearingEnd,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> PenaltySummary:
    return await told(uow, await rights.end_hearing(uow, penalty_id, version, body), response)
