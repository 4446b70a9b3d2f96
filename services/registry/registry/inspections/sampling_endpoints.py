"""HTTP of draws of inspections."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response

from liandong.http.dependencies import IfMatch, Read, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import Approver, Clerk, Official, require
from liandong.identity.guards import district_rule
from registry.inspections import repository, sampling
from registry.inspections.models import InspectionSampling
from registry.inspections.sampling_schemas import (
    CancelSample,
    DrawSample,
    PrepareSample,
    SamplingProof,
    SamplingRead,
)
from registry.sampling.weighing import thawed

of_season = router_for("/v1/inspection-seasons/{season_id}/samplings", "年检")
router = router_for("/v1/inspection-samplings", "年检")

Office = Annotated[Actor, Depends(require(Role.CLERK, Role.APPROVER, Role.AUDITOR))]
_STEPS = problems(404, 409, 412, 428)


@of_season.post("", status_code=201, summary="准备随机抽取", responses=problems(404, 409))
async def prepare(
    season_id: UUID, body: PrepareSample, _: Clerk, uow: Write, response: Response
) -> SamplingRead:
    """固定已报登记管理机关、尚未抽查过的年度报告名单，公布系统随机数的承诺。"""
    made = await sampling.prepare(uow, season_id, body)
    response.headers["Location"] = f"/v1/inspection-samplings/{made.id}"
    return _told(made, response)


@of_season.get("", summary="查询历次抽查", responses=problems(404))
async def draws(
    season_id: UUID, session: Read, actor: Office, paging: Paging
) -> Page[SamplingRead]:
    season = await repository.season(session, season_id)
    district_rule(actor, season.district)
    page = await paging.page(session, repository.samplings(season.id), [InspectionSampling.id])
    items = [SamplingRead.of(one) for one in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


@router.get("/{sampling_id}", summary="验证一次抽查", responses=problems(404))
async def proof(
    sampling_id: UUID, session: Read, actor: Office, response: Response
) -> SamplingProof:
    """给出种子的来历和全部名单，并重新抽取。"""
    made = await repository.sampling(session, sampling_id)
    district_rule(actor, made.district)
    return SamplingProof(
        **SamplingRead.of(tagged(response, made)).model_dump(),
        population_ids=made.population,
        weights=None if made.weighing is None else thawed(made.weighing, made.population),
        weights_basis="" if made.weighing is None else made.weighing["basis"],
        drawn_ids=made.drawn,
        reproduced=sampling.reproduced(made),
    )


@router.post("/{sampling_id}/draw", summary="随机抽取", responses=_STEPS)
async def draw(
    sampling_id: UUID,
    body: DrawSample,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> SamplingRead:
    """由准备人以外的人填写当众产生的数字；谁也不能选择种子。"""
    return _told(await sampling.draw(uow, sampling_id, version, body.public_number), response)


@router.post("/{sampling_id}/cancel", summary="取消准备的抽取", responses=_STEPS)
async def cancel(
    sampling_id: UUID,
    body: CancelSample,
    _: Official,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> SamplingRead:
    """只在抽取之前；随机数尚未公布，取消的仍列在历次抽查中。"""
    return _told(await sampling.cancel(uow, sampling_id, version, body.reason), response)


def _told(made: InspectionSampling, response: Response) -> SamplingRead:
    return SamplingRead.of(tagged(response, made))
