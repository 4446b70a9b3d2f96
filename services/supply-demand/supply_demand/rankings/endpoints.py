"""HTTP of evaluation lists."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from liandong.http.dependencies import Inquiry
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import require
from supply_demand.rankings import service
from supply_demand.rankings.schemas import RankingRead

router = router_for("/v1/tenders/{tender_id}/ranking", "投标")

Official = Annotated[Actor, Depends(require(Role.BUYER, Role.APPROVER, Role.CLERK, Role.AUDITOR))]


@router.get("", summary="查询评审名单（截标后）", responses=problems(404, 409))
async def ranking(tender_id: UUID, uow: Inquiry, _: Official) -> RankingRead:
    """未成交的按现时的措施排列；已成交的为确定成交时的名单。全部有效投标一次给出。"""
    return RankingRead.model_validate(await service.of_tender(uow, tender_id))
