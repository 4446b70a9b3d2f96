"""HTTP of entitlements and of their causes."""

from collections.abc import Collection
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy.ext.asyncio import AsyncSession

from funding.access import FinanceOrApprover, OfficeReader, Reader, may_read
from funding.entitlements import repository, service
from funding.entitlements.domain import Outcome, Status
from funding.entitlements.models import Cause, Entitlement
from funding.entitlements.schemas import (
    CauseRead,
    EntitlementRead,
    EntitlementSummary,
    SummaryRow,
)
from funding.measures.domain import PRIORITY_FUNDING
from funding.measures.obeying import OBEYING
from funding.programmes.domain import Programme
from liandong.http.dependencies import DistrictFilter, Read, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for

router = router_for("/v1/entitlements", "应享")
causes_router = router_for("/v1/causes", "应享依据")


@router.get("", summary="查询应享")
async def search(
    session: Read,
    actor: Reader,
    paging: Paging,
    programme: Programme | None = None,
    organization_id: UUID | None = None,
    status: Status | None = None,
    district: DistrictFilter = "",
    needs_review: bool | None = None,
    held: bool | None = None,
) -> Page[EntitlementRead]:
    query = repository.search(
        actor,
        programme=programme,
        organization_id=organization_id,
        status=status,
        district=district,
        needs_review=needs_review,
        is_held=held,
    )
    page = await paging.page(
        session, query, [Entitlement.id], scalars=False, values=lambda row: [row[0].id]
    )
    first = await _with_priority(session, {row[0].organization_id for row in page.items})
    items = [
        EntitlementRead.of(one, held, priority=one.organization_id in first)
        for one, held in page.items
    ]
    return Page(items=items, next_cursor=page.next_cursor)


@router.get("/summary", summary="应享汇总")
async def summary(
    session: Read,
    actor: OfficeReader,
    programme: Annotated[
        list[Programme] | None, Query(max_length=10, description="可重复；不填为全部")
    ] = None,
    district: DistrictFilter = "",
    year: Annotated[int | None, Query(ge=2000, le=2100, description="认定或确认的年度")] = None,
) -> EntitlementSummary:
    rows = await repository.sums(
        session, actor, programmes=programme or (), district=district, year=year
    )
    return EntitlementSummary(
        rows=[
            SummaryRow(programme=which, category=category, count=count, sum_fen=total)
            for which, category, count, total in rows
        ],
        count=sum(row[2] for row in rows),
        sum_fen=sum(row[3] for row in rows),
    )


@router.get("/{entitlement_id}", summary="查询一项应享", responses=problems(404))
async def get(
    entitlement_id: UUID, session: Read, actor: Reader, response: Response
) -> EntitlementRead:
    entitlement, held = await repository.get(session, entitlement_id)
    may_read(
        actor,
        entitlement.district,
        entitlement.payer_district,
        organization_id=entitlement.organization_id,
    )
    first = await _with_priority(session, {entitlement.organization_id})
    return EntitlementRead.of(tagged(response, entitlement), held, priority=bool(first))


async def _with_priority(session: AsyncSession, organizations: Collection[UUID]) -> set[UUID]:
    """优先资助: a mark for those who decide; it decides nothing by itself."""
    if not organizations:
        return set()
    found = await OBEYING.marks(session, sorted(organizations))
    return {one for one, marks in found.items() if any(m.effect == PRIORITY_FUNDING for m in marks)}


@causes_router.get("", summary="查询应享依据及核算结果")
async def causes(
    session: Read,
    actor: OfficeReader,
    paging: Paging,
    outcome: Outcome | None = None,
    organization_id: UUID | None = None,
    district: DistrictFilter = "",
) -> Page[CauseRead]:
    query = repository.causes(
        actor, outcome=outcome, organization_id=organization_id, district=district
    )
    page = await paging.page(session, query, [Cause.cause_id])
    return Page(
        items=[CauseRead.model_validate(one) for one in page.items],
        next_cursor=page.next_cursor,
    )


@causes_router.post(
    "/{cause_id}/reconsider", summary="规则补充后重新核算", responses=problems(404, 409)
)
async def reconsider(cause_id: UUID, actor: FinanceOrApprover, uow: Write) -> CauseRead:
    return CauseRead.model_validate(await service.reconsider(uow, cause_id))
