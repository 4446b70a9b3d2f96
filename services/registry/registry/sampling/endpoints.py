"""HTTP of sampling."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from liandong.http.dependencies import DistrictFilter, IfMatch, Read, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import Approver, Clerk, OptionalActor, require
from liandong.identity.guards import district_rule
from liandong.problems import NotFound
from registry.measures.domain import KEY_SUPERVISION
from registry.measures.obeying import OBEYING
from registry.sampling import repository, service
from registry.sampling.domain import Status
from registry.sampling.models import SamplingPlan
from registry.sampling.schemas import Candidates, DrawRead, PlanRead, PlanSampling, Reason

router = router_for("/v1/sampling-plans", "双随机抽查")
board = router_for("/v1/sampling-results", "抽取结果公示")

Reader = Annotated[Actor, Depends(require(Role.CLERK, Role.APPROVER, Role.AUDITOR))]
Seed = Annotated[str, Depends(service.new_seed)]
_STEPS = problems(404, 409, 412, 428)


@router.post("", status_code=201, summary="制定抽查计划", responses=problems(404, 409))
async def plan(body: PlanSampling, _: Clerk, uow: Write, response: Response) -> PlanRead:
    made = await service.plan(uow, body)
    response.headers["Location"] = f"/v1/sampling-plans/{made.id}"
    return _told(made, response)


@router.get("", summary="查询抽查计划")
async def search(
    session: Read,
    actor: Reader,
    paging: Paging,
    status: Annotated[list[Status] | None, Query(max_length=4)] = None,
) -> Page[PlanRead]:
    if actor.district is None:
        return Page(items=[])
    query = repository.search(within=actor.district, statuses=status or ())
    page = await paging.page(session, query, [SamplingPlan.id])
    return Page(items=[PlanRead.of(one) for one in page.items], next_cursor=page.next_cursor)


@router.get("/{plan_id}", summary="查询一项抽查计划", responses=problems(404))
async def get(plan_id: UUID, session: Read, actor: Reader, response: Response) -> PlanRead:
    made = await repository.get(session, plan_id)
    district_rule(actor, made.district)
    return _told(made, response)


@router.get("/{plan_id}/draws", summary="历次抽取", responses=problems(404))
async def draws(plan_id: UUID, session: Read, actor: Reader) -> list[DrawRead]:
    made = await repository.get(session, plan_id)
    district_rule(actor, made.district)
    found = await repository.draws(session, plan_id)
    drawn = {UUID(body["organization_id"]) for one in found for body in one.drawn}
    marks = await OBEYING.marks(session, sorted(drawn)) if drawn else {}
    watched = {
        one for one, held in marks.items() if any(mark.effect == KEY_SUPERVISION for mark in held)
    }
    return [DrawRead.of(one, in_public=False, watched=watched) for one in found]


@router.post("/{plan_id}/draw", summary="抽取", responses=_STEPS)
async def draw(
    plan_id: UUID, _: Clerk, uow: Write, version: IfMatch, seed: Seed, response: Response
) -> PlanRead:
    """候选名单、执法人员名录、种子和算法随结果一并固定，任何人可以复核。"""
    return _told(await service.draw_first(uow, plan_id, version, seed), response)


@router.post("/{plan_id}/redraw", summary="重新抽取", responses=_STEPS)
async def redraw(
    plan_id: UUID,
    body: Reason,
    _: Approver,
    uow: Write,
    version: IfMatch,
    seed: Seed,
    response: Response,
) -> PlanRead:
    """由原抽取人以外的人说明理由后重新抽取，原结果保留。"""
    return _told(await service.redraw(uow, plan_id, version, seed, body.reason), response)


@router.post("/{plan_id}/publish", summary="公示抽取结果", responses=_STEPS)
async def publish(
    plan_id: UUID, _: Approver, uow: Write, version: IfMatch, response: Response
) -> PlanRead:
    """由抽取人以外的人公示，同时产生各家的检查任务。"""
    return _told(await service.publish(uow, plan_id, version), response)


@router.post("/{plan_id}/cancel", summary="取消抽查计划", responses=_STEPS)
async def cancel(
    plan_id: UUID,
    body: Reason,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> PlanRead:
    return _told(await service.cancel(uow, plan_id, version, body.reason), response)


@board.get("", summary="公示的抽查计划")
async def results(
    session: Read, _: OptionalActor, paging: Paging, district: DistrictFilter = ""
) -> Page[PlanRead]:
    page = await paging.page(session, repository.on_display(district=district), [SamplingPlan.id])
    return Page(items=[PlanRead.of(one) for one in page.items], next_cursor=page.next_cursor)


@board.get("/{plan_id}", summary="公示的抽取结果", responses=problems(404))
async def result(plan_id: UUID, session: Read, _: OptionalActor) -> list[DrawRead]:
    """含重新抽取之前的各次抽取；检查人员事先不公开。"""
    await _published(session, plan_id)
    found = await repository.draws(session, plan_id)
    return [DrawRead.of(one, in_public=True) for one in found]


@board.get("/{plan_id}/candidates", summary="抽取的候选名单", responses=problems(404))
async def candidates(plan_id: UUID, session: Read, _: OptionalActor) -> Candidates:
    made = await _published(session, plan_id)
    last = await repository.last_draw(session, made)
    return Candidates.of(last)


async def _published(session: Read, plan_id: UUID) -> SamplingPlan:
    made = await repository.get(session, plan_id)
    if made.published_on is None:
        raise NotFound("没有公示的抽查计划")
    return made


def _told(made: SamplingPlan, response: Response) -> PlanRead:
    return PlanRead.of(tagged(response, made))
