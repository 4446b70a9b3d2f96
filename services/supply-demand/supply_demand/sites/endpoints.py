"""HTTP of sites."""

from uuid import UUID

from fastapi import Response

from liandong.http.dependencies import DistrictFilter, IfMatch, Read, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.dependencies import Approver, Official, OptionalActor
from supply_demand.fields import WithReason
from supply_demand.sites import repository, service
from supply_demand.sites.domain import Kind, Status
from supply_demand.sites.models import Site
from supply_demand.sites.schemas import ChangeSite, RecognizeSite, SiteRead

router = router_for("/v1/sites", "服务站点")

_CHANGES = problems(404, 409, 412, 428)


def _shown(response: Response, site: Site) -> SiteRead:
    return SiteRead.model_validate(tagged(response, site))


@router.post("", status_code=201, summary="认定服务站点", responses=problems(409))
async def recognize(
    body: RecognizeSite, actor: Approver, uow: Write, response: Response
) -> SiteRead:
    site = await service.recognize(uow, body)
    response.headers["Location"] = f"/v1/sites/{site.id}"
    return _shown(response, site)


@router.get("", summary="查询服务站点")
async def search(
    session: Read,
    actor: OptionalActor,
    paging: Paging,
    district: DistrictFilter = "",
    kind: Kind | None = None,
    status: Status | None = None,
    organization_id: UUID | None = None,
) -> Page[SiteRead]:
    query = repository.search(
        district=district, kind=kind, status=status, organization_id=organization_id
    )
    return await paging.page(session, query, [Site.id])


@router.get("/{site_id}", summary="查询一个服务站点", responses=problems(404))
async def get(site_id: UUID, session: Read, actor: OptionalActor, response: Response) -> SiteRead:
    return _shown(response, await repository.get(session, site_id))


@router.patch("/{site_id}", summary="更正名称或地址", responses=_CHANGES)
async def change(
    site_id: UUID,
    body: ChangeSite,
    actor: Official,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> SiteRead:
    return _shown(response, await service.change(uow, site_id, version, body))


@router.post("/{site_id}/withdraw", summary="撤销认定", responses=_CHANGES)
async def withdraw(
    site_id: UUID,
    body: WithReason,
    actor: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> SiteRead:
    return _shown(response, await service.withdraw(uow, site_id, version, body.reason))
