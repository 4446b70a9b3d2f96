"""HTTP of yearly campaigns."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response

from credit_list.access import OFFICIALS
from credit_list.red_campaigns import closing, repository, service
from credit_list.red_campaigns.models import RedCampaign, RedCandidate
from credit_list.red_campaigns.schemas import (
    ApplyForRed,
    CampaignRead,
    CancelCampaign,
    CandidateRead,
    CloseCampaign,
    ConfirmSome,
    NoticeEntry,
    NoticeRead,
    OpenCampaign,
    ProposeSome,
    ReopenCampaign,
    RowRead,
)
from credit_list.red_list import repository as proposals
from credit_list.red_list.models import Proposal
from liandong.http.dependencies import IfMatch, Inquiry, Read, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import Approver, Clerk, OptionalActor, require
from liandong.identity.guards import district_rule
from liandong.problems import NotFound

router = router_for("/v1/red-list-campaigns", "守信红名单年度认定")
_CHANGES = problems(404, 409, 412, 428)
_Inside = Annotated[Actor, Depends(require(*OFFICIALS))]
_Organization = Annotated[Actor, Depends(require(Role.ORGANIZATION))]


@router.post("", status_code=201, summary="开展年度认定", responses=problems(409))
async def open_campaign(
    body: OpenCampaign, _: Clerk, uow: Write, response: Response
) -> CampaignRead:
    campaign = tagged(response, await service.open_campaign(uow, body))
    response.headers["Location"] = f"/v1/red-list-campaigns/{campaign.id}"
    return CampaignRead.model_validate(campaign)


@router.get("", summary="查询年度认定")
async def search(session: Read, actor: _Inside, paging: Paging) -> Page[CampaignRead]:
    if actor.district is None:
        return Page(items=[])
    query = repository.search(actor.district)
    page = await paging.page(session, query, [RedCampaign.id], descending=True)
    items = [CampaignRead.model_validate(one) for one in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


@router.get("/{campaign_id}", summary="查询一次年度认定", responses=problems(404))
async def get(campaign_id: UUID, session: Read, actor: _Inside, response: Response) -> CampaignRead:
    campaign = await repository.get(session, campaign_id)
    district_rule(actor, campaign.district)
    return CampaignRead.model_validate(tagged(response, campaign))


@router.get("/{campaign_id}/candidates", summary="候选组织及逐项核对结果", responses=problems(404))
async def candidates(
    campaign_id: UUID, session: Read, actor: _Inside, paging: Paging, passed: bool | None = None
) -> Page[CandidateRead]:
    campaign = await repository.get(session, campaign_id)
    district_rule(actor, campaign.district)
    query = repository.candidates(campaign_id, passed)
    page = await paging.page(session, query, [RedCandidate.organization_id])
    items = [CandidateRead.model_validate(one) for one in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


@router.post(
    "/{campaign_id}/applications", status_code=201, summary="自行申报", responses=problems(404, 409)
)
async def apply(
    campaign_id: UUID, body: ApplyForRed, actor: _Organization, uow: Write
) -> CandidateRead:
    """答复逐项说明是否符合条件。"""
    if actor.organization_id is None:
        raise NotFound("没有这次年度认定")
    candidate = await service.apply(uow, campaign_id, actor.organization_id, body.statement)
    return CandidateRead.model_validate(candidate)


@router.post("/{campaign_id}/propose", summary="成批推荐", responses=_CHANGES)
async def propose(
    campaign_id: UUID, body: ProposeSome, _: Clerk, uow: Write, version: IfMatch
) -> list[RowRead]:
    """逐行答复结果；不符合条件的不推荐，不影响其他行。"""
    return await service.propose(uow, campaign_id, version, body)


@router.post("/{campaign_id}/publicise", summary="统一公示", responses=_CHANGES)
async def publicise(
    campaign_id: UUID, _: Clerk, uow: Write, version: IfMatch, response: Response
) -> CampaignRead:
    campaign = await service.publicise(uow, campaign_id, version)
    return CampaignRead.model_validate(tagged(response, campaign))


@router.get("/{campaign_id}/notice", summary="年度认定公示（公众）", responses=problems(404))
async def notice(campaign_id: UUID, uow: Inquiry, _: OptionalActor, paging: Paging) -> NoticeRead:
    """公示期内的名单；对名单有异议的，向公示机关提出。"""
    campaign = await repository.get(uow.session, campaign_id)
    since, until = campaign.publicity_from, campaign.publicity_ends_on
    if since is None or until is None:
        raise NotFound("没有公示的年度认定")
    query = proposals.in_publicity(campaign.district, uow.today).where(
        Proposal.id.in_(repository.proposed(campaign.id))
    )
    page = await paging.page(
        uow.session, query, [Proposal.id], scalars=False, values=lambda row: [row.Proposal.id]
    )
    return NoticeRead(
        district=campaign.district,
        year=campaign.year,
        publicity_from=since,
        publicity_ends_on=until,
        entries=[
            NoticeEntry(
                organization_name=row.KnownOrganization.name,
                credit_code=row.KnownOrganization.credit_code,
                filing_number=row.KnownOrganization.filing_number,
                district=row.Proposal.district,
            )
            for row in page.items
        ],
        next_cursor=page.next_cursor,
    )


@router.post("/{campaign_id}/confirm", summary="成批确认列入", responses=_CHANGES)
async def confirm(
    campaign_id: UUID, body: ConfirmSome, _: Approver, uow: Write, version: IfMatch
) -> list[RowRead]:
    """逐行答复结果；公示期未满、有异议、由本人推荐的不确认，不影响其他行。"""
    return await service.confirm(uow, campaign_id, version, body)


@router.post("/{campaign_id}/close", summary="结束年度认定", responses=_CHANGES)
async def close(
    campaign_id: UUID,
    body: CloseCampaign,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> CampaignRead:
    """不再受理申报、推荐和确认；已列入的不变。"""
    campaign = await closing.close(
        uow, campaign_id, version, reason=body.reason, withdraw=body.withdraw_undecided
    )
    return CampaignRead.model_validate(tagged(response, campaign))


@router.post("/{campaign_id}/reopen", summary="重新开启年度认定", responses=_CHANGES)
async def reopen(
    campaign_id: UUID,
    body: ReopenCampaign,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> CampaignRead:
    """误结束的；结束时撤回的推荐不恢复，可以重新推荐。"""
    campaign = await closing.reopen(uow, campaign_id, version, body.reason)
    return CampaignRead.model_validate(tagged(response, campaign))


@router.post("/{campaign_id}/cancel", summary="作废年度认定", responses=_CHANGES)
async def cancel(
    campaign_id: UUID,
    body: CancelCampaign,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> CampaignRead:
    """误开展的，尚无组织列入时作废，由开展人以外的人办理；同一辖区和年度可以另行开展。"""
    campaign = await closing.cancel(uow, campaign_id, version, body.reason)
    return CampaignRead.model_validate(tagged(response, campaign))
