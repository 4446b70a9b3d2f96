"""HTTP of programmes."""

from fastapi import Request

from funding.programmes import service
from funding.programmes.schemas import ProgrammeRead
from liandong.clock import china_date
from liandong.http.dependencies import Read
from liandong.http.routing import router_for
from liandong.identity.dependencies import OptionalActor
from liandong.runtime import Runtime
from liandong.values.days import IsoDay
from liandong.values.districts import DistrictCode

router = router_for("/v1/programmes", "资助项目")


@router.get("", summary="查询某地某日生效的资助项目")
async def in_force(
    request: Request,
    session: Read,
    actor: OptionalActor,
    district: DistrictCode,
    on: IsoDay | None = None,
) -> list[ProgrammeRead]:
    runtime: Runtime = request.app.state.runtime
    day = on or china_date(runtime.clock.now())
    return await service.in_force(session, runtime.rule_book, district, day)
