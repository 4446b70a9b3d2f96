"""HTTP of budgets."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from funding.access import FinanceOrApprover, OfficeReader, may_read
from funding.budgets import repository, service
from funding.budgets.models import BudgetLine
from funding.budgets.schemas import AdjustBudget, BudgetRead, CreateBudget, RejectBudget
from funding.programmes.domain import Programme
from liandong.http.dependencies import DistrictFilter, IfMatch, Read, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.dependencies import Finance

router = router_for("/v1/budgets", "预算")
_CHANGES = problems(404, 409, 412, 428)


def _shown(response: Response, line: BudgetLine) -> BudgetRead:
    return BudgetRead.model_validate(tagged(response, line))


@router.post("", status_code=201, summary="提出预算", responses=problems(409))
async def create(body: CreateBudget, actor: Finance, uow: Write, response: Response) -> BudgetRead:
    line = await service.create(uow, body)
    response.headers["Location"] = f"/v1/budgets/{line.id}"
    return _shown(response, line)


@router.get("", summary="查询预算")
async def search(
    session: Read,
    actor: OfficeReader,
    paging: Paging,
    district: DistrictFilter = "",
    programme: Programme | None = None,
    year: Annotated[int | None, Query(ge=2000, le=2100)] = None,
) -> Page[BudgetRead]:
    query = repository.search(actor, district=district, programme=programme, year=year)
    page = await paging.page(session, query, [BudgetLine.id])
    return Page(
        items=[BudgetRead.model_validate(one) for one in page.items],
        next_cursor=page.next_cursor,
    )


@router.get("/{budget_id}", summary="查询一项预算", responses=problems(404))
async def get(
    budget_id: UUID, session: Read, actor: OfficeReader, response: Response
) -> BudgetRead:
    line = await repository.get(session, budget_id)
    may_read(actor, line.district)
    return _shown(response, line)


@router.post("/{budget_id}/adjust", summary="提出调整", responses=_CHANGES)
async def adjust(
    budget_id: UUID,
    body: AdjustBudget,
    actor: Finance,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> BudgetRead:
    return _shown(response, await service.adjust(uow, budget_id, version, body))


@router.post("/{budget_id}/approve", summary="审批预算（须由另一人办理）", responses=_CHANGES)
async def approve(
    budget_id: UUID, actor: FinanceOrApprover, uow: Write, version: IfMatch, response: Response
) -> BudgetRead:
    return _shown(response, await service.approve(uow, budget_id, version))


@router.post("/{budget_id}/reject", summary="退回或撤回待审批的预算", responses=_CHANGES)
async def reject(
    budget_id: UUID,
    body: RejectBudget,
    actor: FinanceOrApprover,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> BudgetRead:
    return _shown(response, await service.reject(uow, budget_id, version, body.reason))
