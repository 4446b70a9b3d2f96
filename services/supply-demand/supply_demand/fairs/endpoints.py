"""HTTP of fairs and matches."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from liandong.http.dependencies import DistrictFilter, IfMatch, Inquiry, Read, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import Clerk, CurrentActor, OptionalActor, require
from supply_demand.demands.models import Demand
from supply_demand.fairs import matching, repository, service
from supply_demand.fairs.domain import FairStatus, MatchStatus
from supply_demand.fairs.models import Fair, Match
from supply_demand.fairs.schemas import (
    ChangeFair,
    FairRead,
    MatchRead,
    PlanFair,
    RecordIntent,
    Suggestion,
)
from supply_demand.fields import WithReason

router = router_for("/v1/fairs", "对接会")

Matcher = Annotated[Actor, Depends(require(Role.COMMUNITY, Role.CLERK))]
_CHANGES = problems(404, 409, 412, 428)


def _fair(response: Response, fair: Fair) -> FairRead:
    return FairRead.model_validate(tagged(response, fair))


def _match(response: Response, match: Match) -> MatchRead:
    return MatchRead.model_validate(tagged(response, match))


@router.post("", status_code=201, summary="筹备对接会")
async def plan(body: PlanFair, actor: Clerk, uow: Write, response: Response) -> FairRead:
    fair = await service.plan(uow, body)
    response.headers["Location"] = f"/v1/fairs/{fair.id}"
    return _fair(response, fair)


@router.get("", summary="查询对接会")
async def search(
    session: Read,
    actor: OptionalActor,
    paging: Paging,
    district: DistrictFilter = "",
    status: FairStatus | None = None,
) -> Page[FairRead]:
    query = repository.search(district=district, status=status)
    return await paging.page(session, query, [Fair.id])


@router.get("/{fair_id}", summary="查询一场对接会", responses=problems(404))
async def get(fair_id: UUID, session: Read, actor: OptionalActor, response: Response) -> FairRead:
    return _fair(response, await repository.get(session, fair_id))


@router.patch("/{fair_id}", summary="修改对接会", responses=_CHANGES)
async def change(
    fair_id: UUID,
    body: ChangeFair,
    actor: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> FairRead:
    return _fair(response, await service.change(uow, fair_id, version, body))


@router.post("/{fair_id}/open", summary="开始对接会", responses=_CHANGES)
async def open_(
    fair_id: UUID, actor: Clerk, uow: Write, version: IfMatch, response: Response
) -> FairRead:
    return _fair(response, await service.open_(uow, fair_id, version))


@router.post("/{fair_id}/close", summary="结束对接会", responses=_CHANGES)
async def close(
    fair_id: UUID, actor: Clerk, uow: Write, version: IfMatch, response: Response
) -> FairRead:
    return _fair(response, await service.close(uow, fair_id, version))


@router.post("/{fair_id}/cancel", summary="取消对接会", responses=_CHANGES)
async def cancel(
    fair_id: UUID,
    body: WithReason,
    actor: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> FairRead:
    return _fair(response, await service.cancel(uow, fair_id, version, body.reason))


@router.get("/{fair_id}/suggestions", summary="为每条需求推荐供给", responses=problems(404))
async def suggestions(
    fair_id: UUID,
    actor: CurrentActor,
    uow: Inquiry,
    paging: Paging,
    most: Annotated[int, Query(ge=1, le=20, description="每条需求推荐的供给数")] = 5,
) -> Page[Suggestion]:
    fair = await repository.get(uow.session, fair_id)
    page = await paging.page(uow.session, repository.open_demands(fair.district), [Demand.id])
    items = await matching.suggest(uow, page.items, most)
    return Page(items=items, next_cursor=page.next_cursor)


@router.post(
    "/{fair_id}/matches", status_code=201, summary="登记对接意向", responses=problems(404, 409)
)
async def intend(
    fair_id: UUID, body: RecordIntent, actor: Matcher, uow: Write, response: Response
) -> MatchRead:
    match = await matching.intend(uow, fair_id, body)
    response.headers["Location"] = f"/v1/fairs/{fair_id}/matches/{match.id}"
    return _match(response, match)


@router.get("/{fair_id}/matches", summary="查询对接意向", responses=problems(404))
async def matches(
    fair_id: UUID,
    session: Read,
    actor: CurrentActor,
    paging: Paging,
    demand_id: UUID | None = None,
    status: MatchStatus | None = None,
) -> Page[MatchRead]:
    await repository.get(session, fair_id)
    query = repository.matches(fair_id, demand_id=demand_id, status=status)
    return await paging.page(session, query, [Match.id])


@router.get("/{fair_id}/matches/{match_id}", summary="查询一条对接意向", responses=problems(404))
async def get_match(
    fair_id: UUID, match_id: UUID, session: Read, actor: CurrentActor, response: Response
) -> MatchRead:
    return _match(response, await repository.match(session, fair_id, match_id))


@router.post("/{fair_id}/matches/{match_id}/confirm", summary="确认对接", responses=_CHANGES)
async def confirm(
    fair_id: UUID,
    match_id: UUID,
    actor: Matcher,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> MatchRead:
    return _match(response, await matching.confirm(uow, fair_id, match_id, version))


@router.post("/{fair_id}/matches/{match_id}/release", summary="解除对接", responses=_CHANGES)
async def release(
    fair_id: UUID,
    match_id: UUID,
    body: WithReason,
    actor: Matcher,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> MatchRead:
    return _match(response, await matching.release(uow, fair_id, match_id, version, body.reason))
