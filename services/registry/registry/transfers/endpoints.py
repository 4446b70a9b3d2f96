"""HTTP of transfers."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from liandong.http.dependencies import IfMatch, Read, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import Approver, Clerk, require
from liandong.identity.guards import district_rule, own_organization
from registry.transfers import repository, service
from registry.transfers.domain import Status
from registry.transfers.models import Transfer
from registry.transfers.schemas import ProposeTransfer, TransferAnswer, TransferRead

router = router_for("/v1/transfers", "迁移")

_OFFICES = (Role.CLERK, Role.APPROVER, Role.AUDITOR)
Reader = Annotated[Actor, Depends(require(*_OFFICES, Role.ORGANIZATION))]
_STEPS = problems(404, 409, 412, 428)


@router.post("", status_code=201, summary="提出迁移", responses=problems(404, 409))
async def propose(body: ProposeTransfer, _: Clerk, uow: Write, response: Response) -> TransferRead:
    """由迁出地提出，迁入地接收后生效。"""
    transfer = tagged(response, await service.propose(uow, body))
    response.headers["Location"] = f"/v1/transfers/{transfer.id}"
    return TransferRead.model_validate(transfer)


@router.get("", summary="查询迁移")
async def search(
    session: Read,
    actor: Reader,
    paging: Paging,
    status: Annotated[list[Status] | None, Query(max_length=4)] = None,
) -> Page[TransferRead]:
    """官员查迁出、迁入本辖区的，社会组织查本组织的。"""
    within = actor.district if actor.has(*_OFFICES) else None
    if within is None and actor.organization_id is None:
        return Page(items=[])
    query = repository.search(
        within=within, organization_id=actor.organization_id, statuses=status or ()
    )
    page = await paging.page(session, query, [Transfer.id])
    items = [TransferRead.model_validate(one) for one in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


@router.get("/{transfer_id}", summary="查询一件迁移", responses=problems(404))
async def get(transfer_id: UUID, session: Read, actor: Reader, response: Response) -> TransferRead:
    transfer = tagged(response, await repository.get(session, transfer_id))
    if not actor.has(*_OFFICES):
        own_organization(actor, transfer.organization_id)
    elif not actor.may_act_in(transfer.from_district):
        district_rule(actor, transfer.to_district)
    return TransferRead.model_validate(transfer)


@router.post("/{transfer_id}/accept", summary="接收", responses=_STEPS)
async def accept(
    transfer_id: UUID, _: Approver, uow: Write, version: IfMatch, response: Response
) -> TransferRead:
    """由迁入地的、不是提出人的审批人办理；有未办结的登记申请的不能接收。"""
    return _told(await service.accept(uow, transfer_id, version), response)


@router.post("/{transfer_id}/refuse", summary="不接收", responses=_STEPS)
async def refuse(
    transfer_id: UUID,
    body: TransferAnswer,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> TransferRead:
    return _told(await service.refuse(uow, transfer_id, version, body.reason), response)


@router.post("/{transfer_id}/withdraw", summary="撤回", responses=_STEPS)
async def withdraw(
    transfer_id: UUID,
    body: TransferAnswer,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> TransferRead:
    return _told(await service.withdraw(uow, transfer_id, version, body.reason), response)


def _told(transfer: Transfer, response: Response) -> TransferRead:
    return TransferRead.model_validate(tagged(response, transfer))
