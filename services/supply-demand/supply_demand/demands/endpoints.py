"""HTTP of demands."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from liandong.http.dependencies import DistrictFilter, IfMatch, Read, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import OptionalActor, require
from supply_demand.demands import repository, service
from supply_demand.demands.domain import Status
from supply_demand.demands.models import Demand
from supply_demand.demands.schemas import ChangeDemand, DemandRead, ProposeDemand
from supply_demand.fields import WithReason

router = router_for("/v1/demands", "需求")

Proposer = Annotated[Actor, Depends(require(Role.COMMUNITY, Role.CLERK))]
_CHANGES = problems(404, 409, 412, 428)


def _shown(response: Response, demand: Demand) -> DemandRead:
    return DemandRead.model_validate(tagged(response, demand))


@router.post("", status_code=201, summary="提出需求（草稿）", responses=problems(409))
async def propose(
    body: ProposeDemand, actor: Proposer, uow: Write, response: Response
) -> DemandRead:
    demand = await service.propose(uow, body)
    response.headers["Location"] = f"/v1/demands/{demand.id}"
    return _shown(response, demand)


@router.get("", summary="查询需求清单")
async def search(
    session: Read,
    actor: OptionalActor,
    paging: Paging,
    district: DistrictFilter = "",
    status: Status | None = None,
    service_class: Annotated[str, Query(max_length=40, pattern=r"^[a-z0-9_-]*$")] = "",
) -> Page[DemandRead]:
    query = repository.search(actor, district=district, status=status, service_class=service_class)
    return await paging.page(session, query, [Demand.id])


@router.get("/{demand_id}", summary="查询需求", responses=problems(404))
async def get(
    demand_id: UUID, session: Read, actor: OptionalActor, response: Response
) -> DemandRead:
    return _shown(response, await repository.visible(session, demand_id, actor))


@router.patch("/{demand_id}", summary="修改需求", responses=_CHANGES)
async def change(
    demand_id: UUID,
    body: ChangeDemand,
    actor: Proposer,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> DemandRead:
    return _shown(response, await service.change(uow, demand_id, version, body))


@router.post("/{demand_id}/publish", summary="发布需求", responses=_CHANGES)
async def publish(
    demand_id: UUID, actor: Proposer, uow: Write, version: IfMatch, response: Response
) -> DemandRead:
    return _shown(response, await service.publish(uow, demand_id, version))


@router.post("/{demand_id}/withdraw", summary="撤回需求", responses=_CHANGES)
async def withdraw(
    demand_id: UUID,
    body: WithReason,
    actor: Proposer,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> DemandRead:
    return _shown(response, await service.withdraw(uow, demand_id, version, body.reason))
