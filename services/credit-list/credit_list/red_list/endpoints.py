"""HTTP of red-list proposals."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Query, Request, Response

from credit_list.access import OFFICIALS, check_readable, readable_part
from credit_list.red_list import repository, service
from credit_list.red_list.domain import Status
from credit_list.red_list.models import Proposal
from credit_list.red_list.schemas import (
    DecideRed,
    ObjectionRead,
    ProposalDetail,
    ProposalRead,
    ProposeRed,
    PublicityRead,
    RecordObjection,
    SettleObjection,
)
from liandong.clock import china_date
from liandong.http.dependencies import DistrictFilter, IfMatch, Read, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor
from liandong.identity.dependencies import Approver, Clerk, Official, OptionalActor, require

router = router_for("/v1/red-list-proposals", "守信红名单推荐")
_CHANGES = problems(404, 409, 412, 428)
_Inside = Annotated[Actor, Depends(require(*OFFICIALS))]


@router.post("", status_code=201, summary="推荐列入红名单", responses=problems(409))
async def propose(body: ProposeRed, actor: Clerk, uow: Write, response: Response) -> ProposalRead:
    proposal = tagged(response, await service.propose(uow, body.organization_id, body.reasons))
    response.headers["Location"] = f"/v1/red-list-proposals/{proposal.id}"
    return ProposalRead.model_validate(proposal)


@router.get("", summary="查询红名单推荐")
async def search(
    session: Read,
    actor: _Inside,
    paging: Paging,
    organization_id: UUID | None = None,
    status: Annotated[Status | None, Query()] = None,
) -> Page[ProposalRead]:
    district, only = readable_part(actor, organization_id)
    query = repository.search(district=district, organization_id=only, status=status)
    page = await paging.page(session, query, [Proposal.id], descending=True)
    items = [ProposalRead.model_validate(one) for one in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


@router.get("/publicity", summary="红名单公示（公众）")
async def publicity(
    session: Read,
    actor: OptionalActor,
    request: Request,
    paging: Paging,
    district: DistrictFilter = "",
) -> Page[PublicityRead]:
    today = china_date(request.app.state.runtime.clock.now())
    page = await paging.page(
        session,
        repository.in_publicity(district, today),
        [Proposal.id],
        descending=True,
        scalars=False,
        values=lambda row: [row.Proposal.id],
    )
    items = [
        PublicityRead(
            proposal_id=row.Proposal.id,
            organization_name=row.KnownOrganization.name,
            credit_code=row.KnownOrganization.credit_code,
            filing_number=row.KnownOrganization.filing_number,
            district=row.Proposal.district,
            publicity_from=row.Proposal.publicity_from,
            publicity_ends_on=row.Proposal.publicity_ends_on,
        )
        for row in page.items
    ]
    return Page(items=items, next_cursor=page.next_cursor)


@router.get("/{proposal_id}", summary="查询一项推荐", responses=problems(404))
async def get(
    proposal_id: UUID, session: Read, actor: _Inside, response: Response
) -> ProposalDetail:
    proposal = await repository.get(session, proposal_id)
    check_readable(actor, proposal.district, proposal.organization_id)
    read = ProposalRead.model_validate(tagged(response, proposal))
    found = await repository.objections(session, proposal_id)
    return ProposalDetail(
        **read.model_dump(), objections=[ObjectionRead.model_validate(one) for one in found]
    )


@router.post("/{proposal_id}/publicise", summary="开始公示", responses=_CHANGES)
async def publicise(
    proposal_id: UUID, actor: Clerk, uow: Write, version: IfMatch, response: Response
) -> ProposalRead:
    proposal = await service.publicise(uow, proposal_id, version)
    return ProposalRead.model_validate(tagged(response, proposal))


@router.post("/{proposal_id}/objections", summary="登记异议", responses=_CHANGES)
async def object_to(
    proposal_id: UUID,
    body: RecordObjection,
    actor: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> ProposalRead:
    proposal = await service.object_to(uow, proposal_id, version, body.content)
    return ProposalRead.model_validate(tagged(response, proposal))


@router.post("/{proposal_id}/objections/{number}/settle", summary="处理异议", responses=_CHANGES)
async def settle(
    proposal_id: UUID,
    number: Annotated[int, Path(ge=1, le=100_000)],
    body: SettleObjection,
    actor: Official,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> ProposalRead:
    proposal = await service.settle(uow, proposal_id, version, number, body.outcome, body.findings)
    return ProposalRead.model_validate(tagged(response, proposal))


@router.post("/{proposal_id}/confirm", summary="确认列入", responses=_CHANGES)
async def confirm(
    proposal_id: UUID,
    body: DecideRed,
    actor: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> ProposalRead:
    proposal = await service.confirm(uow, proposal_id, version, body.reasons)
    return ProposalRead.model_validate(tagged(response, proposal))


@router.post("/{proposal_id}/refuse", summary="不予列入", responses=_CHANGES)
async def refuse(
    proposal_id: UUID,
    body: DecideRed,
    actor: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> ProposalRead:
    proposal = await service.refuse(uow, proposal_id, version, body.reasons)
    return ProposalRead.model_validate(tagged(response, proposal))


@router.post("/{proposal_id}/withdraw", summary="撤回推荐", responses=_CHANGES)
async def withdraw(
    proposal_id: UUID,
    body: DecideRed,
    actor: Official,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> ProposalRead:
    proposal = await service.withdraw(uow, proposal_id, version, body.reasons)
    return ProposalRead.model_validate(tagged(response, proposal))
