"""HTTP of liquidations."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from liandong.http.dependencies import IfMatch, Read, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import Approver, Clerk, require
from liandong.identity.guards import district_rule, own_organization
from registry.liquidations import repository, service
from registry.liquidations.domain import Status
from registry.liquidations.models import Liquidation
from registry.liquidations.schemas import (
    BeginLiquidation,
    EndLiquidation,
    FormGroup,
    LiquidationRead,
    Reason,
)

router = router_for("/v1/liquidations", "清算")

Reader = Annotated[
    Actor, Depends(require(Role.CLERK, Role.APPROVER, Role.AUDITOR, Role.ORGANIZATION))
]
Body = Annotated[Actor, Depends(require(Role.CLERK, Role.ORGANIZATION))]
_OFFICES = (Role.CLERK, Role.APPROVER, Role.AUDITOR)
_STEPS = problems(404, 409, 412, 428)


@router.post("", status_code=201, summary="开始清算", responses=problems(404, 409))
async def begin(body: BeginLiquidation, _: Body, uow: Write, response: Response) -> LiquidationRead:
    """因处罚被撤销登记的，送达时已经开始。"""
    one = await service.begin(uow, body)
    response.headers["Location"] = f"/v1/liquidations/{one.id}"
    return _told(one, response)


@router.get("", summary="查询清算")
async def search(
    session: Read,
    actor: Reader,
    paging: Paging,
    status: Annotated[list[Status] | None, Query(max_length=5)] = None,
    organization_id: UUID | None = None,
) -> Page[LiquidationRead]:
    within = actor.district if actor.has(*_OFFICES) else None
    if within is None and actor.organization_id is None:
        return Page(items=[])
    query = repository.search(
        within=within,
        organization_id=actor.organization_id,
        statuses=status or (),
        of=organization_id,
    )
    page = await paging.page(session, query, [Liquidation.id])
    items = [LiquidationRead.of(one) for one in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


@router.get("/{liquidation_id}", summary="查询一项清算", responses=problems(404))
async def get(
    liquidation_id: UUID, session: Read, actor: Reader, response: Response
) -> LiquidationRead:
    one = await repository.get(session, liquidation_id)
    if actor.has(*_OFFICES):
        district_rule(actor, one.district)
    else:
        own_organization(actor, one.organization_id)
    return _told(one, response)


@router.post("/{liquidation_id}/form", summary="成立清算组", responses=_STEPS)
async def form(
    liquidation_id: UUID,
    body: FormGroup,
    _: Body,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> LiquidationRead:
    return _told(await service.form(uow, liquidation_id, version, body), response)


@router.post("/{liquidation_id}/end", summary="清算结束", responses=_STEPS)
async def end(
    liquidation_id: UUID,
    body: EndLiquidation,
    _: Body,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> LiquidationRead:
    """自清算结束之日起计算申请注销登记的期限。"""
    return _told(await service.end(uow, liquidation_id, version, body), response)


@router.post("/{liquidation_id}/close", summary="办结", responses=_STEPS)
async def close(
    liquidation_id: UUID,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> LiquidationRead:
    return _told(await service.close(uow, liquidation_id, version), response)


@router.post("/{liquidation_id}/withdraw", summary="终止清算", responses=_STEPS)
async def withdraw(
    liquidation_id: UUID,
    body: Reason,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> LiquidationRead:
    return _told(await service.withdraw(uow, liquidation_id, version, body.reason), response)


def _told(one: Liquidation, response: Response) -> LiquidationRead:
    return LiquidationRead.of(tagged(response, one))
