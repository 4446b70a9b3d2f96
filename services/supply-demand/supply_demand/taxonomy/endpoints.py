"""HTTP of the taxonomy."""

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel

from liandong.http.dependencies import Inquiry
from liandong.http.routing import problems, router_for
from liandong.identity.dependencies import OptionalActor
from liandong.values.districts import ROOT, DistrictCode
from supply_demand.taxonomy.domain import TAXONOMY

router = router_for("/v1/taxonomy", "服务分类")


class TaxonomyRead(BaseModel):
    """服务类别与服务对象：代码到名称。"""

    service_classes: dict[str, str]
    beneficiary_groups: dict[str, str]
    rule_set: str


@router.get("", summary="查询服务分类", responses=problems(409))
async def get(
    actor: OptionalActor, uow: Inquiry, district: Annotated[DistrictCode, Query()] = ROOT
) -> TaxonomyRead:
    rule_set = await uow.rules(TAXONOMY, district)
    return TaxonomyRead(
        service_classes=rule_set.parameters.service_classes,
        beneficiary_groups=rule_set.parameters.beneficiary_groups,
        rule_set=rule_set.reference,
    )
