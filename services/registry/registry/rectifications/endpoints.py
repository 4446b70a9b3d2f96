"""HTTP of rectification."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from liandong.http.dependencies import IfMatch, Read, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import Approver, Clerk, require
from liandong.identity.guards import district_rule, own_organization
from liandong.problems import NotFound
from registry.rectifications import repository, service
from registry.rectifications.domain import Status
from registry.rectifications.models import Rectification
from registry.rectifications.schemas import (
    Extension,
    NewOrder,
    OrderDraft,
    Reason,
    Recheck,
    RectificationRead,
    RectificationWhole,
    Report,
)
from registry.supervision.serving import ServiceProof

router = router_for("/v1/rectifications", "责令整改")

Reader = Annotated[
    Actor, Depends(require(Role.CLERK, Role.APPROVER, Role.AUDITOR, Role.ORGANIZATION))
]
Body = Annotated[Actor, Depends(require(Role.CLERK, Role.ORGANIZATION))]
_OFFICES = (Role.CLERK, Role.APPROVER, Role.AUDITOR)
_STEPS = problems(404, 409, 412, 428)


@router.post("", status_code=201, summary="起草责令整改通知", responses=problems(404, 409))
async def draft(body: NewOrder, _: Clerk, uow: Write, response: Response) -> RectificationRead:
    order = await service.draft(uow, body)
    response.headers["Location"] = f"/v1/rectifications/{order.id}"
    return _told(order, response)


@router.get("", summary="查询责令整改通知")
async def search(
    session: Read,
    actor: Reader,
    paging: Paging,
    status: Annotated[list[Status] | None, Query(max_length=6)] = None,
    organization_id: UUID | None = None,
    only_overdue: Annotated[bool, Query(description="只列逾期的，含逾期后完成的")] = False,
) -> Page[RectificationRead]:
    """官员查本辖区的通知，社会组织查已送达本组织的通知。"""
    within = actor.district if actor.has(*_OFFICES) else None
    if within is None and actor.organization_id is None:
        return Page(items=[])
    query = repository.search(
        within=within,
        organization_id=actor.organization_id,
        statuses=status or (),
        of=organization_id,
        only_overdue=only_overdue,
    )
    page = await paging.page(session, query, [Rectification.id])
    items = [RectificationRead.of(one) for one in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


@router.get("/{rectification_id}", summary="查询一份责令整改通知", responses=problems(404))
async def get(
    rectification_id: UUID, session: Read, actor: Reader, response: Response
) -> RectificationWhole:
    order = tagged(response, await repository.get(session, rectification_id))
    read = RectificationWhole.of(order)
    if actor.has(*_OFFICES):
        district_rule(actor, order.district)
        return read
    own_organization(actor, order.organization_id)
    if order.served_on is None:
        raise NotFound("没有这份整改通知")
    return read.for_the_body()


@router.put("/{rectification_id}", summary="修改责令整改通知", responses=_STEPS)
async def edit(
    rectification_id: UUID,
    body: OrderDraft,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> RectificationRead:
    return _told(await service.edit(uow, rectification_id, version, body), response)


@router.post("/{rectification_id}/issue", summary="签发", responses=_STEPS)
async def issue(
    rectification_id: UUID,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> RectificationRead:
    """由起草人以外的人签发。"""
    return _told(await service.issue(uow, rectification_id, version), response)


@router.post("/{rectification_id}/serve", summary="送达责令整改通知", responses=_STEPS)
async def serve(
    rectification_id: UUID,
    body: ServiceProof,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> RectificationRead:
    """整改期限自送达之日起算。"""
    return _told(await service.serve(uow, rectification_id, version, body), response)


@router.post("/{rectification_id}/extend", summary="延长整改期限", responses=_STEPS)
async def extend(
    rectification_id: UUID,
    body: Extension,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> RectificationRead:
    return _told(await service.extend(uow, rectification_id, version, body), response)


@router.post("/{rectification_id}/submit", summary="报告整改情况", responses=_STEPS)
async def submit(
    rectification_id: UUID,
    body: Report,
    _: Body,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> RectificationRead:
    """由社会组织报告，或者由经办人代为登记。"""
    return _told(await service.submit(uow, rectification_id, version, body), response)


@router.post("/{rectification_id}/confirm", summary="复查合格", responses=_STEPS)
async def confirm(
    rectification_id: UUID,
    body: Recheck,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> RectificationRead:
    return _told(await service.confirm(uow, rectification_id, version, body.found), response)


@router.post("/{rectification_id}/return", summary="复查不合格", responses=_STEPS)
async def give_back(
    rectification_id: UUID,
    body: Recheck,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> RectificationRead:
    """期限不变；期限已过的，随即为逾期。"""
    return _told(await service.give_back(uow, rectification_id, version, body.found), response)


@router.post("/{rectification_id}/withdraw", summary="撤销责令整改通知", responses=_STEPS)
async def withdraw(
    rectification_id: UUID,
    body: Reason,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> RectificationRead:
    return _told(await service.withdraw(uow, rectification_id, version, body.reason), response)


def _told(order: Rectification, response: Response) -> RectificationRead:
    return RectificationRead.of(tagged(response, order))
