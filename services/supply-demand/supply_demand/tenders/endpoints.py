"""HTTP of tenders."""

from uuid import UUID

from fastapi import Response

from liandong.http.dependencies import DistrictFilter, IfMatch, Read, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.dependencies import Buyer, OptionalActor
from supply_demand.fields import WithReason
from supply_demand.tenders import repository, service
from supply_demand.tenders.domain import Status
from supply_demand.tenders.models import Tender
from supply_demand.tenders.schemas import ChangeTender, DraftTender, TenderRead

router = router_for("/v1/tenders", "招标")

_CHANGES = problems(404, 409, 412, 428)


def _shown(response: Response, tender: Tender) -> TenderRead:
    return TenderRead.model_validate(tagged(response, tender))


@router.post("", status_code=201, summary="起草采购项目", responses=problems(404, 409))
async def draft(body: DraftTender, actor: Buyer, uow: Write, response: Response) -> TenderRead:
    tender = await service.draft(uow, body)
    response.headers["Location"] = f"/v1/tenders/{tender.id}"
    return _shown(response, tender)


@router.get("", summary="查询采购项目")
async def search(
    session: Read,
    actor: OptionalActor,
    paging: Paging,
    district: DistrictFilter = "",
    status: Status | None = None,
    demand_id: UUID | None = None,
) -> Page[TenderRead]:
    query = repository.search(actor, district=district, status=status, demand_id=demand_id)
    return await paging.page(session, query, [Tender.id])


@router.get("/{tender_id}", summary="查询一个采购项目", responses=problems(404))
async def get(
    tender_id: UUID, session: Read, actor: OptionalActor, response: Response
) -> TenderRead:
    return _shown(response, await repository.visible(session, tender_id, actor))


@router.patch("/{tender_id}", summary="修改草稿", responses=_CHANGES)
async def change(
    tender_id: UUID,
    body: ChangeTender,
    actor: Buyer,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> TenderRead:
    return _shown(response, await service.change(uow, tender_id, version, body))


@router.post("/{tender_id}/publish", summary="发布", responses=_CHANGES)
async def publish(
    tender_id: UUID, actor: Buyer, uow: Write, version: IfMatch, response: Response
) -> TenderRead:
    return _shown(response, await service.publish(uow, tender_id, version))


@router.post("/{tender_id}/close", summary="截标（到期后）", responses=_CHANGES)
async def close(
    tender_id: UUID, actor: Buyer, uow: Write, version: IfMatch, response: Response
) -> TenderRead:
    return _shown(response, await service.close(uow, tender_id, version))


@router.post("/{tender_id}/cancel", summary="取消采购", responses=_CHANGES)
async def cancel(
    tender_id: UUID,
    body: WithReason,
    actor: Buyer,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> TenderRead:
    return _shown(response, await service.cancel(uow, tender_id, version, body.reason))
