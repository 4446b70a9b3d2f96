"""HTTP of measures: the catalogue is public, who obeyed is for officials and the one concerned."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request

from credit_list.access import OFFICIALS, Reader, check_readable, readable_part
from credit_list.listings import repository as listings
from credit_list.measures import repository
from credit_list.measures.catalogue import MEASURES, CatalogueParameters, Executor
from credit_list.measures.models import ListingMeasure
from credit_list.measures.schemas import CatalogueEntry, CatalogueRead, MeasureRead
from liandong.clock import china_date
from liandong.http.dependencies import Read
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor
from liandong.identity.dependencies import OptionalActor, require
from liandong.rules.rule_set import RuleSet
from liandong.values.districts import ROOT, DistrictCode

router = router_for("/v1/measures", "联合奖惩措施")
listing_router = router_for("/v1/listings", "联合奖惩措施")

Official = Annotated[Actor, Depends(require(*OFFICIALS))]


@router.get("", summary="联合奖惩措施目录（公众）", responses=problems(409))
async def catalogue(
    request: Request,
    session: Read,
    actor: OptionalActor,
    district: Annotated[DistrictCode, Query(description="行政区划代码")] = ROOT,
) -> CatalogueRead:
    """某地今日适用的目录；不填区划为全国目录。"""
    runtime = request.app.state.runtime
    found: RuleSet[CatalogueParameters] = await runtime.rule_book.resolve(
        session, MEASURES, district, china_date(runtime.clock.now())
    )
    return CatalogueRead(
        rule_set=found.reference,
        legal_basis=found.legal_basis,
        measures=[CatalogueEntry.of(one) for one in found.parameters.measures],
    )


@router.get("/in-force", summary="查询现行的奖惩措施", responses=problems(403))
async def in_force(
    request: Request,
    session: Read,
    actor: Reader,
    paging: Paging,
    organization_id: UUID | None = None,
) -> Page[MeasureRead]:
    """本辖区机关作出的列入决定所启用的；组织只能查询本组织的。"""
    district, only = readable_part(actor, organization_id)
    query = repository.in_force(only, district)
    page = await paging.page(session, query, [ListingMeasure.id])
    return _page(request, page)


@router.get("/unacknowledged", summary="查询尚未执行或尚未解除的措施")
async def unacknowledged(
    request: Request,
    session: Read,
    actor: Official,
    paging: Paging,
    service: Executor | None = None,
    late: Annotated[bool, Query(description="只列逾期的")] = False,
) -> Page[MeasureRead]:
    """只列本辖区机关作出的列入决定。"""
    district, _ = readable_part(actor, None)
    now = request.app.state.runtime.clock.now()
    query = repository.unacknowledged(district or ROOT, service, late_at=now if late else None)
    page = await paging.page(session, query, [ListingMeasure.id])
    return _page(request, page)


@listing_router.get(
    "/{listing_id}/measures", summary="查询一条列入的措施及其执行情况", responses=problems(404)
)
async def of_listing(
    listing_id: UUID, request: Request, session: Read, actor: Reader
) -> list[MeasureRead]:
    """按决定先后排列；再次列入的，每次决定各有一条。"""
    listing = await listings.get(session, listing_id)
    check_readable(actor, listing.district, listing.organization_id)
    now = request.app.state.runtime.clock.now()
    rows = await repository.of_listing(session, listing_id)
    return [MeasureRead.of(one, now) for one in rows]


def _page(request: Request, page: Page[Any]) -> Page[MeasureRead]:
    now = request.app.state.runtime.clock.now()
    return Page(
        items=[MeasureRead.of(one, now) for one in page.items], next_cursor=page.next_cursor
    )
