"""HTTP of awards and contracts."""

from uuid import UUID

from fastapi import Response

from liandong.http.dependencies import DistrictFilter, IfMatch, Read, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.peers import AskPeers
from liandong.http.routing import problems, router_for
from liandong.identity.dependencies import Approver, OptionalActor
from supply_demand.contracts import repository, service
from supply_demand.contracts.models import Contract
from supply_demand.contracts.schemas import AwardTender, ContractRead

of_tender = router_for("/v1/tenders/{tender_id}/award", "合同")
router = router_for("/v1/contracts", "合同")


@of_tender.post(
    "", status_code=201, summary="确定成交", responses=problems(404, 409, 412, 428, 503)
)
async def award(
    tender_id: UUID,
    body: AwardTender,
    actor: Approver,
    peers: AskPeers,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> ContractRead:
    contract = tagged(response, await service.award(uow, peers, tender_id, version, body))
    response.headers["Location"] = f"/v1/contracts/{contract.id}"
    return ContractRead.model_validate(contract)


@router.get("", summary="查询合同")
async def search(
    session: Read,
    actor: OptionalActor,
    paging: Paging,
    district: DistrictFilter = "",
    organization_id: UUID | None = None,
    tender_id: UUID | None = None,
) -> Page[ContractRead]:
    query = repository.search(
        district=district, organization_id=organization_id, tender_id=tender_id
    )
    return await paging.page(session, query, [Contract.id])


@router.get("/{contract_id}", summary="查询一份合同", responses=problems(404))
async def get(
    contract_id: UUID, session: Read, actor: OptionalActor, response: Response
) -> ContractRead:
    found = tagged(response, await repository.get(session, contract_id))
    return ContractRead.model_validate(found)
