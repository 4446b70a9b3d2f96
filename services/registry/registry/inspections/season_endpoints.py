"""HTTP of seasons, statistics and announced conclusions."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from liandong.clock import china_date
from liandong.http.dependencies import DistrictFilter, IfMatch, Inquiry, Read, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import Approver, Official, require
from liandong.identity.guards import district_rule
from liandong.values.days import IsoDay
from liandong.values.districts import DistrictCode
from registry.inspections import repository, seasons, statistics
from registry.inspections.domain import SeasonStatus, Verdict
from registry.inspections.models import Inspection, InspectionSeason
from registry.inspections.season_schemas import (
    AnnounceSeason,
    ConclusionRead,
    ExtendSeason,
    OpenSeason,
    SeasonRead,
    Statistics,
    WithdrawSeason,
)

router = router_for("/v1/inspection-seasons", "年检")
dashboard = router_for("/v1/inspection-statistics", "年检")
conclusions = router_for("/v1/inspection-conclusions", "年检")

Office = Annotated[Actor, Depends(require(Role.CLERK, Role.APPROVER, Role.AUDITOR))]
_STEPS = problems(404, 409, 412, 428)
_Year = Annotated[int, Query(ge=1990, le=2990, description="检查年度")]


@router.post("", status_code=201, summary="开展年检", responses=problems(409))
async def open_season(body: OpenSeason, _: Official, uow: Write, response: Response) -> SeasonRead:
    """应检组织由规则确定，在后台分批列入；首年免检的、备案的不列入。"""
    season = await seasons.open_season(uow, body)
    response.headers["Location"] = f"/v1/inspection-seasons/{season.id}"
    return _told(season, response)


@router.get("", summary="查询年检")
async def search(
    session: Read,
    actor: Office,
    paging: Paging,
    year: Annotated[int | None, Query(ge=1990, le=2990)] = None,
    status: SeasonStatus | None = None,
) -> Page[SeasonRead]:
    if actor.district is None:
        return Page(items=[])
    query = repository.search_seasons(within=actor.district, year=year, status=status)
    page = await paging.page(session, query, [InspectionSeason.id], descending=True)
    items = [SeasonRead.of(one) for one in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


@router.get("/{season_id}", summary="查询一次年检", responses=problems(404))
async def get(season_id: UUID, session: Read, actor: Office, response: Response) -> SeasonRead:
    season = await repository.season(session, season_id)
    district_rule(actor, season.district)
    return _told(season, response)


@router.post("/{season_id}/extend", summary="延长报送期限", responses=_STEPS)
async def extend(
    season_id: UUID,
    body: ExtendSeason,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> SeasonRead:
    return _told(await seasons.extend(uow, season_id, version, body), response)


@router.post("/{season_id}/announce", summary="公告年检结论", responses=_STEPS)
async def announce(
    season_id: UUID,
    body: AnnounceSeason,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> SeasonRead:
    """已作出的结论自此公开；以后作出的由下一次公告公开。"""
    return _told(await seasons.announce(uow, season_id, version, body), response)


@router.post("/{season_id}/close", summary="结束年检", responses=_STEPS)
async def close(
    season_id: UUID, _: Approver, uow: Write, version: IfMatch, response: Response
) -> SeasonRead:
    """各类组织的报送期限届满后才能结束；未办结的继续办理，逾期的仍可补报。"""
    return _told(await seasons.close(uow, season_id, version), response)


@router.post("/{season_id}/withdraw", summary="撤销年检", responses=_STEPS)
async def withdraw(
    season_id: UUID,
    body: WithdrawSeason,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> SeasonRead:
    """误开的年检，尚无组织填报的可以撤销。"""
    return _told(await seasons.withdraw(uow, season_id, version, body), response)


@dashboard.get("", summary="年检统计")
async def count(
    uow: Inquiry,
    actor: Office,
    year: _Year,
    district: DistrictCode,
    on: Annotated[IsoDay | None, Query(description="统计到该日终了；默认为现在")] = None,
) -> Statistics:
    """本级和各下级、各类组织的应检、已检、各类结论和比率。"""
    district_rule(actor, district)
    if on is None or on >= china_date(uow.now):
        lines = await statistics.now(uow.session, year, district)
    else:
        lines = await statistics.on_day(uow.session, year, district, on)
    found = statistics.totals(lines, district)
    return Statistics(year=year, district=district, on=on or uow.today, **found)


@conclusions.get("", summary="查询已公告的年检结论")
async def announced(
    session: Read,
    paging: Paging,
    year: Annotated[int | None, Query(ge=1990, le=2990, description="检查年度")] = None,
    district: DistrictFilter = "",
    verdict: Verdict | None = None,
) -> Page[ConclusionRead]:
    """任何人可以查询。更正过的按更正后的结论显示。"""
    query = statistics.announced(year=year, district=district, verdict=verdict)
    page = await paging.page(session, query, [Inspection.id])
    items = [
        ConclusionRead(
            inspection_id=one.id,
            organization_id=one.organization_id,
            organization_name=one.organization_name,
            district=one.district,
            year=one.year,
            regime=one.regime,
            verdict=one.verdict,
            concluded_on=china_date(one.concluded_at),
            corrected_on=one.corrected_on,
        )
        for one in page.items
    ]
    return Page(items=items, next_cursor=page.next_cursor)


def _told(season: InspectionSeason, response: Response) -> SeasonRead:
    return SeasonRead.of(tagged(response, season))
