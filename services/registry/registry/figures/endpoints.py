"""HTTP of figures."""

from datetime import date
from typing import Annotated

from fastapi import Depends, Query

from liandong.http.dependencies import DistrictFilter, Inquiry, Lists
from liandong.http.routing import router_for
from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import require
from liandong.problems import FieldError, Invalid
from liandong.values.districts import ROOT
from registry.figures import repository, service
from registry.figures.schemas import (
    CheckRead,
    FiguresRead,
    ShareRead,
    SharesRead,
    YearsRead,
)
from registry.figures.service import Wanted
from registry.organizations.domain import LIVING, Kind, Status
from registry.organizations.schemas import QueryDay

router = router_for("/v1/figures", "统计")

_By = Annotated[str, Query(max_length=200, description="分组维度，以逗号分隔，例如 kind,district")]
_AsOf = Annotated[QueryDay | None, Query(description="哪一日终了时的数量；默认今日")]
_Watches = Annotated[Actor, Depends(require(Role.AUDITOR, Role.SYSTEM_ADMIN))]


async def wanted(
    district: DistrictFilter = "",
    by: _By = "",
    status: Annotated[
        list[Status] | None, Query(max_length=4, description="默认为存续的：正常与限期停止活动")
    ] = None,
    kind: Kind | None = None,
    is_community: bool | None = None,
) -> Wanted:
    return Wanted(
        district=district,
        by=service.read_by(by),
        statuses=status or LIVING,
        kind=kind,
        is_community=is_community,
    )


_Wanted = Annotated[Wanted, Depends(wanted)]


def _day(as_of: date | None, today: date) -> date:
    if as_of is not None and as_of > today:
        told = "统计日期不能晚于今日"
        raise Invalid(told, [FieldError("/query/as_of", "in-the-future", told)])
    return as_of or today


@router.get("", summary="查询社会组织的数量")
async def figures(reads: Lists, asked: _Wanted, as_of: _AsOf = None) -> FiguresRead:
    """任何一日的数量都可以重新得出。补录的组织自其登记之日起计入。"""
    return await service.figures(reads, asked, _day(as_of, reads.today))


@router.get("/years", summary="查询逐年的数量与增长")
async def years(
    reads: Lists,
    asked: _Wanted,
    from_year: Annotated[int, Query(ge=1949, le=2999)] = 2000,
    as_of: _AsOf = None,
) -> YearsRead:
    return await service.years(reads, asked, from_year, _day(as_of, reads.today))


@router.get("/shares", summary="查询各项占比")
async def shares(reads: Lists, district: DistrictFilter = "", as_of: _AsOf = None) -> SharesRead:
    """存续的社会组织中各类所占的比例，分子、分母一并给出。"""
    day = _day(as_of, reads.today)
    found = await service.the_shares(reads, district, day)
    items = [
        ShareRead(
            name=one.name, title=one.title, part=one.part, whole=one.whole, percent=one.percent
        )
        for one in found
    ]
    return SharesRead(district=district or ROOT, as_of=day, items=items)


@router.get("/check", summary="查询统计与名册的核对情况")
async def check(uow: Inquiry, actor: _Watches) -> CheckRead:
    found = await repository.last_check(uow.session)
    names = CheckRead.model_fields
    if found is None:
        return CheckRead.model_validate(dict.fromkeys(names) | {"compared": 0, "corrected": 0})
    return CheckRead.model_validate({name: getattr(found, name) for name in names})
