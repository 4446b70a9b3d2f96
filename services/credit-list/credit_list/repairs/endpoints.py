"""HTTP of repairs."""

from uuid import UUID

from fastapi import Response

from credit_list.access import ClerkOrOrganization, Reader, check_readable, readable_part
from credit_list.repairs import repository, service
from credit_list.repairs.domain import Status
from credit_list.repairs.models import Repair
from credit_list.repairs.schemas import ApplyRepair, DecideRepair, RepairRead, WithdrawRepair
from liandong.http.dependencies import IfMatch, Read, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.dependencies import Approver

router = router_for("/v1/repairs", "信用修复")
_CHANGES = problems(404, 409, 412, 428)


@router.post("", status_code=201, summary="申请信用修复", responses=problems(404, 409))
async def apply(
    body: ApplyRepair, actor: ClerkOrOrganization, uow: Write, response: Response
) -> RepairRead:
    repair = tagged(response, await service.apply(uow, body))
    response.headers["Location"] = f"/v1/repairs/{repair.id}"
    return RepairRead.model_validate(repair)


@router.get("", summary="查询修复申请")
async def search(
    session: Read,
    actor: Reader,
    paging: Paging,
    organization_id: UUID | None = None,
    listing_id: UUID | None = None,
    status: Status | None = None,
) -> Page[RepairRead]:
    district, only = readable_part(actor, organization_id)
    query = repository.search(
        district=district, organization_id=only, listing_id=listing_id, status=status
    )
    page = await paging.page(session, query, [Repair.id], descending=True)
    items = [RepairRead.model_validate(one) for one in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


@router.get("/{repair_id}", summary="查询一项修复申请", responses=problems(404))
async def get(repair_id: UUID, session: Read, actor: Reader, response: Response) -> RepairRead:
    repair = await repository.get(session, repair_id)
    check_readable(actor, repair.district, repair.organization_id)
    return RepairRead.model_validate(tagged(response, repair))


@router.post("/{repair_id}/decide", summary="决定修复申请", responses=_CHANGES)
async def decide(
    repair_id: UUID,
    body: DecideRepair,
    actor: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> RepairRead:
    repair = await service.decide(uow, repair_id, version, body)
    return RepairRead.model_validate(tagged(response, repair))


@router.post("/{repair_id}/withdraw", summary="撤回修复申请", responses=_CHANGES)
async def withdraw(
    repair_id: UUID,
    body: WithdrawRepair,
    actor: ClerkOrOrganization,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> RepairRead:
    repair = await service.withdraw(uow, repair_id, version, body.reason)
    return RepairRead.model_validate(tagged(response, repair))
