"""HTTP of repairs."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from credit_list.access import ClerkOrOrganization, Reader, check_readable, readable_part
from credit_list.repairs import repository, service
from credit_list.repairs.domain import Status
from credit_list.repairs.models import Repair
from credit_list.repairs.schemas import (
    ApplyRepair,
    CheckRepair,
    DecideRepair,
    RepairRead,
    ReturnRepair,
    SupplementRepair,
    WithdrawRepair,
)
from liandong.clock import china_date
from liandong.http.dependencies import IfMatch, Read, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.dependencies import Approver, Clerk

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
    request: Request,
    paging: Paging,
    organization_id: UUID | None = None,
    listing_id: UUID | None = None,
    status: Status | None = None,
    overdue: Annotated[bool, Query(description="只看已逾期的")] = False,
) -> Page[RepairRead]:
    today = china_date(request.app.state.runtime.clock.now())
    district, only = readable_part(actor, organization_id)
    query = repository.search(
        district=district,
        organization_id=only,
        listing_id=listing_id,
        status=status,
        overdue_on=today if overdue else None,
    )
    page = await paging.page(session, query, [Repair.id], descending=True)
    items = [RepairRead.model_validate(one) for one in page.items]
    for one in items:
        one.is_overdue = one.due_on is not None and one.due_on < today
    return Page(items=items, next_cursor=page.next_cursor)


@router.get("/{repair_id}", summary="查询一项修复申请", responses=problems(404))
async def get(
    repair_id: UUID, session: Read, actor: Reader, request: Request, response: Response
) -> RepairRead:
    repair = await repository.get(session, repair_id)
    check_readable(actor, repair.district, repair.organization_id)
    read = RepairRead.model_validate(tagged(response, repair))
    today = china_date(request.app.state.runtime.clock.now())
    read.is_overdue = read.due_on is not None and read.due_on < today
    return read


@router.post("/{repair_id}/accept", summary="受理修复申请", responses=_CHANGES)
async def accept(
    repair_id: UUID, actor: Clerk, uow: Write, version: IfMatch, response: Response
) -> RepairRead:
    repair = await service.accept(uow, repair_id, version)
    return RepairRead.model_validate(tagged(response, repair))


@router.post("/{repair_id}/return", summary="退回补正", responses=_CHANGES)
async def send_back(
    repair_id: UUID,
    body: ReturnRepair,
    actor: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> RepairRead:
    repair = await service.send_back(uow, repair_id, version, body.reason)
    return RepairRead.model_validate(tagged(response, repair))


@router.post("/{repair_id}/supplement", summary="补正修复申请", responses=_CHANGES)
async def supplement(
    repair_id: UUID,
    body: SupplementRepair,
    actor: ClerkOrOrganization,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> RepairRead:
    repair = await service.supplement(uow, repair_id, version, body)
    return RepairRead.model_validate(tagged(response, repair))


@router.post("/{repair_id}/check", summary="核查修复申请", responses=_CHANGES)
async def check(
    repair_id: UUID,
    body: CheckRepair,
    actor: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> RepairRead:
    repair = await service.check(uow, repair_id, version, body)
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
