"""HTTP of finding organisations."""

from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import Depends, Query, Request
from fastapi.responses import StreamingResponse

from liandong.http.dependencies import DistrictFilter, Lists
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.dependencies import OptionalActor
from liandong.imports import sheets
from liandong.values.text import Text
from registry.learned.domain import Grade, ListName
from registry.organizations.domain import CommunityClass, DirectClass, Kind, Nature, Status
from registry.organizations.schemas import QueryDay
from registry.search import exporting, service
from registry.search.domain import Criteria, searched_name, searched_number
from registry.search.schemas import MarksRead, OrganizationFound
from registry.search.sheets import Format, as_csv, as_xlsx

router = router_for("/v1/organizations", "社会组织")

_Day = Annotated[QueryDay | None, Query()]


async def criteria(
    name: Annotated[str, Query(max_length=100, description="名称中的连续文字，至少两个字")] = "",
    number: Annotated[
        str, Query(max_length=60, description="统一社会信用代码或备案编号，全角、小写均可")
    ] = "",
    district: DistrictFilter = "",
    status: Annotated[list[Status] | None, Query(max_length=4)] = None,
    kind: Kind | None = None,
    direct_class: Annotated[DirectClass | None, Query(description="直接登记的类别")] = None,
    service_field: Annotated[Text, Query(max_length=100, description="业务领域")] = "",
    nature: Nature | None = None,
    is_community: Annotated[bool | None, Query(description="社区社会组织")] = None,
    community_class: CommunityClass | None = None,
    is_charity: Annotated[bool | None, Query(description="慈善组织")] = None,
    is_hub: bool | None = None,
    grade: Annotated[Grade | None, Query(description="有效期内的评估等级")] = None,
    grade_at_least: Annotated[Grade | None, Query(description="评估等级不低于")] = None,
    list_: Annotated[
        list[ListName] | None, Query(alias="list", max_length=3, description="现在列入的名单")
    ] = None,
    registered_from: _Day = None,
    registered_to: _Day = None,
    certificate_until: Annotated[
        QueryDay | None, Query(description="登记证书在此日或之前到期")
    ] = None,
) -> Criteria:
    return Criteria(
        name=searched_name(name),
        number=searched_number(number),
        district=district,
        statuses=status or (),
        kind=kind,
        direct_class=direct_class,
        service_field=service_field.replace("\x00", ""),
        nature=nature,
        is_community=is_community,
        community_class=community_class,
        is_charity=is_charity,
        is_hub=is_hub,
        grade=grade,
        grade_at_least=grade_at_least,
        lists=list_ or (),
        registered_from=registered_from,
        registered_to=registered_to,
        certificate_until=certificate_until,
    )


Searched = Annotated[Criteria, Depends(criteria)]


@router.get("", summary="检索社会组织")
async def search(reads: Lists, paging: Paging, wanted: Searched) -> Page[OrganizationFound]:
    """结果的先后与登记先后无关，翻页不重不漏。须看法定代表人与电话的，打开该组织查看。"""
    return await service.search(reads, paging, wanted)


@router.get(
    "/export",
    summary="导出社会组织",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {}, sheets.XLSX: {}}}},
)
async def export(
    request: Request,
    actor: OptionalActor,
    wanted: Searched,
    kind_of_file: Annotated[Format, Query(alias="format")] = Format.CSV,
    with_persons: Annotated[
        bool, Query(description="显示法定代表人与电话：限本区划的经办人、审批人，导出记入审计日志")
    ] = False,
) -> StreamingResponse:
    """与检索的条件相同，所有结果一次给出；超过规定家数的答复 422。公众导出的一律脱敏。"""
    runtime = request.app.state.runtime
    request_id = request.scope.get("liandong.request_id", "")
    # Opened here, so that no idempotency key can store the file; over before the file begins.
    async with runtime.commands.begin(actor, request_id=request_id) as uow:
        ids = await exporting.begin(uow, wanted, with_persons=with_persons)
    rows = exporting.rows(runtime.lists, ids, uow.today, with_persons=with_persons)
    if kind_of_file is Format.XLSX:
        content, media_type = as_xlsx(rows), sheets.XLSX
    else:
        content, media_type = as_csv(rows), "text/csv; charset=utf-8"
    name = quote(f"社会组织名册-{uow.today.isoformat()}.{kind_of_file.value}")
    disposition = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return StreamingResponse(content, media_type=media_type, headers=disposition)


@router.get("/{organization_id}/marks", summary="查询社会组织的等级与名单", responses=problems(404))
async def marks(organization_id: UUID, reads: Lists) -> MarksRead:
    return await service.marks(reads, organization_id)
