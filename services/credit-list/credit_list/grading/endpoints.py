"""HTTP of credit grades."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Response

from credit_list.access import OFFICIALS, Reader, check_readable, readable_part
from credit_list.grading import repository
from credit_list.grading.domain import Grade
from credit_list.grading.models import CreditGrade, GradePeriod
from credit_list.grading.schemas import (
    GradeCount,
    GradeRead,
    GradeSummary,
    PeriodRead,
    Statistics,
)
from liandong.http.dependencies import DistrictFilter, Read, tagged
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor
from liandong.identity.dependencies import require
from liandong.problems import NotFound

router = router_for("/v1/credit-grades", "信用等级")
_Inside = Annotated[Actor, Depends(require(*OFFICIALS))]


@router.get("", summary="查询信用等级")
async def search(
    session: Read,
    actor: _Inside,
    paging: Paging,
    district: DistrictFilter = "",
    grade: Grade | None = None,
) -> Page[GradeSummary]:
    within, _ = readable_part(actor, None)
    query = repository.search(within=within or "", district=district, grade=grade)
    page = await paging.page(session, query, [CreditGrade.id], descending=True)
    items = [GradeSummary.of(one) for one in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


@router.get("/statistics", summary="各区划的等级分布")
async def statistics(session: Read, actor: _Inside, district: DistrictFilter = "") -> Statistics:
    within, _ = readable_part(actor, None)
    rows = await repository.counted(session, within=within or "", district=district)
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)
    name = district or within or ""
    return Statistics(
        district=name,
        total=_count(name, rows),
        by_district=[_count(one, some) for one, some in sorted(found.items())],
    )


@router.get("/{organization_id}", summary="查询一家组织的信用等级", responses=problems(404))
async def get(organization_id: UUID, session: Read, actor: Reader, response: Response) -> GradeRead:
    """逐项列出计分、理由和所依据的事实。"""
    return GradeRead.of(tagged(response, await _readable(session, actor, organization_id)))


@router.get("/{organization_id}/history", summary="一家组织历次的信用等级", responses=problems(404))
async def history(
    organization_id: UUID, session: Read, actor: Reader, paging: Paging
) -> Page[PeriodRead]:
    await _readable(session, actor, organization_id)
    query = repository.history(organization_id)
    page = await paging.page(session, query, [GradePeriod.number], descending=True)
    items = [PeriodRead.model_validate(one) for one in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


async def _readable(session: Read, actor: Actor, organization_id: UUID) -> CreditGrade:
    known = await repository.find(session, organization_id)
    if known is None:
        raise NotFound("这家组织尚未评价信用等级")
    check_readable(actor, known.district, known.organization_id)
    return known


def _count(district: str, rows: Iterable[Any]) -> GradeCount:
    by_grade = dict.fromkeys(Grade, 0)
    points = 0
    for _, grade, number, score in rows:
        by_grade[grade] += int(number)
        points += int(score)
    total = sum(by_grade.values())
    return GradeCount(
        district=district,
        total=total,
        by_grade=by_grade,
        average_score=round(points / total, 1) if total else None,
    )
