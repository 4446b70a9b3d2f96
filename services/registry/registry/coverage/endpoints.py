"""HTTP of coverage."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from liandong.http.dependencies import DistrictFilter, IfMatch, Inquiry, Read, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.dependencies import Clerk
from liandong.values.districts import DistrictCode
from registry.coverage import repository, service
from registry.coverage.domain import Setting
from registry.coverage.models import CommunityCount, HubCoverage
from registry.coverage.schemas import (
    ChangeCoverage,
    CountRead,
    CoverageChanged,
    CoverageRead,
    CoverageShare,
    RecordCount,
)
from registry.organizations.schemas import QueryDay

hubs = router_for("/v1/hubs", "枢纽型社会组织")
shares = router_for("/v1/hub-coverage", "枢纽型社会组织")
counts = router_for("/v1/community-counts", "枢纽型社会组织")

On = Annotated[QueryDay | None, Query(description="所查的日期")]


@hubs.post("/{hub_id}/coverage", summary="增减覆盖的社区", responses=problems(404, 409, 412, 428))
async def change(
    hub_id: UUID,
    body: ChangeCoverage,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> CoverageChanged:
    """If-Match 为成员名册的版本（见查询成员数）；还没有名册的为 "v0"。"""
    roll, added, dropped = await service.change(uow, hub_id, version, body)
    tagged(response, roll)
    return CoverageChanged(
        hub_id=hub_id, version=roll.version, on=body.on, added=added, dropped=dropped
    )


@hubs.get("/{hub_id}/coverage", summary="查询覆盖的社区")
async def covered_by(
    hub_id: UUID, session: Read, paging: Paging, on: On = None
) -> Page[CoverageRead]:
    page = await paging.page(session, repository.of_hub(hub_id, on), [HubCoverage.id])
    items = [CoverageRead.model_validate(one) for one in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


@shares.get("", summary="查询社区覆盖率")
async def share(
    district: DistrictCode, uow: Inquiry, on: On = None, setting: Setting = Setting.URBAN
) -> CoverageShare:
    """某一日一地由枢纽型社会组织覆盖的社区数、社区总数和覆盖率。"""
    day = on or uow.today
    found, hubs_there, count = await service.share(uow, district, day, setting)
    return CoverageShare(
        district=district,
        on=day,
        setting=setting,
        hubs=hubs_there,
        covered=found.covered,
        total=found.total,
        percent=found.percent,
        is_full=found.is_full,
        is_consistent=found.is_consistent,
        count=None if count is None else CountRead.model_validate(count),
    )


@counts.post("", status_code=201, summary="填报社区数")
async def record(body: RecordCount, _: Clerk, uow: Write, response: Response) -> CountRead:
    return CountRead.model_validate(tagged(response, await service.record_count(uow, body)))


@counts.get("", summary="查询填报的社区数")
async def entries(session: Read, paging: Paging, district: DistrictFilter = "") -> Page[CountRead]:
    page = await paging.page(session, repository.counts(district), [CommunityCount.id])
    items = [CountRead.model_validate(one) for one in page.items]
    return Page(items=items, next_cursor=page.next_cursor)
